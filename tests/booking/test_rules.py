"""Free times on the days that people trip over, worked out by hand. `test_rules_walked` asks thousands more."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.wall import first_instant
from coaching.booking.intervals import Interval
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


def test_a_session_over_a_day_that_did_not_exist_is_listed_alone_as_in_a_row() -> None:
    """Samoa's clocks went from the end of the 29th to the beginning of the 31st."""
    hours = Hours(
        zone=ZoneInfo("Pacific/Apia"), weekly=dict.fromkeys(range(7), (Stretch(time(0), time(0)),)), dates={}
    )
    start = datetime(2011, 12, 30, 9, 55, tzinfo=UTC)  # 23:55 on the 29th
    offer = Offer(length=10 * MINUTE, grid=5 * MINUTE)
    assert is_free(offer=offer, hours=hours, blocked=[], start=start, now=start)


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


def found_on(day: date, *, blocked: Sequence[Interval] = (), now: datetime, **offer: timedelta) -> list[str]:
    """Sessions of an hour, every quarter of an hour, open from nine to twelve in UTC."""
    hours = Hours(zone=ZoneInfo("UTC"), weekly={}, dates={day: [Stretch(time(9), time(12))]})
    midnight = datetime.combine(day, time(), UTC)
    slots = free_slots(
        offer=Offer(length=60 * MINUTE, **offer),
        hours=hours,
        blocked=blocked,
        since=midnight,
        until=midnight + timedelta(days=1),
        now=now,
    )
    return [f"{slot.start:%H:%M}" for slot in slots]


def test_a_session_may_touch_what_is_taken_but_not_run_into_it() -> None:
    ten_past, twenty_to = datetime(2026, 11, 24, 10, 10, tzinfo=UTC), datetime(2026, 11, 24, 10, 40, tzinfo=UTC)
    found = found_on(
        date(2026, 11, 24),
        blocked=[(ten_past, twenty_to)],
        now=datetime(2026, 11, 24, tzinfo=UTC),
        before=5 * MINUTE,
        after=10 * MINUTE,
    )
    assert found == ["09:00", "10:45", "11:00"]


def test_notice_and_horizon_count_to_the_last_moment() -> None:
    day, seven = date(2026, 11, 24), datetime(2026, 11, 24, 7, tzinfo=UTC)
    reach = {"notice": 120 * MINUTE, "horizon": 150 * MINUTE}
    assert found_on(day, now=seven, **reach) == ["09:00", "09:15", "09:30"]
    assert found_on(day, now=seven + timedelta.resolution, **reach) == ["09:15", "09:30"]
    assert found_on(day, now=seven - timedelta.resolution, **reach) == ["09:00", "09:15"]


@pytest.mark.parametrize(("zone", "day"), [("Australia/Adelaide", 24), ("America/St_Johns", 23)])
def test_limits_count_days_and_weeks_on_the_practitioners_clock(zone: str, day: int) -> None:
    """Open around the clock, and one session is booked just before midnight, or just after it."""
    here = ZoneInfo(zone)
    hours = Hours(zone=here, weekly=dict.fromkeys(range(7), (Stretch(time(0), time(0)),)), dates={})
    midnight = datetime(2026, 11, day, tzinfo=here)
    since, until = midnight - timedelta(days=3), midnight + timedelta(days=3)

    def days(limit: Limit) -> set[int]:
        found = free_slots(
            offer=Offer(length=15 * MINUTE, grid=60 * MINUTE),
            hours=hours,
            blocked=[],
            limits=[limit],
            since=since.astimezone(UTC),
            until=until.astimezone(UTC),
            now=since.astimezone(UTC),
        )
        return {slot.start.astimezone(here).day for slot in found}

    all_days = {day + n for n in range(-3, 3)}
    before, after = ((midnight + n * MINUTE).astimezone(UTC) for n in (-15, 15))
    assert days(Limit(most=1, booked=[before])) == all_days - {day - 1}
    assert days(Limit(most=1, booked=[after])) == all_days - {day}
    assert days(Limit(most=2, booked=[before, after])) == all_days
    monday = 23 if day == 24 else day  # 22 November 2026 is a Sunday
    week = {each for each in all_days if each >= monday}
    assert days(Limit(most=1, booked=[after], weekly=True)) == all_days - week


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
