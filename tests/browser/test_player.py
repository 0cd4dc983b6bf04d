"""The player in a real browser: it plays, it keeps the place, it reports, and it leads on to the note."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from coaching.library.rules import NewCue
from coaching.media.actions import take_in
from coaching.practice.models import Assignment, Listening, Playback
from tests import cast
from tests.media import sounds

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
CUES = (
    NewCue("rest", 0, 4, "Lie on your back"),
    NewCue("contract", 4, 8, "Lift your lower back"),
    NewCue("release", 8, 12, "Let it come down"),
)

CAPTIONS = """WEBVTT

00:00.000 --> 00:04.000
Lie on your back.

00:04.000 --> 00:08.000
Lift your lower back.

00:08.000 --> 00:12.000
Let it come down, slowly.
"""


@pytest.fixture
def given(site: str, settings: Settings, tmp_path: Path) -> Assignment:
    """Twelve seconds of tone, given to Teresa."""
    settings.MEDIA_ROOT = tmp_path
    marta = cast.practitioner()
    tone = sounds.made(
        "twelve.m4a", "-f", "lavfi", "-i", "sine=frequency=220:duration=12", "-movflags", "+faststart"
    )
    file = take_in(upload=sounds.upload(tone), by=marta.user, kinds=("audio",), now=cast.NOW)
    lesson = cast.lesson(of=marta, file=file, cues=CUES, captions=CAPTIONS)
    return cast.assignment(to=cast.client(of=marta), lesson=lesson, until=None)


def _at(page: Page) -> float:
    return float(page.evaluate("document.querySelector('audio').currentTime"))


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def test_from_begin_to_the_note(visit: Visit, given: Assignment) -> None:
    page = visit(f"/practice/{given.pk}/", as_=given.client)
    page.locator("input[name=before][value='6']").check(force=True)
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("[data-part=words]")).to_have_text("Lie on your back")
    _until(lambda: _at(page) > 0.2)
    page.evaluate("document.querySelector('audio').currentTime = 8.5")
    expect(page.locator("[data-part=words]")).to_have_text("Let it come down")
    page.get_by_role("button", name="This part again").click()
    _until(lambda: 4 <= _at(page) < 6)
    page.evaluate("document.querySelector('audio').currentTime = 11")
    page.wait_for_url("**/note/?before=6")
    playback = Playback.objects.get()
    assert (playback.position, playback.finished) == (0, 1)
    assert 0 < playback.heard < 8


def test_it_goes_on_where_it_was_left(visit: Visit, given: Assignment) -> None:
    page = visit(f"/practice/{given.pk}/play/", as_=given.client)
    _until(lambda: _at(page) > 1)  # who heard nothing has no place
    page.evaluate("document.querySelector('audio').currentTime = 6")
    page.locator("[data-part=field]").click()
    expect(page.locator("[data-part=kind]")).to_have_text("Paused. Press anywhere to go on.")
    _until(lambda: Playback.objects.filter(position__gte=6).exists())
    page.get_by_role("link", name="End").click()
    position = Playback.objects.get().position  # it played on until the press was there
    expect(page.get_by_role("button", name=f"Go on at 0:{int(position):02d}")).to_be_visible()
    again = visit(f"/practice/{given.pk}/play/", as_=given.client)
    _until(lambda: 6 <= _at(again) < 11)


def test_leaving_in_the_middle_keeps_the_place(visit: Visit, given: Assignment) -> None:
    page = visit(f"/practice/{given.pk}/play/", as_=given.client)
    _until(lambda: _at(page) > 0.2)
    page.evaluate("document.querySelector('audio').currentTime = 4.5")
    _until(lambda: _at(page) > 4.8)
    page.goto("/practice/")
    _until(lambda: Playback.objects.filter(position__gte=4.5, position__lt=9).exists())


def test_without_a_script_it_is_a_plain_player_with_its_cues(visit: Visit, given: Assignment) -> None:
    page = visit(f"/practice/{given.pk}/play/", as_=given.client, java_script_enabled=False)
    expect(page.locator("audio[controls]")).to_be_visible()
    expect(page.get_by_text("Lift your lower back", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Say how it went")).to_be_visible()


# --- lying on the floor --------------------------------------------------------------------------------------


def _player(visit: Visit, given: Assignment, **options: object) -> Page:
    """The player, playing."""
    page = visit(f"/practice/{given.pk}/play/", as_=given.client, **options)
    _until(lambda: _at(page) > 0.2)
    return page


def _go(page: Page, second: float) -> None:
    page.evaluate(f"document.querySelector('lesson-player').media.seek({second})")


def _choose(page: Page, words: str) -> None:
    if not page.locator(".more[open]").count():
        page.get_by_text("Slower, again, read along").click()
    page.locator("label", has_text=words).first.click()


def test_when_the_line_breaks_it_goes_on_from_what_was_fetched(visit: Visit, given: Assignment) -> None:
    page = _player(visit, given)
    page.wait_for_function("() => document.querySelector('lesson-player').media.larder.isFull")
    page.context.set_offline(True)
    _go(page, 5)
    _until(lambda: _at(page) > 5.1)
    page.evaluate("document.querySelector('audio').src = '/gone'")  # what the browser itself had is gone
    _until(lambda: page.evaluate("document.querySelector('audio').src").startswith("blob:") and _at(page) > 5.5)
    expect(page.locator("[data-part=toggle-words]")).to_have_text("Pause")
    expect(page.locator("[data-part=trouble]")).to_be_hidden()
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    _until(lambda: Playback.objects.filter(position__gte=6).exists())
    assert len(Listening.objects.get().spans) <= 3


def test_what_was_heard_without_a_network_is_told_by_the_next_page(visit: Visit, given: Assignment) -> None:
    page = _player(visit, given)
    page.context.set_offline(True)
    _go(page, 6)
    _until(lambda: _at(page) > 6.5)
    page.locator("[data-part=field]").click()
    page.context.set_offline(False)
    page.goto("/practice/")
    _until(lambda: Playback.objects.filter(position__gte=6).exists())
    page.goto("/practice/")
    assert Listening.objects.count() == 1


def test_it_goes_on_in_another_browser_within_five_seconds(visit: Visit, given: Assignment) -> None:
    page = _player(visit, given)
    _until(lambda: _at(page) > 6.5)
    left_at = _at(page)
    page.context.close()  # no goodbye
    again = visit(f"/practice/{given.pk}/play/", as_=given.client)
    _until(lambda: _at(again) > 0.2)
    assert abs(_at(again) - left_at) < 5.5


def test_what_was_heard_twice_is_told_as_two_spans(visit: Visit, given: Assignment) -> None:
    page = _player(visit, given)
    _until(lambda: _at(page) > 2)
    _go(page, 0.5)
    _until(lambda: 1.5 < _at(page) < 4)
    page.locator("[data-part=field]").click()
    _until(lambda: Listening.objects.exists() and len(Listening.objects.get().spans) == 2)
    first, second = Listening.objects.get().spans
    assert first[0] < 0.5
    assert first[1] > 1.5
    assert 0.4 < second[0] < 1


def test_a_movement_is_played_again_and_again(visit: Visit, given: Assignment) -> None:
    page = _player(visit, given)
    _go(page, 5)
    _choose(page, "This movement")
    expect(page.locator("[data-part=chosen]")).to_have_text("this movement again and again")
    _go(page, 11)
    _until(lambda: 4 <= _at(page) < 6)
    assert page.url.endswith("/play/")


def test_a_rest_lasts_longer_and_goes_on_by_itself(visit: Visit, given: Assignment) -> None:
    page = _player(visit, given)
    _choose(page, "5 seconds")
    _go(page, 3.2)
    expect(page.locator("[data-part=kind]")).to_have_text("A longer rest. It goes on by itself.")
    expect(page.locator("[data-part=toggle-words]")).to_have_text("Pause")
    began = time.monotonic()
    assert 3.9 < _at(page) < 4.3
    _until(lambda: _at(page) > 4.4)
    assert 3.5 < time.monotonic() - began < 7
    again = visit(f"/practice/{given.pk}/", as_=given.client)
    assert again.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('listen:')).length") == 0


def test_a_press_in_a_longer_rest_pauses(visit: Visit, given: Assignment) -> None:
    page = _player(visit, given)
    _choose(page, "5 seconds")
    _go(page, 3.5)
    expect(page.locator("[data-part=kind]")).to_have_text("A longer rest. It goes on by itself.")
    page.locator("[data-part=field]").click()
    expect(page.locator("[data-part=kind]")).to_have_text("Paused. Press anywhere to go on.")
    page.wait_for_timeout(5500)
    assert _at(page) < 4.4
    page.locator("[data-part=field]").click()
    _until(lambda: _at(page) > 4.5)


def test_how_somebody_likes_to_listen_is_kept_on_the_device(visit: Visit, given: Assignment) -> None:
    page = _player(visit, given)
    _choose(page, "0.75")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 0.75
    page.reload()
    _until(lambda: _at(page) > 0.2)
    assert page.evaluate("document.querySelector('audio').playbackRate") == 0.75
    expect(page.locator("[data-part=chosen]")).to_have_text("speed 0.75")


def test_a_line_that_is_pressed_plays_from_there_and_the_line_of_now_is_marked(
    visit: Visit, given: Assignment
) -> None:
    page = _player(visit, given)
    page.get_by_text("Slower, again, read along").click()
    page.get_by_role("button", name="Let it come down, slowly.").click()
    _until(lambda: 8 <= _at(page) < 10)
    expect(page.locator(".lines [aria-current=true]")).to_contain_text("Let it come down, slowly.")
    _choose(page, "Show what is said, in large letters")
    expect(page.locator("[data-part=caption]")).to_have_text("Let it come down, slowly.")


def test_the_keyboard_and_the_lock_screen_do_the_same(visit: Visit, given: Assignment) -> None:
    page = _player(visit, given)
    _go(page, 8)
    page.locator("main").focus()
    page.keyboard.press("ArrowLeft")
    _until(lambda: _at(page) < 2)
    page.keyboard.press(" ")
    expect(page.locator("[data-part=toggle-words]")).to_have_text("Play")
    session = page.evaluate(
        "[navigator.mediaSession.playbackState, navigator.mediaSession.metadata.title,"
        " navigator.mediaSession.metadata.artwork.length]"
    )
    assert session == ["paused", "Arch and flatten", 1]


def test_the_film_is_one_press_away_and_goes_on_in_the_same_second(
    visit: Visit, given: Assignment, tmp_path: Path
) -> None:
    assert given.lesson
    file = given.lesson.recording.file
    film = sounds.made(
        "film12.mp4",
        *("-f", "lavfi", "-i", "testsrc=size=320x180:rate=10:duration=12"),
        *("-f", "lavfi", "-i", "sine=frequency=220:duration=12", "-shortest", "-movflags", "+faststart"),
    )
    cast.film_of(file)
    for form in file.renditions.all():
        (tmp_path / form.path).write_bytes(film)
        type(form).objects.filter(pk=form.pk).update(size=len(film), sha256=f"{form.pk:064x}")
    page = _player(visit, given)
    _go(page, 5)
    page.get_by_role("button", name="See it").click()
    expect(page.locator("video")).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_role("button", name="Only hear it")).to_be_visible()
    page.context.set_offline(False)
    _until(lambda: 5 < page.evaluate("document.querySelector('video').currentTime") < 9)
    assert "small" in page.evaluate("document.querySelector('video').src")
    assert page.evaluate("document.querySelector('audio').paused")
    page.get_by_role("button", name="Only hear it").click()
    _until(lambda: not page.evaluate("document.querySelector('audio').paused"))
    assert _at(page) > 5
    expect(page.locator("video")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.get_by_text("The film needs a network.")).to_be_visible()
    expect(page.get_by_role("button", name="See it")).to_be_hidden()
    page.context.set_offline(False)
    expect(page.get_by_role("button", name="See it")).to_be_visible()
