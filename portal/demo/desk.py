"""The practitioner's own desk: a kind of session that she agrees to first, days off, time kept free, another
calendar, a row of sessions, and what waits for her word."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial

from coaching.booking import actions as booking
from coaching.booking import queries
from coaching.booking.calendars import actions as calendars
from coaching.booking.calendars.replies import Reply
from coaching.booking.models import BusyCalendar, BusyTime, SessionType
from coaching.booking.rules import Slot, Stretch
from coaching.people.models import Practitioner
from portal.demo.history import QUIET, Calendar, History
from portal.demo.life import House, Life

LONG = "long-session"
THURSDAYS = {3: [Stretch(time(14), time(17, 30))]}
FAR = timedelta(days=40)
Lives = dict[int, Life]


def add_long_session(practitioner: Practitioner, address: str, now: datetime) -> None:
    """It has hours of its own, a question, and is looked at before it stands."""
    fields = {
        "name": "Long session",
        "description": "An hour and a half, where several things lie over each other.",
        "minutes": 90,
        "buffer_after": 30,
        "grid": 30,
        "notice_hours": 24,
        "horizon_days": 28,
        "by_approval": True,
        "address": address.rsplit("/", 1)[0] + "/{room}",
        "before_confirming": "Have a mat ready, and nothing planned for half an hour afterwards.",
    }
    asks = [("What has changed since we talked last?", True)]
    made = booking.add_type(practitioner=practitioner, fields=fields, questions=asks, now=now)
    booking.set_hours(practitioner=practitioner, weekly=THURSDAYS, session_type=made, now=now)


def plan(lives: Lives, house: House, history: History) -> None:
    """Everything of the last days, some of it hours ago."""
    ago: list[tuple[timedelta, Callable[[datetime], object]]] = [
        (timedelta(days=12), partial(_days_off, house)),
        (timedelta(days=6), partial(_book_long, lives[6])),
        (timedelta(days=5), partial(_agree, lives[6])),
        (timedelta(days=4), partial(_wait, lives[7])),
        (timedelta(days=2), partial(_keep_free, house)),
        (timedelta(hours=4), partial(_read_another_calendar, house)),
        (timedelta(hours=20), partial(_book_a_row, lives[1])),
        (timedelta(hours=5), partial(_book_long, lives[11])),
        (timedelta(hours=3), partial(_ask_to_move, lives[4])),
        (timedelta(hours=2), partial(_decline, lives[12])),
        (timedelta(hours=1), partial(_give_up, lives[6])),
        (timedelta(minutes=50), lambda now: booking.sweep(now=now)),
    ]
    for before, deed in ago:
        history.at(history.now - before, deed)


def _days_off(house: House, now: datetime) -> object:
    desk, her = _desk(house, now), house.practitioner
    away = desk.next_working_day(26)
    booking.set_dates(
        practitioner=her, first=away, last=away + timedelta(days=4), note="With my mother in Viseu", now=now
    )
    late, evening = desk.next_working_day(20), [Stretch(time(19, 30), time(21))]
    note = "An evening for Vancouver"
    booking.set_dates(practitioner=her, first=late, last=late, stretches=evening, adds=True, note=note, now=now)
    booking.set_workload(practitioner=her, day_limit=6, week_limit=22, now=now)
    return QUIET


def _keep_free(house: House, now: datetime) -> object:
    desk = _desk(house, now)
    for ahead, opens, closes, note in (
        (3, time(14), time(15, 30), "Dentist"),
        (4, time(16, 30), time(18, 30), "Accounts"),
        (9, time(8), time(9), "Swimming"),
    ):
        day = desk.next_working_day(ahead)
        starts_at, ends_at = desk.instant(day, opens), desk.instant(day, closes)
        booking.keep_free(practitioner=house.practitioner, starts_at=starts_at, ends_at=ends_at, note=note, now=now)
    return QUIET


def _read_another_calendar(house: House, now: datetime) -> object:
    """As if it had been read: there is no such address, and nobody asks it before the demo is a month old."""
    desk, her = _desk(house, now), house.practitioner
    calendar = BusyCalendar.objects.create(
        practitioner=her,
        name="The choir",
        url="https://calendar.demo.example/choir.ics",
        added_at=now,
        fresh_at=now,
        covers_until=now + FAR,
        next_try_at=now + FAR,
    )
    evenings = [desk.day(n) for n in range(30) if desk.day(n).weekday() == 1]
    BusyTime.objects.bulk_create(
        BusyTime(
            calendar=calendar,
            practitioner=her,
            starts_at=desk.instant(day, time(17)),
            ends_at=desk.instant(day, time(19)),
        )
        for day in evenings
    )
    return QUIET


def _book_a_row(life: Life, now: datetime) -> None:
    """Every second week, six times; what falls into days off is left out."""
    kind, her = life.house.types["check-in"], life.house.practitioner.user
    desk, client = _desk(life.house, now), life.client
    first = desk.instant(desk.next_working_day(6), time(10, 30))
    turns = booking.plan_series(
        session_type=kind, client=client, first=first, every_weeks=2, count=6, by=her, now=now
    )
    starts = [turn.wanted for turn in turns if turn.free]
    booking.book_series(
        session_type=kind, client=client, starts=starts, every_weeks=2, token=life.token(), by=her, now=now
    )


def _book_long(life: Life, now: datetime) -> None:
    kind = life.house.types[LONG]
    answers = [{"asked": "What has changed since we talked last?", "answer": "Less in the neck, more in the hip."}]
    booking.book(
        session_type=kind,
        client=life.client,
        start=_soon(life, kind, now)[0].start,
        token=life.token(),
        by=life.client.user,
        answers=answers,
        now=now,
    )


def _agree(life: Life, now: datetime) -> None:
    session = queries.appointments_of(life.client).get(session_type__slug=LONG)
    booking.approve(appointment=session, by=life.house.practitioner.user, now=now)


def _wait(life: Life, now: datetime) -> None:
    booking.join(client=life.client, session_type=life.house.types[LONG], now=now)


def _give_up(life: Life, now: datetime) -> None:
    """Whoever waits in turn is offered the time, as soon as it cannot be taken back."""
    session = queries.appointments_of(life.client).get(session_type__slug=LONG)
    booking.cancel(appointment=session, by=life.client.user, why="The ferry again.", now=now)


def _ask_to_move(life: Life, now: datetime) -> None:
    session = queries.appointments_of(life.client).upcoming(now).first()
    if session is None:
        return
    wanted = next(slot for slot in _soon(life, session.session_type, now) if slot.start > session.starts_at)
    booking.ask(
        appointment=session,
        wish="move",
        wanted=wanted.start,
        why="They have given me the early shift that day.",
        by=life.client.user,
        now=now,
    )


def _decline(life: Life, now: datetime) -> None:
    session = queries.appointments_of(life.client).upcoming(now).first()
    if session is None:
        return
    email = life.client.user.email
    reply = Reply(session.pk, email, "declined", session.sequence, "We play that evening after all.", now)
    calendars.note_reply(reply=reply, sender=email, message_id=f"<declined-{session.pk}@demo.example>", now=now)


def _soon(life: Life, kind: SessionType, now: datetime) -> list[Slot]:
    """What is free from two days after today on."""
    today = life.history.now
    return queries.free_slots_for(session_type=kind, since=today + timedelta(days=2), until=today + FAR, now=now)


def _desk(house: House, now: datetime) -> Calendar:
    return Calendar(house.practitioner.zone, now)
