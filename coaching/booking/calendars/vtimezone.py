"""A zone as a VTIMEZONE (RFC 5545 section 3.6.5) that every program understands.

Outlook reads nothing of a VTIMEZONE but yearly rules ([MS-STANOICAL] section 2.2.47), so a zone that keeps one rule
through the time in question is written as rules. One that changes its rule meanwhile is written date by date.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (onsets are wall-clock times)


@dataclass(frozen=True, order=True)
class Kind:
    """What a clock change does: the offsets before and after it, and how the time is called then."""

    before: timedelta
    after: timedelta
    name: str


def vtimezone(zone: ZoneInfo, *, since: datetime, until: datetime) -> Timezone:
    """The zone as it is from the year before `since` to the year after `until`."""
    first, last = since.astimezone(UTC).year - 1, until.astimezone(UTC).year + 1
    component = Timezone()
    component.add("tzid", zone.key)
    onsets: dict[Kind, list[datetime]] = defaultdict(list)
    for kind, wall in _changes(zone, first, last):
        onsets[kind].append(wall)
    rules = {kind: _yearly(walls, last - first + 1) for kind, walls in onsets.items()}
    if not onsets or not all(rules.values()):
        component.add_component(_observance(_at_first(zone, first), _EPOCH))
    for kind, walls in sorted(onsets.items()):
        part = _observance(kind, walls[0])
        if all(rules.values()):
            part.add("rrule", rules[kind])
        elif walls[1:]:
            part.add("rdate", walls[1:])
        component.add_component(part)
    return component


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[tuple[Kind, datetime]]:
    """Each clock change with the wall time, before the change, at which it happens."""
    here, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while here < end:
        ahead = here + timedelta(days=7)  # Ramadan breaks summer time for four weeks; nothing is shorter
        if _offset(zone, here) != _offset(zone, ahead):
            at = _bisect(zone, here, ahead)
            local = at.astimezone(zone)
            before = _offset(zone, at - timedelta(seconds=1))
            kind = Kind(before, _offset(zone, at), local.tzname() or zone.key)
            yield kind, (at + before).replace(tzinfo=None)
        here = ahead


def _bisect(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second in (low, high] at which the clock shows what it shows at `high`."""
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _offset(zone, middle) == _offset(zone, high):
            high = middle
        else:
            low = middle
    return high


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _yearly(walls: Sequence[datetime], years: int) -> dict[str, object] | None:
    """The one rule that gives exactly these onsets, one each year; None when there is none."""
    months = {wall.month for wall in walls}
    same = len({(wall.weekday(), wall.time()) for wall in walls}) == len(months) == 1
    if not same or len(walls) != years:
        return None
    weekday, month = _WEEKDAYS[walls[0].weekday()], months.pop()
    if all((wall + timedelta(days=7)).month != wall.month for wall in walls):
        return {"freq": "yearly", "bymonth": month, "byday": f"-1{weekday}"}
    weeks = {(wall.day - 1) // 7 + 1 for wall in walls}
    return {"freq": "yearly", "bymonth": month, "byday": f"{weeks.pop()}{weekday}"} if len(weeks) == 1 else None


def _at_first(zone: ZoneInfo, year: int) -> Kind:
    local = datetime(year, 1, 1, tzinfo=UTC).astimezone(zone)
    offset = local.utcoffset() or timedelta()
    return Kind(offset, offset, local.tzname() or zone.key)


def _observance(kind: Kind, onset: datetime) -> TimezoneStandard | TimezoneDaylight:
    # The clock goes forward: summer. (For Dublin the law says the opposite, which no program expects.)
    part = TimezoneDaylight() if kind.after > kind.before else TimezoneStandard()
    part.add("dtstart", onset)
    part.add("tzoffsetfrom", kind.before)
    part.add("tzoffsetto", kind.after)
    part.add("tzname", kind.name)
    return part
