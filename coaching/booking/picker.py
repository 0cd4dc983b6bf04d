"""What the page that offers free times shows: the next ones, four weeks of days, and one day's times. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.wall import monday_of
from coaching.booking.rules import Slot

WEEKS = 4
MOST_MARKS = 5
_DAYBREAK, _NOON, _EVENING = 6, 12, 18
_AWAKE = range(7, 22)  # the hours at which people talk if they can choose


@dataclass(frozen=True)
class Day:
    date: date
    free: int
    is_today: bool
    is_chosen: bool

    @property
    def marks(self) -> range:
        return range(min(self.free, MOST_MARKS))

    @property
    def names_month(self) -> bool:
        return self.date.day == 1


class Time(NamedTuple):
    """A free time to choose. `until` is the last moment at which a client can still move or cancel it by herself,
    None when that is over already."""

    start: datetime
    stamp: str
    until: datetime | None


@dataclass(frozen=True)
class Picker:
    """`day` is None when nothing is free in these four weeks; `earlier` and `later` begin other four weeks."""

    next: list[Time]
    weeks: list[list[Day]]
    day: date | None
    night: list[Time]
    morning: list[Time]
    afternoon: list[Time]
    evening: list[Time]
    earlier: date | None
    later: date | None

    @property
    def count(self) -> int:
        """How many times the chosen day has."""
        return len(self.night) + len(self.morning) + len(self.afternoon) + len(self.evening)

    @property
    def first_day(self) -> date:
        return self.weeks[0][0].date

    @property
    def last_day(self) -> date:
        return self.weeks[-1][-1].date


def lay_out(
    slots: Sequence[Slot],
    *,
    zone: ZoneInfo,
    now: datetime,
    day: date | None = None,
    since: date | None = None,
    near: Sequence[Slot] = (),
    settled: timedelta = timedelta(),
) -> Picker:
    """Lay out all free times on the calendar of `zone`.

    `day` is the day that was chosen, `since` any day of the four weeks to show (counted from this one), `near` what
    to offer first instead of the soonest times, `settled` how long before its start a session can no longer be
    changed.
    """
    today = now.astimezone(zone).date()
    by_day = _by_day(slots, zone)
    this_week = monday_of(today)
    shown = min(max(since or day or today, today), max(by_day, default=today))
    weeks_ahead = (shown - this_week).days // 7
    monday = this_week + timedelta(weeks=weeks_ahead // WEEKS * WEEKS)
    days = [monday + timedelta(days=n) for n in range(7 * WEEKS)]
    chosen = day if day in by_day else next((each for each in days if each in by_day), None)
    slots_then = by_day.get(chosen, []) if chosen else []
    hours = [(_time(slot, settled, now), slot.start.astimezone(zone).hour) for slot in slots_then]
    return Picker(
        next=[_time(slot, settled, now) for slot in near or soonest(slots, zone)],
        weeks=[[_day(each, by_day, today, chosen) for each in days[n : n + 7]] for n in range(0, len(days), 7)],
        day=chosen,
        night=[time for time, hour in hours if hour < _DAYBREAK],
        morning=[time for time, hour in hours if _DAYBREAK <= hour < _NOON],
        afternoon=[time for time, hour in hours if _NOON <= hour < _EVENING],
        evening=[time for time, hour in hours if hour >= _EVENING],
        earlier=monday - timedelta(weeks=WEEKS) if monday > this_week else None,
        later=days[-1] + timedelta(days=1) if any(each > days[-1] for each in by_day) else None,
    )


def soonest(slots: Sequence[Slot], zone: ZoneInfo, count: int = 3) -> list[Slot]:
    """The next free times for who just wants one: the first of each morning and afternoon, so that they differ. At
    night only where too little else is free."""
    awake: dict[tuple[date, bool], Slot] = {}
    at_night: dict[tuple[date, bool], Slot] = {}
    for slot in slots:
        here = slot.start.astimezone(zone)
        firsts = awake if here.hour in _AWAKE else at_night
        firsts.setdefault((here.date(), here.hour < _NOON), slot)
        if len(awake) == count:
            break
    return sorted([*awake.values(), *at_night.values()][:count])


def _time(slot: Slot, settled: timedelta, now: datetime) -> Time:
    until = slot.start - settled
    return Time(slot.start, slot.stamp, until if until > now else None)


def _by_day(slots: Sequence[Slot], zone: ZoneInfo) -> dict[date, list[Slot]]:
    found: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        found[slot.start.astimezone(zone).date()].append(slot)
    return dict(found)


def _day(day: date, by_day: dict[date, list[Slot]], today: date, chosen: date | None) -> Day:
    return Day(date=day, free=len(by_day.get(day, [])), is_today=day == today, is_chosen=day == chosen)
