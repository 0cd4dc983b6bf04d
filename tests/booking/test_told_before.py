"""What a type asks, and what is said before one confirms."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.booking.models import Appointment, Question, SessionType
from coaching.people.models import Client
from tests.booking.reading import form, stamp, visitor


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock enters at one place only, and stands still here."""
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def asking(coaching: SessionType) -> SessionType:
    Question.objects.create(session_type=coaching, words="Where do you feel it?", required=True)
    Question.objects.create(session_type=coaching, words="Since when?", rank=1)
    SessionType.objects.filter(pk=coaching.pk).update(before_confirming="Lie down once before we meet.")
    return coaching


def test_the_questions_of_a_type_are_asked_and_kept_with_their_words(
    as_teresa: Browser, asking: SessionType, wednesday: datetime
) -> None:
    page = as_teresa.get("/book/coaching/").content.decode()
    for words in ("Where do you feel it?", "Since when?", "Lie down once before we meet."):
        assert words in page
    first = asking.questions.first()
    assert first
    typed = form(wednesday, message="My neck", **{f"question_{first.pk}": "Low on the left"})
    assert as_teresa.post("/book/coaching/", typed).status_code == 303
    assert Appointment.objects.get().answers == [{"asked": "Where do you feel it?", "answer": "Low on the left"}]


def test_an_answer_that_has_to_be_given_is_missed_and_nothing_typed_is_lost(
    as_teresa: Browser, asking: SessionType, wednesday: datetime
) -> None:
    answer = as_teresa.post("/book/coaching/", form(wednesday, message="My neck"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This has to be answered: Where do you feel it?" in page
    assert "My neck" in page
    assert f'value="{stamp(wednesday)}" checked' in page


def test_the_practitioner_is_not_asked_her_own_questions(
    as_marta: Browser, asking: SessionType, teresa: Client, wednesday: datetime
) -> None:
    assert "Where do you feel it?" not in as_marta.get("/book/coaching/").content.decode()
    assert as_marta.post("/book/coaching/", form(wednesday, client=teresa.pk)).status_code == 303


def test_a_visitors_answers_are_kept_too(client: Browser, first_talk: SessionType, wednesday: datetime) -> None:
    question = Question.objects.create(session_type=first_talk, words="What hurts?", required=True)
    typed = visitor(wednesday, "vera@example.org", **{f"question_{question.pk}": "The knee"})
    assert client.post("/book/first-talk/", typed).status_code == 302
    assert Appointment.objects.get().answers == [{"asked": "What hurts?", "answer": "The knee"}]


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ({}, "You can move or cancel it until today, Monday 23 November, 10:30. Later than that, ask Marta."),
        ({"later": "counts"}, "Cancelled later than that, it counts as missed."),
        ({"most_moves": 1}, "It can be moved once."),
        ({"most_moves": 3}, "It can be moved three times."),
        ({"most_moves": 0}, "You can cancel it until"),
        ({"cancel_hours": 72}, "It begins so soon that only Marta can move or cancel it."),
        ({"cancel_hours": 72, "later": "counts"}, "cannot be moved here; cancelled, it counts as missed."),
    ],
)
def test_the_policy_is_said_for_the_time_that_is_chosen(
    as_teresa: Browser, coaching: SessionType, policy: dict[str, Any], sentence: str
) -> None:
    """Chosen is Tuesday at 10:30 in Lisbon; it is Monday, 10:00."""
    SessionType.objects.update(**policy)
    page = " ".join(as_teresa.get("/book/coaching/?start=2026-11-24T10:30:00Z").content.decode().split())
    assert sentence in page
    assert 'value="2026-11-24T10:30:00Z" checked' in page


def test_what_is_approved_first_says_so(as_teresa: Browser, coaching: SessionType, wednesday: datetime) -> None:
    SessionType.objects.update(by_approval=True)
    page = as_teresa.get("/book/coaching/").content.decode()
    assert "Ask for this time" in page
    assert "Marta answers yes or no." in page
    told = as_teresa.post("/book/coaching/", form(wednesday), follow=True).content.decode()
    assert "Asked for: Wednesday 25 November, 10:00, your time in Lisbon. Marta answers yes or no." in told
    assert "You asked Marta Lindqvist for this time" in told


def test_two_places_with_the_same_clock_say_so_once(as_teresa: Browser, coaching: SessionType) -> None:
    page = as_teresa.get("/book/coaching/?zone=Europe/Berlin").content.decode()
    assert "Marta in Copenhagen has the same time." in page
    assert "Copenhagen</span>" not in page


@pytest.mark.parametrize("start", ["", "soon", "2026-11-24T03:00:00Z", "2026-11-24T10:30:00"])
def test_a_start_that_is_not_free_is_not_chosen(as_teresa: Browser, coaching: SessionType, start: str) -> None:
    page = as_teresa.get(f"/book/coaching/?start={start}").content.decode()
    assert "checked" not in page
    assert "Choose a time</b>" in page
