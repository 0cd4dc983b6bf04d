"""A practitioner's days as a printed diary: what stands where on her wall clock. Pure.

Positions are quarters of an hour, as classes of css/diary-places.css: `at-0915 for-45`, since inline styles are
refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from accounts.wall import start_of
from coaching.booking.intervals import Interval
from coaching.booking.models import Appointment, KeptFree, SessionType

Kind = Literal["session", "kept", "busy", "free"]
Look = Literal["session", "first", "asked", "offered", "held", "missed", "kept", "busy", "free"]

_QUARTER, _WEEK = 15, 7
_DAY_MINUTES = 24 * 60
_EARLIEST, _LATEST = 8, 18  # the hours that are always shown


@dataclass(frozen=True)
class Place:
    """Where something stands in its day: minutes after midnight, in whole quarters."""

    at: int
    minutes: int

    @property
    def until(self) -> int:
        return self.at + self.minutes

    @property
    def classes(self) -> str:
        return f"at-{self.at // 60:02d}{self.at % 60:02d} for-{self.minutes}"

    def cut_to(self, first_hour: int, last_hour: int) -> Self | None:
        """The part within the hours that are shown; None when there is none."""
        at, until = max(self.at, first_hour * 60), min(self.until, last_hour * 60)
        return type(self)(at, until - at) if at < until else None


@dataclass(frozen=True)
class Entry:
    """Something that stands in a day, or time in it that is free. `begins` and `ends` are instants (UTC) within
    the day."""

    kind: Kind
    place: Place
    begins: datetime
    ends: datetime
    session: Appointment | None = None
    kept: KeptFree | None = None
    may_move: bool = False
    shown: Place | None = None  # the part within the hours that are shown
    over: bool = False  # a session on top of time that is kept, busy, or was missed

    @property
    def classes(self) -> str:
        where = self.shown.classes if self.shown else "beyond"
        return f"{where} over" if self.over else where

    @property
    def look(self) -> Look:
        """What it looks like, and what the key below the calendar calls it."""
        if self.session is None:
            return self.kind
        if self.session.status in _LOOKS:
            return _LOOKS[self.session.status]
        return "first" if self.session.session_type.audience == SessionType.Audience.ANYONE else "session"

    @property
    def all_day(self) -> bool:
        return self.place.minutes == _DAY_MINUTES

    @property
    def is_short(self) -> bool:
        """In a week it has room for one line of name: the first."""
        return self.place.minutes <= 30


_LOOKS: dict[str, Look] = {
    Appointment.Status.REQUESTED: "asked",
    Appointment.Status.OFFERED: "offered",
    Appointment.Status.HELD: "held",
    Appointment.Status.MISSED: "missed",
}


@dataclass
class Day:
    date: date
    is_today: bool
    open: list[Place] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    now: Place | None = None

    @property
    def sessions(self) -> int:
        return sum(entry.kind == "session" for entry in self.entries)


@dataclass(frozen=True)
class Agenda:
    """What is known of some days: sessions, stretches kept free, busy times of outside calendars (apart from each
    other), when it is open, and what of that can still be booked."""

    sessions: Sequence[Appointment]
    kept: Sequence[KeptFree]
    busy: Sequence[Interval]
    open_time: Sequence[Interval]
    free: Sequence[Interval]


@dataclass(frozen=True)
class Diary:
    days: list[Day]
    first_hour: int
    last_hour: int

    @property
    def hours(self) -> range:
        return range(self.first_hour, self.last_hour)

    @property
    def classes(self) -> str:
        hours = f"from-{self.first_hour:02d} hours-{self.last_hour - self.first_hour:02d}"
        return f"{hours} quiet-end" if self.quiet_end else hours

    @property
    def quiet_end(self) -> bool:
        """A week whose weekend is empty: the other days may have its room."""
        return len(self.days) == _WEEK and not any(day.open or day.entries or day.is_today for day in self.days[5:])

    @property
    def looks(self) -> set[str]:
        """What there is to be explained."""
        return {"open"} | {entry.look for day in self.days for entry in day.entries}

    @property
    def sessions(self) -> int:
        return sum(day.sessions for day in self.days)


def bounds(first: date, days: int, zone: ZoneInfo) -> Interval:
    """The first and the last instant (UTC) of so many days in `zone`."""
    return start_of(first, zone), start_of(first + timedelta(days=days), zone)


def lay_out(first: date, days: int, *, agenda: Agenda, zone: ZoneInfo, now: datetime) -> Diary:
    """The days from `first` on. The hours shown hold all that is open or booked; what lasts longer is cut."""
    laid = [_day(first + timedelta(days=n), agenda, zone, now) for n in range(days)]
    places = [
        place
        for day in laid
        for place in (*day.open, *(entry.place for entry in day.entries if entry.kind == "session"))
    ]
    first_hour = min([_EARLIEST, *(place.at // 60 for place in places)])
    last_hour = max([_LATEST, *(-(-place.until // 60) for place in places)])
    for day in laid:
        day.now = day.now and day.now.cut_to(first_hour, last_hour)
        day.entries = [replace(each, shown=each.place.cut_to(first_hour, last_hour)) for each in day.entries]
    return Diary(days=laid, first_hour=first_hour, last_hour=last_hour)


def _day(day: date, agenda: Agenda, zone: ZoneInfo, now: datetime) -> Day:
    reach = bounds(day, 1, zone)
    today = now.astimezone(zone).date() == day
    result = Day(date=day, is_today=today)
    result.open = [place for span in agenda.open_time if (place := _place(span, day, zone))]
    if today:
        result.now = _place((now, now + timedelta(minutes=1)), day, zone)
    spans: list[tuple[Kind, Interval, Appointment | KeptFree | None]] = [
        *(("busy", span, None) for span in agenda.busy),
        *(("free", span, None) for span in agenda.free),
        *(("kept", (kept.starts_at, kept.ends_at), kept) for kept in agenda.kept),
        *(("session", (each.starts_at, each.ends_at), each) for each in agenda.sessions),
    ]
    found = [entry for kind, span, thing in spans if (entry := _entry(kind, span, thing, day, reach, zone, now))]
    below = [entry for entry in found if entry.look in ("kept", "busy", "missed")]
    found = [replace(entry, over=_is_over(entry, below)) for entry in found]
    result.entries = sorted(found, key=lambda entry: entry.begins)
    return result


def _is_over(entry: Entry, below: Sequence[Entry]) -> bool:
    """Whether it would hide what stands below it."""
    if entry.kind != "session" or entry.look == "missed":
        return False
    return any(each.begins < entry.ends and each.ends > entry.begins for each in below)


def _entry(
    kind: Kind,
    span: Interval,
    thing: Appointment | KeptFree | None,
    day: date,
    reach: Interval,
    zone: ZoneInfo,
    now: datetime,
) -> Entry | None:
    place = _place(span, day, zone)
    if place is None:
        return None
    session = thing if isinstance(thing, Appointment) else None
    return Entry(
        kind=kind,
        place=place,
        begins=max(span[0], reach[0]),
        ends=min(span[1], reach[1]),
        session=session,
        kept=thing if isinstance(thing, KeptFree) else None,
        may_move=session is not None and session.status in _MOVABLE and session.ends_at > now,
    )


_MOVABLE = (Appointment.Status.REQUESTED, Appointment.Status.CONFIRMED)


def _place(span: Interval, day: date, zone: ZoneInfo) -> Place | None:
    """The part of a stretch on `day`, as wide as its quarters; None when it has none there."""
    first, last = _minute(span[0], day, zone), _minute(span[1], day, zone)
    if first >= _DAY_MINUTES or last <= 0:
        return None
    at = max(0, first) // _QUARTER * _QUARTER
    until = min(_DAY_MINUTES, -(-last // _QUARTER) * _QUARTER)
    return Place(at, max(until - at, _QUARTER))


def _minute(at: datetime, day: date, zone: ZoneInfo) -> int:
    """The wall clock's minute counted from the midnight of `day`; negative before it."""
    wall = at.astimezone(zone).replace(tzinfo=None)
    return int((wall - datetime.combine(day, time())).total_seconds() // 60)
