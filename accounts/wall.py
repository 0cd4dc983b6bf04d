"""From the clock on the wall to instants. Pure: wall times are naive, instants aware and in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def monday_of(day: date) -> date:
    """The Monday of the week that `day` lies in."""
    return day - timedelta(days=day.weekday())


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which `day` begins in `zone`: its midnight, or what the clock shows instead."""
    return first_instant(datetime.combine(day, time()), zone)


def instant_of(stamp: str) -> datetime | None:
    """The instant (UTC) that an address or a form names in ISO 8601, with an offset; None for nonsense.

    An offset can put a moment before the year 1: the database holds it, and no date can be made of it again.
    """
    try:
        at = datetime.fromisoformat(stamp)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the clock of `zone` shows the naive time `wall` or a later one.

    A time that occurs twice is meant the first time. A time that a clock change skips becomes the change itself.
    """
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    before_the_gap = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)  # PEP 495: in a gap this one is earlier
    return change_between(before_the_gap, instant, zone) or instant


def change_between(start: datetime, end: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant in (start, end] with the offset of `end`, when that is another one than at `start`.

    To the second. A zone changes its offset at most once within a day.
    """
    offset = end.astimezone(zone).utcoffset()
    if start.astimezone(zone).utcoffset() == offset:
        return None
    low, high = 0, round((end - start).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        changed = (start + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        low, high = (low, middle) if changed else (middle, high)
    return start + timedelta(seconds=high)
