"""A practitioner's week as a printed diary: what stands where on her wall clock. Pure.

Positions are quarters of an hour, as classes of css/diary.css: `at-0915 for-45`, since inline styles are refused.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.wall import first_instant
from coaching.booking.intervals import Interval
from coaching.booking.models import Appointment

_QUARTER = 15
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Place:
    """Where something stands in its day: minutes after midnight, in whole quarters."""

    at: int
    minutes: int

    @property
    def classes(self) -> str:
        return f"at-{self.at // 60:02d}{self.at % 60:02d} for-{self.minutes}"


@dataclass(frozen=True)
class Entry:
    session: Appointment
    place: Place


@dataclass
class Day:
    date: date
    is_today: bool
    open: list[Place] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    now: Place | None = None


@dataclass(frozen=True)
class Week:
    days: list[Day]
    first_hour: int
    last_hour: int

    @property
    def hours(self) -> range:
        return range(self.first_hour, self.last_hour)

    @property
    def classes(self) -> str:
        return f"from-{self.first_hour:02d} hours-{self.last_hour - self.first_hour:02d}"


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def bounds(monday: date, zone: ZoneInfo) -> Interval:
    """The week's first and last instant (UTC) in `zone`."""
    midnight = datetime.combine(monday, time())
    return first_instant(midnight, zone), first_instant(midnight + timedelta(days=7), zone)


def lay_out(
    monday: date, *, sessions: Sequence[Appointment], open_time: Sequence[Interval], zone: ZoneInfo, now: datetime
) -> Week:
    today = now.astimezone(zone).date()
    days = [_day(monday + timedelta(days=n), sessions, open_time, zone, today, now) for n in range(7)]
    places = [place for day in days for place in (*day.open, *(entry.place for entry in day.entries))]
    first = min([8, *(place.at // 60 for place in places)])
    last = max([18, *(-(-(place.at + place.minutes) // 60) for place in places)])
    return Week(days=days, first_hour=first, last_hour=last)


def _day(
    day: date,
    sessions: Iterable[Appointment],
    open_time: Iterable[Interval],
    zone: ZoneInfo,
    today: date,
    now: datetime,
) -> Day:
    result = Day(date=day, is_today=day == today)
    result.open = [place for start, end in open_time if (place := _place(start, end, day, zone))]
    for session in sessions:
        if place := _place(session.starts_at, session.ends_at, day, zone):
            result.entries.append(Entry(session, place))
    if result.is_today:
        result.now = _place(now, now + timedelta(minutes=1), day, zone)
    return result


def _place(start: datetime, end: datetime, day: date, zone: ZoneInfo) -> Place | None:
    """The part of [start, end) on `day`, as wide as its quarters; None when it has none there."""
    first, last = _minute(start, day, zone), _minute(end, day, zone)
    if first >= _DAY_MINUTES or last <= 0:
        return None
    at = max(0, first) // _QUARTER * _QUARTER
    until = min(_DAY_MINUTES, -(-last // _QUARTER) * _QUARTER)
    return Place(at, max(until - at, _QUARTER))


def _minute(at: datetime, day: date, zone: ZoneInfo) -> int:
    """The wall clock's minute counted from the midnight of `day`; negative before it."""
    wall = at.astimezone(zone).replace(tzinfo=None)
    return int((wall - datetime.combine(day, time())).total_seconds() // 60)
