"""Who is written to when a change is taken back: whoever was told of it, and nobody else."""

from datetime import datetime

from accounts.models import User
from coaching.booking.letters import words
from coaching.booking.letters.sessions import CONFIRMED, MOVED, REOPENED, REQUESTED, post_cancelled
from coaching.booking.models import Appointment
from coaching.outbox.models import Letter

# What a person who reads one of these knows: that the session stands, and when.
_TELLING = (REQUESTED, CONFIRMED, MOVED, REOPENED)


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
