"""Free times as JSON."""

from datetime import datetime

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.booking.models import SessionType


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock enters at one place only, and stands still here."""
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_free_times_as_json(as_teresa: Browser, coaching: SessionType) -> None:
    asked = "from=2026-11-25&to=2026-11-25&zone=Asia/Kathmandu"
    answer = as_teresa.get(f"/book/coaching/slots.json?{asked}").json()
    assert answer["zone"] == "Asia/Kathmandu"
    assert answer["slots"][0] == {"start": "2026-11-25T08:00:00Z", "end": "2026-11-25T09:00:00Z"}
    assert answer["slots"][-1] == {"start": "2026-11-25T15:00:00Z", "end": "2026-11-25T16:00:00Z"}


def test_days_are_those_of_the_zone(as_teresa: Browser, coaching: SessionType) -> None:
    """08:00 to 16:00 UTC is Wednesday and Thursday in Auckland (UTC+13)."""

    def starts(day: str) -> list[str]:
        asked = f"from={day}&to={day}&zone=Pacific/Auckland"
        return [slot["start"] for slot in as_teresa.get(f"/book/coaching/slots.json?{asked}").json()["slots"]]

    assert starts("2026-11-25")[-1] == "2026-11-25T10:45:00Z"
    assert starts("2026-11-26")[0] == "2026-11-25T11:00:00Z"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("to=2026-11-25", '"from" is missing'),
        ("from=2026-11-25", '"to" is missing'),
        ("from=25.11.2026&to=2026-11-25", '"from" is not a date'),
        ("from=20261125&to=20261125", '"from" is not a date'),
        ("from=2026-11-26&to=2026-11-25", '"to" is before "from"'),
        ("from=2026-11-01&to=2027-02-01", "At most 92 days"),
        ("from=2026-11-25&to=2026-11-25&zone=Mars", "not a time zone"),
        ("from=9999-12-31&to=9999-12-31", "too far away"),
        ("from=0001-01-01&to=0001-01-01", "too far away"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_clearly(
    as_teresa: Browser, coaching: SessionType, query: str, sentence: str
) -> None:
    answer = as_teresa.get(f"/book/coaching/slots.json?{query}")
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]


def test_ninety_two_days_are_fine(as_teresa: Browser, coaching: SessionType) -> None:
    assert as_teresa.get("/book/coaching/slots.json?from=2026-11-01&to=2027-01-31").status_code == 200


def test_free_times_are_for_who_may_book(client: Browser, first_talk: SessionType) -> None:
    days = "from=2026-11-25&to=2026-11-25"
    assert client.get(f"/book/first-talk/slots.json?{days}").status_code == 200
    assert client.get(f"/book/coaching/slots.json?{days}").status_code == 404
