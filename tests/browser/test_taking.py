"""Files and voices come in through a real browser with a fake microphone, whatever happens to the network."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from coaching.library.models import Lesson, Recording
from coaching.media.models import StoredFile
from coaching.messaging.models import Attachment, Message
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment, PracticeEntry
from tests import cast
from tests.browser.conftest import axe_findings
from tests.media import sounds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
REFUSED = """() => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
}"""
PATIENCE = 20_000  # milliseconds: megabytes that a test looks into go slowly
MICROPHONE = {"permissions": ["microphone", "camera"]}


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Sound of 6 MB: two pieces."""
    path = tmp_path / "side bend.wav"
    path.write_bytes(sounds.made("long.wav", "-f", "lavfi", "-i", "sine=duration=70", "-ar", "44100"))
    return path


def record(page: Page, seconds: float = 2.5) -> None:
    page.get_by_role("button", name=re.compile("^Record (here|a voice note)$")).click()
    expect(page.get_by_text("Recording. Press the square")).to_be_visible()
    page.wait_for_timeout(seconds * 1000)
    page.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_role("group", name="What you recorded")).to_be_visible()


def test_a_lesson_is_not_kept_without_what_is_being_said(visit: Visit, marta: Practitioner) -> None:
    page = visit("/library/add/", as_=marta, **MICROPHONE)
    page.get_by_label("Title").fill("Arch and flatten")
    page.get_by_role("button", name="Keep this lesson").click()
    expect(page.get_by_text("Choose a recording first")).to_be_visible()
    page.get_by_role("button", name="Record here").click()
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Keep this lesson").click()
    expect(page.get_by_role("alert")).to_have_text(
        "This is not taken yet: press “Keep this recording”, or throw it away. Then go on."
    )
    page.get_by_role("button", name="Keep this recording").click()
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.get_by_text("Choose a recording first")).to_be_hidden()  # it has its cure
    page.get_by_role("button", name="Keep this lesson").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Arch and flatten", timeout=PATIENCE)


def test_what_is_said_into_the_page_becomes_a_lesson(visit: Visit, marta: Practitioner) -> None:
    page = visit("/library/add/", as_=marta, **MICROPHONE)
    record(page, 3)
    page.get_by_label("Begins at").focus()
    for _press in range(10):
        page.keyboard.press("ArrowRight")
    assert axe_findings(page) == []
    page.get_by_role("button", name="Keep this recording").click()
    expect(page.locator(".arriving")).to_contain_text("has come", timeout=PATIENCE)
    page.get_by_label("Title").fill("Arch and flatten")
    page.get_by_role("button", name="Keep this lesson").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Arch and flatten")
    file = Lesson.objects.get().recording.file
    assert (file.kind, file.begin, file.end) == ("audio", 1.0, None)
    page.goto("/library/add/")
    expect(page.get_by_role("button", name="Record here")).to_be_visible()  # nothing unfinished is offered


def test_a_closed_tab_loses_nothing_of_what_was_said(visit: Visit, marta: Practitioner, teresa: Client) -> None:
    page = visit(f"/clients/{teresa.pk}/record/", as_=marta, **MICROPHONE)
    page.get_by_role("button", name="Record here").click()
    page.wait_for_timeout(2500)
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(f"/clients/{teresa.pk}/record/")
    expect(again.get_by_text(re.compile("An unfinished recording of .*, 0:0[1-3] long"))).to_be_visible()
    again.get_by_role("button", name="Take this one").click()
    expect(again.locator(".arriving")).to_contain_text("has come", timeout=PATIENCE)
    again.get_by_role("button", name="Give it to Teresa").click()
    expect(again.get_by_text("Given. Teresa gets a letter.")).to_be_visible()
    assert Assignment.objects.get().lesson.only_for == teresa


def test_a_cut_network_and_a_reload_in_the_middle_of_a_file(visit: Visit, marta: Practitioner, large: Path) -> None:
    page = visit("/library/add/", as_=marta)
    sent: list[int] = []

    def cut_after_the_first(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(int(route.request.headers["upload-offset"]))
            if len(sent) == 2:
                page.context.set_offline(True)
        route.continue_()

    page.route("**/uploads/**", cut_after_the_first)
    page.locator("input[type=file]").set_input_files(large)
    expect(page.locator(".arriving")).to_contain_text(
        "no network; it goes on as soon as there is one", timeout=PATIENCE
    )
    page.get_by_label("Title").fill("Side bend")
    page.get_by_role("button", name="Keep this lesson").click()
    expect(page.get_by_role("button", name="Waits for the file")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Side bend", timeout=PATIENCE)
    assert sent[:2] == [0, 5 * 1024 * 1024]
    assert sent.count(0) == 1  # what had come was not sent again
    assert Lesson.objects.get().recording.file.size == large.stat().st_size


def only_the_first_piece(route: Route) -> None:
    if route.request.headers.get("upload-offset", "0") == "0":
        route.continue_()
    else:
        route.abort()


def test_a_reload_in_the_middle_goes_on_with_the_same_file(visit: Visit, marta: Practitioner, large: Path) -> None:
    page = visit("/library/add/", as_=marta)
    page.route("**/uploads/*/", only_the_first_piece)
    page.locator("input[type=file]").set_input_files(large)
    expect(page.locator(".arriving")).to_contain_text("no network", timeout=PATIENCE)
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/uploads/*/")
    page.reload()
    expect(page.locator(".arriving")).to_contain_text("broke off before")
    offsets: list[str] = []
    page.on("request", lambda each: offsets.append(each.headers.get("upload-offset", "")))
    page.locator("input[type=file]").set_input_files(large)
    expect(page.locator(".arriving li")).to_have_count(1)
    expect(page.locator(".arriving")).to_contain_text("has come", timeout=PATIENCE)
    assert next(filter(None, offsets)) == str(5 * 1024 * 1024)
    page.get_by_role("button", name="Keep the recording alone, for later").click()
    expect(page.get_by_role("heading", name="Recordings that are no lesson yet")).to_be_visible()
    assert Recording.objects.get().file.size == large.stat().st_size


def test_several_at_once_and_one_that_is_none(visit: Visit, marta: Practitioner, tmp_path: Path) -> None:
    page = visit("/library/add/", as_=marta, width=1280)
    files = [tmp_path / name for name in ("one.m4a", "two.m4a", "three.txt")]
    for path in files:
        path.write_bytes(sounds.tone() if path.suffix == ".m4a" else b"words " * 100)
    page.locator("input[type=file]").set_input_files(files)
    expect(page.locator(".arriving li.refused")).to_contain_text("This is neither sound nor film")
    expect(page.locator(".arriving li", has_text="has come")).to_have_count(2)
    assert axe_findings(page) == []
    page.get_by_role("button", name="Keep these recordings").click()
    expect(page.get_by_text("2 recordings are kept.")).to_be_visible()
    assert Recording.objects.count() == 2


def test_a_client_speaks_and_the_practitioner_hears_it(visit: Visit, marta: Practitioner, teresa: Client) -> None:
    phone = visit("/messages/", as_=teresa, **MICROPHONE)
    desk = visit(f"/messages/{teresa.pk}/", as_=marta, width=1280)
    record(phone)
    assert axe_findings(phone) == []
    phone.get_by_role("button", name="Send to Marta").click()
    expect(phone.locator("voice-note")).to_have_count(1)
    expect(phone.locator(".unsent")).to_have_count(0)
    note = desk.locator("voice-note")
    expect(note).to_have_count(1)
    note.get_by_role("button", name="Play Teresa’s voice note").click()
    expect(note.get_by_role("button", name="Pause")).to_be_visible()
    expect(note.locator("[data-part=time]")).to_have_text("0:01")
    note.get_by_role("button", name="Speed: 1×").click()
    assert desk.evaluate("document.querySelector('voice-note audio').playbackRate") == 1.5
    assert axe_findings(desk) == []
    assert (Message.objects.count(), Attachment.objects.count()) == (1, 1)


def test_spoken_without_a_network_it_is_there_once_when_there_is_one(visit: Visit, teresa: Client) -> None:
    phone = visit("/messages/", as_=teresa, **MICROPHONE)
    expect(phone.get_by_role("button", name="Record a voice note")).to_be_visible()
    phone.context.set_offline(True)
    record(phone)
    phone.get_by_role("button", name="Send to Marta").click()
    expect(phone.locator(".unsent")).to_contain_text("Voice note, 0:0")
    expect(phone.locator(".unsent .state")).to_contain_text("waiting for the network")
    phone.context.set_offline(False)
    second = phone.context.new_page()
    second.goto("/messages/")
    phone.reload()
    for page in (phone, second):
        expect(page.locator("voice-note")).to_have_count(1)
        expect(page.locator(".unsent")).to_have_count(0)
    assert Message.objects.count() == 1
    assert StoredFile.objects.count() == 1


def test_a_microphone_that_is_refused_is_one_sentence(visit: Visit, teresa: Client) -> None:
    phone = visit("/messages/", as_=teresa)
    phone.evaluate(REFUSED)
    phone.get_by_role("button", name="Record a voice note").click()
    expect(phone.get_by_role("alert").filter(has_text="allow the microphone")).to_be_visible()
    expect(phone.get_by_label("Write to Marta")).to_be_visible()


def test_a_client_says_how_it_went(visit: Visit, marta: Practitioner, teresa: Client) -> None:
    given = cast.assignment(to=teresa, lesson=cast.lesson(of=marta))
    phone = visit(f"/practice/{given.pk}/note/", as_=teresa, **MICROPHONE)
    phone.get_by_text("Write or say more").click()
    record(phone)
    phone.get_by_role("button", name="Take this one").click()
    phone.get_by_role("button", name="Save", exact=True).click()  # at once: it waits by itself
    expect(phone).to_have_url(re.compile("/today/"), timeout=PATIENCE)
    entry = PracticeEntry.objects.get()
    assert entry.voice
    desk = visit(f"/clients/{teresa.pk}/lessons/{given.pk}/", as_=marta, width=1280)
    expect(desk.locator("voice-note")).to_have_count(1)
    expect(desk.get_by_role("button", name="Play what was said of it")).to_be_visible()
    assert axe_findings(desk) == []
