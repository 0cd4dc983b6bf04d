"""When reminders are due: properties over many zones and clock changes, against a slow and obvious oracle."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.reminders import rules
from coaching.reminders.clocks import MINUTE, Quiet
from coaching.reminders.rules import PracticeWish, Reminder, SessionWish
from tests.reminders.strategies import minutes_of_day, quiets, zoned

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LISBON = ZoneInfo("Europe/Lisbon")
NIGHT = Quiet(time(21), time(8))
hours = st.lists(st.sampled_from(rules.HOURS), unique=True).map(tuple)
slow_oracle = settings(deadline=None, max_examples=200)
Zoned = tuple[datetime, ZoneInfo]


def wish(zone: ZoneInfo, chosen: tuple[int, ...], evening: time | None, quiet: Quiet | None) -> SessionWish:
    return SessionWish(zone, chosen, evening, quiet)


wishes = st.tuples(hours, st.none() | minutes_of_day, st.none() | quiets)


def calm(moment: datetime, zone: ZoneInfo, quiet: Quiet | None) -> bool:
    return quiet is None or not any(quiet.holds(moment + n * MINUTE, zone) for n in range(10))


def by_the_oracle(starts_at: datetime, wanted: SessionWish) -> set[datetime]:
    """Each nominal moment, walked back minute by minute out of quiet hours."""
    zone, quiet = wanted.zone, wanted.quiet
    nominal = [starts_at - h * HOUR for h in wanted.hours]
    if wanted.evening is not None:
        day = starts_at.astimezone(zone).date() - DAY
        said = datetime.combine(day, wanted.evening)
        moment = said.replace(tzinfo=UTC) - 15 * HOUR
        while moment.astimezone(zone).replace(tzinfo=None) < said:
            moment += MINUTE
        nominal.append(moment)
    found = set()
    for moment in nominal:
        if quiet and quiet.holds(moment, zone):
            while not calm(moment, zone, quiet):
                moment -= MINUTE
        found.add(moment)
    return found


@slow_oracle
@given(zoned, wishes)
def test_reminders_come_at_the_moments_of_the_oracle(drawn: Zoned, chosen: tuple) -> None:  # type: ignore[type-arg]
    starts_at, zone = drawn
    wanted = wish(zone, *chosen)
    reminders = rules.session_reminders(starts_at=starts_at, wish=wanted)
    assert {each.moment for each in reminders} == by_the_oracle(starts_at, wanted)
    assert len(reminders) == len({each.moment for each in reminders})


@slow_oracle
@given(zoned, wishes)
def test_no_reminder_comes_in_quiet_hours_or_after_the_start(drawn: Zoned, chosen: tuple) -> None:  # type: ignore[type-arg]
    starts_at, zone = drawn
    wanted = wish(zone, *chosen)
    for each in rules.session_reminders(starts_at=starts_at, wish=wanted):
        assert not (wanted.quiet and wanted.quiet.holds(each.moment, zone))
        assert starts_at - 72 * HOUR <= each.moment <= each.not_after <= starts_at
        assert each.not_after - each.moment <= 2 * HOUR


@slow_oracle
@given(zoned, wishes, st.integers(0, 60 * 80), st.integers(0, 60 * 24 * 8), st.integers(1, 150))
def test_due_is_what_the_definition_says_and_the_sieve_loses_none(
    drawn: Zoned,
    chosen: tuple,  # type: ignore[type-arg]
    ahead: int,
    agreed_before: int,
    swept_before: int,
) -> None:
    now, zone = drawn
    since = now - swept_before * MINUTE
    starts_at, agreed_at = now + ahead * MINUTE, now - agreed_before * MINUTE
    wanted = wish(zone, *chosen)
    due = rules.due(starts_at=starts_at, agreed_at=agreed_at, wish=wanted, since=since, now=now)
    everything = rules.session_reminders(starts_at=starts_at, wish=wanted)
    assert due == [r for r in everything if max(agreed_at, since + MINUTE) <= r.moment <= now <= r.not_after]
    if due:
        spans = rules.starts_to_look_at(wish=wanted, since=since, now=now)
        assert any(first <= starts_at <= last for first, last in spans)


@slow_oracle
@given(zoned, wishes, st.data())
def test_the_sieve_lets_through_whatever_is_due_at_its_very_moment(
    drawn: Zoned,
    chosen: tuple,  # type: ignore[type-arg]
    data: st.DataObject,
) -> None:
    starts_at, zone = drawn
    wanted = wish(zone, *chosen)
    for each in rules.session_reminders(starts_at=starts_at, wish=wanted):
        late = data.draw(st.integers(0, (each.not_after - each.moment) // MINUTE))
        now, since = each.moment + late * MINUTE, each.moment - MINUTE
        spans = rules.merged(rules.starts_to_look_at(wish=wanted, since=since, now=now))
        assert any(first <= starts_at <= last for first, last in spans)


@pytest.mark.parametrize(("hours", "minutes"), [(48, 120), (24, 120), (12, 120), (3, 60), (2, 40), (1, 20)])
def test_how_late_a_reminder_may_be(hours: int, minutes: int) -> None:
    assert rules.may_be_late(hours) == timedelta(minutes=minutes)


def test_the_evening_before_is_read_on_the_wall_clock_on_both_nights() -> None:
    for day in (date(2027, 3, 28), date(2027, 10, 31)):
        starts_at = datetime.combine(day, time(10), LISBON).astimezone(UTC)
        wanted = SessionWish(LISBON, hours=(), evening=time(19), quiet=NIGHT)
        (found,) = rules.session_reminders(starts_at=starts_at, wish=wanted)
        assert found == Reminder("evening", *_span(datetime.combine(day - DAY, time(19), LISBON), 2 * HOUR))


def test_an_early_session_is_announced_before_the_night_and_only_once() -> None:
    starts_at = datetime(2026, 11, 24, 7, tzinfo=LISBON).astimezone(UTC)
    wanted = SessionWish(LISBON, hours=(2, 1), quiet=NIGHT)
    (found,) = rules.session_reminders(starts_at=starts_at, wish=wanted)
    assert found.moment == datetime(2026, 11, 23, 20, 50, tzinfo=LISBON)
    assert found.label == "2"


def _span(moment: datetime, late: timedelta) -> tuple[datetime, datetime]:
    return moment.astimezone(UTC), moment.astimezone(UTC) + late


practice_wishes = st.tuples(
    st.sets(st.integers(0, 6)).map(lambda days: tuple(sorted(days))),
    minutes_of_day,
    st.none() | minutes_of_day,
    st.none() | quiets,
)


@slow_oracle
@given(zoned, practice_wishes)
def test_practice_letters_are_due_when_the_oracle_says(drawn: Zoned, chosen: tuple) -> None:  # type: ignore[type-arg]
    now, zone = drawn
    wanted = PracticeWish(zone, *chosen)
    found = rules.practice_due(wish=wanted, now=now)
    by_hand = [moment for moment in _practice_moments(now, wanted) if moment <= now <= moment + 3 * HOUR]
    assert (found.moment if found else None) == max(by_hand, default=None)
    if found:
        assert found.day == found.moment.astimezone(zone).date()
        assert not (wanted.quiet and wanted.quiet.holds(found.moment, zone))


def _practice_moments(now: datetime, wanted: PracticeWish) -> list[datetime]:
    """Of the days around `now`: the first minute that is late enough on the wall clock, then the first calm one."""
    found = []
    today = now.astimezone(wanted.zone).date()
    for planned in (today - DAY, today, today + DAY):
        at = wanted.weekend_at if wanted.weekend_at and planned.weekday() >= 5 else wanted.at
        if planned.weekday() not in wanted.days:
            continue
        said = datetime.combine(planned, at)
        moment = said.replace(tzinfo=UTC) - 15 * HOUR
        while moment.astimezone(wanted.zone).replace(tzinfo=None) < said:
            moment += MINUTE
        while wanted.quiet and wanted.quiet.holds(moment, wanted.zone):
            moment += MINUTE
        found.append(moment)
    return found


@slow_oracle
@given(zoned, st.none() | quiets)
def test_a_full_day_of_letters_ends_at_the_first_calm_minute_of_tomorrow(drawn: Zoned, quiet: Quiet | None) -> None:
    now, zone = drawn
    moment = now
    while moment.astimezone(zone).date() <= now.astimezone(zone).date():
        moment += MINUTE
    while quiet and quiet.holds(moment, zone):
        moment += MINUTE
    assert rules.free_again(zone=zone, quiet=quiet, now=now) == moment
    assert rules.day_began(zone=zone, now=now) <= now < moment
