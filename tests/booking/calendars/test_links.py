"""One session, put into a calendar by a press: on its page, from its letter, as a file."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import vobject
from django.test import Client as Browser
from django.urls import reverse

from coaching.booking import actions
from coaching.booking.calendars.links import add_to_calendar
from coaching.booking.models import Appointment
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner


def asked(session: Appointment, reader: Client, name: str) -> tuple[str, dict[str, str]]:
    (link,) = (each for each in add_to_calendar(session, reader=reader.user) if each.name == name)
    parts = urlsplit(link.url)
    return parts.hostname or "", {key: value for key, (value,) in parse_qs(parts.query).items()}


def test_both_big_programs_are_given_the_same_instants(session: Appointment, teresa: Client) -> None:
    session.session_type.name = "Talk & listen: 100 % + ä"
    host, google = asked(session, teresa, "Google")
    assert host == "calendar.google.com"
    assert google["text"] == "Talk & listen: 100 % + ä with Marta Lindqvist"
    start, end = (datetime.strptime(each, "%Y%m%dT%H%M%S%z") for each in google["dates"].split("/"))
    assert (start, end) == (session.starts_at, session.ends_at)
    assert session.get_absolute_url() in google["details"]
    host, outlook = asked(session, teresa, "Outlook.com")
    assert host == "outlook.live.com"
    assert outlook["subject"] == google["text"]
    assert datetime.fromisoformat(outlook["startdt"]) == session.starts_at
    assert datetime.fromisoformat(outlook["enddt"]) == session.ends_at
    assert (outlook["location"], outlook["body"]) == (google["location"], google["details"])


def test_the_page_offers_them_while_the_session_stands(
    session: Appointment, as_teresa: Browser, teresa: Client, now: datetime
) -> None:
    page = as_teresa.get(session.get_absolute_url()).content.decode()
    for way in ("https://calendar.google.com/", "https://outlook.live.com/", "session.ics"):
        assert way in page
    assert "What you add here does not follow a later change." in page
    actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    assert "session.ics" not in as_teresa.get(session.get_absolute_url()).content.decode()


def test_the_letter_says_that_its_invitation_comes_first(
    session: Appointment, teresa: Client, now: datetime
) -> None:
    told = tell_in_their_words(Letter.objects.get(kind="booking.confirmed", person=teresa.user), now)
    assert told is not None
    (said,) = (words for words in told.after if "calendar.google.com" in words)
    assert said.startswith("This letter holds an invitation, which follows every change.")
    assert "](https://outlook.live.com/" in said
    assert all(len(word) < 330 for word in said.split())  # in plain text one reads past it
    assert "session.ics" not in said  # that would ask for signing in; the letter carries the file


def test_the_file_is_for_the_two_of_them(
    session: Appointment, as_teresa: Browser, as_marta: Browser, outsider: Client, teresa: Client, now: datetime
) -> None:
    address = reverse("session_calendar", args=[session.pk])
    for browser in (as_teresa, as_marta):
        answer = browser.get(address)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer["Cache-Control"] == "private, no-store"
        event = vobject.readOne(answer.content.decode()).vevent
        assert event.dtstart.value.astimezone(UTC) == session.starts_at
    stranger = Browser()
    stranger.force_login(outsider.user)
    assert stranger.get(address).status_code == 404
    actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    assert vobject.readOne(as_teresa.get(address).content.decode()).method.value == "CANCEL"


def test_what_was_noted_of_the_other_person_stays_out(
    session: Appointment, teresa: Client, marta: Practitioner
) -> None:
    Appointment.objects.filter(pk=session.pk).update(message="my secret pain", agreed="a private note")
    session.refresh_from_db()
    for reader in (teresa.user, marta.user):
        for link in add_to_calendar(session, reader=reader):
            assert "secret" not in link.url
            assert "private" not in link.url
