"""The player in a real browser: it plays, it keeps the place, it reports, and it leads on to the note."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from coaching.library.rules import NewCue
from coaching.media.actions import take_in
from coaching.practice.models import Assignment, Playback
from tests import cast
from tests.media import sounds

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
CUES = (
    NewCue("rest", 0, 4, "Lie on your back"),
    NewCue("contract", 4, 8, "Lift your lower back"),
    NewCue("release", 8, 12, "Let it come down"),
)


@pytest.fixture
def given(site: str, settings: Settings, tmp_path: Path) -> Assignment:
    """Twelve seconds of tone, given to Teresa."""
    settings.MEDIA_ROOT = tmp_path
    marta = cast.practitioner()
    tone = sounds.made(
        "twelve.m4a", "-f", "lavfi", "-i", "sine=frequency=220:duration=12", "-movflags", "+faststart"
    )
    file = take_in(upload=sounds.upload(tone), by=marta.user, kinds=("audio",), now=cast.NOW)
    return cast.assignment(to=cast.client(of=marta), lesson=cast.lesson(of=marta, file=file, cues=CUES), until=None)


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
    _until(lambda: _at(page) > 0.2)
    page.evaluate("document.querySelector('audio').currentTime = 6")
    page.locator("[data-part=field]").click()
    expect(page.locator("[data-part=kind]")).to_have_text("Paused. Press anywhere to go on.")
    _until(lambda: Playback.objects.filter(position__gte=6).exists())
    page.get_by_role("link", name="End").click()
    expect(page.get_by_role("button", name="Go on at 0:06")).to_be_visible()
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
    expect(page.get_by_text("Lift your lower back")).to_be_visible()
    expect(page.get_by_role("link", name="Say how it went")).to_be_visible()
