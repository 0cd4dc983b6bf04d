"""What the letters say, and the calendar files that they carry, read back."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from icalendar import Calendar, Event

from accounts.models import User
from coaching.booking import actions
from coaching.booking.models import Appointment, SessionType
from coaching.outbox.letters import Told, tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.actions import take_on
from coaching.people.models import Client, Practitioner


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime) -> Appointment:
    return actions.book(
        session_type=coaching,
        client=teresa,
        start=wednesday,
        token=uuid4(),
        by=teresa.user,
        message="My *neck*",
        now=now,
    )


def told(kind: str, person: User, now: datetime) -> Told | None:
    return tell_in_their_words(Letter.objects.get(kind=kind, person=person), now)


def words(letter: Told | None) -> str:
    assert letter is not None
    return "\n".join([letter.subject, *letter.paragraphs, *letter.after, letter.why])


def event(letter: Told | None) -> tuple[str, Event]:
    """The method and the one event of the attached calendar; it names its zone and folds its lines."""
    assert letter is not None
    attached = letter.attachments[0]
    assert all(len(line) <= 75 for line in attached.content.split(b"\r\n"))
    calendar = Calendar.from_ical(attached.content)
    assert str(calendar["method"]) == attached.method
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Copenhagen"]
    (only,) = calendar.walk("VEVENT")
    return attached.method, only


def test_a_confirmation_names_both_clocks(session: Appointment, teresa: Client, now: datetime) -> None:
    letter = told("booking.confirmed", teresa.user, now)
    assert letter is not None
    assert letter.subject == "Booked: Wednesday 25 November, 10:00"
    said = words(letter)
    assert "**Wednesday 25 November, 10:00**, your time in Lisbon. For Marta in Copenhagen it is 11:00." in said
    assert "You can move or cancel it until Tuesday 24 November, 10:00." in said
    assert "six numbers" not in said
    assert letter.action is not None
    assert letter.action.url.endswith(f"/sessions/{session.pk}/")


def test_the_practitioner_reads_her_own_clock_and_what_it_is_about(
    session: Appointment, marta: Practitioner, now: datetime
) -> None:
    said = words(told("booking.confirmed", marta.user, now))
    assert said.startswith("Booked: Wednesday 25 November, 11:00")
    assert "Teresa Almada booked a session with you." in said
    assert r"My \*neck\*" in said


def test_the_invitation_reads_back(
    session: Appointment, teresa: Client, marta: Practitioner, now: datetime
) -> None:
    method, found = event(told("booking.confirmed", teresa.user, now))
    assert method == "REQUEST"
    assert (str(found["uid"]), int(found["sequence"])) == (session.uid, 0)
    assert found.decoded("dtstart") == session.starts_at
    assert found.decoded("dtend") == session.ends_at
    assert found["dtstart"].params["TZID"] == "Europe/Copenhagen"
    assert str(found["organizer"]).lower() == f"mailto:{marta.user.email}"
    attending = {str(one): str(one.params["PARTSTAT"]) for one in found["attendee"]}
    assert attending == {f"mailto:{teresa.user.email}": "ACCEPTED", f"mailto:{marta.user.email}": "ACCEPTED"}
    assert str(found["status"]) == "CONFIRMED"
    assert str(found["summary"]) == "Coaching session with Marta Lindqvist"


def test_one_uid_for_life_and_a_sequence_that_grows(
    session: Appointment, teresa: Client, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    actions.move(appointment=session, start=wednesday + timedelta(hours=2), by=teresa.user, now=now)
    said = words(told("booking.moved", marta.user, now))
    assert "Moved: now Wednesday 25 November, 13:00" in said
    assert "Teresa moved this session." in said
    assert "It was Wednesday 25 November, 11:00 before." in said
    _, moved = event(told("booking.moved", teresa.user, now))
    assert (str(moved["uid"]), int(moved["sequence"])) == (session.uid, 1)
    actions.cancel(appointment=session, by=marta.user, why="I am ill", now=now)
    letter = told("booking.cancelled", teresa.user, now)
    assert "Marta cancelled this session." in words(letter)
    assert "I am ill" in words(letter)
    method, cancelled = event(letter)
    assert (method, str(cancelled["status"])) == ("CANCEL", "CANCELLED")
    assert (str(cancelled["uid"]), int(cancelled["sequence"])) == (session.uid, 2)


def test_a_letter_that_is_no_longer_true_is_dropped(
    session: Appointment, teresa: Client, wednesday: datetime, now: datetime
) -> None:
    actions.move(appointment=session, start=wednesday + timedelta(hours=2), by=teresa.user, now=now)
    assert told("booking.confirmed", teresa.user, now) is None
    actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    assert told("booking.moved", teresa.user, now) is None
    assert "You cancelled this session." in words(told("booking.cancelled", teresa.user, now))


def test_a_newcomer_learns_how_to_come_in(
    marta: Practitioner, first_talk: SessionType, wednesday: datetime, now: datetime
) -> None:
    vera = take_on(
        practitioner=marta, email="vera@example.org", name="Vera", time_zone="Asia/Kolkata", status="new", now=now
    )
    actions.book(session_type=first_talk, client=vera, start=wednesday, token=uuid4(), by=vera.user, now=now)
    said = words(told("booking.confirmed", vera.user, now))
    assert "15:30" in said
    assert "We send you six numbers; no password is needed." in said
    assert "http://testserver/accounts/login/code/" in said


def test_another_day_on_the_other_clock_is_named(
    marta: Practitioner, coaching: SessionType, teresa: Client, wednesday: datetime, now: datetime
) -> None:
    User.objects.filter(pk=teresa.user.pk).update(time_zone="Pacific/Auckland")
    teresa.user.refresh_from_db()
    actions.book(
        session_type=coaching,
        client=teresa,
        start=wednesday + timedelta(hours=3),
        token=uuid4(),
        by=teresa.user,
        now=now,
    )
    said = words(told("booking.confirmed", teresa.user, now))
    assert "**Thursday 26 November, 02:00**, your time in Auckland." in said
    assert "it is Wednesday 25 November, 14:00." in said
