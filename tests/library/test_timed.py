"""Cues, chapters and captions: as text and as files, hostile ones too; and the words that are read and printed."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from coaching.library import captions, rules
from coaching.library.captions import Caption
from coaching.library.models import Lesson
from coaching.people.models import Practitioner
from tests import cast

VTT = "WEBVTT\n\n00:00.000 --> 00:02.500\n<b>Lie</b> down &amp; rest.\n\n00:03.000 --> 00:04.000\nSlowly.\n"
SRT = b"\xef\xbb\xbf1\r\n00:00:01,000 --> 00:00:02,500\r\nLie down.\r\n\r\n"
SRT += b"2\r\n00:00:03,000 --> 00:00:04,000\r\nSlowly.\r\n"


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(of=marta, captions=VTT)


# --- as text ----------------------------------------------------------------------------------------------

_words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf", "Co"]), max_size=40)


@given(st.lists(st.tuples(st.integers(0, 9_000_000), st.integers(1, 9_000), _words), max_size=12))
def test_captions_that_are_written_are_read_again(lines: list[tuple[int, int, str]]) -> None:
    """Whatever somebody types into a line: arrows, tags, entities and empty words too."""
    said = [
        Caption(start / 1000, (start + length) / 1000, " ".join(words.split()))
        for start, length, words in sorted(lines)
    ]
    read = captions.read(captions.write(said))
    assert [each.words for each in read] == [each.words for each in said]
    assert [each.start for each in read] == pytest.approx([each.start for each in said])


@given(
    st.lists(
        st.tuples(st.integers(0, 7000), _words.filter(lambda words: words.strip())),
        max_size=12,
        unique_by=lambda line: line[0],
    )
)
def test_chapters_that_are_written_are_read_again(lines: list[tuple[int, str]]) -> None:
    chapters = [rules.NewChapter(start, title.strip()) for start, title in sorted(lines)]
    assert rules.read_chapters(rules.write_chapters(chapters), None) == chapters


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Arriving", "Line 1 is not clear"),
        ("0:00 Arriving\n0:00 Again", "“0:00” does not come after the line above it"),
        ("15:00 Late", "comes after the end of the recording, which lasts 14:00"),
        ("0:00 " + "a" * 121, "Line 1 is too long"),
    ],
)
def test_an_unclear_chapter_is_named(text: str, sentence: str) -> None:
    with pytest.raises(rules.Unclear, match=sentence):
        rules.read_chapters(text, 840)


def test_a_chapter_without_a_name_is_called_by_its_number() -> None:
    chapters = rules.read_chapters("0:00 Arriving\n\n1:00\n2:00  ", None)
    assert [(each.start, each.title) for each in chapters] == [
        (0, "Arriving"),
        (60, "Chapter 2"),
        (120, "Chapter 3"),
    ]


# --- as pages ---------------------------------------------------------------------------------------------


def test_cues_and_chapters_are_set_on_one_page(as_marta: Browser, lesson: Lesson) -> None:
    typed = {"cues": "0:05 rest Nothing\n0:09.5 contract", "chapters": "0:00 Arriving\n1:00 The back"}
    as_marta.post(reverse("lesson_times", args=[lesson.pk]), typed)
    assert [(cue.kind, cue.start, cue.end) for cue in lesson.cues.all()] == [
        ("rest", 5, 9.5),
        ("contract", 9.5, 840),
    ]
    assert [(chapter.start, chapter.title) for chapter in lesson.chapters.all()] == [
        (0, "Arriving"),
        (60, "The back"),
    ]
    page = as_marta.get(reverse("lesson_times", args=[lesson.pk])).content.decode()
    assert "1:00 The back" in page


def test_what_is_unclear_is_said_and_nothing_is_lost(as_marta: Browser, lesson: Lesson) -> None:
    as_marta.post(reverse("lesson_times", args=[lesson.pk]), {"cues": "0:05 rest", "chapters": ""})
    page = as_marta.post(reverse("lesson_times", args=[lesson.pk]), {"cues": "later", "chapters": ""})
    assert "Line 1 is not clear" in page.content.decode()
    assert ">\nlater</textarea>" in page.content.decode()
    assert lesson.cues.count() == 1


def _captions(lesson: Lesson) -> str:
    lesson.recording.refresh_from_db()
    return lesson.recording.captions


def test_captions_are_kept_as_plain_lines(as_marta: Browser, lesson: Lesson) -> None:
    hostile = "WEBVTT\n\nSTYLE\n::cue { background: url(//evil.example) }\n\n"
    hostile += "00:01.000 --> 00:02.000\n<v X>Hi</v> &lt;script&gt;"
    as_marta.post(reverse("lesson_captions", args=[lesson.pk]), {"captions": hostile})
    assert _captions(lesson) == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHi &lt;script&gt;\n"
    page = as_marta.get(reverse("lesson", args=[lesson.pk])).content.decode()
    assert "Hi &lt;script&gt;" in page
    assert "evil.example" not in page


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (SRT, "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nLie down.\n\n00:00:03.000 --> 00:00:04.000\nSlowly.\n"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n"),
    ],
)
def test_captions_come_from_a_file(as_marta: Browser, lesson: Lesson, content: bytes, kept: str) -> None:
    typed = {"captions": VTT, "file": SimpleUploadedFile("spoken.srt", content)}
    as_marta.post(reverse("lesson_captions", args=[lesson.pk]), typed)
    assert _captions(lesson) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"captions": "hello"}, "begin with the word WEBVTT"),
        (
            {"captions": "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\u202e"},
            "Line 4 of the captions holds a character that",
        ),
        ({"captions": "WEBVTT\n\n15:00.000 --> 15:02.000\nLate"}, "“Late” begins after the end of the recording"),
        ({"file": SimpleUploadedFile("a.vtt", b"\xff\xfe\x00")}, "This file is no text."),
        ({"file": SimpleUploadedFile("a.vtt", b"<html>")}, "begin with the word WEBVTT"),
        ({"file": SimpleUploadedFile("a.vtt", b"x" * 2_100_000)}, "too long for one recording"),
    ],
)
def test_captions_that_cannot_be_are_refused_in_a_sentence(
    as_marta: Browser, lesson: Lesson, typed: dict[str, object], sentence: str
) -> None:
    page = as_marta.post(reverse("lesson_captions", args=[lesson.pk]), {"captions": VTT, **typed}).content.decode()
    assert sentence in page
    assert _captions(lesson) == VTT


def test_without_any_line_the_captions_are_gone(as_marta: Browser, lesson: Lesson) -> None:
    as_marta.post(reverse("lesson_captions", args=[lesson.pk]), {"captions": ""})
    assert _captions(lesson) == ""


def test_the_words_can_be_read_by_chapter_and_each_line_leads_to_its_second(
    as_marta: Browser, lesson: Lesson
) -> None:
    lesson.chapters.create(start=2.8, title="The slow part")
    page = as_marta.get(reverse("lesson_words", args=[lesson.pk])).content.decode()
    assert page.index("Lie down &amp; rest.") < page.index("The slow part") < page.index("Slowly.")
    address = f"{reverse('lesson', args=[lesson.pk])}?at=3"
    assert f'href="{address}#said"' in page
    assert f'{reverse("lesson_sound", args=[lesson.pk])}#t=3"' in as_marta.get(address).content.decode()


def test_words_that_would_harm_their_reader_do_not(as_marta: Browser, marta: Practitioner, tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) ![](https://evil.example/p.png) **well**"
    lesson = cast.lesson(of=marta, instructions=hostile)
    page = as_marta.get(reverse("lesson_as_client", args=[lesson.pk])).content.decode()
    assert "<strong>well</strong>" in page
    assert "<script>alert" not in page
    assert "javascript:" not in page.replace("[x](javascript:alert(1))", "")
    assert "evil.example" not in page
