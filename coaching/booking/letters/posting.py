"""When the letters about one session are posted, and to whom."""

from datetime import datetime, timedelta

from accounts.models import User
from coaching.booking import grace
from coaching.booking.letters import words
from coaching.booking.models import Appointment, AppointmentChange, SessionType
from coaching.outbox.actions import post
from coaching.outbox.models import Letter

REQUESTED, CONFIRMED, MOVED, CANCELLED, REOPENED = (
    "booking.requested",
    "booking.confirmed",
    "booking.moved",
    "booking.cancelled",
    "booking.reopened",
)
REFUSED, ALREADY = "booking.refused", "booking.already"

# What a person who reads one of these knows: that the session stands, and when.
_TELLING = (REQUESTED, CONFIRMED, MOVED, REOPENED)


def post_confirmed(session: Appointment, *, person: User, now: datetime) -> None:
    """Leaves at once: who books wants to see it arrive."""
    words.post_about(CONFIRMED, session, person=person, due_at=now, now=now)


def post_moved(session: Appointment, *, person: User, now: datetime) -> None:
    """Leaves when it cannot be taken back any more; at once when either time is near."""
    starts = [session.starts_at, time_before(session) or session.starts_at]
    words.post_about(MOVED, session, person=person, due_at=grace.letters_due(*starts, now=now), now=now)


def post_cancelled(session: Appointment, *, person: User, now: datetime) -> None:
    due_at = grace.letters_due(session.starts_at, now=now)
    words.post_about(CANCELLED, session, person=person, due_at=due_at, now=now)


def post_requested(session: Appointment, *, person: User, now: datetime) -> None:
    words.post_about(REQUESTED, session, person=person, due_at=now, now=now)


def post_refused(session: Appointment, *, person: User, now: datetime) -> None:
    """To the client. The practitioner knows, unless nobody answered in time: then she reads it too."""
    answered = session.changes.filter(what=AppointmentChange.What.REFUSED, by__isnull=False).exists()
    if not answered or not words.is_hers(session, person):
        words.post_about(REFUSED, session, person=person, due_at=now, now=now)


def post_taken_back(session: Appointment, *, undone: str, person: User, now: datetime) -> None:
    """After a change was undone (the session's sequence has grown by two since the last word): tell those who were
    told of the change, and those whose word before it has not left and is dropped now. Everybody else knows.

    `undone` is the kind of the letters about the change: MOVED or CANCELLED.
    """
    before, change = session.sequence - 2, session.sequence - 1
    if _has_left(undone, session, change, person):
        kind = MOVED if undone == MOVED else REOPENED
    else:
        kind = next((each for each in _TELLING if _waits(each, session, before, person)), "")
    if kind:
        words.post_about(kind, session, person=person, due_at=now, now=now)


def post_not_booked(session: Appointment, *, person: User, now: datetime) -> None:
    """After a booking was undone: tell those to whom its confirmation went already."""
    before = session.sequence - 1
    if not any(_waits(kind, session, before, person) for kind in (REQUESTED, CONFIRMED)):
        post_cancelled(session, person=person, now=now)


def _has_left(kind: str, session: Appointment, sequence: int, person: User) -> bool:
    letter = _letter(kind, session, sequence, person)
    return letter is not None and (letter.state != Letter.State.WAITING or letter.claim is not None)


def _waits(kind: str, session: Appointment, sequence: int, person: User) -> bool:
    letter = _letter(kind, session, sequence, person)
    return letter is not None and letter.state == Letter.State.WAITING and letter.claim is None


def _letter(kind: str, session: Appointment, sequence: int, person: User) -> Letter | None:
    """Held until the transaction ends, so that no worker takes it meanwhile."""
    key = words.key_of(kind, session, sequence=sequence, person=person)
    return Letter.objects.select_for_update().filter(key=key).first()


def post_already(*, person: User, session_type: SessionType, now: datetime) -> None:
    """At most one a day: nobody fills another's letter box with this."""
    post(
        kind=ALREADY,
        key=f"{ALREADY}:{person.pk}:{now:%Y-%m-%d}",
        person=person,
        about={"session_type": session_type.pk},
        due_at=now,
        not_after=now + timedelta(days=1),
        urgency=words.URGENT,
        now=now,
    )


def time_before(session: Appointment) -> datetime | None:
    """When the session was to start before its last move."""
    starts = list(session.changes.order_by("-at", "-id").values_list("starts_at", flat=True)[:2])
    return starts[1] if len(starts) == 2 else None
