"""Single days: time off over days, other hours, and more hours."""

from datetime import date, datetime, time

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.booking import queries
from coaching.booking.models import Appointment, DateOverride, SessionType
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.reading import plain

DATES = "/sessions/hours/dates/"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime) -> Appointment:
    return cast.appointment(client=teresa, session_type=coaching, start=wednesday)


def test_time_off_is_noted_and_sessions_in_it_stay_and_are_named(as_marta: Browser, session: Appointment) -> None:
    as_marta.post("/sessions/hours/dates/", {"first": "2026-11-24", "last": "2026-11-27", "note": "Away"})
    page = as_marta.get("/sessions/hours/").content.decode()
    assert "Tuesday 24 November to Friday 27 November" in page
    assert "Booked outside these hours" in page
    assert "Teresa Almada, Wednesday 25 November, 11:00" in page
    session.refresh_from_db()
    assert session.status == "confirmed"
    as_marta.post("/sessions/hours/dates/clear/", {"first": "2026-11-24", "last": "2026-11-27"})
    assert not DateOverride.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Say which day, or from which day."),
        ({"first": "2026-11-27", "last": "2026-11-24"}, "The last day comes before the first."),
        ({"first": "2026-11-27", "last": "2029-11-24"}, "At most a year at once."),
        ({"first": "2026-11-27", "opens": "9"}, "Say both when you open and when you close."),
        (
            {"first": "2026-11-27", "opens": "9", "closes": "12", "opens_2": "14"},
            "Say both when you open and when you close.",
        ),
        (
            {"first": "2026-11-27", "opens": "9", "closes": "12", "opens_2": "11", "closes_2": "13"},
            "These times overlap.",
        ),
    ],
)
def test_unclear_dates_change_nothing(
    as_marta: Browser, coaching: SessionType, typed: dict[str, str], sentence: str
) -> None:
    answer = as_marta.post("/sessions/hours/dates/", typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not DateOverride.objects.exists()


def test_an_evening_more_leaves_the_weekly_hours(
    as_marta: Browser, marta: Practitioner, coaching: SessionType, now: datetime
) -> None:
    typed = {"first": "2026-11-25", "how": "more", "opens": "19", "closes": "20"}
    as_marta.post(DATES, typed)
    starts = [slot.start for slot in queries.all_free_slots(coaching, now)]
    wednesday = [f"{at:%H:%M}" for at in starts if at.date() == date(2026, 11, 25)]
    assert (wednesday[0], wednesday[-2], wednesday[-1]) == ("08:00", "15:00", "18:00")
    assert "Open besides: 19:00 to 20:00" in plain(as_marta.get("/sessions/hours/"))


def test_a_day_can_be_open_twice(as_marta: Browser, coaching: SessionType) -> None:
    typed = {
        "first": "2026-11-27",
        "how": "instead",
        "opens": "14",
        "closes": "16",
        "opens_2": "9",
        "closes_2": "10",
    }
    assert as_marta.post(DATES, typed).status_code == 302
    rows = DateOverride.objects.order_by("opens").values_list("opens", "closes", "adds")
    assert list(rows) == [(time(9), time(10), False), (time(14), time(16), False)]
    assert "09:00 to 10:00, 14:00 to 16:00" in plain(as_marta.get("/sessions/hours/")).replace(" ,", ",")
