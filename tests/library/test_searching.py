"""Lessons are found by what they say, and play from there."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.library.models import Lesson
from coaching.people.models import Practitioner
from tests import cast

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nBreathe in.\n\n"
VTT += "00:30.500 --> 00:33.000\nLet the shoulders <i>breathe</i> &amp; drop.\n"


@pytest.fixture
def lessons(marta: Practitioner) -> list[Lesson]:
    cast.lesson(of=cast.practitioner(name="Sten Stranger"), title="Breathing", captions=VTT)
    return [
        cast.lesson(of=marta, captions=VTT, area="back", position="lying on your back"),
        cast.lesson(
            of=marta, title="Side bend", purpose="For a waist that holds its breath & <ribs>.", area="waist"
        ),
        cast.lesson(of=marta, title="Twist", area="back"),
    ]


def _found(browser: Browser, **asked: str) -> str:
    return browser.get(reverse("library"), asked).content.decode().partition("<main")[2]


@pytest.mark.usefixtures("lessons")
def test_words_are_found_in_texts_and_in_what_is_said_and_stand_marked(as_marta: Browser) -> None:
    page = _found(as_marta, q="breathing")  # another form of the word
    assert "Two lessons hold “breathing”" in page
    assert "<mark>Breathe</mark> in." in page
    assert "its <mark>breath</mark> &amp; &lt;ribs&gt;." in page
    assert "Twist" not in page


def test_a_spoken_line_leads_to_its_second(as_marta: Browser, lessons: list[Lesson]) -> None:
    page = _found(as_marta, q="shoulders drop")
    assert f"{reverse('lesson', args=[lessons[0].pk])}?at=30#said" in page
    assert "Let the <mark>shoulders</mark> breathe &amp; <mark>drop</mark>." in page


@pytest.mark.usefixtures("lessons")
def test_the_beginning_of_a_title_is_enough(as_marta: Browser) -> None:
    assert ">Twist</a>" in _found(as_marta, q="twi")


@pytest.mark.usefixtures("lessons")
@pytest.mark.parametrize("strange", ["", "%", "'); DROP", '"', "<script>", "webvtt", "00", "a or or -", "\ue000"])
def test_strange_words_find_nothing_or_something_and_break_nothing(as_marta: Browser, strange: str) -> None:
    assert as_marta.get(reverse("library"), {"q": strange}).status_code == 200


@pytest.mark.usefixtures("lessons")
def test_lessons_can_be_chosen_by_area_and_position(as_marta: Browser) -> None:
    page = _found(as_marta, area="back", position="lying on your back")
    assert "One lesson in your library" in page
    assert ">Arch and flatten</a>" in page


def test_finding_asks_as_often_for_thirty_lessons_as_for_one(as_marta: Browser, marta: Practitioner) -> None:
    as_marta.get(reverse("library"))
    counts = []
    for wanted in (1, 30):
        for number in range(Lesson.objects.count(), wanted):
            cast.lesson(of=marta, title=f"Lesson {number}", captions=VTT)
        with CaptureQueriesContext(connection) as asked:
            assert "<mark>" in _found(as_marta, q="breathe")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


def test_a_piece_of_the_words_to_read_is_shown_without_its_signs(as_marta: Browser, marta: Practitioner) -> None:
    words = "Lie on a **firm floor**.\n\n- knees bent\n- feet *flat*"
    cast.lesson(of=marta, title="Pelvic clock", instructions=words)
    page = " ".join(_found(as_marta, q="floor knees").split())
    assert "Lie on a firm <mark>floor</mark>. <mark>knees</mark> bent feet flat" in page
