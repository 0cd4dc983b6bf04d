"""Free times found slowly and obviously: by walking along the clock on the wall, in zones that make it hard.

`questions` draws what to ask. It knows when each zone's clock changes, and asks for ranges that begin or end there.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from coaching.booking.intervals import Interval
from coaching.booking.rules import Hours, Limit, Offer, Slot, Stretch

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# A zone, and a date near which its clock changes (or stands still for ever).
CHANGES = [
    ("Europe/Lisbon", date(2026, 3, 29)),
    ("Europe/Lisbon", date(2026, 10, 25)),
    ("Europe/Copenhagen", date(2027, 3, 28)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # half an hour forward
    ("Australia/Lord_Howe", date(2027, 4, 4)),  # half an hour back
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight itself was skipped
    ("America/Sao_Paulo", date(2019, 2, 17)),  # midnight came twice
    ("Africa/Cairo", date(2026, 4, 24)),  # midnight again is skipped, on a Friday
    ("America/Nuuk", date(2026, 10, 24)),  # from midnight back to eleven in the evening
    ("Pacific/Apia", date(2011, 12, 30)),  # a whole day was skipped
    ("Asia/Pyongyang", date(2018, 5, 5)),  # half an hour, once
    ("Pacific/Chatham", date(2027, 4, 4)),  # offset with three quarters of an hour
    ("Pacific/Chatham", date(2026, 9, 27)),
    ("Africa/Casablanca", date(2026, 2, 15)),  # back for Ramadan
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("America/Vancouver", date(2026, 11, 1)),  # tzdata knows whether it still changes
    ("Asia/Kathmandu", date(2026, 11, 24)),
    ("Asia/Kolkata", date(2026, 11, 24)),
    ("America/St_Johns", date(2026, 11, 1)),
    ("America/St_Johns", date(2006, 4, 2)),  # at one minute past midnight
    ("America/St_Johns", date(2006, 10, 29)),
    ("Antarctica/Troll", date(2027, 3, 28)),  # two hours
    ("Antarctica/Troll", date(2026, 10, 25)),
]


class Question(NamedTuple):
    """What `free_slots` is asked, and on which minutes everything in it lies: those of the zone's changes too."""

    asked: dict[str, Any]
    step: timedelta


# --- the answer ----------------------------------------------------------------------------------------


def oracle(question: Question) -> list[Slot]:
    """Look at the clock on the wall at every step, and keep in mind what it has shown."""
    asked, step = question
    offer, hours, now = asked["offer"], asked["hours"], asked["now"]
    since, until = asked["since"], asked["until"]
    walk_from = (since - 4 * DAY).replace(minute=0, second=0, microsecond=0)
    instants = [walk_from + n * step for n in range(int((until + 3 * DAY - walk_from) / step))]
    walls = [instant.astimezone(hours.zone).replace(tzinfo=None) for instant in instants]
    open_steps, on_grid = _opened(hours, offer, instants, walls, step)
    shown: set[datetime] = set()
    found = []
    for instant, wall in zip(instants, walls, strict=True):
        first_time = wall not in shown
        shown.add(wall)
        asked_for = since <= instant < until and now + offer.notice <= instant <= now + offer.horizon
        if first_time and wall in on_grid and asked_for and not _is_full(asked["limits"], wall, hours.zone):
            slot = Slot(instant, instant + offer.length)
            stays_open = _steps(*slot, step) <= open_steps
            if stays_open and not _is_taken(slot.start - offer.before, slot.end + offer.after, asked["blocked"]):
                found.append(slot)
    return found


def _opened(
    hours: Hours, offer: Offer, instants: list[datetime], walls: list[datetime], step: timedelta
) -> tuple[set[datetime], set[datetime]]:
    """The instants that are open, and the wall times at which a session may start."""
    open_steps: set[datetime] = set()
    on_grid: set[datetime] = set()
    days = (walls[-1].date() - walls[0].date()).days
    for day in (walls[0].date() + n * DAY for n in range(1, days - 1)):
        usual = hours.dates[day] if day in hours.dates else hours.weekly.get(day.weekday(), [])
        for stretch in [*usual, *hours.more.get(day, [])]:
            opens, closes = datetime.combine(day, stretch.opens), datetime.combine(day, stretch.closes)
            if closes <= opens:
                closes += DAY
            first = next(n for n, wall in enumerate(walls) if wall >= opens)
            last = next(n for n, wall in enumerate(walls) if wall >= closes)
            open_steps.update(instants[first:last])
            on_grid |= {wall for wall in _steps(opens, closes, step) if (wall - opens) % offer.grid == timedelta()}
    return open_steps, on_grid


def _is_full(limits: Sequence[Limit], wall: datetime, zone: ZoneInfo) -> bool:
    """Count by hand who else comes on this day of the calendar, or in this ISO week (it begins on Monday)."""
    for limit in limits:
        days = [start.astimezone(zone).date() for start in limit.booked]
        same = [
            day
            for day in days
            if (day.isocalendar()[:2] == wall.date().isocalendar()[:2] if limit.weekly else day == wall.date())
        ]
        if len(same) >= limit.most:
            return True
    return False


def _is_taken(start: datetime, end: datetime, blocked: Sequence[Interval]) -> bool:
    return any(first < end and start < last for first, last in blocked)


def _steps(start: datetime, end: datetime, step: timedelta) -> set[datetime]:
    return {start + n * step for n in range(-((start - end) // step))}


# --- the questions -------------------------------------------------------------------------------------

_CRUCIAL = [time(0), time(0, 30), time(1), time(1, 30), time(2), time(2, 30), time(3), time(22, 30), time(23, 30)]
_MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
_SECONDS = [timedelta()] * 5 + [timedelta.resolution, timedelta(seconds=30), MINUTE - timedelta.resolution]


@cache
def changes_of(zone: ZoneInfo, day: date) -> list[datetime]:
    """The instants within two days at which the clock changes."""
    middle = datetime.combine(day, time(), tzinfo=UTC)
    hours = [middle + n * HOUR for n in range(-48, 72)]
    within = [hour for hour in hours if _offset(hour, zone) != _offset(hour + HOUR, zone)]
    minutes = [hour + n * MINUTE for hour in within for n in range(1, 61)]
    return [minute for minute in minutes if _offset(minute - MINUTE, zone) != _offset(minute, zone)]


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()


def _minutes(least: int, most: int, unit: int) -> st.SearchStrategy[timedelta]:
    return st.integers(least // unit, most // unit).map(lambda n: n * unit * MINUTE)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    name, day = draw(st.sampled_from(CHANGES))
    zone = ZoneInfo(name)
    changes = changes_of(zone, day)
    middle = changes[0] if changes else datetime.combine(day, time(0), tzinfo=UTC)
    unit = 1 if middle.minute % 5 else draw(st.sampled_from([5, 5, 5, 5, 5, 1]))
    moments = _minutes(-36 * 60, 36 * 60, unit).map(lambda ahead: middle + ahead)
    before, after = draw(_minutes(0, 20 * 60, unit)), draw(_minutes(30, 30 * 60, unit))
    around, onwards, up_to = (middle - before, middle + after), (middle, middle + after), (middle - after, middle)
    since, until = draw(st.sampled_from([around, around, around, onwards, up_to]))
    ago = draw(st.sampled_from([-24 * 60, -600, -600, -60, 0, 300])) * MINUTE
    odd = draw(st.sampled_from(_SECONDS))
    asked = {
        "offer": _offer(draw, unit),
        "hours": _hours(draw, zone, day, unit),
        "blocked": draw(st.lists(st.builds(_stretch, moments, _minutes(5, 240, unit)), max_size=3)),
        "limits": _limits(draw, zone, moments),
        "since": since + odd,
        "until": until + draw(st.sampled_from(_SECONDS)),
        "now": since + odd + ago,
    }
    return Question(asked, unit * MINUTE)


def _stretch(start: datetime, length: timedelta) -> Interval:
    return start, start + length


def _offer(draw: st.DrawFn, unit: int) -> Offer:
    before, after = draw(st.sampled_from([(0, 0), (0, 15), (5, 0), (15, 10)]))
    notice, days = draw(st.sampled_from([(0, 60), (0, 60), (120, 60), (720, 60), (0, 1)]))
    return Offer(
        length=draw(_minutes(5, 60, unit) | _minutes(5, 180, unit)),
        grid=draw(st.sampled_from([5, 10, 15, 20, 30, 45, 60, 90])) * MINUTE,
        before=before * MINUTE,
        after=after * MINUTE,
        notice=notice * MINUTE,
        horizon=days * DAY,
    )


def _hours(draw: st.DrawFn, zone: ZoneInfo, day: date, unit: int) -> Hours:
    """Mostly the same every day, another on one weekday, and something about single dates."""
    any_time = _minutes(0, 24 * 60 - 1, unit).map(lambda ahead: (_MIDNIGHT + ahead).time())
    times = st.sampled_from(_CRUCIAL) | any_time
    stretches = st.lists(st.builds(Stretch, times, times), max_size=2)
    usual = draw(st.lists(st.builds(Stretch, times, times), min_size=1, max_size=2))
    dates = st.dictionaries(st.sampled_from([day + n * DAY for n in (-2, -1, 0, 1)]), stretches, max_size=1)
    another = {draw(st.integers(0, 6)): draw(stretches)}
    return Hours(zone=zone, weekly=dict.fromkeys(range(7), usual) | another, dates=draw(dates), more=draw(dates))


def _limits(draw: st.DrawFn, zone: ZoneInfo, moments: st.SearchStrategy[datetime]) -> list[Limit]:
    """Nothing is booked but what the wall showed for the first time; often it is booked near midnight there."""
    late = moments.map(lambda at: at.astimezone(zone).replace(hour=23, minute=30, fold=0).astimezone(UTC))
    booked = st.lists(moments | late | late.map(lambda at: at + HOUR), min_size=1, max_size=3).map(
        lambda starts: [start for start in starts if start.astimezone(zone).fold == 0]
    )
    return draw(st.lists(st.builds(Limit, st.sampled_from([1, 1, 2]), booked, st.booleans()), max_size=2))


def labels(question: Question, slots: Sequence[Slot]) -> list[str]:
    """What is hard about a question, for hypothesis's statistics."""
    asked, zone = question.asked, question.asked["hours"].zone
    day = asked["since"].astimezone(zone).date()
    changes = [at for each in (-1, 0, 1) for at in changes_of(zone, day + each * DAY)]
    weeks = (asked["hours"].weekly, asked["hours"].dates)
    stretches = [each for days in weeks for row in days.values() for each in row]
    said = {
        "finds slots": bool(slots),
        "a change within the range": any(asked["since"] < at < asked["until"] for at in changes),
        "begins on a change": asked["since"] in changes,
        "ends on a change": asked["until"] in changes,
        "a slot over a change": any(slot.start < at < slot.end for slot in slots for at in changes),
        "a slot over midnight": any(
            slot.start.astimezone(zone).date() != slot.end.astimezone(zone).date() for slot in slots
        ),
        "hours over midnight": any(each.closes <= each.opens for each in stretches),
        "a limit": bool(asked["limits"]),
        "a full day or week": bool(slots) and any(limit.full(zone) for limit in asked["limits"]),
    }
    return [words for words, is_so in said.items() if is_so]
