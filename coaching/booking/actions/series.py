"""Rows of sessions: booked together, moved or cancelled from one on. All of it in one transaction, or nothing."""

import copy
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from accounts.models import User
from coaching.booking import letters, queries, repeats
from coaching.booking.actions import sessions, steps
from coaching.booking.actions.steps import NotFree, Settled, Status, TooLate, What
from coaching.booking.models import Appointment, Series, SessionType
from coaching.booking.repeats import Turn
from coaching.people.models import Client


class TooMany(Exception):
    """More sessions than a row may have, or none."""


def plan_series(
    *,
    session_type: SessionType,
    client: Client,
    first: datetime,
    every_weeks: int,
    count: int,
    by: User,
    now: datetime,
) -> list[Turn]:
    """What booking the row would come to: each session with whether it is free, and else what is near. Changes
    nothing. Raises TooMany."""
    if not (1 <= count <= repeats.MOST and 1 <= every_weeks <= repeats.MOST_WEEKS):
        raise TooMany
    practitioner = session_type.practitioner
    wanted = repeats.starts(first, every_weeks=every_weeks, count=count, zone=practitioner.zone)
    far = reaching(session_type, wanted[-1], now)
    slots = queries.free_slots_for(
        session_type=far,
        since=wanted[0] - repeats.NEAR,
        until=wanted[-1] + repeats.NEAR,
        now=now,
        soon=steps.is_hers(by, practitioner),
    )
    return repeats.plan(wanted, slots=slots, length=session_type.length, client=client.zone)


def book_series(
    *,
    session_type: SessionType,
    client: Client,
    starts: Sequence[datetime],
    every_weeks: int,
    token: UUID,
    by: User,
    now: datetime,
    message: str = "",
) -> Series:
    """Book all of the starts, or none: each is checked under the practitioner's lock, against what is booked and
    against the row itself. The same token again gives the same row. One letter tells of all of them.

    Raises TooMany, NotFree, StoryFirst or Taken.
    """
    starts = sorted(starts)
    _refuse_what_is_no_row(session_type, client, starts, every_weeks)
    try:
        with transaction.atomic():
            practitioner = steps.hold(session_type.practitioner, now)
            standing = Appointment.objects.filter(client=client, token=token).select_related("series").first()
            if standing is not None:
                return _row_of(standing)
            session_type = steps.as_it_is(session_type, practitioner)
            steps.check_story(session_type, client, by)
            row = Series.objects.create(
                client=client,
                session_type=session_type,
                every_weeks=every_weeks,
                zone=practitioner.user.time_zone,
                created_at=now,
            )
            booked = [
                _book_one(row, start, number=number, token=token, by=by, message=message, now=now)
                for number, start in enumerate(starts)
            ]
            for person in steps.both(booked[0]):
                letters.post_series(row, booked, person=person, now=now)
            return row
    except IntegrityError as refusal:
        raise steps.refused(refusal, session_type, starts[0], now) from refusal


def _refuse_what_is_no_row(
    session_type: SessionType, client: Client, starts: Sequence[datetime], every_weeks: int
) -> None:
    if client.practitioner_id != session_type.practitioner_id:
        raise NotFree
    if not (1 <= len(starts) <= repeats.MOST and 1 <= every_weeks <= repeats.MOST_WEEKS):
        raise TooMany
    if starts[-1] - starts[0] > every_weeks * repeats.MOST * timedelta(weeks=1):
        raise NotFree  # the horizon is there for single sessions


def _row_of(booked: Appointment) -> Series:
    """What the same form booked before. Raises NotFree when that was a single session."""
    if booked.series is None:
        raise NotFree
    return booked.series


def _book_one(
    row: Series, start: datetime, *, number: int, token: UUID, by: User, message: str, now: datetime
) -> Appointment:
    """Only the first of a row (`number` 0) keeps to the horizon: the others lie as far behind it as the row is
    long."""
    kind = row.session_type
    hers = steps.is_hers(by, kind.practitioner)
    waits = kind.by_approval and not hers
    steps.check_free(kind if number == 0 else reaching(kind, start, now), start, now, soon=hers)
    session = Appointment(
        practitioner=kind.practitioner,
        client=row.client,
        session_type=kind,
        status=Status.REQUESTED if waits else Status.CONFIRMED,
        series=row,
        message=message,
        token=token if number == 0 else uuid5(token, str(number)),
        created_at=now,
    )
    steps.place(session, start)
    session.save(force_insert=True)
    steps.note_change(session, What.ASKED if waits else What.BOOKED, by=by, now=now)
    steps.tell_pages(session, now)
    return session


def plan_move(*, appointment: Appointment, start: datetime, by: User, now: datetime) -> list[Turn]:
    """What moving this session to `start`, and all after it in its row by as much on the clock, would come to."""
    row = _rest_of_row(appointment)
    wanted = _shifted(row, start)
    kind = appointment.session_type
    far = reaching(kind, max(wanted), now)
    slots = queries.free_slots_for(
        session_type=far,
        since=min(wanted) - repeats.NEAR,
        until=max(wanted) + repeats.NEAR,
        now=now,
        but=row,
        soon=steps.is_hers(by, appointment.practitioner),
    )
    return repeats.plan(wanted, slots=slots, length=kind.length, client=appointment.client.zone)


def move_series(
    *, appointment: Appointment, starts: Mapping[UUID, datetime], by: User, now: datetime
) -> list[Appointment]:
    """Move those of the row's sessions (this one and later) that `starts` names, each to its time, together or not
    at all; the others stay. Raises Taken or NotFree, TooLate, or Settled."""
    try:
        with transaction.atomic():
            session = steps.locked(appointment, now)
            row = [each for each in _rest_of_row(session) if each.pk in starts]
            if not row:
                raise Settled
            hers = _may_all(row, by, now, "move")
            for each in _out_of_each_others_way(row, starts):
                _move_one(each, starts[each.pk], first=each is row[0], hers=hers, by=by, now=now)
            for person in steps.both(session):
                letters.post_series_moved(row, person=person, now=now)
            return row
    except IntegrityError as refusal:
        raise steps.refused(refusal, appointment.session_type, appointment.starts_at, now) from refusal


def _move_one(session: Appointment, start: datetime, *, first: bool, hers: bool, by: User, now: datetime) -> None:
    """The first goes no further than a single one could, or than a few days from where it stands; the later ones
    follow it."""
    far = reaching(session.session_type, session.starts_at if first else start, now)
    steps.check_free(far, start, now, but=session, soon=hers)
    steps.place(session, start)
    session.sequence += 1
    session.save(update_fields=[*steps.PLACED, "sequence"])
    steps.note_change(session, What.MOVED, by=by, now=now)
    steps.tell_pages(session, now)


def _out_of_each_others_way(row: Sequence[Appointment], starts: Mapping[UUID, datetime]) -> list[Appointment]:
    """Forwards the last goes first, backwards the first: nobody steps on a place that is not left yet."""
    forwards = starts[row[0].pk] > row[0].starts_at
    return list(reversed(row)) if forwards else list(row)


def cancel_series(*, appointment: Appointment, by: User, why: str, now: datetime) -> list[Appointment]:
    """Cancel this session and all after it in its row. One letter tells of all. Raises TooLate or Settled."""
    with transaction.atomic():
        session = steps.locked(appointment, now)
        row = _rest_of_row(session)
        if not row:
            raise Settled
        _may_all(row, by, now, "cancel")
        for each in row:
            each.late = not steps.is_hers(by, each.practitioner) and steps.may_of(each, now).counts
            sessions.end(each, now)
            steps.note_change(each, What.CANCELLED, by=by, now=now, why=why)
            steps.tell_pages(each, now)
        for person in steps.both(session):
            letters.post_series_cancelled(row, person=person, now=now)
        return row


def reaching(session_type: SessionType, start: datetime, now: datetime) -> SessionType:
    """The type with a horizon that reaches `start`: the later ones of a row lie beyond what is booked singly."""
    far = copy.copy(session_type)
    far.horizon_days = max(session_type.horizon_days, (start + repeats.NEAR - now) // timedelta(days=1) + 1)
    return far


def _rest_of_row(appointment: Appointment) -> list[Appointment]:
    return list(queries.later_in_series(appointment)) if appointment.series_id else []


def _shifted(row: Sequence[Appointment], start: datetime) -> list[datetime]:
    if not row:
        raise Settled
    zone, was = row[0].practitioner.zone, row[0].starts_at
    return [repeats.shifted(each.starts_at, was=was, to=start, zone=zone) for each in row]


def _may_all(row: Sequence[Appointment], by: User, now: datetime, what: str) -> bool:
    """Whether it is the practitioner. Raises TooLate when the policy lets a client not change one of them."""
    hers = steps.is_hers(by, row[0].practitioner)
    if not hers and not all(getattr(steps.may_of(each, now), what) for each in row):
        raise TooLate
    return hers
