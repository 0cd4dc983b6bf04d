"""When a reminder is due and until when it is of use, given what its reader wants. All instants in UTC.

Hours before a session are elapsed hours; "the evening before" and the times of practice are read on the person's
wall clock (`clocks`). No database, no clock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.wall import first_instant, start_of
from coaching.reminders.clocks import DAY, LEAD, MINUTE, Quiet, after_quiet, before_quiet

Span = tuple[datetime, datetime]

# What can be chosen, in hours before a session.
HOURS = (48, 24, 12, 3, 2, 1)
EVENING = "evening"
# What the last sweep has seen is looked at again for this long: a booking may have been saved meanwhile.
OVERLAP = timedelta(minutes=2)

# After an outage longer than this, that messages wait is for the next letter to say.
UNREAD_IS_NEWS = timedelta(days=1)
# Messages that a phone was told of, and that are unread for so long, are told by mail as well.
PHONE_IS_LOST = timedelta(days=1)
# How late a reminder of a session may be at most: further back no sweep has to look.
SESSION_MAY_BE_LATE = timedelta(hours=2)
# A practice letter is for this part of the day, not for the next one.
PRACTICE_MAY_BE_LATE = timedelta(hours=3)
WEEKEND = (5, 6)

_LATE_FOR_EACH_HOUR = timedelta(minutes=20)


@dataclass(frozen=True)
class SessionWish:
    """How somebody wants to be reminded of sessions: hours before, and a time on the evening before."""

    zone: ZoneInfo
    hours: tuple[int, ...] = (24, 1)
    evening: time | None = None
    quiet: Quiet | None = None


@dataclass(frozen=True)
class Reminder:
    """`label` is the hours before ("24") or "evening"; `moment` when it is due, `not_after` when it is too late."""

    label: str
    moment: datetime
    not_after: datetime


def may_be_late(hours: int) -> timedelta:
    """Two hours for a day before, twenty minutes for an hour before."""
    return min(SESSION_MAY_BE_LATE, hours * _LATE_FOR_EACH_HOUR)


def session_reminders(*, starts_at: datetime, wish: SessionWish) -> list[Reminder]:
    """All reminders of one session, each moment once, the earliest first. In quiet hours they come before those."""
    found: dict[datetime, Reminder] = {}
    for label, nominal, late in _nominal(starts_at, wish):
        moment = before_quiet(nominal, wish.zone, wish.quiet)
        found.setdefault(moment, Reminder(label, moment, min(moment + late, starts_at)))
    return [found[moment] for moment in sorted(found)]


def due(
    *, starts_at: datetime, agreed_at: datetime, wish: SessionWish, since: datetime, now: datetime
) -> list[Reminder]:
    """Those whose moment came after `since`: not before the time was agreed, and not too long ago."""
    reminders = session_reminders(starts_at=starts_at, wish=wish)
    come = (each for each in reminders if since < each.moment <= now)
    return [each for each in come if agreed_at <= each.moment and now <= each.not_after]


def starts_to_look_at(*, wish: SessionWish, since: datetime, now: datetime) -> list[Span]:
    """Spans of starts, ends included, outside of which no session has a reminder due for this wish.

    A cheap first sieve over many sessions of people who want the same; `due` decides.
    """
    reach = _reach(wish, since, now)
    spans = []
    for hours in wish.hours:
        before = timedelta(hours=hours)
        spans.append((max(since, now - may_be_late(hours)) + before, reach + before))
    return [*spans, *_days_after_evenings(since, reach, wish)]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same instants in as few spans as can be, in order."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _nominal(starts_at: datetime, wish: SessionWish) -> Iterator[tuple[str, datetime, timedelta]]:
    for hours in sorted(wish.hours, reverse=True):
        yield str(hours), starts_at - timedelta(hours=hours), may_be_late(hours)
    if wish.evening is not None:
        day = starts_at.astimezone(wish.zone).date()
        yield EVENING, first_instant(datetime.combine(day - DAY, wish.evening), wish.zone), SESSION_MAY_BE_LATE


def _reach(wish: SessionWish, since: datetime, now: datetime) -> datetime:
    """The latest nominal moment that can have come forward to after `since`, because quiet hours begin."""
    quiet, zone = wish.quiet, wish.zone
    if quiet is None:
        return now
    minutes = [now + n * MINUTE for n in range(LEAD // MINUTE + 1)]
    soon = [each for each in minutes if quiet.holds(each, zone)]
    if not soon or before_quiet(soon[-1], zone, quiet) <= since:
        return now
    return max(after_quiet(each, zone, quiet) for each in soon)


def _days_after_evenings(start: datetime, end: datetime, wish: SessionWish) -> list[Span]:
    """The whole days whose evening before lies between two instants."""
    if wish.evening is None:
        return []
    first, last = (moment.astimezone(wish.zone).date() for moment in (start - DAY, end + DAY))
    days = [first + n * DAY for n in range((last - first).days + 1)]
    near = [day for day in days if start <= first_instant(datetime.combine(day, wish.evening), wish.zone) <= end]
    return [(start_of(day + DAY, wish.zone), start_of(day + 2 * DAY, wish.zone)) for day in near]


@dataclass(frozen=True)
class PracticeWish:
    """On which weekdays (0 is Monday) and at what time somebody wants to hear of practice."""

    zone: ZoneInfo
    days: tuple[int, ...] = tuple(range(7))
    at: time = time(9)
    weekend_at: time | None = None
    quiet: Quiet | None = None


@dataclass(frozen=True)
class PracticeMoment:
    """The moment of a day's practice letter. `day` is the day of the client's calendar that it falls on."""

    day: date
    moment: datetime

    @property
    def not_after(self) -> datetime:
        return self.moment + PRACTICE_MAY_BE_LATE


def practice_moment(planned: date, wish: PracticeWish) -> PracticeMoment | None:
    """When the letter planned for a day comes: after quiet hours, if they are on. None on a day without one."""
    if planned.weekday() not in wish.days:
        return None
    at = wish.weekend_at if wish.weekend_at and planned.weekday() in WEEKEND else wish.at
    moment = after_quiet(first_instant(datetime.combine(planned, at), wish.zone), wish.zone, wish.quiet)
    return PracticeMoment(moment.astimezone(wish.zone).date(), moment)


def practice_due(*, wish: PracticeWish, now: datetime) -> PracticeMoment | None:
    """The practice letter whose moment is here. One planned for yesterday may have waited for quiet to end."""
    today = now.astimezone(wish.zone).date()
    for planned in (today, today - DAY):
        found = practice_moment(planned, wish)
        if found and found.moment <= now <= found.not_after:
            return found
    return None


def free_again(*, zone: ZoneInfo, quiet: Quiet | None, now: datetime) -> datetime:
    """When somebody whose day is full of letters can get the next one: tomorrow, after quiet hours."""
    tomorrow = now.astimezone(zone).date() + DAY
    return after_quiet(start_of(tomorrow, zone), zone, quiet)


def day_began(*, zone: ZoneInfo, now: datetime) -> datetime:
    return start_of(now.astimezone(zone).date(), zone)


def session_key(*, appointment: object, starts_at: datetime, label: str) -> str:
    """Names cause and moment: a session that moves earns new reminders."""
    return f"reminder.session:{appointment}:{starts_at:%Y%m%dT%H%M%SZ}:{label}"


def practice_key(*, client: int, day: date) -> str:
    """One a day, whatever it says: a reminder, a question or a following up."""
    return f"reminder.practice:{client}:{day.isoformat()}"
