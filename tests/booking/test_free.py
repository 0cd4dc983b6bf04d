"""Free time of the calendar: a client is booked there, or it is kept free and given back."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.booking import actions
from coaching.booking.models import Appointment, KeptFree, OpeningHours, SessionType
from coaching.live.models import Event
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.reading import here, plain


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime) -> Appointment:
    """Wednesday, 11:00 to 12:00 in Copenhagen; a quarter of an hour is kept after it."""
    return cast.appointment(client=teresa, session_type=coaching, start=wednesday)


# --- kept free --------------------------------------------------------------------------------------


def kept_form(**change: str) -> dict[str, str]:
    return {"day": "2026-11-26", "opens": "13", "closes": "14:30", "note": "A walk", **change}


def test_time_is_kept_free_and_given_back(as_marta: Browser, marta: Practitioner, coaching: SessionType) -> None:
    answer = as_marta.post("/sessions/free/", kept_form(), follow=True)
    assert "Kept free: Thursday 26 November, 13:00 to 14:30." in answer.content.decode()
    kept = KeptFree.objects.get()
    assert (kept.starts_at, kept.ends_at, kept.note) == (here(26, 13), here(26, 14, 30), "A walk")
    assert Event.objects.filter(person=marta.user, kind="booking.changed").count() == 1
    as_marta.post("/sessions/free/", kept_form())
    assert KeptFree.objects.count() == 1
    assert "A walk" in as_marta.get(f"/sessions/kept/{kept.pk}/").content.decode()
    as_marta.post(f"/sessions/kept/{kept.pk}/")
    assert not KeptFree.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"day": ""}, "Say which day."),
        ({"day": "soon"}, "This is no date that we can read."),
        ({"opens": ""}, "Say both from when and until when."),
        ({"closes": "12"}, "The end comes before the beginning."),
        ({"closes": "late"}, "late is no time of day."),
        ({"day": "2026-11-22"}, "That time is over."),
    ],
)
def test_an_unclear_stretch_keeps_nothing(
    as_marta: Browser, coaching: SessionType, change: dict[str, str], sentence: str
) -> None:
    answer = as_marta.post("/sessions/free/", kept_form(**change))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not KeptFree.objects.exists()


def test_until_midnight_is_until_the_end_of_the_day(as_marta: Browser, coaching: SessionType) -> None:
    as_marta.post("/sessions/free/", kept_form(closes="24"))
    assert KeptFree.objects.get().ends_at == here(27, 0)


# --- booked there ----------------------------------------------------------------------------------


def test_a_free_time_offers_what_fits_there_and_what_fits_next(
    as_marta: Browser, session: Appointment, first_talk: SessionType
) -> None:
    """Coaching sessions start every quarter of an hour; from 12:15 the time is free again."""
    page = as_marta.get("/sessions/free/?at=2026-11-25T10:45&until=2026-11-25T11:00").content.decode()
    assert "First talk, 15 minutes<" in page
    assert "Coaching session, 60 minutes, at 12:15" in page
    assert 'value="coaching@2026-11-25T11:15:00Z"' in page
    assert "Teresa Almada (09:45 in Lisbon)" in page
    assert 'value="11:00"' in page


def test_a_free_time_offers_each_type_within_its_own_hours(
    as_marta: Browser, marta: Practitioner, coaching: SessionType, first_talk: SessionType
) -> None:
    hours = {"practitioner": marta, "session_type": first_talk, "weekday": 2}
    OpeningHours.objects.create(opens=time(14), closes=time(14, 15), **hours)
    page = as_marta.get("/sessions/free/?at=2026-11-25T10:00").content.decode()
    assert "Coaching session, 60 minutes<" in page
    assert "First talk, 15 minutes, at 14:00" in page
    assert "no room from here on, that day, for: First talk." in plain(
        as_marta.get("/sessions/free/?at=2026-11-25T14:15")
    )


def test_a_client_is_booked_out_of_the_calendar_and_it_can_be_taken_back(
    as_marta: Browser, teresa: Client, coaching: SessionType
) -> None:
    typed = {"client": teresa.pk, "what": "coaching@2026-11-25T09:00:00Z", "token": str(uuid4())}
    answer = as_marta.post("/sessions/free/?at=2026-11-25T10:00", typed)
    assert answer["Location"] == "/sessions/?week=2026-11-23"
    assert as_marta.post("/sessions/free/?at=2026-11-25T10:00", typed)["Location"] == answer["Location"]
    booked = teresa.appointments.get()
    assert booked.starts_at == here(25, 10)
    page = plain(as_marta.get(answer["Location"]))
    assert "Booked: Teresa, Wednesday 25 November, 10:00. That is 09:00 for Teresa in Lisbon." in page
    as_marta.post(f"/sessions/{booked.pk}/undo/")
    assert not Appointment.objects.standing().exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"client": ""}, "Choose for whom the session is."),
        ({"what": ""}, "Choose what is booked."),
        ({"what": "coaching@2026-11-25T03:00:00Z"}, "That time was just taken. These are free."),
        ({"what": "massage@2026-11-25T09:00:00Z"}, "That time was just taken. These are free."),
        ({"what": "coaching"}, "This field is required."),
    ],
)
def test_what_cannot_be_booked_there_is_said(
    as_marta: Browser, teresa: Client, coaching: SessionType, change: dict[str, str], sentence: str
) -> None:
    typed = {"client": teresa.pk, "what": "coaching@2026-11-25T09:00:00Z", "token": str(uuid4()), **change}
    answer = as_marta.post("/sessions/free/?at=2026-11-25T10:00", typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Appointment.objects.exists()


def test_anothers_client_cannot_be_booked(as_marta: Browser, stranger: Client, coaching: SessionType) -> None:
    typed = {"client": stranger.pk, "what": "coaching@2026-11-25T09:00:00Z", "token": str(uuid4())}
    assert as_marta.post("/sessions/free/?at=2026-11-25T10:00", typed).status_code == 422
    assert "Sally" not in as_marta.get("/sessions/free/").content.decode()


@pytest.mark.parametrize(
    ("query", "closes"),
    [
        ("at=2026-11-25T10:00", "11:00"),
        ("at=2026-11-25T10:00&until=2026-11-25T10:30", "10:30"),
        ("at=2026-11-25T10:00&until=2026-11-25T17:00&to=2026-11-25T13:45", "13:45"),
        ("at=2026-11-25T10:00&to=2026-11-25T09:00", "10:15"),
        ("at=2026-11-25T23:30&to=2026-11-26T03:00", "00:00"),
    ],
)
def test_a_stretch_that_was_drawn_is_what_would_be_kept(
    as_marta: Browser, coaching: SessionType, query: str, closes: str
) -> None:
    assert f'name="closes" value="{closes}"' in as_marta.get(f"/sessions/free/?{query}").content.decode()


@pytest.mark.parametrize("at", ["", "soon", "0001-01-01T00:00", "9999-12-31T23:45", "2026-11-25"])
def test_nonsense_in_the_address_is_the_next_quarter(as_marta: Browser, coaching: SessionType, at: str) -> None:
    page = as_marta.get(f"/sessions/free/?at={at}&until={at}").content.decode()
    assert "<h1>Today, Monday 23 November, 11:00</h1>" in page


def test_nothing_is_kept_that_is_empty_or_over(marta: Practitioner, now: datetime) -> None:
    for start, end in [(now, now), (now - timedelta(hours=2), now - timedelta(hours=1))]:
        with pytest.raises(actions.NoTime):
            actions.keep_free(practitioner=marta, starts_at=start, ends_at=end, now=now)
