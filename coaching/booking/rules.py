"""When a session can start. Pure: opening hours, what is blocked, limits and the moment come in, free times go out.

Instants are aware datetimes in UTC, intervals are half-open. Opening hours are times on the practitioner's wall
clock, and limits count its days. `free_slots` alone decides, for listing, booking, moving and the waiting list
alike: what is listed can be booked, and what is not listed is refused.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from accounts.wall import first_instant, monday_of, start_of
from coaching.booking.intervals import Interval, merged, without

_DAY = timedelta(days=1)


def stamped(moment: datetime) -> str:
    """An instant of UTC as RFC 3339 writes it: "2026-11-26T14:15:00Z". Several times quicker than strftime."""
    return f"{moment.isoformat()[:19]}Z"


class Slot(NamedTuple):
    """A time that can be booked: [start, end) in UTC, without buffers."""

    start: datetime
    end: datetime

    @property
    def stamp(self) -> str:
        """The start as forms and JSON write it: "2026-11-26T14:15:00Z"."""
        return stamped(self.start)


class Stretch(NamedTuple):
    """Open from `opens` to `closes` on the wall clock; when `closes` is not later, it is on the next day."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Hours:
    """When a practitioner is open, on the wall clock of `zone`.

    `weekly` maps weekdays (0 is Monday) to stretches; `dates` replaces the weekly rule on single dates, with no
    stretch for a date that is closed; `more` is open besides.
    """

    zone: ZoneInfo
    weekly: Mapping[int, Sequence[Stretch]]
    dates: Mapping[date, Sequence[Stretch]]
    more: Mapping[date, Sequence[Stretch]] = field(default_factory=dict)

    def on(self, day: date) -> Sequence[Stretch]:
        usual = self.dates[day] if day in self.dates else self.weekly.get(day.weekday(), ())
        return (*usual, *self.more[day]) if day in self.more else usual


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


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` sessions on one day of the practitioner's calendar, or in one week of it (from Monday).

    `booked` holds the starts of the sessions that count already.
    """

    most: int
    booked: Sequence[datetime]
    weekly: bool = False

    def full(self, zone: ZoneInfo) -> list[Interval]:
        """The days, or weeks, on which nothing more can start."""
        days = (start.astimezone(zone).date() for start in self.booked)
        counts = Counter(monday_of(day) if self.weekly else day for day in days)
        length = 7 * _DAY if self.weekly else _DAY
        return [
            (start_of(first, zone), start_of(first + length, zone))
            for first, count in counts.items()
            if count >= self.most
        ]


def free_slots(
    *,
    offer: Offer,
    hours: Hours,
    blocked: Iterable[Interval],
    since: datetime,
    until: datetime,
    now: datetime,
    limits: Iterable[Limit] = (),
) -> list[Slot]:
    """Every slot that starts in [since, until), in order, each once.

    A slot lies wholly in open time, and what it blocks (buffers counted) touches nothing that is blocked. It starts
    no sooner than `now` plus the notice and no later than `now` plus the horizon, on a day and in a week that no
    limit has filled.
    """
    since = max(since, now + offer.notice)
    until = min(until, now + offer.horizon + timedelta.resolution)
    if since >= until:
        return []
    periods = _periods(hours, since, until)
    full = [days for limit in limits for days in limit.full(hours.zone)]
    allowed = without(_fitting(periods, offer, since, until), [*_touching(blocked, offer), *full])
    length = offer.length
    return [Slot(start, start + length) for start in _starts(periods, offer.grid, allowed)]


def is_free(
    *,
    offer: Offer,
    hours: Hours,
    blocked: Iterable[Interval],
    start: datetime,
    now: datetime,
    limits: Iterable[Limit] = (),
) -> bool:
    """Whether exactly this start would be listed: asked of the list itself."""
    until = start + timedelta.resolution
    return bool(
        free_slots(offer=offer, hours=hours, blocked=blocked, since=start, until=until, now=now, limits=limits)
    )


def open_intervals(hours: Hours, since: datetime, until: datetime) -> list[Interval]:
    """When it is open within [since, until): sorted, apart from each other, cut to the range."""
    found = merged((period.start, period.end) for period in _periods(hours, since, until))
    return [(max(a, since), min(b, until)) for a, b in found if a < until and b > since]


def nearest(slots: Sequence[Slot], wanted: datetime, count: int = 3) -> list[Slot]:
    """The `count` slots that start closest to the wanted time, in order of time."""
    at = bisect_left(slots, wanted, key=lambda slot: slot.start)
    around = slots[max(0, at - count) : at + count]
    return sorted(sorted(around, key=lambda slot: abs(slot.start - wanted))[:count])


def may_change(*, starts_at: datetime, cancel_hours: int, now: datetime) -> bool:
    """Whether the client may still move or cancel without asking."""
    return now <= starts_at - timedelta(hours=cancel_hours)


class May(NamedTuple):
    """What a client can do with a session by her own hand. `counts`: cancelling now counts as missed. What she may
    not do, she can ask for."""

    move: bool
    cancel: bool
    counts: bool


def client_may(
    *,
    starts_at: datetime,
    cancel_hours: int,
    most_moves: int | None,
    moves: int,
    counts_later: bool,
    asked_only: bool,
    now: datetime,
) -> May:
    """What the policy says: free until the deadline, and moved at most so often; later it counts, or is asked for.
    What was only asked for can be taken back or moved until it would start."""
    in_time = may_change(starts_at=starts_at, cancel_hours=0 if asked_only else cancel_hours, now=now)
    late = counts_later and not in_time and now < starts_at
    often = most_moves is not None and moves >= most_moves
    return May(move=in_time and not often, cancel=in_time or late, counts=late)


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
    and so does a session that starts late; the two days after count for its end: one of them may be skipped."""
    day = since.astimezone(hours.zone).date() - _DAY
    last = until.astimezone(hours.zone).date() + 2 * _DAY
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


def _fitting(periods: Iterable[_Period], offer: Offer, since: datetime, until: datetime) -> list[Interval]:
    """The starts in [since, until), whatever the grid, of slots that lie wholly in open time."""
    to_last = offer.length - timedelta.resolution  # a slot may end when its open time ends
    open_time = merged((period.start, period.end) for period in periods)
    return [(max(start, since), min(end - to_last, until)) for start, end in open_time]


def _touching(blocked: Iterable[Interval], offer: Offer) -> list[Interval]:
    """The starts, whatever the grid, of slots that block (buffers counted) some of what is blocked already."""
    reach = offer.length + offer.after - timedelta.resolution  # what a slot blocks may end when that begins
    return [(start - reach, end + offer.before) for start, end in blocked if start < end]


def _starts(periods: Iterable[_Period], grid: timedelta, allowed: Sequence[Interval]) -> list[datetime]:
    """The starts on the grid of each stretch (counted on the wall clock from its opening) that are allowed."""
    found: list[datetime] = []
    tangled = False  # stretches of one day may overlap, each with a grid of its own
    for period in periods:
        tangled = tangled or bool(found and found[-1] >= period.start)
        at = bisect_right(allowed, period.start, key=_end)
        while at < len(allowed) and allowed[at][0] < period.end:
            found += (_even if period.steady else _on_the_wall)(period, grid, *allowed[at])
            at += 1
    return sorted(set(found)) if tangled else found


def _end(interval: Interval) -> datetime:
    return interval[1]


def _even(period: _Period, grid: timedelta, since: datetime, until: datetime) -> Iterator[datetime]:
    start = period.start
    if start < since:
        start += -((start - since) // grid) * grid
    until = min(until, period.end)
    while start < until:
        yield start
        start += grid


def _on_the_wall(period: _Period, grid: timedelta, since: datetime, until: datetime) -> Iterator[datetime]:
    """Around a clock change: each wall time once, at its first occurrence; skipped ones not at all."""
    wall = period.opens
    while wall < period.closes:
        instant = wall.replace(tzinfo=period.zone).astimezone(UTC)
        if since <= instant < until and instant.astimezone(period.zone).replace(tzinfo=None) == wall:
            yield instant
        wall += grid
