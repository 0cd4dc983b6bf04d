"""The steps that changes of sessions are made of. One short transaction each; the database refuses two at once.

Whoever changes a practitioner's time first takes hold of the practitioner's row: attempts on one slot queue up,
each decides on what is true then, and none deadlocks. The exclusion constraint is what holds if anybody forgets.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError

from accounts import zones
from accounts.models import User
from coaching.booking import letters, queries, rules, times
from coaching.booking.models import Appointment, AppointmentChange, SessionType
from coaching.booking.rules import Slot
from coaching.live.actions import tell
from coaching.people.models import Client, Practitioner
from coaching.story.queries import is_told

What = AppointmentChange.What
Status = Appointment.Status

TOLD = ("client_zone", "practitioner_zone", "client_offset", "practitioner_offset", "zone_edition")
PLACED = ("starts_at", "ends_at", "blocked_from", "blocked_until", *TOLD)


class NotFree(Exception):
    """This time is not offered. `nearest` are the free times around it."""

    def __init__(self, nearest: Sequence[Slot] = ()) -> None:
        super().__init__("This time is not free.")
        self.nearest = list(nearest)


class Taken(NotFree):
    """This time is offered, but somebody has it, or a limit is reached. Nothing was changed."""


class StoryFirst(NotFree):
    """The type asks for the client's story first, and it is not told."""


class TooLate(Exception):
    """The client may not move or cancel any more: the session type's policy says so."""


class Settled(Exception):
    """The session is cancelled or over: there is nothing left to change."""


def hold(practitioner: Practitioner, now: datetime) -> Practitioner:
    """Until the transaction ends, nobody else changes this practitioner's time. Offers whose time has passed let go
    of theirs.

    Locked first and read second: whoever waited for the lock would else see what was joined as it was before.
    """
    Practitioner.objects.select_for_update(no_key=True).only("pk").get(pk=practitioner.pk)
    held = Practitioner.objects.select_related("user", "workload").get(pk=practitioner.pk)
    passed = Appointment.objects.filter(practitioner=held, status=Status.OFFERED, held_until__lte=now)
    passed.update(status=Status.CANCELLED, cancelled_at=now, held_until=None)
    return held


def locked(appointment: Appointment, now: datetime) -> Appointment:
    """The session as it stands now, after everybody who was changing it."""
    hold(appointment.practitioner, now)
    people = ("client__user", "practitioner__user", "session_type__practitioner__user")
    return Appointment.objects.select_related(*people).get(pk=appointment.pk)


def as_it_is(session_type: SessionType, held: Practitioner) -> SessionType:
    """The type, and how much its practitioner takes on, as they stand under her lock. Raises NotFree when it is
    offered no more."""
    found = SessionType.objects.get(pk=session_type.pk)
    if found.retired_at is not None:
        raise NotFree
    found.practitioner = held
    return found


def check_story(session_type: SessionType, client: Client, by: User) -> None:
    """Raises StoryFirst. The practitioner may book such a type for whoever she likes. One query where it is
    asked."""
    if session_type.needs_story and not is_hers(by, session_type.practitioner) and not is_told(client):
        raise StoryFirst


def is_hers(by: User, practitioner: Practitioner) -> bool:
    return by.pk == practitioner.user_id


def may_of(session: Appointment, now: datetime) -> rules.May:
    """What the policy of its type lets the client do with a session. One query."""
    kind = session.session_type
    return rules.client_may(
        starts_at=session.starts_at,
        cancel_hours=kind.cancel_hours,
        most_moves=kind.most_moves,
        moves=session.changes.filter(what=What.MOVED, by=session.client.user_id).count(),
        counts_later=kind.later == SessionType.Later.COUNTS,
        asked_only=session.status == Status.REQUESTED,
        now=now,
    )


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


def place(session: Appointment, start: datetime) -> None:
    """Put a session at `start`, with what it blocks, and remember the zones in which both are told."""
    offer = queries.offer_of(session.session_type)
    session.starts_at, session.ends_at = start, start + offer.length
    session.blocked_from, session.blocked_until = start - offer.before, session.ends_at + offer.after
    session.client_zone = session.client.user.time_zone
    session.practitioner_zone = session.practitioner.user.time_zone
    note_clocks(session, zones.EDITION)


def note_clocks(session: Appointment, edition: str) -> None:
    """Remember which hours both are told, by the zone data of today."""
    session.client_offset = zones.minutes_ahead(session.client_zone, session.starts_at)
    session.practitioner_offset = zones.minutes_ahead(session.practitioner_zone, session.starts_at)
    session.zone_edition = edition


def record(
    session: Appointment, what: AppointmentChange.What, *, by: User | None, now: datetime, why: str = ""
) -> None:
    """A change's history, its letters and its word to open pages: all of them, or none."""
    note_change(session, what, by=by, now=now, why=why)
    for person in both(session):
        _letter_of(session, what)(session, person=person, now=now)
    tell_pages(session, now)


def note_change(
    session: Appointment, what: AppointmentChange.What, *, by: User | None, now: datetime, why: str = ""
) -> None:
    AppointmentChange.objects.create(
        appointment=session, what=what, at=now, by=by, starts_at=session.starts_at, why=why
    )


def tell_pages(session: Appointment, now: datetime) -> None:
    for person in both(session):
        tell(person=person, kind="booking.changed", about={"appointment": str(session.pk)}, now=now)


def both(session: Appointment) -> Iterator[User]:
    yield session.client.user
    yield session.practitioner.user


def refused(
    refusal: IntegrityError,
    session_type: SessionType,
    start: datetime,
    now: datetime,
    *,
    but: Appointment | None = None,
) -> Exception:
    """The exclusion constraint's refusal as Taken; every other one stays what it is."""
    if not is_overlap(refusal):
        return refusal
    return Taken(rules.nearest(queries.all_free_slots(session_type, now, but=but), start))


def is_overlap(refusal: IntegrityError) -> bool:
    """Whether the exclusion constraint refused: somebody has the time."""
    diagnosis = getattr(refusal.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", "") == "booking_one_at_a_time"


_LETTERS: dict[str, Callable[..., None]] = {
    What.ASKED: letters.post_requested,
    What.BOOKED: letters.post_confirmed,
    What.APPROVED: letters.post_confirmed,
    What.REFUSED: letters.post_refused,
    What.MOVED: letters.post_moved,
    What.CANCELLED: letters.post_cancelled,
}


def _letter_of(session: Appointment, what: AppointmentChange.What) -> Callable[..., None]:
    """A request that moves is still a request."""
    moved_request = what == What.MOVED and session.status == Status.REQUESTED
    return _LETTERS[What.ASKED if moved_request else what]


def _is_offered(session_type: SessionType, start: datetime, now: datetime, *, soon: bool) -> bool:
    """Whether it would be free if nothing were booked."""
    offer = queries.offer_of(session_type)
    return rules.is_free(
        offer=offer.without_notice() if soon else offer,
        hours=times.hours_of(session_type.practitioner, start, start, session_type=session_type),
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
