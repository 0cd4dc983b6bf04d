"""Wall clocks and quiet hours, against an oracle that walks minute by minute, in many zones and around changes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings

from accounts import zones
from accounts.wall import first_instant
from coaching.reminders.clocks import LEAD, MINUTE, Quiet, after_quiet, before_quiet
from tests.reminders.strategies import minutes_of_day, quiets, zoned, zoned_and_quiet

slow_oracle = settings(deadline=None, max_examples=300)
LISBON = ZoneInfo("Europe/Lisbon")
NIGHT = Quiet(time(21), time(8))


def walk(start: datetime, step: timedelta = MINUTE) -> Iterator[datetime]:
    while True:
        yield start
        start += step


@slow_oracle
@given(zoned, minutes_of_day)
def test_a_wall_time_is_the_first_minute_at_which_the_clock_shows_it_or_later(
    drawn: tuple[datetime, ZoneInfo], at: time
) -> None:
    day, zone = drawn[0].date(), drawn[1]
    said = datetime.combine(day, at)
    start = said.replace(tzinfo=UTC) - timedelta(hours=15)
    first = next(m for m in walk(start) if m.astimezone(zone).replace(tzinfo=None) >= said)
    assert first_instant(said, zone) == first


@slow_oracle
@given(zoned, quiets)
def test_after_quiet_is_the_first_minute_that_is_not_quiet(drawn: tuple[datetime, ZoneInfo], quiet: Quiet) -> None:
    moment, zone = drawn
    assert after_quiet(moment, zone, quiet) == next(m for m in walk(moment) if not quiet.holds(m, zone))


@slow_oracle
@given(zoned_and_quiet())
def test_before_quiet_is_the_last_minute_with_ten_calm_ones(drawn: tuple[datetime, ZoneInfo, Quiet]) -> None:
    moment, zone, quiet = drawn
    assert quiet.holds(moment, zone)
    calm = (m for m in walk(moment, -MINUTE) if not any(quiet.holds(m + n * MINUTE, zone) for n in range(10)))
    assert timedelta(minutes=10) == LEAD
    assert before_quiet(moment, zone, quiet) == next(calm)


@slow_oracle
@given(zoned, quiets)
def test_what_is_not_quiet_stays_where_it_is(drawn: tuple[datetime, ZoneInfo], quiet: Quiet) -> None:
    moment, zone = drawn
    assume(not quiet.holds(moment, zone))
    assert before_quiet(moment, zone, quiet) == after_quiet(moment, zone, quiet) == moment


@slow_oracle
@given(zoned)
def test_without_quiet_hours_nothing_moves(drawn: tuple[datetime, ZoneInfo]) -> None:
    moment, zone = drawn
    assert before_quiet(moment, zone, None) == after_quiet(moment, zone, None) == moment


@pytest.mark.parametrize(
    ("day", "at", "zone", "instant"),
    [
        (date(2027, 3, 28), time(1, 30), "Europe/Lisbon", "2027-03-28T01:00"),  # 01:00 is 02:00 at once
        (date(2027, 10, 31), time(1, 30), "Europe/Lisbon", "2027-10-31T00:30"),  # twice: the first
        (date(2026, 3, 8), time(2, 30), "America/New_York", "2026-03-08T07:00"),
        (date(2026, 4, 5), time(1, 45), "Australia/Lord_Howe", "2026-04-04T14:45"),  # half an hour, twice
        (date(2026, 4, 24), time(0, 10), "Africa/Cairo", "2026-04-23T22:00"),  # midnight itself is skipped
        (date(2026, 11, 24), time(9), "Asia/Kathmandu", "2026-11-24T03:15"),
    ],
)
def test_skipped_and_repeated_hours(day: date, at: time, zone: str, instant: str) -> None:
    assert first_instant(datetime.combine(day, at), ZoneInfo(zone)) == datetime.fromisoformat(f"{instant}+00:00")


def test_the_night_is_as_long_as_the_clock_makes_it() -> None:
    before_spring = datetime(2027, 3, 27, 23, tzinfo=UTC)
    before_autumn = datetime(2027, 10, 30, 23, tzinfo=UTC)  # midnight in Lisbon, which is on summer time
    assert after_quiet(before_spring, LISBON, NIGHT) == datetime(2027, 3, 28, 7, tzinfo=UTC)
    assert after_quiet(before_autumn, LISBON, NIGHT) == datetime(2027, 10, 31, 8, tzinfo=UTC)


def test_a_letter_that_would_wake_comes_the_evening_before() -> None:
    six = datetime(2026, 11, 24, 6, tzinfo=LISBON)
    assert before_quiet(six, LISBON, NIGHT) == datetime(2026, 11, 23, 20, 50, tzinfo=LISBON)


def test_quiet_hours_know_their_length() -> None:
    assert NIGHT.length == timedelta(hours=11)
    assert Quiet(time(12), time(14)).length == timedelta(hours=2)


def test_every_zone_of_the_house_is_tried() -> None:
    assert {"Europe/Lisbon", "Pacific/Chatham", "America/St_Johns"} <= set(zones.zone_names())
