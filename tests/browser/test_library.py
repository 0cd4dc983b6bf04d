"""Putting a program in order by keyboard and by hand, timing what is said while it plays, giving in two presses."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from coaching.library.models import Lesson, Program
from coaching.library.rules import NewCue
from coaching.media.actions import take_in
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment
from tests import cast
from tests.browser.conftest import axe_findings
from tests.media import sounds

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def lessons(transactional_db: None, marta: Practitioner) -> list[Lesson]:
    first = cast.lesson(of=marta)
    second = cast.lesson(of=marta, title="Side bend")
    return [first, second, cast.lesson(of=marta, title="Roll and reach", phase="relearn", follows=first)]


@pytest.fixture
def program(marta: Practitioner, lessons: list[Lesson]) -> Program:
    return cast.program(of=marta, lessons=lessons, opening="days")


def _titles(page: Page) -> list[str]:
    return page.locator(".step h2 a").all_inner_texts()


def _days(page: Page) -> list[str]:
    return [each.input_value() for each in page.locator("[data-stays]").all()]


def test_lessons_change_places_by_keyboard_and_the_new_place_is_said(
    visit: Visit, marta: Practitioner, program: Program
) -> None:
    page = visit(f"/library/programs/{program.pk}/", as_=marta)
    up = page.get_by_role("button", name="Side bend: up")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_have_text("“Side bend” is now number 1 of 3.")
    expect(up).to_be_focused()
    assert _titles(page) == ["Side bend", "Arch and flatten", "Roll and reach"]
    assert _days(page) == ["0", "7", "14"]
    page.reload()
    assert _titles(page) == ["Side bend", "Arch and flatten", "Roll and reach"]


def test_what_cannot_be_goes_back_to_its_place_with_a_sentence(
    visit: Visit, marta: Practitioner, program: Program
) -> None:
    page = visit(f"/library/programs/{program.pk}/", as_=marta)
    up = page.get_by_role("button", name="Roll and reach: up")
    up.press("Enter")
    expect(page.locator("[data-status]")).to_have_text("“Roll and reach” is now number 2 of 3.")
    up.press("Enter")
    expect(page.locator("[data-trouble]")).to_have_text(
        "“Roll and reach” comes after “Arch and flatten”: put it below."
    )
    assert _titles(page) == ["Arch and flatten", "Roll and reach", "Side bend"]
    expect(up).to_be_focused()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_lesson_is_dragged_by_its_handle(visit: Visit, marta: Practitioner, program: Program, width: int) -> None:
    page = visit(f"/library/programs/{program.pk}/", as_=marta, width=width)
    handle = page.locator(".step [data-handle]").nth(1)
    handle.scroll_into_view_if_needed()
    box, above = handle.bounding_box(), page.locator(".step").first.bounding_box()
    assert box
    assert above
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, above["y"] + above["height"] / 4, steps=6)
    expect(page.locator(".step.held")).to_have_count(1)
    page.mouse.up()
    expect(page.locator("[data-status]")).to_have_text("“Side bend” is now number 1 of 3.")
    page.reload()
    assert _titles(page) == ["Side bend", "Arch and flatten", "Roll and reach"]
    assert _days(page) == ["0", "7", "14"]


def test_without_scripts_the_same_buttons_do_it(visit: Visit, marta: Practitioner, program: Program) -> None:
    page = visit(f"/library/programs/{program.pk}/", as_=marta, java_script_enabled=False)
    page.get_by_role("button", name="Side bend: up").click()
    expect(page.get_by_role("status").first).to_contain_text("“Side bend” is now number 1 of 3.")
    assert _titles(page)[0] == "Side bend"


def test_a_lesson_is_given_from_the_clients_page_in_two_presses(
    visit: Visit, marta: Practitioner, teresa: Client, lessons: list[Lesson]
) -> None:
    page = visit(f"/clients/{teresa.pk}/", as_=marta)
    page.get_by_role("link", name="Give a lesson").click()
    page.get_by_role("button", name="Give “Side bend”").click()
    page.wait_for_url(f"**/clients/{teresa.pk}/")
    expect(page.locator(".notice").first).to_contain_text("“Side bend” is given: every day, until")
    assert Assignment.objects.get().lesson == lessons[1]


@pytest.fixture
def spoken(transactional_db: None, marta: Practitioner) -> Lesson:
    """A lesson with three seconds of sound."""
    upload = sounds.upload(sounds.tone("tone.wav"), "tone.wav")
    file = take_in(upload=upload, by=marta.user, kinds=("audio",), now=cast.NOW)
    return cast.lesson(of=marta, file=file, captions=cast.CAPTIONS, cues=(NewCue("rest", 0, 3, "Arrive"),))


def _seek(page: Page, at: float) -> None:
    page.locator("audio").evaluate("(audio, at) => { audio.currentTime = at; }", at)


def test_cues_and_chapters_are_set_while_it_plays(visit: Visit, marta: Practitioner, spoken: Lesson) -> None:
    page = visit(f"/library/{spoken.pk}/cues/", as_=marta)
    _seek(page, 1.2)
    page.get_by_role("button", name="Contract now").click()
    expect(page.locator("[data-status]")).to_have_text("Contract now at 0:01.2")
    _seek(page, 2)
    page.get_by_role("button", name="Release now").click()
    page.get_by_role("button", name="A chapter begins now").click()
    page.locator("[data-lines=cues] [data-field=words]").nth(1).fill("Lift, a little")
    page.locator("[data-lines=chapters] [data-field=words]").fill("The back")
    page.locator("[data-lines=cues] [data-field=start]").nth(2).fill("soon")
    page.get_by_role("button", name="Save").click()
    assert page.url.endswith("/cues/")  # a time that is none is said before anything is sent
    page.locator("[data-lines=cues] [data-field=start]").nth(2).fill("0:02.5")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/library/{spoken.pk}/")
    cues = [(cue.kind, cue.start, cue.words) for cue in spoken.cues.all()]
    assert cues == [("rest", 0, "Arrive"), ("contract", 1.2, "Lift, a little"), ("release", 2.5, "")]
    assert [(chapter.start, chapter.title) for chapter in spoken.chapters.all()] == [(2, "The back")]


def test_a_chapter_may_wait_for_its_name(visit: Visit, marta: Practitioner, spoken: Lesson) -> None:
    page = visit(f"/library/{spoken.pk}/cues/", as_=marta)
    for at in (1, 2):
        _seek(page, at)
        page.get_by_role("button", name="A chapter begins now").click()
    page.locator("[data-lines=chapters] [data-field=words]").first.fill("The back")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/library/{spoken.pk}/")
    assert [chapter.title for chapter in spoken.chapters.all()] == ["The back", "Chapter 2"]


@pytest.mark.parametrize("what", ["cues", "captions"])
def test_what_is_timed_by_a_film_is_seen(
    visit: Visit, marta: Practitioner, spoken: Lesson, tmp_path: Path, what: str
) -> None:
    file = spoken.recording.file
    film = sounds.small_film()
    cast.film_of(file)
    for form in file.renditions.all():
        (tmp_path / form.path).write_bytes(film)
        type(form).objects.filter(pk=form.pk).update(size=len(film), sha256=f"{form.pk:064x}")
    page = visit(f"/library/{spoken.pk}/{what}/", as_=marta)
    video = page.locator(".beside video")
    expect(video).to_be_visible()
    page.wait_for_function("document.querySelector('video').videoWidth > 0")
    video.evaluate("(video) => { video.currentTime = 1.2; }")
    page.get_by_role("button", name=re.compile("Contract now|A line begins now")).click()
    expect(page.locator("[data-status]")).to_contain_text("0:01.2")
    assert axe_findings(page) == []


def test_a_caption_is_split_set_and_kept(visit: Visit, marta: Practitioner, spoken: Lesson) -> None:
    page = visit(f"/library/{spoken.pk}/captions/", as_=marta)
    words = page.locator("[data-field=words]")
    words.first.fill("Lie <down>. Rest & wait.")
    words.first.evaluate("area => area.setSelectionRange(12, 12)")
    page.get_by_role("button", name="Split").first.click()
    expect(words).to_have_count(2)
    _seek(page, 2.5)
    page.get_by_role("button", name="Ends now").nth(1).click()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/library/{spoken.pk}/")
    spoken.recording.refresh_from_db()
    kept = spoken.recording.captions
    assert "Lie &lt;down&gt;.\n" in kept
    assert "--> 00:00:02.500\nRest &amp; wait.\n" in kept


def test_captions_are_pasted_as_text_and_changed_line_by_line(
    visit: Visit, marta: Practitioner, spoken: Lesson
) -> None:
    spoken.recording.captions = ""
    spoken.recording.save()
    page = visit(f"/library/{spoken.pk}/captions/", as_=marta)
    page.get_by_role("button", name="Paste or change them as text").click()
    page.get_by_role("textbox", name="Captions").fill("WEBVTT\n\n00:00.500 --> 00:01.000\nHello\n")
    page.get_by_role("button", name="Change them line by line").click()
    expect(page.locator("[data-field=words]")).to_have_value("Hello")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/library/{spoken.pk}/")
    spoken.recording.refresh_from_db()
    assert spoken.recording.captions == "WEBVTT\n\n00:00:00.500 --> 00:00:01.000\nHello\n"


def test_pressing_a_line_plays_from_there(visit: Visit, marta: Practitioner, spoken: Lesson) -> None:
    spoken.recording.captions = "WEBVTT\n\n00:01.500 --> 00:03.000\nLift.\n"
    spoken.recording.save()
    page = visit(f"/library/{spoken.pk}/", as_=marta)
    page.get_by_role("link", name="Play from 0:01").click()
    playing: Any = "audio => !audio.paused && audio.currentTime >= 1.4"
    page.wait_for_function(f"({playing})(document.querySelector('audio'))")
    expect(page.locator("li[aria-current]", has_text="Lift.")).to_be_visible()
