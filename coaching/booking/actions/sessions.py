"""Booking, moving, cancelling. One short transaction each; the database refuses two sessions at once.

Whoever changes a practitioner's time first takes hold of the practitioner's row: attempts on one slot queue up,
each decides on what is true then, and none deadlocks. The exclusion constraint is what holds if anybody forgets.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from coaching.booking import letters, queries, rules
from coaching.booking.models import Appointment, AppointmentChange, SessionType
from coaching.booking.rules import Slot
from coaching.live.actions import tell
from coaching.people.models import Client, Practitioner

What = AppointmentChange.What
Status = Appointment.Status


class NotFree(Exception):
    """This time is not offered. `nearest` are the free times around it."""

    def __init__(self, nearest: Sequence[Slot] = ()) -> None:
        super().__init__("This time is not free.")
        self.nearest = list(nearest)


class Taken(NotFree):
    """This time is offered, but somebody has it. Nothing was changed."""


class TooLate(Exception):
    """The client may not move or cancel any more: the session type's policy says so."""


class Settled(Exception):
    """The session is cancelled or over: there is nothing left to change."""


def book(
    *,
    session_type: SessionType,
    client: Client,
    start: datetime,
    token: UUID,
    by: User,
    now: datetime,
    message: str = "",
) -> Appointment:
    """Book a session that starts at `start`. The same client and token again gives the same session.

    Raises Taken or NotFree, both with the nearest free times.
    """
    if client.practitioner_id != session_type.practitioner_id:
        raise NotFree
    try:
        with transaction.atomic():
            practitioner = _hold(session_type.practitioner)
            if standing := Appointment.objects.filter(client=client, token=token).first():
                return standing
            check_free(session_type, start, now, soon=_is_hers(by, practitioner))
            session = _insert(session_type, client, start, token, message, now)
            _record(session, What.BOOKED, by=by, now=now)
            return session
    except IntegrityError as refusal:
        raise _refused(refusal, session_type, start, now) from refusal


def move(*, appointment: Appointment, start: datetime, by: User, now: datetime, why: str = "") -> Appointment:
    """Move a session to `start`; its length stays that of its type. When that fails, the old time stands.

    Raises Taken or NotFree with the nearest free times, TooLate, or Settled.
    """
    try:
        with transaction.atomic():
            session = _changeable(appointment, by, now)
            if session.starts_at == start:
                return session
            hers = _is_hers(by, session.practitioner)
            check_free(session.session_type, start, now, but=session, soon=hers)
            _place(session, start)
            session.sequence += 1
            session.save(update_fields=[*_PLACED, "sequence"])
            _record(session, What.MOVED, by=by, now=now, why=why)
            return session
    except IntegrityError as refusal:
        raise _refused(refusal, appointment.session_type, start, now, but=appointment) from refusal


def cancel(*, appointment: Appointment, by: User, why: str, now: datetime) -> Appointment:
    """Cancel a session and free its time. Cancelling twice is the same as once. Raises TooLate or Settled."""
    with transaction.atomic():
        if Appointment.objects.filter(pk=appointment.pk, status=Status.CANCELLED).exists():
            appointment.refresh_from_db()
            return appointment
        session = _changeable(appointment, by, now)
        session.status, session.cancelled_at = Status.CANCELLED, now
        session.sequence += 1
        session.save(update_fields=["status", "cancelled_at", "sequence"])
        _record(session, What.CANCELLED, by=by, now=now, why=why)
        return session


def mark(*, appointment: Appointment, held: bool, by: User, now: datetime) -> Appointment:
    """Note that a session was held, or that the client did not come. Only after it began. Raises Settled."""
    status = Status.HELD if held else Status.MISSED
    with transaction.atomic():
        session = _locked(appointment)
        if session.status == Status.CANCELLED or session.starts_at > now:
            raise Settled
        if session.status != status:
            session.status = status
            session.save(update_fields=["status"])
            _note_change(session, What(status), by=by, now=now)
            _tell_pages(session, now)
        return session


def check_free(
    session_type: SessionType, start: datetime, now: datetime, *, but: Appointment | None = None, soon: bool = False
) -> None:
    """Raise Taken or NotFree unless the type lists exactly this start."""
    latest = now + timedelta(days=session_type.horizon_days)
    if not now <= start <= latest:
        raise _not_free(session_type, start, now, but=but, soon=soon, offered=False)
    until = start + timedelta.resolution
    found = queries.free_slots_for(session_type=session_type, since=start, until=until, now=now, but=but, soon=soon)
    if not found:
        offered = _is_offered(session_type, start, now, soon=soon)
        raise _not_free(session_type, start, now, but=but, soon=soon, offered=offered)


_PLACED = ("starts_at", "ends_at", "blocked_from", "blocked_until", "client_zone", "practitioner_zone")
_LETTERS: dict[str, Callable[..., None]] = {
    What.BOOKED: letters.post_confirmed,
    What.MOVED: letters.post_moved,
    What.CANCELLED: letters.post_cancelled,
}


def _hold(practitioner: Practitioner) -> Practitioner:
    """Until the transaction ends, nobody else changes this practitioner's time."""
    held = Practitioner.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    return held.get(pk=practitioner.pk)


def _locked(appointment: Appointment) -> Appointment:
    """The session as it stands now, after everybody who was changing it."""
    _hold(appointment.practitioner)
    people = ("client__user", "practitioner__user", "session_type__practitioner__user")
    return Appointment.objects.select_related(*people).get(pk=appointment.pk)


def _changeable(appointment: Appointment, by: User, now: datetime) -> Appointment:
    session = _locked(appointment)
    if session.status not in (Status.REQUESTED, Status.CONFIRMED) or session.ends_at <= now:
        raise Settled
    hours = session.session_type.cancel_hours
    in_time = rules.may_change(starts_at=session.starts_at, cancel_hours=hours, now=now)
    if not in_time and not _is_hers(by, session.practitioner):
        raise TooLate
    return session


def _is_hers(by: User, practitioner: Practitioner) -> bool:
    return by.pk == practitioner.user_id


def _is_offered(session_type: SessionType, start: datetime, now: datetime, *, soon: bool) -> bool:
    """Whether it would be free if nothing were booked."""
    offer = queries.offer_of(session_type)
    return rules.is_free(
        offer=offer.without_notice() if soon else offer,
        hours=queries.hours_of(session_type.practitioner, start, start),
        blocked=[],
        start=start,
        now=now,
    )


def _not_free(
    session_type: SessionType,
    start: datetime,
    now: datetime,
    *,
    but: Appointment | None,
    soon: bool,
    offered: bool,
) -> NotFree:
    """The refusal: somebody has the time, or it is not offered at all."""
    near = rules.nearest(queries.all_free_slots(session_type, now, but=but, soon=soon), start)
    return Taken(near) if offered else NotFree(near)


def _refused(
    refusal: IntegrityError,
    session_type: SessionType,
    start: datetime,
    now: datetime,
    *,
    but: Appointment | None = None,
) -> Exception:
    """The exclusion constraint's refusal as Taken; every other one stays what it is."""
    diagnosis = getattr(refusal.__cause__, "diag", None)
    if getattr(diagnosis, "constraint_name", "") != "booking_one_at_a_time":
        return refusal
    return Taken(rules.nearest(queries.all_free_slots(session_type, now, but=but), start))


def _insert(
    session_type: SessionType, client: Client, start: datetime, token: UUID, message: str, now: datetime
) -> Appointment:
    session = Appointment(
        practitioner=session_type.practitioner,
        client=client,
        session_type=session_type,
        message=message,
        token=token,
        created_at=now,
    )
    _place(session, start)
    session.save(force_insert=True)
    return session


def _place(session: Appointment, start: datetime) -> None:
    """Put a session at `start`, with what it blocks, and remember the zones in which both are told."""
    offer = queries.offer_of(session.session_type)
    session.starts_at, session.ends_at = start, start + offer.length
    session.blocked_from, session.blocked_until = start - offer.before, session.ends_at + offer.after
    session.client_zone = session.client.user.time_zone
    session.practitioner_zone = session.practitioner.user.time_zone


def _record(session: Appointment, what: AppointmentChange.What, *, by: User, now: datetime, why: str = "") -> None:
    """A change's history, its letters and its word to open pages: all of them, or none."""
    _note_change(session, what, by=by, now=now, why=why)
    for person in _both(session):
        _LETTERS[what](session, person=person, now=now)
    _tell_pages(session, now)


def _note_change(
    session: Appointment, what: AppointmentChange.What, *, by: User, now: datetime, why: str = ""
) -> None:
    AppointmentChange.objects.create(
        appointment=session, what=what, at=now, by=by, starts_at=session.starts_at, why=why
    )


def _tell_pages(session: Appointment, now: datetime) -> None:
    for person in _both(session):
        tell(person=person, kind="booking.changed", about={"appointment": str(session.pk)}, now=now)


def _both(session: Appointment) -> Iterator[User]:
    yield session.client.user
    yield session.practitioner.user
