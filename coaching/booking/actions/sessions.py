"""Booking, moving, cancelling, and noting afterwards how it was."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from coaching.booking.actions import steps
from coaching.booking.actions.steps import NotFree, Settled, Status, TooLate, What
from coaching.booking.models import Appointment, SessionType
from coaching.people.models import Client


def book(
    *,
    session_type: SessionType,
    client: Client,
    start: datetime,
    token: UUID,
    by: User,
    now: datetime,
    message: str = "",
    answers: Sequence[dict[str, str]] = (),
) -> Appointment:
    """Book a session that starts at `start`, or ask for it where the practitioner approves each one. The same
    client and token again gives the same session.

    `answers` are those to the type's questions: [{"asked": ..., "answer": ...}, ...].
    Raises Taken or NotFree, both with the nearest free times, or StoryFirst.
    """
    if client.practitioner_id != session_type.practitioner_id:
        raise NotFree
    try:
        with transaction.atomic():
            practitioner = steps.hold(session_type.practitioner, now)
            if standing := Appointment.objects.filter(client=client, token=token).first():
                return standing
            session_type = steps.as_it_is(session_type, practitioner)
            steps.check_story(session_type, client, by)
            hers = steps.is_hers(by, practitioner)
            steps.check_free(session_type, start, now, soon=hers)
            waits = session_type.by_approval and not hers
            session = Appointment(
                practitioner=practitioner,
                client=client,
                session_type=session_type,
                status=Status.REQUESTED if waits else Status.CONFIRMED,
                message=message,
                answers=list(answers),
                token=token,
                created_at=now,
            )
            steps.place(session, start)
            session.save(force_insert=True)
            steps.record(session, What.ASKED if waits else What.BOOKED, by=by, now=now)
            return session
    except IntegrityError as refusal:
        raise steps.refused(refusal, session_type, start, now) from refusal


def move(*, appointment: Appointment, start: datetime, by: User, now: datetime, why: str = "") -> Appointment:
    """Move a session to `start`; its length stays that of its type. When that fails, the old time stands.

    Raises Taken or NotFree with the nearest free times, TooLate, or Settled.
    """
    try:
        with transaction.atomic():
            session = _changeable(appointment, now)
            if session.starts_at == start:
                return session
            hers = steps.is_hers(by, session.practitioner)
            if not hers and not steps.may_of(session, now).move:
                raise TooLate
            steps.check_free(session.session_type, start, now, but=session, soon=hers)
            steps.place(session, start)
            session.sequence += 1
            session.save(update_fields=[*steps.PLACED, "sequence"])
            steps.record(session, What.MOVED, by=by, now=now, why=why)
            return session
    except IntegrityError as refusal:
        raise steps.refused(refusal, appointment.session_type, start, now, but=appointment) from refusal


def cancel(*, appointment: Appointment, by: User, why: str, now: datetime) -> Appointment:
    """Cancel a session and free its time. Cancelling twice is the same as once. A client who cancels after the
    deadline of a type where that counts, is noted as late. Raises TooLate or Settled."""
    with transaction.atomic():
        if Appointment.objects.filter(pk=appointment.pk, status=Status.CANCELLED).exists():
            appointment.refresh_from_db()
            return appointment
        session = _changeable(appointment, now)
        may = None if steps.is_hers(by, session.practitioner) else steps.may_of(session, now)
        if may and not may.cancel:
            raise TooLate
        session.late = bool(may and may.counts)
        end(session, now)
        steps.record(session, What.CANCELLED, by=by, now=now, why=why)
        return session


def end(session: Appointment, now: datetime) -> None:
    """The session takes place no more, and its time is free. Under the practitioner's lock."""
    session.status, session.cancelled_at = Status.CANCELLED, now
    session.sequence += 1
    session.save(update_fields=["status", "cancelled_at", "sequence", "late"])


def mark(*, appointment: Appointment, held: bool, by: User, now: datetime) -> Appointment:
    """Note that a session was held, or that the client did not come. Only after it began. Raises Settled."""
    status = Status.HELD if held else Status.MISSED
    with transaction.atomic():
        session = steps.locked(appointment, now)
        if session.status not in _COULD_BE_HELD or session.starts_at > now:
            raise Settled
        if session.status != status:
            session.status = status
            session.save(update_fields=["status"])
            steps.note_change(session, What(status), by=by, now=now)
            steps.tell_pages(session, now)
        return session


_COULD_BE_HELD = (Status.CONFIRMED, Status.HELD, Status.MISSED)


def _changeable(appointment: Appointment, now: datetime) -> Appointment:
    session = steps.locked(appointment, now)
    if session.status not in (Status.REQUESTED, Status.CONFIRMED) or session.ends_at <= now:
        raise Settled
    return session
