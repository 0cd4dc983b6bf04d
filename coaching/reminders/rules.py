"""When a reminder is due, and until when it is of use. All instants in UTC: 24 hours are 24 elapsed hours."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

# What can be chosen, in hours before a session.
HOURS = (48, 24, 2, 1)
LONGEST = timedelta(hours=max(HOURS))

# After an outage longer than this, that messages wait is for the next letter to say.
UNREAD_IS_NEWS = timedelta(days=1)

_DAY_AHEAD_MAY_BE_LATE = timedelta(hours=2)
_SHORTLY_BEFORE_MAY_BE_LATE = timedelta(minutes=20)


def moment_of(*, starts_at: datetime, hours: int) -> datetime:
    return starts_at - timedelta(hours=hours)


def not_after(*, starts_at: datetime, hours: int) -> datetime:
    """The last instant at which the reminder is worth sending: never after the start."""
    late = _DAY_AHEAD_MAY_BE_LATE if hours >= 24 else _SHORTLY_BEFORE_MAY_BE_LATE
    return min(moment_of(starts_at=starts_at, hours=hours) + late, starts_at)


def due_hours(*, starts_at: datetime, agreed_at: datetime, wanted: Iterable[int], now: datetime) -> Iterator[int]:
    """Those of `wanted` whose moment is here: not before the time was agreed, and not too long ago."""
    for hours in wanted:
        moment = moment_of(starts_at=starts_at, hours=hours)
        if agreed_at <= moment <= now <= not_after(starts_at=starts_at, hours=hours):
            yield hours


def key(*, appointment: object, starts_at: datetime, hours: int) -> str:
    """Names cause and moment: a session that moves earns new reminders."""
    return f"reminder.session:{appointment}:{starts_at:%Y%m%dT%H%M%SZ}:{hours}"
