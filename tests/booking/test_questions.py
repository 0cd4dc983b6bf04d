"""What a session type asks whoever books it, and what is said where the practitioner approves."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.booking.models import Appointment, Question, SessionType
from coaching.people.models import Client


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock enters at one place only, and stands still here."""
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def questions(coaching: SessionType) -> list[Question]:
    return [
        Question.objects.create(session_type=coaching, words="Can you lie on the floor?", required=True, rank=0),
        Question.objects.create(session_type=coaching, words="Who sent you?", rank=1),
    ]


def form(start: datetime, **more: Any) -> dict[str, Any]:
    return {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "token": str(uuid4()), **more}


def test_what_has_to_be_answered_is_asked_for_and_nothing_typed_is_lost(
    as_teresa: Browser, coaching: SessionType, questions: list[Question], wednesday: datetime
) -> None:
    answer = as_teresa.post("/book/coaching/", form(wednesday, **{f"question_{questions[1].pk}": "My sister"}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This has to be answered: Can you lie on the floor?" in page
    assert "My sister" in page
    assert not Appointment.objects.exists()


def test_answers_keep_the_words_that_were_asked(
    as_teresa: Browser, teresa: Client, coaching: SessionType, questions: list[Question], wednesday: datetime
) -> None:
    first = questions[0]
    answer = as_teresa.post("/book/coaching/", form(wednesday, **{f"question_{first.pk}": "With a cushion"}))
    assert answer.status_code == 303
    first.words = "Something else now"
    first.save(update_fields=["words"])
    kept = Appointment.objects.get(client=teresa).answers
    assert kept == [{"asked": "Can you lie on the floor?", "answer": "With a cushion"}]


def test_who_asks_for_a_session_is_told_that_she_decides(
    as_teresa: Browser, coaching: SessionType, wednesday: datetime
) -> None:
    coaching.by_approval = True
    coaching.save(update_fields=["by_approval"])
    answer = as_teresa.post("/book/coaching/", form(wednesday), follow=True)
    told = answer.content.decode()
    assert "Asked for: Wednesday 25 November, 10:00, your time in Lisbon. Marta answers yes or no." in told
