"""Kept on this phone: it plays and is noted without a network, is told once, and is there for nobody else."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from coaching.library.rules import NewCue
from coaching.media.actions import take_in
from coaching.people.models import Client
from coaching.practice.models import Assignment, Listening, PracticeEntry
from tests import cast
from tests.media import sounds

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
CUES = (
    NewCue("rest", 0, 4, "Lie on your back"),
    NewCue("contract", 4, 8, "Lift"),
    NewCue("release", 8, 12, "Let go"),
)
CONTROLLED = "() => navigator.serviceWorker.controller !== null"


@pytest.fixture
def given(site: str, settings: Settings, tmp_path: Path) -> Assignment:
    settings.MEDIA_ROOT = tmp_path
    marta = cast.practitioner()
    tone = sounds.made(
        "twelve.m4a", "-f", "lavfi", "-i", "sine=frequency=220:duration=12", "-movflags", "+faststart"
    )
    file = take_in(upload=sounds.upload(tone), by=marta.user, kinds=("audio",), now=cast.NOW)
    type(file).objects.filter(pk=file.pk).update(state="ready")
    lesson = cast.lesson(of=marta, file=file, cues=CUES, captions=cast.CAPTIONS)
    return cast.assignment(to=cast.client(of=marta), lesson=lesson, until=None)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def _kept(visit: Visit, given: Assignment, **options: object) -> Page:
    """A page on which the lesson is kept."""
    page = visit(f"/practice/{given.pk}/", as_=given.client, with_worker=True, **options)
    page.wait_for_function(CONTROLLED)
    page.get_by_role("button", name="Keep on this phone").click()
    expect(page.get_by_text("Kept. Plays without a network.")).to_be_visible()
    return page


def _tick(page: Page, name: str, value: object) -> None:
    page.locator(f"[name={name}][value='{value}']").evaluate("(field) => field.click()")


def _shelves(page: Page) -> list[str]:
    names: list[str] = page.evaluate("caches.keys()")
    return [name for name in names if name.startswith("kept-")]


def test_a_kept_lesson_is_played_and_noted_without_a_network_and_told_once(visit: Visit, given: Assignment) -> None:
    page = _kept(visit, given)
    page.context.set_offline(True)
    page.goto("/today/")
    expect(page.get_by_role("heading", name="No network just now")).to_be_visible()
    page.get_by_role("link", name="Arch and flatten").click()
    _tick(page, "before", 6)
    page.get_by_role("button", name="Begin").click()
    _until(lambda: bool(page.evaluate("document.querySelector('audio').currentTime > 1")))
    page.evaluate("document.querySelector('audio').currentTime = 10")
    page.wait_for_url("**/note/?before=6")
    _tick(page, "after", 3)
    _tick(page, "felt", "softer")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Kept on this phone.")).to_be_visible()
    page.goto(f"/practice/{given.pk}/note/")
    _tick(page, "after", 4)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Kept on this phone.")).to_be_visible()
    assert not PracticeEntry.objects.exists()
    page.context.set_offline(False)
    page.goto("/today/")
    _until(lambda: PracticeEntry.objects.count() == 2 and Listening.objects.filter(finished=True).exists())
    page.goto("/practice/")
    page.goto("/today/")
    page.wait_for_timeout(500)
    noted = PracticeEntry.objects.order_by("pk")
    assert [(entry.before, entry.after, entry.felt) for entry in noted] == [(6, 3, ["softer"]), (None, 4, [])]
    assert 0 < Listening.objects.get().heard < 8


def test_what_hurts_is_said_without_a_network_and_the_lesson_is_not_played_again(
    visit: Visit, given: Assignment
) -> None:
    page = _kept(visit, given)
    page.context.set_offline(True)
    page.goto(f"/practice/{given.pk}/stop/")
    page.get_by_role("button", name="Stop this lesson").click()
    expect(page.get_by_text("Leave this lesson for now.")).to_be_visible()
    page.goto(f"/practice/{given.pk}/play/")
    expect(page.get_by_role("heading", name="No network just now")).to_be_visible()
    page.context.set_offline(False)  # the page goes on by itself
    _until(lambda: Assignment.objects.get().state == "stopped")


def test_signing_out_takes_all_of_it_along(visit: Visit, given: Assignment) -> None:
    page = _kept(visit, given)
    page.evaluate("localStorage.setItem('places:' + document.documentElement.dataset.who, '{}')")
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    assert _shelves(page) == []
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.includes(':')).length") == 0
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0


def test_another_person_never_meets_it(visit: Visit, given: Assignment) -> None:
    page = _kept(visit, given)
    olaf = cast.client(of=given.client.practitioner, name="Olaf Outsider")
    _become(page, olaf)
    page.goto("/today/")
    expect(page.get_by_text("Olaf")).to_be_visible()
    assert _shelves(page) == []
    page.context.set_offline(True)
    page.goto(f"/practice/{given.pk}/")
    expect(page.get_by_role("heading", name="No network just now")).to_be_visible()
    expect(page.get_by_text("Arch and flatten")).to_be_hidden()


def _become(page: Page, person: Client) -> None:
    """Another sign-in in the same browser, without any page of the first person's being told."""
    from tests.browser.conftest import _session_cookie

    page.context.clear_cookies()
    site = page.url.split("/practice")[0]
    page.context.add_cookies([_session_cookie(person, site)])


def test_when_nobody_is_signed_in_any_more_nothing_is_kept(visit: Visit, given: Assignment) -> None:
    page = _kept(visit, given)
    page.context.clear_cookies()
    page.goto("/")
    assert _shelves(page) == []


def test_a_lesson_that_ended_leaves_the_phone(visit: Visit, given: Assignment) -> None:
    page = _kept(visit, given)
    Assignment.objects.update(until=timezone.now().date() - timedelta(days=1))
    page.goto("/today/")
    page.wait_for_function("() => caches.keys().then((names) => !names.some((name) => name.startsWith('kept-')))")


def test_it_is_removed_with_one_press(visit: Visit, given: Assignment) -> None:
    page = _kept(visit, given)
    page.get_by_role("button", name="Remove from this phone").click()
    expect(page.get_by_role("button", name="Keep on this phone")).to_be_visible()
    assert _shelves(page) == []


def test_of_a_film_the_sound_alone_is_kept_and_the_button_says_where(visit: Visit, given: Assignment) -> None:
    assert given.lesson
    cast.film_of(given.lesson.recording.file)
    page = visit(f"/practice/{given.pk}/", as_=given.client, width=1280, with_worker=True)
    page.wait_for_function(CONTROLLED)
    expect(page.get_by_text("It then plays without a network, its sound alone.")).to_be_visible()
    page.get_by_role("button", name="Keep on this device", exact=True).click()
    expect(page.get_by_text("The sound of it is kept, and plays without a network.")).to_be_visible()
    expect(page.get_by_role("button", name="Remove from this device", exact=True)).to_be_visible()


def test_the_kept_sound_comes_in_parts_as_players_ask(visit: Visit, given: Assignment) -> None:
    page = _kept(visit, given)
    page.context.set_offline(True)
    ask = f"""async (range) => {{
      const answer = await fetch('/practice/{given.pk}/sound', {{ headers: {{ Range: range }} }});
      return [answer.status, answer.headers.get('Content-Range'), (await answer.blob()).size];
    }}"""
    assert given.lesson
    size = given.lesson.recording.file.size
    assert page.evaluate(ask, "bytes=0-1") == [206, f"bytes 0-1/{size}", 2]
    assert page.evaluate(ask, "bytes=10-") == [206, f"bytes 10-{size - 1}/{size}", size - 10]
    assert page.evaluate(ask, "bytes=-5") == [206, f"bytes {size - 5}-{size - 1}/{size}", 5]
    assert page.evaluate(ask, f"bytes={size}-") == [416, f"bytes */{size}", 0]


def test_it_can_be_installed(visit: Visit, given: Assignment) -> None:
    page = visit("/today/", as_=given.client, with_worker=True)
    page.wait_for_function(CONTROLLED)
    session = page.context.new_cdp_session(page)
    told = session.send("Page.getAppManifest")
    assert told["errors"] == []
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [each["errorId"] for each in errors if each["errorId"] != "in-incognito"] == []
