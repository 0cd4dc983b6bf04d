"""What is taken along: whatever was typed stands on it as it was typed, and only for those whom it concerns."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from coaching.library.models import Lesson
from coaching.people.models import Client, Practitioner
from coaching.practice.models_arc import KitLesson
from coaching.progress.paper import blocks
from coaching.progress.paper.setting import Paper, as_pdf
from coaching.progress.plan import plan_of
from coaching.story.actions import Wanted, tell_story
from coaching.story.felt import Mark, written
from coaching.story.models import BodyMap, StoryReading
from tests import cast
from tests.conftest import signed_in

HOSTILE = '#let x = 1; $ \\alpha $ `raw` @ref <label> // *bold* #import "a.typ" "quoted" {{ 7 }} <script>'


def _read(pdf: bytes) -> tuple[PdfReader, str]:
    """The file, and its words with each stretch of white space as one space."""
    reader = PdfReader(BytesIO(pdf))
    text = " ".join(page.extract_text() for page in reader.pages).replace("\u200b", "")
    return reader, " ".join(text.split())


def _paper(teresa: Client, *words: str) -> Paper:
    return Paper(
        "A paper", "The house", "23 November 2026", teresa.zone, [blocks.paragraph(each) for each in words]
    )


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(
        of=marta,
        purpose="Lets a tight back go.",
        instructions="Lie **down**.\n\n- a mat\n- a cushion",
        cautions="Not after a fall.",
    )


@pytest.fixture
def planned(teresa: Client, lesson: Lesson, marta: Practitioner) -> Client:
    today = timezone.now().date()
    cast.assignment(
        to=teresa,
        lesson=lesson,
        note=HOSTILE,
        rhythm="daily",
        times_a_day=2,
        starts_on=today - timedelta(days=2),
        until=today + timedelta(days=9),
    )
    over = cast.lesson(of=marta, title="Long over")
    cast.assignment(to=teresa, lesson=over, state="ended")
    start = timezone.now().replace(hour=10, minute=0) + timedelta(days=3)
    cast.appointment(client=teresa, session_type=cast.session_type(of=marta), start=start)
    return teresa


def test_the_plan_holds_all_that_is_needed_away_from_the_portal(
    as_teresa: Browser, planned: Client, lesson: Lesson
) -> None:
    KitLesson.objects.create(client=planned, lesson=lesson, words="When it seizes.", added_at=cast.NOW)
    answer = as_teresa.get(reverse("plan_pdf"))
    reader, text = _read(answer.content)
    for words in (
        "The plan of Teresa Almada",
        "Arch and flatten",
        "Every day, twice, from",
        "14 minutes.",
        "From Marta",
        "Lets a tight back go.",
        "Lie down.",
        "a cushion",
        "Not after a fall.",
        "your time in Lisbon",
        "for Marta in Copenhagen",
        "Coaching session, by video.",
        "When it seizes.",
        "Call a doctor at once",
        "Unlearning tension, Marta Lindqvist",
        "1 / ",
    ):
        assert words in text, words
    assert HOSTILE in text
    assert "Long over" not in text
    assert reader.metadata
    assert reader.metadata.title == "The plan of Teresa Almada"


def test_a_paper_can_be_read_aloud_and_looks_the_same_everywhere(as_teresa: Browser, planned: Client) -> None:
    reader, _text = _read(as_teresa.get(reverse("plan_pdf")).content)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert all({"/FontFile2", "/FontFile3"} & set(each) for each in inner)


def test_a_file_is_kept_by_nobody_on_the_way_and_has_a_harmless_name(as_marta: Browser, planned: Client) -> None:
    planned.user.name = '../Te"re\tsa; Almada \u202e'
    planned.user.save(update_fields=["name"])
    answer = as_marta.get(reverse("plan_of_pdf", args=[planned.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith('attachment; filename="plan_..Teresa_Almada')
    assert "/" not in answer["Content-Disposition"]


def test_letters_of_europe_stand_on_paper_as_they_were_typed(teresa: Client) -> None:
    said = ["Straße, Übung, höher", "Zażółć gęślą jaźń", "Καλημέρα κόσμε", "Привет, їжак", "Příliš žluťoučký kůň"]
    _reader, text = _read(as_pdf(_paper(teresa, *said)))
    assert all(words in text for words in said)
    assert "could not be printed" not in text


def test_what_no_font_holds_is_said_and_not_dropped(teresa: Client) -> None:
    _reader, text = _read(as_pdf(_paper(teresa, "Felt \U0001f9d8 \U00013000 good")))
    assert "Felt" in text
    assert "Some letters could not be printed here." in text


def test_signs_that_turn_the_reading_are_left_out_and_long_words_break() -> None:
    assert blocks.clean("safe \u202eevil\u202c\x00 end") == "safe evil  end"
    assert blocks.clean("a" * 100).replace("\u200b", "") == "a" * 100
    assert blocks.clean("a" * 100).count("\u200b") == 4
    assert blocks.unmarked("One *two*\n\n- three & <b>four</b>") == ["One two", "three & <b>four</b>"]


def test_across_the_ocean_paper_is_letter(marta: Practitioner) -> None:
    sizes = []
    for zone in ("America/Chicago", "Europe/Lisbon"):
        reader, _text = _read(as_pdf(_paper(cast.client(of=marta, zone=zone), "Words")))
        sizes.append(round(reader.pages[0].mediabox.width))
    assert sizes == [612, 595]


def test_progress_on_paper_says_what_the_plots_show(as_teresa: Browser, teresa: Client, lesson: Lesson) -> None:
    for days_ago, after in ((1, 3), (2, 4), (3, 7)):
        moment = timezone.now() - timedelta(days=days_ago)
        cast.PracticeEntry.objects.create(
            client=teresa, lesson=lesson, day=moment.date(), before=6, after=after, noted_at=moment
        )
    reader, text = _read(as_teresa.get(reverse("progress_pdf")).content)
    assert "Lower after two of three practices." in text
    assert "Lower twice, higher once. On average 6 before and 4.7 after." in text
    assert "higher after" in text
    assert "Tension before and after practice." in _alternatives(reader)


def test_how_strong_it_was_and_is_stands_on_paper_too(as_teresa: Browser, teresa: Client) -> None:
    for days_ago, mark in ((20, Mark("left-knee", 6)), (2, Mark("face", 3))):
        at = timezone.now() - timedelta(days=days_ago)
        BodyMap.objects.create(client=teresa, day=at.date(), marks=written([mark]), drawn_at=at)
    text = _read(as_teresa.get(reverse("progress_pdf")).content)[1]
    assert "(was 6 of 10)" in text
    assert "(3 of 10)" in text


def _alternatives(reader: PdfReader) -> str:
    """What is said aloud in the place of pictures."""
    found = []
    for number in range(len(reader.xref_objStm) + len(reader.xref[0]) + 1):
        thing = reader.get_object(number)
        if isinstance(thing, dict) and "/Alt" in thing:
            found.append(str(thing["/Alt"]))
    return " ".join(found)


def test_the_page_of_the_plan_says_the_same(as_teresa: Browser, as_marta: Browser, planned: Client) -> None:
    for browser, address in (
        (as_teresa, reverse("plan_print")),
        (as_marta, reverse("plan_of", args=[planned.pk])),
    ):
        page = browser.get(address).content.decode()
        for words in (
            "Every day, twice, from",
            "Not after a fall.",
            "your time in Lisbon",
            "Call a doctor at once",
        ):
            assert words in page
        assert "<script>" not in page
        assert "Long over" not in page


def test_an_empty_plan_is_a_paper_too(as_teresa: Browser, teresa: Client) -> None:
    _reader, text = _read(as_teresa.get(reverse("plan_pdf")).content)
    assert "There is nothing to practise just now." in text
    assert plan_of(teresa, cast.NOW).lessons == []


@pytest.mark.parametrize("name", ["progress_of_pdf", "progress_of"])
def test_reading_what_is_told_in_the_story_is_remembered(name: str, as_marta: Browser, teresa: Client) -> None:
    as_marta.get(reverse(name, args=[teresa.pk]))
    assert not StoryReading.objects.exists()
    tell_story(client=teresa, happened="A fall.", activities=[Wanted("Put on shoes", 3)], now=timezone.now())
    for _again in range(2):
        assert as_marta.get(reverse(name, args=[teresa.pk])).status_code == 200
    assert StoryReading.objects.get().practitioner == teresa.practitioner


@pytest.mark.parametrize("name", ["plan_of", "plan_of_pdf", "progress_of_pdf"])
def test_another_practitioner_gets_nothing(name: str, planned: Client) -> None:
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    assert stranger.get(reverse(name, args=[planned.pk])).status_code == 404
