"""What opening hours and limits lead to in the next weeks: how much is free, and which sessions lie outside.

Two settings are compared, the one that stands and the one that is being typed. Reads no database: everything that
is booked comes in.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.wall import monday_of, start_of
from coaching.booking import queries, rules, times
from coaching.booking.intervals import Interval
from coaching.booking.models import Appointment, SessionType, Workload
from coaching.booking.rules import Slot
from coaching.booking.times import Taken
from coaching.booking.timetable import Timetable

WEEKS = 6


@dataclass(frozen=True)
class Setting:
    """Opening hours, and how much the practitioner takes on (None: whatever comes)."""

    timetable: Timetable
    workload: Workload | None


@dataclass(frozen=True)
class Booked:
    """What stands already: everything that takes time, and the coming sessions in order."""

    taken: Sequence[Taken]
    coming: Sequence[Appointment]


class Count(NamedTuple):
    """Free times of one type in one week, before and after the change."""

    before: int
    after: int

    @property
    def changes(self) -> bool:
        return self.before != self.after


class Week(NamedTuple):
    """`counts` stand in the order of the types; None where the type cannot be booked so far ahead."""

    monday: date
    counts: list[Count | None]


class Outside(NamedTuple):
    """A booked session outside the hours. `newly`: it would come to lie there by the change."""

    session: Appointment
    newly: bool


@dataclass(frozen=True)
class Outlook:
    types: list[SessionType]
    weeks: list[Week]
    next: list[tuple[SessionType, Slot | None]]
    outside: list[Outside]

    @property
    def total(self) -> Count:
        counts = [count for week in self.weeks for count in week.counts if count]
        return Count(sum(count.before for count in counts), sum(count.after for count in counts))

    @property
    def newly(self) -> int:
        return sum(each.newly for each in self.outside)

    @property
    def changes(self) -> bool:
        return bool(self.newly) or any(count.changes for week in self.weeks for count in week.counts if count)


def foresee(
    *, types: Sequence[SessionType], before: Setting, after: Setting, booked: Booked, now: datetime
) -> Outlook:
    """What the next six weeks of the practitioner's calendar look like before and after a change."""
    zone = after.timetable.zone
    first = monday_of(now.astimezone(zone).date())
    until = start_of(first + timedelta(weeks=WEEKS), zone)
    slots = [[_free(each, setting, booked, until, now) for setting in (before, after)] for each in types]
    counted = [(_by_week(old, zone), _by_week(new, zone)) for old, new in slots]
    return Outlook(
        types=list(types),
        weeks=[_week(first + timedelta(weeks=n), types, counted, zone, now) for n in range(WEEKS)],
        next=[(each, new[0] if new else None) for each, (_, new) in zip(types, slots, strict=True)],
        outside=_outside(before.timetable, after.timetable, booked.coming, now),
    )


def _free(
    session_type: SessionType, setting: Setting, booked: Booked, until: datetime, now: datetime
) -> list[Slot]:
    return rules.free_slots(
        offer=queries.offer_of(session_type),
        hours=setting.timetable.hours(session_type.pk),
        blocked=times.intervals(booked.taken),
        limits=queries.limits_with(session_type, booked.taken, setting.workload),
        since=now,
        until=until,
        now=now,
    )


def _by_week(slots: Sequence[Slot], zone: ZoneInfo) -> Counter[date]:
    return Counter(monday_of(slot.start.astimezone(zone).date()) for slot in slots)


def _week(
    monday: date,
    types: Sequence[SessionType],
    counted: Sequence[tuple[Counter[date], Counter[date]]],
    zone: ZoneInfo,
    now: datetime,
) -> Week:
    begins = start_of(monday, zone)
    return Week(
        monday,
        [
            Count(old[monday], new[monday]) if begins <= now + timedelta(days=each.horizon_days) else None
            for each, (old, new) in zip(types, counted, strict=True)
        ],
    )


def _outside(before: Timetable, after: Timetable, coming: Sequence[Appointment], now: datetime) -> list[Outside]:
    if not coming:
        return []
    until = max(session.ends_at for session in coming)
    kinds = {session.session_type_id for session in coming}
    was, will = (
        {kind: rules.open_intervals(each.hours(kind), now, until) for kind in kinds} for each in (before, after)
    )
    return [
        Outside(session, newly=_within(session, was[session.session_type_id]))
        for session in coming
        if not _within(session, will[session.session_type_id])
    ]


def _within(session: Appointment, open_time: Sequence[Interval]) -> bool:
    return any(start <= session.starts_at and session.ends_at <= end for start, end in open_time)
