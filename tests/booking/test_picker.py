"""What the page of free times shows first, and under which part of the day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from coaching.booking import picker
from coaching.booking.rules import Slot

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LISBON, AUCKLAND = ZoneInfo("Europe/Lisbon"), ZoneInfo("Pacific/Auckland")


def slots(*starts: str) -> list[Slot]:
    """Half an hour from each "24 09:30" of November 2026, UTC."""
    moments = [datetime.strptime(f"2026-11-{each} +0000", "%Y-%m-%d %H:%M %z").astimezone(UTC) for each in starts]
    return [Slot(moment, moment + timedelta(minutes=30)) for moment in moments]


def test_the_next_times_are_the_first_of_each_half_of_a_day() -> None:
    free = slots("24 09:30", "24 10:00", "24 14:00", "25 08:00")
    assert picker.soonest(free, LISBON) == [free[0], free[2], free[3]]


def test_the_next_times_are_those_at_which_people_are_awake() -> None:
    free = slots("24 10:30", "24 17:30", "25 08:00", "25 18:00", "26 07:30")  # 23:30, 06:30, 21:00, 07:00, 20:30
    assert picker.soonest(free, AUCKLAND) == [free[2], free[3], free[4]]


def test_times_at_night_are_named_where_too_little_else_is_free() -> None:
    free = slots("24 10:30", "24 12:00", "25 08:00")  # 23:30, 01:00, 21:00
    assert picker.soonest(free, AUCKLAND) == free
    laid_out = picker.lay_out(free, zone=AUCKLAND, now=NOW, day=free[1].start.astimezone(AUCKLAND).date())
    assert [time.start for time in laid_out.night] == [free[1].start]
    assert laid_out.morning == []
    assert laid_out.count == 2
