"""Free times against an oracle that walks every minute, in zones that make it hard."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.wall import first_instant
from coaching.booking.intervals import Interval, merged
from coaching.booking.rules import (
    Hours,
    Limit,
    Offer,
    Slot,
    Stretch,
    free_slots,
    is_free,
    may_change,
    nearest,
    open_intervals,
)

MINUTE = timedelta(minutes=1)

# A zone, and a date near which its clock changes (or stands still for ever).
CHANGES = [
    ("Europe/Lisbon", date(2026, 3, 29)),
    ("Europe/Lisbon", date(2026, 10, 25)),
    ("Europe/Copenhagen", date(2027, 3, 28)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # half an hour forward
    ("Australia/Lord_Howe", date(2027, 4, 4)),  # half an hour back
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight itself was skipped
    ("America/Sao_Paulo", date(2019, 2, 17)),  # midnight came twice
    ("Pacific/Apia", date(2011, 12, 30)),  # a whole day was skipped
    ("Asia/Pyongyang", date(2018, 5, 5)),  # half an hour, once
    ("Pacific/Chatham", date(2027, 4, 4)),  # offset with three quarters of an hour
    ("Africa/Casablanca", date(2027, 2, 7)),  # back for Ramadan
    ("America/Vancouver", date(2026, 11, 1)),  # tzdata knows whether it still changes
    ("Asia/Kathmandu", date(2026, 11, 24)),
    ("Asia/Kolkata", date(2026, 11, 24)),
    ("America/St_Johns", date(2026, 11, 1)),
    ("Antarctica/Troll", date(2027, 3, 28)),  # two hours
]


Question = dict[str, Any]


def oracle(*, blocked: Sequence[Interval], since: datetime, until: datetime, **asked: Any) -> list[Slot]:
    """Slow and obvious: look at the clock on the wall at every minute, and keep in mind what it has shown."""
    offer, hours, now = asked["offer"], asked["hours"], asked["now"]
    walk_from = since - timedelta(days=4)
    instants = [walk_from + n * MINUTE for n in range(int((until + timedelta(days=3) - walk_from) / MINUTE))]
    walls = [instant.astimezone(hours.zone).replace(tzinfo=None) for instant in instants]
    open_minutes, on_grid = _opened(hours, offer, instants, walls)
    taken = {instant for instant in instants if any(a <= instant < b for a, b in blocked)}
    shown: set[datetime] = set()
    found = []
    for instant, wall in zip(instants, walls, strict=True):
        first_time = wall not in shown
        shown.add(wall)
        asked_for = since <= instant < until and now + offer.notice <= instant <= now + offer.horizon
        if first_time and wall in on_grid and asked_for and not _is_full(asked.get("limits", ()), wall, hours.zone):
            stays_open = _minutes(instant, instant + offer.length) <= open_minutes
            keeps = _minutes(instant - offer.before, instant + offer.length + offer.after)
            if stays_open and not keeps & taken:
                found.append(Slot(instant, instant + offer.length))
    return found


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


def _opened(
    hours: Hours, offer: Offer, instants: list[datetime], walls: list[datetime]
) -> tuple[set[datetime], set[datetime]]:
    """The instants that are open, and the wall times at which a session may start."""
    open_minutes: set[datetime] = set()
    on_grid: set[datetime] = set()
    days = (walls[-1].date() - walls[0].date()).days
    for day in (walls[0].date() + timedelta(days=n) for n in range(1, days - 1)):
        for stretch in hours.dates.get(day, hours.weekly.get(day.weekday(), ())):
            opens, closes = datetime.combine(day, stretch.opens), datetime.combine(day, stretch.closes)
            if closes <= opens:
                closes += timedelta(days=1)
            first = next(n for n, wall in enumerate(walls) if wall >= opens)
            last = next(n for n, wall in enumerate(walls) if wall >= closes)
            open_minutes.update(instants[first:last])
            on_grid |= {wall for wall in _minutes(opens, closes) if (wall - opens) % offer.grid == timedelta()}
    return open_minutes, on_grid


def _minutes(start: datetime, end: datetime) -> set[datetime]:
    return {start + n * MINUTE for n in range(int((end - start) / MINUTE))}


def five(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least // 5, most // 5).map(lambda n: n * 5)


times = five(0, 1435).map(lambda minutes: time(minutes // 60, minutes % 60))
stretches = st.lists(st.builds(Stretch, times, times), max_size=2)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    zone_name, change = draw(st.sampled_from(CHANGES))
    zone = ZoneInfo(zone_name)
    middle = datetime.combine(change, time(0), tzinfo=UTC)
    minute = st.integers(-36 * 12, 48 * 12).map(lambda n: middle + n * timedelta(minutes=5))
    since = draw(minute)
    until = since + draw(five(0, 36 * 60)) * MINUTE
    starts = draw(st.lists(st.tuples(minute, five(5, 240)), max_size=6))
    hours = Hours(
        zone=zone,
        weekly=draw(st.dictionaries(st.integers(0, 6), stretches, max_size=7)),
        dates=draw(st.dictionaries(st.sampled_from([change + timedelta(days=n) for n in (-1, 0, 1)]), stretches)),
    )
    offer = Offer(
        length=draw(five(5, 180)) * MINUTE,
        grid=draw(st.sampled_from([5, 10, 15, 20, 30, 45, 60, 90])) * MINUTE,
        before=draw(st.sampled_from([0, 5, 15])) * MINUTE,
        after=draw(st.sampled_from([0, 10, 15])) * MINUTE,
        notice=draw(st.sampled_from([0, 0, 120, 720])) * MINUTE,
        horizon=draw(st.sampled_from([timedelta(days=60), timedelta(days=60), timedelta(days=1)])),
    )
    now = since + draw(st.sampled_from([-30 * 60, -600, -60, 0, 300])) * MINUTE
    blocked = [(start, start + length * MINUTE) for start, length in starts]
    booked = st.lists(minute.filter(lambda at: _is_first(at, zone)), max_size=5)
    limits = draw(st.lists(st.builds(Limit, st.integers(1, 3), booked, st.booleans()), max_size=2))
    asked = {"since": since, "until": until, "now": now, "limits": limits}
    return {"offer": offer, "hours": hours, "blocked": blocked, **asked}


def _is_first(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether the wall shows this time for the first time: nothing else can be booked."""
    return instant.astimezone(zone).fold == 0


@given(questions())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_listed_is_what_a_walk_along_the_clock_finds(question: Question) -> None:
    assert free_slots(**question) == oracle(**question)


@given(questions(), st.integers(-10, 10))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_listed_can_be_booked_and_what_is_not_is_refused(question: Question, minutes: int) -> None:
    since, until = question.pop("since"), question.pop("until")
    listed = {slot.start for slot in free_slots(**question, since=since, until=until)}
    probes = {since + n * 5 * MINUTE for n in range(0, int((until - since) / MINUTE) // 5, 7)}
    for start in {*listed, *probes, *(start + minutes * MINUTE for start in listed)}:
        if since <= start < until:
            assert is_free(**question, start=start) == (start in listed)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_merging_keeps_the_same_time(pairs: list[tuple[int, int]]) -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    result = merged((start + a * MINUTE, start + b * MINUTE) for a, b in pairs)
    covered = {n for n in range(60) if any(a <= start + n * MINUTE < b for a, b in result)}
    assert covered == {n for a, b in pairs for n in range(a, b)}
    assert all(b < c for (_, b), (c, _) in pairwise(result))


# --- the days that people trip over, by hand --------------------------------------------------------

NOW = datetime(2018, 1, 1, tzinfo=UTC)


def starts_on(day: date, zone: str, opens: time, closes: time, *, length: int = 30, grid: int = 30) -> list[str]:
    """The wall clock of every start on one day's hours, with the offset that it is meant in."""
    hours = Hours(zone=ZoneInfo(zone), weekly={}, dates={day: [Stretch(opens, closes)]})
    offer = Offer(length=length * MINUTE, grid=grid * MINUTE, horizon=timedelta(days=9000))
    middle = datetime.combine(day, time(12), tzinfo=UTC)
    slots = free_slots(
        offer=offer,
        hours=hours,
        blocked=[],
        since=middle - timedelta(days=2),
        until=middle + timedelta(days=2),
        now=NOW,
    )
    return [slot.start.astimezone(hours.zone).strftime("%H:%M%z") for slot in slots]


def test_a_skipped_hour_has_no_slots() -> None:
    found = starts_on(date(2026, 3, 29), "Europe/Copenhagen", time(1), time(4))
    assert found == ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]


def test_an_hour_that_comes_twice_is_offered_once_the_first_time() -> None:
    found = starts_on(date(2026, 10, 25), "Europe/Copenhagen", time(1), time(4))
    assert found == ["01:00+0200", "01:30+0200", "02:00+0200", "02:30+0200", "03:00+0100", "03:30+0100"]


def test_half_an_hour_of_summer_time_in_lord_howe() -> None:
    assert starts_on(date(2026, 10, 4), "Australia/Lord_Howe", time(1), time(4))[:4] == [
        "01:00+1030",
        "01:30+1030",
        "02:30+1100",
        "03:00+1100",
    ]


def test_a_midnight_that_did_not_exist() -> None:
    assert starts_on(date(2018, 11, 4), "America/Sao_Paulo", time(0), time(2)) == ["01:00-0200", "01:30-0200"]


def test_a_day_that_did_not_exist_has_no_hours() -> None:
    assert starts_on(date(2011, 12, 30), "Pacific/Apia", time(9), time(17)) == []


def test_hours_may_cross_midnight() -> None:
    assert starts_on(date(2026, 11, 24), "Asia/Kathmandu", time(22), time(1), length=60, grid=60) == [
        "22:00+0545",
        "23:00+0545",
        "00:00+0545",
    ]


def test_the_first_instant_of_a_skipped_time_is_the_change() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    skipped, twice = datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 1, 30)  # noqa: DTZ001 - wall times
    assert first_instant(skipped, lisbon) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert first_instant(twice, lisbon) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_session_fills_two_stretches_that_touch_but_not_a_gap() -> None:
    day, lisbon = date(2026, 11, 24), ZoneInfo("Europe/Lisbon")
    offer = Offer(length=60 * MINUTE, grid=30 * MINUTE)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    since, until = now, now + timedelta(days=3)

    def found(*stretches: Stretch) -> list[str]:
        hours = Hours(zone=lisbon, weekly={}, dates={day: stretches})
        slots = free_slots(offer=offer, hours=hours, blocked=[], since=since, until=until, now=now)
        return [f"{slot.start:%H:%M}" for slot in slots]

    touching = found(Stretch(time(9), time(10, 30)), Stretch(time(10, 30), time(12)))
    assert touching == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    apart = found(Stretch(time(9), time(10, 30)), Stretch(time(10, 45), time(12)))
    assert apart == ["09:00", "09:30", "10:45"]


def test_open_intervals_are_cut_to_what_was_asked() -> None:
    hours = Hours(zone=ZoneInfo("UTC"), weekly={0: [Stretch(time(9), time(17))]}, dates={})
    since, until = datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert open_intervals(hours, since, until) == [(since, until)]


def test_nearest_times_are_told_in_order() -> None:
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    slots = [Slot(start + timedelta(hours=n), start + timedelta(hours=n + 1)) for n in (0, 1, 2, 5, 9)]
    assert nearest(slots, start + timedelta(hours=4), 3) == [slots[1], slots[2], slots[3]]
    assert nearest([], start, 3) == []


@pytest.mark.parametrize(("hours_before", "may"), [(25, True), (24, True), (23, False), (-1, False)])
def test_a_client_changes_until_the_policy_says_stop(hours_before: int, may: bool) -> None:
    starts_at = datetime(2026, 11, 25, 9, tzinfo=UTC)
    now = starts_at - timedelta(hours=hours_before)
    assert may_change(starts_at=starts_at, cancel_hours=24, now=now) is may
