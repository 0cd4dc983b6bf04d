"""A little time to take a change back, before anybody is written to. Pure: changes and moments come in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

GRACE = timedelta(minutes=3)
# A letter that leaves at the very end of the grace could cross with an "Undo" of its last second.
MARGIN = timedelta(seconds=20)
SOON = timedelta(hours=1)

# Values of AppointmentChange.What that whoever did them can take back.
BOOKED = ("booked", "asked")
UNDOABLE = (*BOOKED, "moved", "cancelled")


def undoable(changes: Sequence[Any], *, by: int, now: datetime) -> Any | None:
    """The last of a session's changes (oldest first), when the person with the id `by` made it and can still take
    it back; else None. What was taken back is not taken back again."""
    last = changes[-1] if changes else None
    if last is None or last.by_id != by or last.what not in UNDOABLE:
        return None
    return last if last.at <= now <= last.at + GRACE else None


def letters_due(*starts: datetime, now: datetime) -> datetime:
    """When the letters about a change made `now` leave: after the grace, and at once when the session starts (or
    was to start) within the hour."""
    return now if min(starts) - now < SOON else now + GRACE + MARGIN


def still_freeing(freed_at: datetime, now: datetime) -> bool:
    """Whether a time that was freed at `freed_at` can still be taken back by whoever freed it."""
    return now <= freed_at + GRACE + MARGIN
