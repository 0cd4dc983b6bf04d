"""Quiet hours on wall clocks, through clock changes. No database, no clock: instants are aware, in UTC.

The smallest unit is the minute. A zone changes its offset at most once within a day.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.wall import change_between

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# A letter that comes before quiet hours leaves this long before they begin: it needs time to arrive.
LEAD = timedelta(minutes=10)
# Quiet hours that last longer would leave no time to write in.
LONGEST_QUIET = timedelta(hours=16)


@dataclass(frozen=True)
class Quiet:
    """Every day from `start` until before `end` on the wall clock; over midnight when `end` comes first."""

    start: time
    end: time

    @property
    def length(self) -> timedelta:
        return _ahead(self.start, self.end)

    def holds(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether the wall clock of `zone` shows a quiet time at `moment`."""
        here = moment.astimezone(zone).time()
        if self.start < self.end:
            return self.start <= here < self.end
        return here >= self.start or here < self.end


def after_quiet(moment: datetime, zone: ZoneInfo, quiet: Quiet | None) -> datetime:
    """The first instant from `moment` on that is not quiet."""
    while quiet and quiet.holds(moment, zone):
        ends = moment + _ahead(moment.astimezone(zone).time(), quiet.end)
        change = change_between(moment, ends, zone)
        moment = min(ends, change) if change else ends
    return moment


def before_quiet(moment: datetime, zone: ZoneInfo, quiet: Quiet | None) -> datetime:
    """The last minute up to `moment` that `LEAD` without quiet follows; `moment` itself when it is not quiet.

    Minutes are counted back from `moment`.
    """
    if quiet is None or not quiet.holds(moment, zone):
        return moment
    last: datetime | None = moment
    while last:
        moment = _start_of_quiet(last, zone, quiet) - LEAD
        last = _last_quiet_minute(moment, zone, quiet)
    return moment


def _last_quiet_minute(moment: datetime, zone: ZoneInfo, quiet: Quiet) -> datetime | None:
    """The last quiet minute of the `LEAD` that begins at `moment`."""
    minutes = (moment + n * MINUTE for n in reversed(range(LEAD // MINUTE)))
    return next((minute for minute in minutes if quiet.holds(minute, zone)), None)


def _start_of_quiet(moment: datetime, zone: ZoneInfo, quiet: Quiet) -> datetime:
    """The first minute of the unbroken quiet stretch that `moment` lies in."""
    while quiet.holds(earlier := moment - MINUTE, zone):
        began = earlier - _ahead(quiet.start, earlier.astimezone(zone).time())
        change = change_between(began, earlier, zone)
        moment = max(began, change) if change else began
    return moment


def _ahead(first: time, second: time) -> timedelta:
    """From one time of the clock to the next occurrence of another, below a day."""
    length = datetime.combine(date.min, second) - datetime.combine(date.min, first)
    return length % DAY
