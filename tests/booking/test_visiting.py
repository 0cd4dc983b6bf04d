"""A visitor books a first talk."""

from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from coaching.booking.models import Appointment, SessionType
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.reading import visitor


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock enters at one place only, and stands still here."""
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_a_visitor_books_a_first_talk_and_becomes_a_new_client(
    client: Browser, first_talk: SessionType, wednesday: datetime
) -> None:
    answer = client.post("/book/first-talk/", visitor(wednesday, "Vera@Example.org"), follow=True)
    assert "We have written to you." in answer.content.decode()
    person = User.objects.get(email="vera@example.org")
    assert (person.client.status, person.time_zone, person.has_usable_password()) == ("new", "Asia/Kolkata", False)
    address = person.emailaddress_set.get()
    assert (address.primary, address.verified) == (True, False)
    assert person.client.appointments.get().starts_at == wednesday
    assert Letter.objects.filter(kind="booking.confirmed", person=person).exists()


def test_nobody_learns_who_has_an_account(
    teresa: Client, marta: Practitioner, first_talk: SessionType, wednesday: datetime
) -> None:
    def answer(known: bool, start: datetime) -> bytes:
        browser, email = Browser(), "teresa@example.org" if known else "vera_@example.org"
        first = browser.post("/book/first-talk/", visitor(start, email))
        assert (first.status_code, first["Location"]) == (302, "/book/-/written/")
        return browser.get(first["Location"]).content.replace(email.encode(), b"")

    User.objects.filter(pk=teresa.user.pk).update(email="teresa@example.org")
    assert answer(True, wednesday) == answer(False, wednesday)
    assert not teresa.appointments.exists()
    letter = Letter.objects.get(kind="booking.already")
    assert letter.person == teresa.user
    answer(True, wednesday + timedelta(hours=1))  # at most one such letter a day
    assert Letter.objects.filter(kind="booking.already").count() == 1


def test_a_taken_time_is_refused_to_known_and_unknown_alike(
    teresa: Client, outsider: Client, first_talk: SessionType, wednesday: datetime, client: Browser
) -> None:
    cast.appointment(client=outsider, session_type=first_talk, start=wednesday)
    for email in (teresa.user.email, "vera@example.org"):
        assert client.post("/book/first-talk/", visitor(wednesday, email)).status_code == 409
    assert not User.objects.filter(email="vera@example.org").exists()


def test_a_visitors_double_click_books_once_and_tells_once(
    client: Browser, first_talk: SessionType, wednesday: datetime
) -> None:
    typed = visitor(wednesday, "vera@example.org")
    for _ in range(2):
        assert client.post("/book/first-talk/", typed).status_code == 302
    assert Appointment.objects.count() == 1
    assert not Letter.objects.filter(kind="booking.already").exists()


def test_a_visitor_is_told_what_is_missing(client: Browser, first_talk: SessionType, wednesday: datetime) -> None:
    typed = {**visitor(wednesday, "not complete"), "name": "", "zone": "Mars"}
    answer = client.post("/book/first-talk/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("Tell us your name.", "This address is not complete.", "not a time zone"):
        assert sentence in page
    assert not Client.objects.exists()


def test_a_visitor_who_books_without_end_is_asked_to_wait(
    client: Browser, first_talk: SessionType, wednesday: datetime
) -> None:
    answers = {client.post("/book/first-talk/", {}).status_code for _ in range(45)}
    assert answers == {422, 429}
