"""Busy times in somebody's calendar file. Everything in it is hostile until it is read.

This module knows nothing of Django, because it runs in a process of its own (see `apart`): a file can be made so
that any parser takes hours over it, and only a process can be stopped. What can be refused at sight is refused
first.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

Entry = Any  # a component whose values may be of any kind: nobody has checked them
Problem = Literal["none", "often", "many", "deep", "broken"]

MOST_ENTRIES = 5_000  # that can matter; what is over for good is left out before
MOST_TIMES = 20_000
DEEPEST = 4  # VCALENDAR, VEVENT, VALARM, and one for good measure
_OFTEN = re.compile(r"FREQ=(SECONDLY|MINUTELY)", re.IGNORECASE)
_BUSY = ("BUSY", "TENTATIVE", "OOF")  # Outlook's own word counts before TRANSP ([MS-OXCICAL])
_DATE = re.compile(r":(\d{8})")


class Unreadable(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, order=True)
class Busy:
    """A busy stretch, half open, in UTC, and the UID of its entry."""

    start: datetime
    end: datetime
    uid: str = ""


def busy_in(
    content: bytes, *, zone: ZoneInfo, since: datetime, until: datetime, mine: Iterable[str] = ()
) -> list[Busy]:
    """The busy stretches that touch [since, until), in order. `zone` is that of times without a zone and of whole
    days; `mine` are the owner's addresses, in lower case: what they declined is not theirs.

    Free is: TRANSP:TRANSPARENT, STATUS:CANCELLED, declined, and what Outlook shows as free. Raises Unreadable.
    """
    calendars = _parsed(_sifted(_text(content), since - timedelta(days=2)))
    found: set[Busy] = set()
    for calendar in calendars:
        owner = {*mine, *_owner(calendar)}
        for busy in _busy(calendar, owner, zone, since, until):
            if busy.start < busy.end and busy.start < until and busy.end > since:
                found.add(busy)
            if len(found) > MOST_TIMES:
                raise Unreadable("many")
    return sorted(found)


def _text(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = content.decode(encoding, errors="replace").replace("\x00", "")
    if not text.lstrip()[:15].upper().startswith("BEGIN:VCALENDAR"):
        raise Unreadable("none")
    return text


def _sifted(text: str, over_by: datetime) -> str:
    """The file without single entries that are over by then, so that ten years of history cost nothing."""
    kept: list[str] = []
    entry: list[str] = []
    depth = entries = 0
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        head = line[:6].upper()
        depth += head == "BEGIN:"
        if depth > DEEPEST:
            raise Unreadable("deep")
        (entry if depth > 1 else kept).append(line)
        depth -= head.startswith("END:")
        if depth == 1 and entry:
            if not _is_over(entry, f"{over_by:%Y%m%d}"):
                kept += entry
                entries += 1
            entry = []
        if entries > MOST_ENTRIES:
            raise Unreadable("many")
    if depth != 0:
        raise Unreadable("broken")
    return "\r\n".join(kept)


def _is_over(entry: list[str], day: str) -> bool:
    """Whether an entry happens once, and ended before `day` (YYYYMMDD)."""
    ends = ""
    for line in entry:
        name = re.split("[:;]", line, maxsplit=1)[0].upper()
        if name == "RRULE" and _OFTEN.search(line):
            raise Unreadable("often")
        if name in ("RRULE", "RDATE", "RECURRENCE-ID", "DURATION", "TZID", "FREEBUSY"):
            return False
        if name in ("DTSTART", "DTEND") and (found := _DATE.search(line)):
            ends = max(ends, found[1])
    return bool(ends) and ends < day


def _parsed(text: str) -> list[Calendar]:
    try:
        return [_usable(part) for part in Calendar.from_ical(text, multiple=True) if isinstance(part, Calendar)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("broken") from error


def _usable(calendar: Calendar) -> Calendar:
    """Without the entries that say no time, or end before they begin: they keep nothing busy."""
    calendar.subcomponents = [part for part in calendar.subcomponents if part.name != "VEVENT" or _has_time(part)]
    return calendar


def _has_time(event: Entry) -> bool:
    start, end = _moment(event, "dtstart"), _moment(event, "dtend")
    if not isinstance(start, date):
        return False
    # Not before the day: what is written in two zones is compared later.
    return not isinstance(end, date) or (end.year, end.month, end.day + 1) >= (
        start.year,
        start.month,
        start.day,
    )


def _moment(event: Entry, name: str) -> Any:
    try:
        return getattr(event.get(name), "dt", None)
    except ValueError:  # the parser keeps a broken value, and says so when it is asked for it
        return None


def _owner(calendar: Calendar) -> set[str]:
    """Google names a calendar by its owner's address."""
    name = str(calendar.get("x-wr-calname", "")).strip().lower()
    return {name} if re.fullmatch(r"\S+@\S+", name) else set()


def _busy(calendar: Calendar, owner: set[str], zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Busy]:
    margin = timedelta(days=1)
    first, last = (since - margin).astimezone(zone), (until + margin).astimezone(zone)
    yield from _told_busy(calendar, zone)
    try:
        found = recurring_ical_events.of(calendar, skip_bad_series=True).between(first, last)
        for event in found:
            if not _is_free(event, owner):
                yield Busy(
                    _instant(event["dtstart"].dt, zone), _instant(_end(event), zone), str(event.get("uid", ""))
                )
    except Unreadable:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Unreadable("broken") from error


def _told_busy(calendar: Calendar, zone: ZoneInfo) -> Iterator[Busy]:
    """VFREEBUSY, which some addresses give instead of entries: periods without a name."""
    for part in calendar.walk("VFREEBUSY"):
        given = part.get("freebusy", [])
        for one in given if isinstance(given, list) else [given]:
            if str(one.params.get("FBTYPE", "BUSY")).upper() != "FREE":
                yield from _periods(one, zone)


def _periods(given: Any, zone: ZoneInfo) -> Iterator[Busy]:
    for period in getattr(given, "dts", None) or [given]:
        start, end = getattr(period, "dt", period)
        end = start + end if isinstance(end, timedelta) else end
        yield Busy(_instant(start, zone), _instant(end, zone))


def _is_free(event: Entry, owner: set[str]) -> bool:
    shown, transparent = (str(event.get(name, "")).upper() for name in ("x-microsoft-cdo-busystatus", "transp"))
    if shown == "FREE" or (transparent == "TRANSPARENT" and shown not in _BUSY):
        return True
    if str(event.get("status", "")).upper() == "CANCELLED":
        return True
    given = event.get("attendee", [])
    return any(
        str(one).lower().removeprefix("mailto:") in owner
        and str(one.params.get("PARTSTAT", "")).upper() == "DECLINED"
        for one in (given if isinstance(given, list) else [given])
    )


def _end(event: Entry) -> date | datetime:
    """An entry without an end: a day for a whole day, nothing for a moment (RFC 5545 section 3.6.1)."""
    start = event["dtstart"].dt
    if "dtend" in event:
        return event["dtend"].dt
    if "duration" in event:
        return start + event["duration"].dt
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
