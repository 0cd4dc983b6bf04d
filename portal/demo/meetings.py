"""The sessions of a life: booked where there was room at the time, then held, missed, moved or cancelled."""

from datetime import date, datetime, time, timedelta
from functools import partial

from coaching.booking import actions as booking
from coaching.booking import queries, rules
from coaching.booking.models import Appointment, SessionType
from coaching.journal import actions as journal
from coaching.journal import queries as notes
from coaching.people.models import Client
from coaching.reminders import actions as reminders
from portal.demo import coming
from portal.demo.cast import Meeting
from portal.demo.history import QUIET
from portal.demo.life import Life

BOOKED_AT = time(20, 10)
LOOK_AHEAD = timedelta(days=5)  # how far on a session goes when its own day is full
REMINDERS = (timedelta(hours=24), timedelta(hours=1))
A_MOMENT = timedelta(minutes=4)
IN_TIME, LATE = timedelta(days=2), timedelta(hours=3)


def plan(life: Life) -> None:
    """Every session begins with somebody booking it, some days before."""
    for meeting in life.person.sessions:
        first = meeting.from_day or meeting.day
        day = life.desk.working_day(first)
        booked = life.calendar.instant(day - timedelta(days=meeting.booked), BOOKED_AT)
        life.history.at(min(booked, life.a_while_ago()), partial(_book, life, meeting, day))


def _book(life: Life, meeting: Meeting, day: date, now: datetime) -> None:
    kind = life.house.types[meeting.type]
    start = _room(life, kind, meeting, day, now)
    if hasattr(life, "client"):
        token, by = life.token(), life.client.user
        session = booking.book(
            session_type=kind, client=life.client, start=start, token=token, by=by, message=meeting.message, now=now
        )
    else:
        session = _book_first(life, kind, meeting, start, now)
    _then(life, meeting, session)


def _book_first(life: Life, kind: SessionType, meeting: Meeting, start: datetime, now: datetime) -> Appointment:
    """A visitor books, and is a client from then on."""
    person = life.person
    booking.book_first(
        session_type=kind,
        start=start,
        token=life.token(),
        email=person.email,
        name=person.name,
        time_zone=person.zone,
        message=meeting.message,
        now=now,
    )
    coming.arrive(
        life, Client.objects.select_related("user", "practitioner__user").get(user__email=person.email), now
    )
    return queries.appointments_of(life.client).get()


def _room(life: Life, kind: SessionType, meeting: Meeting, day: date, now: datetime) -> datetime:
    """The free time that is nearest to the wanted one."""
    since = life.desk.instant(day, time())
    slots = queries.free_slots_for(session_type=kind, since=since, until=since + LOOK_AHEAD, now=now)
    return rules.nearest(slots, life.desk.instant(day, meeting.at), 1)[0].start


def _then(life: Life, meeting: Meeting, session: Appointment) -> None:
    history = life.history
    if meeting.fate == "moved" and not session.sequence:
        history.at(session.starts_at - IN_TIME, partial(_move, life, meeting, session))
    elif meeting.fate == "cancelled":
        ahead = IN_TIME if meeting.by == "client" else LATE
        history.at(session.starts_at - ahead, partial(_cancel, life, meeting, session))
    else:
        history.if_past(session.ends_at + A_MOMENT, partial(_mark, life, meeting, session))
    for ahead in REMINDERS:
        history.if_past(session.starts_at - ahead + A_MOMENT, remind)


def remind(now: datetime) -> object:
    """What a worker does every minute."""
    return None if any(reminders.sweep(now).values()) else QUIET


def _move(life: Life, meeting: Meeting, session: Appointment, now: datetime) -> None:
    start = _room(life, session.session_type, meeting, life.desk.working_day(meeting.day), now)
    moved = booking.move(appointment=session, start=start, by=life.client.user, why=meeting.why, now=now)
    _then(life, meeting, moved)


def _cancel(life: Life, meeting: Meeting, session: Appointment, now: datetime) -> None:
    who = life.client if meeting.by == "client" else life.house.practitioner
    booking.cancel(appointment=session, by=who.user, why=meeting.why, now=now)


def _mark(life: Life, meeting: Meeting, session: Appointment, now: datetime) -> object:
    held = meeting.fate != "missed"
    booking.mark(appointment=session, held=held, by=life.house.practitioner.user, now=now)
    if held and (meeting.note or meeting.told):
        _write_down(session, meeting, now)
    return QUIET


def _write_down(session: Appointment, meeting: Meeting, now: datetime) -> None:
    note = journal.save(
        note=notes.note_of(session), words=meeting.note, draft=meeting.told, knows=0, now=now - A_MOMENT
    )
    if meeting.told:
        journal.share(note=note, now=now)
