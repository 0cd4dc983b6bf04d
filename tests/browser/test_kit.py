"""When it comes back: two taps from anywhere, without a network too, and one press to come back."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from coaching.library.rules import NewCue
from coaching.media.actions import take_in
from coaching.people.models import Client
from coaching.practice import graduating, kit
from coaching.practice.models import Assignment
from tests import cast
from tests.browser.conftest import axe_findings
from tests.media import sounds

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
CUES = (NewCue("rest", 0, 4, "Lie down"), NewCue("contract", 4, 8, "Lift"), NewCue("release", 8, 12, "Let go"))
LIST = "caches.match('/phone/kept.json').then((found) => found ? found.text() : '')"


@pytest.fixture
def kept(site: str, settings: Settings, tmp_path: Path) -> Client:
    """Teresa has a lesson to do, and another one for when it hurts."""
    settings.MEDIA_ROOT = tmp_path
    marta = cast.practitioner()
    teresa = cast.client(of=marta)
    cast.assignment(to=teresa, lesson=cast.lesson(of=marta, title="Side bend"))
    tone = sounds.made(
        "twelve.m4a", "-f", "lavfi", "-i", "sine=frequency=220:duration=12", "-movflags", "+faststart"
    )
    file = take_in(upload=sounds.upload(tone), by=marta.user, kinds=("audio",), now=cast.NOW)
    type(file).objects.filter(pk=file.pk).update(state="ready")
    lesson = cast.lesson(of=marta, title="Legs on a chair", file=file, cues=CUES, captions=cast.CAPTIONS)
    kit.fill(client=teresa, chosen=[(lesson.pk, "When it locks.")], now=timezone.now())
    return teresa


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def _plays(page: Page) -> None:
    page.wait_for_url("**/play/")
    _until(lambda: bool(page.evaluate("document.querySelector('audio').currentTime > 0.5")))


def test_it_is_two_taps_from_anywhere(visit: Visit, kept: Client) -> None:
    page = visit("/messages/", as_=kept)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Today").click()
    page.get_by_role("link", name="Play Legs on a chair").click()
    _plays(page)


def test_it_plays_without_a_network_and_stays_when_its_owner_graduates(visit: Visit, kept: Client) -> None:
    page = visit("/kit/", as_=kept, with_worker=True)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.get_by_role("button", name="Keep them on this phone").click()
    expect(page.get_by_text("Kept here. They play without a network.")).to_be_visible()
    given = Assignment.objects.get(lesson__title="Legs on a chair")
    graduating.graduate(client=kept, kept=[(given.lesson_id or 0, "At once.")], now=timezone.now())
    page.goto("/today/")
    _until(lambda: "At once." in page.evaluate(LIST))
    page.context.set_offline(True)
    page.goto("/today/")
    expect(page.get_by_role("heading", name="If it hurts now")).to_be_visible()
    expect(page.get_by_text("At once.")).to_be_visible()
    page.get_by_role("link", name="Legs on a chair").click()
    _plays(page)
    page.goto("/kit/")
    expect(page.get_by_role("heading", name="Lie down first.")).to_be_visible()
    page.context.set_offline(False)
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    assert page.evaluate("caches.keys().then((names) => names.filter((name) => name.startsWith('kept-')))") == []


def test_one_press_knocks_and_one_press_says_yes(visit: Visit, kept: Client) -> None:
    graduating.graduate(client=kept, words="Half is enough.", now=timezone.now())
    page = visit("/today/", as_=kept)
    assert axe_findings(page) == []
    page.get_by_role("button", name="I would like to come back").click()
    expect(page.get_by_text("Marta knows that you would like to come back")).to_be_visible()
    hers = visit(f"/clients/{kept.pk}/", as_=kept.practitioner, width=1280)
    assert axe_findings(hers) == []
    hers.get_by_role("button", name="Say yes to Teresa").click()
    expect(hers.get_by_text("You work with Teresa again")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="I would like to come back")).to_have_count(0)
