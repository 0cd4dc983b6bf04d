"""A row of sessions: the same time on the clock, every so many weeks. Pure.

The clock is the practitioner's: a clock change there moves nothing on it, and may move the hour on the client's.
Such an hour is shown before anything is booked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.wall import first_instant
from coaching.booking.rules import Slot, nearest

MOST = 12
MOST_WEEKS = 8
NEAR = timedelta(days=6)  # how far away another time still is "instead of" this one


@dataclass(frozen=True)
class Turn:
    """One session of a row as it is planned: its wanted start, whether that is free, and what else is near."""

    number: int
    wanted: datetime
    free: bool
    instead: list[Slot] = field(default_factory=list)
    shifted: bool = False  # the client's clock shows another hour than for the first

    @property
    def stamp(self) -> str:
        return f"{self.wanted.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def starts(first: datetime, *, every_weeks: int, count: int, zone: ZoneInfo) -> list[datetime]:
    """The starts of a row (UTC): the first one's wall time on the clock of `zone`, every so many weeks. A wall time
    that a clock change skips becomes the change itself, and one that occurs twice is meant the first time."""
    wall = first.astimezone(zone).replace(tzinfo=None)
    later = (wall + timedelta(weeks=every_weeks * n) for n in range(1, count))
    return [first, *(first_instant(each, zone) for each in later)]


def shifted(start: datetime, *, was: datetime, to: datetime, zone: ZoneInfo) -> datetime:
    """`start` moved by as much as the clock of `zone` says between `was` and `to`: by two days and an hour, say,
    whatever clock change lies between."""
    change = to.astimezone(zone).replace(tzinfo=None) - was.astimezone(zone).replace(tzinfo=None)
    return first_instant(start.astimezone(zone).replace(tzinfo=None) + change, zone)


def plan(wanted: Sequence[datetime], *, slots: Sequence[Slot], length: timedelta, client: ZoneInfo) -> list[Turn]:
    """Each wanted start with whether it is free among the `slots` (in order), or else what is near it. Nothing near
    is offered twice, and nothing that touches another session of the row."""
    free = {slot.start for slot in slots}
    own = [(start, start + length) for start in wanted if start in free]
    turns = []
    for number, start in enumerate(wanted, 1):
        instead: list[Slot] = []
        if start not in free:
            near = [slot for slot in slots if abs(slot.start - start) <= NEAR and not _touches(slot, own)]
            instead = nearest(near, start)
            own += [(slot.start, slot.end) for slot in instead]
        turns.append(Turn(number, start, start in free, instead, _hour(start, client) != _hour(wanted[0], client)))
    return turns


def _touches(slot: Slot, taken: Sequence[tuple[datetime, datetime]]) -> bool:
    return any(slot.start < end and slot.end > start for start, end in taken)


def _hour(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"
