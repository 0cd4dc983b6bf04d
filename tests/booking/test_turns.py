"""How long a time is held for who waits, and what suits them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import zones
from coaching.booking import turns
from coaching.booking.rules import Slot
from coaching.booking.turns import Wants

LISBON = ZoneInfo("Europe/Lisbon")
HOUR = timedelta(hours=1)
FAR = datetime(2027, 1, 1, tzinfo=UTC)


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)  # Lisbon's clock, in winter


@pytest.mark.parametrize(
    ("now", "held", "told"),
    [
        (at(10), at(12), at(10)),  # by day: two hours
        (at(20), at(9, day=24), at(20)),  # an hour in the evening, one in the morning
        (at(22), at(10, day=24), at(8, day=24)),  # at night: from the morning on
        (at(3), at(10), at(8)),
        (at(21), at(10, day=24), at(8, day=24)),
        (at(8), at(10), at(8)),
        (at(19), at(21), at(19)),
    ],
)
def test_a_time_is_held_for_two_hours_of_daytime(now: datetime, held: datetime, told: datetime) -> None:
    assert turns.held_until(now=now, zone=LISBON, starts_at=FAR) == held
    assert turns.told_at(now, LISBON) == told


def test_it_is_the_day_of_who_waits() -> None:
    auckland = ZoneInfo("Pacific/Auckland")  # 23:00 there
    assert turns.held_until(now=at(10), zone=auckland, starts_at=FAR) == at(21)  # ten in the morning there


def test_who_accepts_at_the_last_moment_has_an_hour_until_the_session() -> None:
    assert turns.held_until(now=at(10), zone=LISBON, starts_at=at(12)) == at(11)
    assert turns.held_until(now=at(10), zone=LISBON, starts_at=at(11, 30)) == at(10, 30)
    assert turns.held_until(now=at(10), zone=LISBON, starts_at=at(11, 29)) is None
    assert turns.held_until(now=at(23), zone=LISBON, starts_at=at(9, day=24)) is None  # they would read it at eight


@given(
    now=st.integers(0, 2 * 365 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n)),
    zone=st.sampled_from(zones.zone_names()).map(ZoneInfo),
    ahead=st.timedeltas(timedelta(), timedelta(days=3)),
)
def test_an_answer_is_never_due_at_night_nor_after_less_than_half_an_hour(
    now: datetime, zone: ZoneInfo, ahead: timedelta
) -> None:
    until = turns.held_until(now=now, zone=zone, starts_at=now + ahead)
    told = turns.told_at(now, zone)
    assert told >= now
    if until is None:
        assert ahead < timedelta(hours=15)  # whatever starts later can always be offered
    else:
        assert until - told >= turns.LEAST
        assert until <= now + ahead - turns.AHEAD
        assert until - now <= timedelta(hours=14)


def slots(*starts: datetime) -> list[Slot]:
    return [Slot(start, start + HOUR) for start in starts]


def test_what_was_free_when_they_came_is_not_offered_and_what_opens_is() -> None:
    quarter = timedelta(minutes=15)
    free = slots(*(at(9) + n * quarter for n in range(4)), *(at(14) + n * quarter for n in range(2)))
    runs = turns.as_runs(free, quarter, beyond=at(0, day=30))
    assert len(runs) == 3
    wants = Wants(zone=LISBON, passed_over=runs)
    assert not any(wants.suits(slot.start) for slot in free)
    assert wants.suits(at(11))
    assert wants.suits(at(10))
    assert not wants.suits(at(9, day=30))  # the horizon moved on, nothing opened
    assert turns.as_runs([], quarter, beyond=at(0)) == []


def test_no_later_than_a_day_on_their_clock_and_earlier_than_what_they_have() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    assert Wants(zone=LISBON, until=date(2026, 11, 24)).suits(at(23, day=24))
    assert not Wants(zone=auckland, until=date(2026, 11, 24)).suits(at(23, day=24))
    assert not Wants(zone=LISBON, earlier_than=at(12)).suits(at(12))
    assert Wants(zone=LISBON, earlier_than=at(12)).suits(at(11))


def test_the_first_that_suits_and_can_be_held() -> None:
    found = turns.first_suiting(slots(at(11), at(14), at(15)), Wants(zone=LISBON), at(10, 30))
    assert found == (slots(at(14))[0], at(12, 30))
    assert turns.first_suiting([], Wants(zone=LISBON), at(10)) is None


def test_the_morning_of_a_clock_change() -> None:
    copenhagen = ZoneInfo("Europe/Copenhagen")
    saturday_night = datetime(2026, 10, 24, 22, tzinfo=UTC)  # 00:00; the clocks go back at three
    eight = datetime.combine(date(2026, 10, 25), time(8), copenhagen)
    assert turns.told_at(saturday_night, copenhagen) == eight
