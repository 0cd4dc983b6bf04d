"""Until when a conversation is set aside, and when messages are answered, in words. No database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from accounts.wall import first_instant
from accounts.zones import short_day

MORNING, AFTERNOON = time(8), time(17)
SOON = timedelta(minutes=30)  # this afternoon is no choice any more when it is so near
FURTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Moment:
    """A choice of when a conversation comes back: `stamp` is the wall time, as forms send it."""

    words: str
    at: datetime

    @property
    def stamp(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M}"


@dataclass(frozen=True)
class WeekdayHours:
    """When messages are answered on a weekday (0 is Monday), on one wall clock."""

    weekday: int
    begins: time
    ends: time


def moments(now: datetime, zone: ZoneInfo) -> list[Moment]:
    """Later today, tomorrow, next Monday: those that are still ahead, on the wall clock of `zone`."""
    today = now.astimezone(zone).date()
    monday = today + timedelta(days=7 - today.weekday())
    found: list[Moment] = []
    for day, clock in ((today, AFTERNOON), (today + timedelta(days=1), MORNING), (monday, MORNING)):
        at = first_instant(datetime.combine(day, clock), zone).astimezone(zone)
        if at - now >= SOON and at not in [each.at for each in found]:
            found.append(Moment(f"{short_day(day, today)}, {formats.date_format(at, 'H:i')}", at))
    return found


def hours_in_words(hours: Iterable[WeekdayHours], *, of: ZoneInfo, on: ZoneInfo, week_of: date) -> str:
    """ "Monday to Friday, 08:00 to 16:00": hours on the clock of `of`, told on that of `on`, as in the week that
    begins with this day. Empty when there are none."""
    told = sorted((_moved(each, of, on, week_of) for each in hours), key=lambda each: (each[1:], each[0]))
    groups = [
        (min(days), f"{_days_in_words(days)}, {_clock(clocks[0])} {_('to')} {_clock(clocks[1])}")
        for clocks, group in groupby(told, key=lambda each: each[1:])
        if (days := sorted(each[0] for each in group))
    ]
    return "; ".join(words for _first, words in sorted(groups))


def _moved(each: WeekdayHours, of: ZoneInfo, on: ZoneInfo, week_of: date) -> tuple[int, time, time]:
    day = week_of + timedelta(days=(each.weekday - week_of.weekday()) % 7)
    begins, ends = (datetime.combine(day, clock, of).astimezone(on) for clock in (each.begins, each.ends))
    return begins.weekday(), begins.time(), ends.time()


def _days_in_words(days: list[int]) -> str:
    """ "Monday to Friday", "Tuesday and Thursday", "Monday, Wednesday and Friday"."""
    if days == list(range(7)):
        return _("Every day")
    names = [formats.date_format(date(2026, 11, 23) + timedelta(days=day), "l") for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]} {_('to')} {names[-1]}"
    return _(" and ").join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _clock(clock: time) -> str:
    return formats.time_format(clock, "H:i")
