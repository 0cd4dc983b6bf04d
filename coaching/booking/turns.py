"""Whose turn it is when a time opens, and how long it is held for them. Pure.

An offer that comes at night is no offer to somebody who sleeps: its two hours are hours of the day, on the clock of
whoever waits, and its letter comes in the morning.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.wall import first_instant
from coaching.booking.intervals import Interval
from coaching.booking.rules import Offer, Slot

MORNING, NIGHT = time(8), time(21)
HOLD = timedelta(hours=2)  # of daytime
LEAST = timedelta(minutes=30)  # of daytime; with less, a time is not worth offering
AHEAD = timedelta(hours=1)  # who accepts at the last moment still has an hour until the session

Runs = Sequence[Sequence[int]]
_MINUTE = timedelta(minutes=1)
_FOREVER = 2**40
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Wants:
    """What somebody on the list waits for: no later than a date on their clock, earlier than what they have, and
    none of the times that were free when they came (they saw those, and none suited)."""

    zone: ZoneInfo
    until: date | None = None
    earlier_than: datetime | None = None
    passed_over: Runs = ()

    def suits(self, start: datetime) -> bool:
        if self.until is not None and start.astimezone(self.zone).date() > self.until:
            return False
        if self.earlier_than is not None and start >= self.earlier_than:
            return False
        minute = _minute(start)
        return not any(first <= minute <= last for first, last in self.passed_over)


def first_suiting(slots: Iterable[Slot], wants: Wants, now: datetime) -> tuple[Slot, datetime] | None:
    """The first slot that suits and can be held long enough, and until when it is held."""
    for slot in slots:
        if wants.suits(slot.start) and (until := held_until(now=now, zone=wants.zone, starts_at=slot.start)):
            return slot, until
    return None


def held_until(*, now: datetime, zone: ZoneInfo, starts_at: datetime) -> datetime | None:
    """Until when a time is held: two hours of daytime on the clock of `zone`, and at most until an hour before it
    starts. None when that leaves no half hour of daytime to answer in."""
    latest = starts_at - AHEAD
    if latest < _after_daytime(now, zone, LEAST):
        return None
    return min(latest, _after_daytime(now, zone, HOLD))


def told_at(now: datetime, zone: ZoneInfo) -> datetime:
    """When the letter leaves: at once by day, in the morning when it is night there."""
    return _after_daytime(now, zone, timedelta())


def as_runs(slots: Sequence[Slot], grid: timedelta, *, beyond: datetime) -> list[list[int]]:
    """The starts, in order, as runs on the grid: [[first, last], ...] in minutes since 1970. When there are any,
    the last run is everything from `beyond` on."""
    runs: list[list[int]] = []
    step = grid // _MINUTE
    for slot in slots:
        minute = _minute(slot.start)
        if runs and minute - runs[-1][1] == step:
            runs[-1][1] = minute
        else:
            runs.append([minute, minute])
    return [*runs, [_minute(beyond), _FOREVER]] if runs else runs


def apart_from(blocked: Sequence[Interval], slots: Iterable[Slot], offer: Offer) -> Iterator[Slot]:
    """The slots that, with their own buffers, touch none of the intervals."""
    for slot in slots:
        keeps_from, keeps_until = slot.start - offer.before, slot.end + offer.after
        if not any(keeps_from < end and keeps_until > start for start, end in blocked):
            yield slot


def _after_daytime(now: datetime, zone: ZoneInfo, length: timedelta) -> datetime:
    """The first instant by which `length` of daytime has passed since `now`, and which is itself by day."""
    day, left = now.astimezone(zone).date(), length
    while True:
        opens, closes = (first_instant(datetime.combine(day, wall), zone) for wall in (MORNING, NIGHT))
        begin = max(opens, now)
        if begin < closes and begin + left <= closes:
            return begin + left
        left -= max(closes - begin, timedelta())
        day += timedelta(days=1)


def _minute(moment: datetime) -> int:
    return (moment - _EPOCH) // _MINUTE
