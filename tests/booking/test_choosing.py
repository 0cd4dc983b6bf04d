"""A client, or the practitioner for one, chooses a time and books it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.booking.models import Appointment, DateOverride, OpeningHours, SessionType
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.reading import form, stamp


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock enters at one place only, and stands still here."""
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_a_client_chooses_a_time_and_books_it(
    as_teresa: Browser, teresa: Client, coaching: SessionType, wednesday: datetime
) -> None:
    page = as_teresa.get("/book/coaching/?day=2026-11-25").content.decode()
    assert f'value="{stamp(wednesday)}"' in page
    assert "All times are yours, in Lisbon." in page
    assert "11:00 Copenhagen" in page
    answer = as_teresa.post("/book/coaching/", form(wednesday, message="My neck"))
    session = Appointment.objects.get(client=teresa)
    assert (answer.status_code, answer["Location"]) == (303, f"/sessions/{session.pk}/")
    told = as_teresa.get(answer["Location"]).content.decode()
    assert "Booked: Wednesday 25 November, 10:00, your time in Lisbon." in told
    assert "11:00 for Marta in Copenhagen" in told
    assert "My neck" in told


def test_a_double_click_books_once(as_teresa: Browser, coaching: SessionType, wednesday: datetime) -> None:
    typed = form(wednesday)
    answers = [as_teresa.post("/book/coaching/", typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Appointment.objects.count() == 1


def test_who_comes_second_keeps_what_was_typed(
    as_teresa: Browser, outsider: Client, coaching: SessionType, wednesday: datetime
) -> None:
    cast.appointment(client=outsider, session_type=coaching, start=wednesday)
    answer = as_teresa.post("/book/coaching/", form(wednesday, message="The left shoulder"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "That time was just taken." in page
    assert "The left shoulder" in page
    assert f'value="{stamp(wednesday + timedelta(minutes=75))}"' in page
    assert "Olaf" not in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"start": ""}, "Choose a time first."),
        ({"start": "soon"}, "This is no time that we can read."),
        ({"start": "2026-11-25T10:00:00"}, "This is no time that we can read."),
        ({"start": "0001-01-01T00:00:00+14:00"}, "This is no time that we can read."),
        ({"token": ""}, "token is missing"),
        ({"token": "x"}, "token is broken"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_booked(
    as_teresa: Browser, coaching: SessionType, wednesday: datetime, change: dict[str, str], sentence: str
) -> None:
    answer = as_teresa.post("/book/coaching/", {**form(wednesday), **change})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Appointment.objects.exists()


def test_a_hand_made_time_is_refused(as_teresa: Browser, coaching: SessionType, wednesday: datetime) -> None:
    for wrong in ("9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z", stamp(wednesday + timedelta(minutes=1))):
        assert as_teresa.post("/book/coaching/", {**form(wednesday), "start": wrong}).status_code == 409
    assert not Appointment.objects.exists()


def test_a_day_without_free_times_says_when_there_are_some(
    as_teresa: Browser, coaching: SessionType, marta: Practitioner
) -> None:
    DateOverride.objects.bulk_create(
        DateOverride(practitioner=marta, date=datetime(2026, 11, 23).date() + timedelta(days=n))  # noqa: DTZ001
        for n in range(28)
    )
    page = as_teresa.get("/book/coaching/").content.decode()
    assert "Nothing is free in these four weeks" in page
    assert "21 December" in page
    OpeningHours.objects.all().delete()
    assert "Nothing is free in the next 60 days." in as_teresa.get("/book/coaching/").content.decode()


@pytest.mark.parametrize(
    "query", ["day=x", "from=9999-12-31", "zone=Mars/Base", "day=0001-01-01&from=1800-01-01", "with=x"]
)
def test_nonsense_in_the_address_is_passed_over(as_teresa: Browser, coaching: SessionType, query: str) -> None:
    assert as_teresa.get(f"/book/coaching/?{query}").status_code in (200, 404)
    assert as_teresa.get(f"/sessions/?week={query}&page=x").status_code == 200


def test_who_may_book_what(
    as_teresa: Browser, as_marta: Browser, stranger: Client, first_talk: SessionType, client: Browser
) -> None:
    visitors = client.get("/book/").content.decode()
    assert "First talk" in visitors
    assert "/book/coaching/" not in visitors
    assert "/book/coaching/" in as_teresa.get("/book/").content.decode()
    assert client.get("/book/coaching/")["Location"].startswith("/accounts/login/")
    assert client.get("/book/nothing/").status_code == 404
    elsewhere = Browser()
    elsewhere.force_login(stranger.user)
    assert elsewhere.get("/book/coaching/").status_code == 404
    assert as_marta.get("/book/coaching/").status_code == 200


def test_the_practitioner_books_for_her_own_clients_only(
    as_marta: Browser, teresa: Client, stranger: Client, coaching: SessionType, wednesday: datetime
) -> None:
    assert as_marta.post("/book/coaching/", form(wednesday, client=stranger.pk)).status_code == 422
    assert as_marta.post("/book/coaching/", form(wednesday, client=teresa.pk)).status_code == 303
    assert Appointment.objects.get().client == teresa
