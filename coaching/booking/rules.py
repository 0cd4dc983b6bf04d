"""When a session can start. Pure: opening hours, what is blocked and the moment come in, free times go out.

Instants are aware datetimes in UTC, intervals are half-open. Opening hours are times on the practitioner's wall
clock. `free_slots` alone decides, for listing, booking and moving alike: what is listed can be booked, and what is
not listed is refused.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]

_DAY = timedelta(days=1)


class Slot(NamedTuple):
    """A time that can be booked: [start, end) in UTC, without buffers."""

    start: datetime
    end: datetime

    @property
    def stamp(self) -> str:
        """The start as forms and JSON write it: "2026-11-26T14:15:00Z"."""
        return f"{self.start:%Y-%m-%dT%H:%M:%SZ}"


class Stretch(NamedTuple):
    """Open from `opens` to `closes` on the wall clock; when `closes` is not later, it is on the next day."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Hours:
    """When a practitioner is open, on the wall clock of `zone`.

    `weekly` maps weekdays (0 is Monday) to stretches; `dates` replaces the weekly rule on single dates, with no
    stretch for a date that is closed.
    """

    zone: ZoneInfo
    weekly: Mapping[int, Sequence[Stretch]]
    dates: Mapping[date, Sequence[Stretch]]

    def on(self, day: date) -> Sequence[Stretch]:
        return self.dates[day] if day in self.dates else self.weekly.get(day.weekday(), ())


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered: how long, how much is kept free around it, on which grid, how soon and how far ahead."""

    length: timedelta
    grid: timedelta = timedelta(minutes=15)
    before: timedelta = timedelta()
    after: timedelta = timedelta()
    notice: timedelta = timedelta()
    horizon: timedelta = timedelta(days=60)

    def without_notice(self) -> Self:
        return replace(self, notice=timedelta())


def free_slots(
    *, offer: Offer, hours: Hours, blocked: Iterable[Interval], since: datetime, until: datetime, now: datetime
) -> list[Slot]:
    """Every slot that starts in [since, until), in order, each once.

    A slot lies wholly in open time, and what it blocks (buffers counted) touches nothing that is blocked. It starts
    no sooner than `now` plus the notice and no later than `now` plus the horizon.
    """
    since = max(since, now + offer.notice)
    until = min(until, now + offer.horizon + timedelta.resolution)
    if since >= until:
        return []
    periods = _periods(hours, since, until)
    open_time = merged((period.start, period.end) for period in periods)
    starts = _starts(periods, offer.grid, since, until)
    return list(_fitting(starts, offer, open_time, merged(blocked)))


def is_free(*, offer: Offer, hours: Hours, blocked: Iterable[Interval], start: datetime, now: datetime) -> bool:
    """Whether exactly this start would be listed: asked of the list itself."""
    until = start + timedelta.resolution
    return bool(free_slots(offer=offer, hours=hours, blocked=blocked, since=start, until=until, now=now))


def open_intervals(hours: Hours, since: datetime, until: datetime) -> list[Interval]:
    """When it is open within [since, until): sorted, apart from each other, cut to the range."""
    found = merged((period.start, period.end) for period in _periods(hours, since, until))
    return [(max(a, since), min(b, until)) for a, b in found if a < until and b > since]


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as sorted intervals that neither overlap nor touch; empty ones are left out."""
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result


def nearest(slots: Sequence[Slot], wanted: datetime, count: int = 3) -> list[Slot]:
    """The `count` slots that start closest to the wanted time, in order of time."""
    at = bisect_left(slots, wanted, key=lambda slot: slot.start)
    around = slots[max(0, at - count) : at + count]
    return sorted(sorted(around, key=lambda slot: abs(slot.start - wanted))[:count])


def may_change(*, starts_at: datetime, cancel_hours: int, now: datetime) -> bool:
    """Whether the client may still move or cancel without asking."""
    return now <= starts_at - timedelta(hours=cancel_hours)


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the clock of `zone` shows the naive time `wall` or a later one.

    A time that occurs twice is meant the first time. A time that a clock change skips becomes the change itself.
    """
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _change_before(instant, wall, zone)


class _Period(NamedTuple):
    """One stretch on one date: the instants, and the wall times that they came from."""

    start: datetime
    end: datetime
    opens: datetime
    closes: datetime
    steady: bool
    zone: ZoneInfo


def _periods(hours: Hours, since: datetime, until: datetime) -> list[_Period]:
    """The stretches that can hold time of [since, until). The day before counts: stretches may cross midnight,
    and so does a session that starts late; the day after counts for its end."""
    day = since.astimezone(hours.zone).date() - _DAY
    last = until.astimezone(hours.zone).date() + _DAY
    found = []
    while day <= last:
        found += [_period(day, stretch, hours.zone) for stretch in hours.on(day)]
        day += _DAY
    return found


def _period(day: date, stretch: Stretch, zone: ZoneInfo) -> _Period:
    opens = datetime.combine(day, stretch.opens)
    closes = datetime.combine(day if stretch.closes > stretch.opens else day + _DAY, stretch.closes)
    offsets = {wall.replace(tzinfo=zone, fold=fold).utcoffset() for wall in (opens, closes) for fold in (0, 1)}
    if len(offsets) == 1:
        offset = offsets.pop() or timedelta()
        start, end = (opens - offset).replace(tzinfo=UTC), (closes - offset).replace(tzinfo=UTC)
        return _Period(start, end, opens, closes, True, zone)
    return _Period(first_instant(opens, zone), first_instant(closes, zone), opens, closes, False, zone)


def _starts(periods: Iterable[_Period], grid: timedelta, since: datetime, until: datetime) -> list[datetime]:
    """The starts on the grid of each stretch (counted on the wall clock from its opening) in [since, until)."""
    found: set[datetime] = set()
    for period in periods:
        if period.start >= until or period.end <= since:
            continue
        if period.steady:
            found.update(_even(period, grid, since, until))
        else:
            found.update(start for start in _on_the_wall(period, grid) if since <= start < until)
    return sorted(found)


def _even(period: _Period, grid: timedelta, since: datetime, until: datetime) -> Iterator[datetime]:
    start = period.start
    if start < since:
        start += -(-(since - start) // grid) * grid
    until = min(until, period.end)
    while start < until:
        yield start
        start += grid


def _on_the_wall(period: _Period, grid: timedelta) -> Iterator[datetime]:
    """Around a clock change: each wall time once, at its first occurrence; skipped ones not at all."""
    wall = period.opens
    while wall < period.closes:
        instant = wall.replace(tzinfo=period.zone).astimezone(UTC)
        if instant.astimezone(period.zone).replace(tzinfo=None) == wall:
            yield instant
        wall += grid


def _fitting(
    starts: Iterable[datetime], offer: Offer, open_time: Sequence[Interval], blocked: Sequence[Interval]
) -> Iterator[Slot]:
    """One walk along starts, open time and blocked time, all of them sorted."""
    length, before, after = offer.length, offer.before, offer.after
    here = there = 0
    for start in starts:
        end = start + length
        while here < len(open_time) and open_time[here][1] < end:
            here += 1
        if here == len(open_time):
            return
        if open_time[here][0] > start:
            continue
        keeps_from, keeps_until = start - before, end + after
        while there < len(blocked) and blocked[there][1] <= keeps_from:
            there += 1
        if there == len(blocked) or blocked[there][0] >= keeps_until:
            yield Slot(start, end)


def _change_before(instant: datetime, wall: datetime, zone: ZoneInfo) -> datetime:
    """The clock change that skipped `wall`. `instant` lies after it, by less than the change's width."""
    late = instant
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            early = middle
        else:
            late = middle
    return late


def without(intervals: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """What is left of the intervals when the taken time is cut out: sorted, apart from each other."""
    holes = merged(taken)
    left: list[Interval] = []
    at = 0
    for start, end in merged(intervals):
        while at < len(holes) and holes[at][1] <= start:
            at += 1
        here = at
        while here < len(holes) and holes[here][0] < end:
            if holes[here][0] > start:
                left.append((start, holes[here][0]))
            start = holes[here][1]
            here += 1
        if start < end:
            left.append((start, end))
    return left
