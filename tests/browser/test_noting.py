"""What is said of a practice comes with its note: untaken, unfinished, or without a network."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from coaching.media.actions import take_in
from coaching.media.models import StoredFile, Upload
from coaching.practice.models import Assignment, PracticeEntry
from tests import cast
from tests.browser.test_offline import _kept, _tick, _until
from tests.browser.test_taking import MICROPHONE, PATIENCE, record
from tests.media import sounds

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture
def given(site: str, settings: Settings, tmp_path: Path) -> Assignment:
    settings.MEDIA_ROOT = tmp_path
    marta = cast.practitioner()
    file = take_in(upload=sounds.upload(sounds.tone()), by=marta.user, kinds=("audio",), now=cast.NOW)
    type(file).objects.filter(pk=file.pk).update(state="ready")
    return cast.assignment(to=cast.client(of=marta), lesson=cast.lesson(of=marta, file=file), until=None)


def _begin(page: Page) -> None:
    page.get_by_text("Write or say more").click()
    page.get_by_role("button", name="Record here").click()
    expect(page.get_by_text("Recording. Press the square")).to_be_visible()
    page.wait_for_timeout(2000)


def test_a_note_takes_along_what_is_still_being_said(visit: Visit, given: Assignment) -> None:
    phone = visit(f"/practice/{given.pk}/note/", as_=given.client, **MICROPHONE)
    _tick(phone, "after", 3)
    _begin(phone)
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(phone).to_have_url(re.compile("/today/"), timeout=PATIENCE)
    entry = PracticeEntry.objects.get()
    assert entry.after == 3
    assert entry.voice


def test_a_note_takes_along_what_was_said_and_not_yet_taken(visit: Visit, given: Assignment) -> None:
    phone = visit(f"/practice/{given.pk}/note/", as_=given.client, **MICROPHONE)
    phone.get_by_text("Write or say more").click()
    record(phone)
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(phone).to_have_url(re.compile("/today/"), timeout=PATIENCE)
    assert PracticeEntry.objects.get().voice


def test_what_an_earlier_visit_left_is_shown_and_asked_about(visit: Visit, given: Assignment) -> None:
    page = visit(f"/practice/{given.pk}/note/", as_=given.client, **MICROPHONE)
    _begin(page)
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(f"/practice/{given.pk}/note/")
    expect(again.get_by_text(re.compile("An unfinished recording of"))).to_be_visible()  # no fold hides it
    again.get_by_role("button", name="Save", exact=True).click()
    expect(again.get_by_role("alert")).to_contain_text("This is not taken yet: press “Take this one”")
    assert not PracticeEntry.objects.exists()
    again.get_by_role("button", name="Throw away").click()
    again.get_by_role("button", name="Save", exact=True).click()
    expect(again).to_have_url(re.compile("/today/"))
    assert PracticeEntry.objects.get().voice is None


def test_a_note_with_a_voice_waits_without_a_network_and_comes_once(visit: Visit, given: Assignment) -> None:
    page = _kept(visit, given, **MICROPHONE)
    page.context.set_offline(True)
    page.goto(f"/practice/{given.pk}/note/")
    expect(page.get_by_text("Marta can see this.")).to_be_hidden()
    expect(page.get_by_text("Marta gets it as soon as there is one.").first).to_be_visible()
    _tick(page, "after", 4)
    _tick(page, "felt", "softer")
    page.get_by_text("Write or say more").click()
    page.get_by_label("In your words").fill("Wide back")
    record(page)
    page.get_by_role("button", name="Take this one").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Kept on this phone.")).to_be_visible()
    expect(page.get_by_text("What you said is kept with it")).to_be_visible()
    page.goto(f"/practice/{given.pk}/note/")  # what is on its way is not offered once more
    page.get_by_text("Write or say more").click()
    expect(page.get_by_role("button", name="Record here")).to_be_visible()
    page.goto("/today/")
    assert not PracticeEntry.objects.exists()
    page.context.set_offline(False)
    page.goto("/practice/")
    _until(lambda: PracticeEntry.objects.filter(voice__isnull=False).exists())
    page.goto("/progress/")
    _until(lambda: page.evaluate("!Object.keys(localStorage).some((key) => key.startsWith('forms:'))"))
    entry = PracticeEntry.objects.get()
    assert (entry.after, entry.felt, entry.words) == (4, ["softer"], "Wide back")
    assert StoredFile.objects.filter(created_by=given.client.user).count() == 1


def test_a_network_that_breaks_while_a_voice_comes_leaves_the_note_here(visit: Visit, given: Assignment) -> None:
    page = visit(f"/practice/{given.pk}/note/", as_=given.client, **MICROPHONE)
    page.route("**/uploads/**", lambda route: route.abort())
    _tick(page, "after", 2)
    page.get_by_text("Write or say more").click()
    record(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Kept on this phone.")).to_be_visible(timeout=PATIENCE)
    _until(lambda: PracticeEntry.objects.filter(after=2).exists())  # the words come through
    page.unroute("**/uploads/**")
    page.goto("/today/")
    _until(lambda: PracticeEntry.objects.get().voice is not None)


def test_a_voice_that_had_come_follows_a_note_that_waited_too_long_for_it(visit: Visit, given: Assignment) -> None:
    page = visit(f"/practice/{given.pk}/note/", as_=given.client, **MICROPHONE)
    page.get_by_text("Write or say more").click()
    record(page)
    page.get_by_role("button", name="Take this one").click()
    expect(page.locator(".arriving")).to_contain_text("has come", timeout=PATIENCE)
    page.context.set_offline(True)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("What you said is kept with it")).to_be_visible()
    Upload.objects.all().delete()
    page.context.set_offline(False)
    _until(lambda: PracticeEntry.objects.filter(voice__isnull=False).exists())


def test_today_says_what_is_so_once_a_note_has_come(visit: Visit, given: Assignment) -> None:
    today = visit("/today/", as_=given.client)
    expect(today.get_by_role("heading", level=1)).not_to_have_text(re.compile("[Dd]one"))
    page = today.context.new_page()
    page.goto(f"/practice/{given.pk}/note/")
    page.context.set_offline(True)
    _tick(page, "after", 3)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Kept on this phone.")).to_be_visible()
    page.context.set_offline(False)
    expect(today.get_by_text("Done today", exact=True)).to_be_visible()
    expect(page.get_by_text("Marta can see it now.")).to_be_visible()
    expect(today.get_by_text("Saved. Marta can see it.")).to_have_count(1)
