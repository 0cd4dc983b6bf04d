"""Wall clocks and quiet hours, through clock changes. No database, no clock: instants are aware, in UTC.

The smallest unit is the minute. A zone changes its offset at most once within a day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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


def wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first instant at which the clock of `zone` shows `day`, `at` or later.

    So a time that occurs twice is its first occurrence, and one that is skipped is the end of the gap.
    """
    said = datetime.combine(day, at)
    before = said.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if before.astimezone(zone).replace(tzinfo=None) == said:
        return before
    after = said.replace(tzinfo=zone, fold=1).astimezone(UTC)  # PEP 495: in a gap this one is earlier
    return _change_between(after, before, zone) or before


def after_quiet(moment: datetime, zone: ZoneInfo, quiet: Quiet | None) -> datetime:
    """The first instant from `moment` on that is not quiet."""
    while quiet and quiet.holds(moment, zone):
        ends = moment + _ahead(moment.astimezone(zone).time(), quiet.end)
        change = _change_between(moment, ends, zone)
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
        change = _change_between(began, earlier, zone)
        moment = max(began, change) if change else began
    return moment


def _ahead(first: time, second: time) -> timedelta:
    """From one time of the clock to the next occurrence of another, below a day."""
    length = datetime.combine(date.min, second) - datetime.combine(date.min, first)
    return length % DAY


def _change_between(start: datetime, end: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant in (start, end] with the offset of `end`, when that is another one than at `start`."""
    if start.astimezone(zone).utcoffset() == end.astimezone(zone).utcoffset():
        return None
    offset, low, high = end.astimezone(zone).utcoffset(), 0, round((end - start).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        changed = (start + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        low, high = (low, middle) if changed else (middle, high)
    return start + timedelta(seconds=high)
