"""Stretches of time and what is counted in them: nothing is lost, nothing counts twice."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.progress import rules
from coaching.progress.rules import Asked, Done, Effort, Heard, Met, Noted, Pair, Period, Stretch

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
LONG_AGO = date(2020, 1, 1)
TWO_WEEKS = rules.period("all", MONDAY - 7 * DAY, MONDAY)


@pytest.mark.parametrize(
    ("key", "began", "first", "bars", "spots"),
    [
        ("6-weeks", LONG_AGO, date(2026, 10, 19), 6, 42),
        ("3-months", LONG_AGO, date(2026, 8, 31), 13, 13),
        ("", LONG_AGO, date(2026, 8, 31), 13, 13),
        ("'; --", LONG_AGO, date(2026, 8, 31), 13, 13),
        ("3-months", date(2026, 11, 18), date(2026, 11, 16), 2, 14),
        ("all", date(2024, 11, 20), date(2024, 11, 18), 25, 25),
        ("all", MONDAY + 9 * DAY, MONDAY, 1, 7),
    ],
)
def test_a_period_is_whole_weeks_and_begins_with_the_client(
    key: str, began: date, first: date, bars: int, spots: int
) -> None:
    period = rules.period(key, began, MONDAY)
    assert (period.first, period.last) == (first, date(2026, 11, 29))
    assert (len(period.bars), len(period.spots)) == (bars, spots)


@given(st.dates(LONG_AGO, MONDAY), st.dates(MONDAY, date(2031, 1, 1)), st.sampled_from(sorted(rules.PERIODS)))
def test_stretches_lie_side_by_side_without_a_hole(began: date, today: date, key: str) -> None:
    period = rules.period(key, began, today)
    for stretches in (period.bars, period.spots, period.weeks):
        assert stretches[0].first == period.first
        assert stretches[-1].last == period.last
        assert all(one.last + DAY == other.first for one, other in pairwise(stretches))
    assert today in period


def test_since_a_session_is_told_by_day_and_a_long_time_in_weeks() -> None:
    assert len(rules.since(MONDAY - 11 * DAY, MONDAY).spots) == 12
    assert rules.since(MONDAY - 100 * DAY, MONDAY).spots[0].days == 7


def _asked(first: int, last: int, *, lesson: int = 1, a_week: float = 7.0) -> Asked:
    """Days counted from the Monday of the week before."""
    start = TWO_WEEKS.first
    return Asked(start + first * DAY, start + last * DAY, lesson, a_week)


def _noted(day: int, *, lesson: int = 1, times: int = 1) -> Noted:
    return Noted(lesson, TWO_WEEKS.first + day * DAY, times)


def _heard(day: int, *, lesson: int = 1, times: int = 1, seconds: float = 600.0) -> Heard:
    return Heard(lesson, TWO_WEEKS.first + day * DAY, times, seconds)


def _done(asked: Sequence[Asked], noted: Sequence[Noted] = (), heard: Sequence[Heard] = ()) -> list[Done]:
    return rules.done(TWO_WEEKS.bars, asked, noted, heard, MONDAY)


def test_what_was_agreed_counts_the_days_up_to_today() -> None:
    assert [each.agreed for each in _done([_asked(0, 13)])] == [7, 1]
    assert [each.agreed for each in _done([_asked(2, 4), _asked(6, 6)])] == [4, 0]


def test_most_days_are_five_of_a_week_and_a_part_of_a_week_its_part() -> None:
    assert [each.agreed for each in _done([_asked(0, 6, a_week=5.0)])] == [5, 0]
    assert [each.agreed for each in _done([_asked(0, 2, a_week=5.0)])] == [2, 0]


def test_weeks_before_it_began_are_not_drawn() -> None:
    assert [each.when.first for each in _done([_asked(7, 13)])] == [MONDAY]
    assert _done([]) == []


def test_done_is_noted_or_played_and_each_doing_counts_once() -> None:
    [week, _this] = _done([_asked(0, 6)], [_noted(0, times=2), _noted(1)], [_heard(1, times=3), _heard(2)])
    assert (week.done, week.besides) == (4, 0)


def test_what_was_done_unasked_stands_besides() -> None:
    [week, _this] = _done([_asked(0, 3)], [_noted(1), _noted(5), _noted(1, lesson=2)])
    assert (week.done, week.besides) == (1, 2)


def test_a_lesson_given_anew_asks_for_one_thing_a_day() -> None:
    asked = rules.without_doubles([_asked(0, 9), _asked(4, 6, a_week=5.0), _asked(0, 6, lesson=2)])
    assert sorted((span.lesson, span.first, span.last) for span in asked) == [
        (1, TWO_WEEKS.first, TWO_WEEKS.first + 3 * DAY),
        (1, TWO_WEEKS.first + 4 * DAY, TWO_WEEKS.first + 6 * DAY),
        (2, TWO_WEEKS.first, TWO_WEEKS.first + 6 * DAY),
    ]


def test_effort_is_what_was_heard_and_the_length_of_what_was_only_noted() -> None:
    noted, heard = [_noted(0), _noted(1, times=2)], [_heard(0, seconds=300.0)]
    found = rules.efforts(TWO_WEEKS.bars, noted, heard, {1: 600.0}, [Met(MONDAY, 60)])
    assert found == [Effort(TWO_WEEKS.bars[0], 25, 0), Effort(TWO_WEEKS.bars[1], 0, 60)]


def test_said_and_played_are_counted_apart() -> None:
    found = rules.told(TWO_WEEKS.bars, [_noted(0, times=2), _noted(8)], [_heard(0), _heard(20)])
    assert [(each.noted, each.played) for each in found] == [(2, 1), (1, 0)]


def test_numbers_of_a_stretch_are_put_together_and_empty_ones_left_out() -> None:
    pairs = [(MONDAY, Pair(1, 6, 3, 1, 0)), (MONDAY, Pair(1, 4, 5, 0, 1)), (MONDAY + DAY, Pair())]
    [mean] = rules.means(TWO_WEEKS.spots, pairs)
    assert (mean.when, mean.pair) == (Stretch(MONDAY, MONDAY), Pair(2, 10, 8, 1, 1))
    assert (mean.pair.mean_before, mean.pair.mean_after, mean.pair.same) == (5.0, 4.0, 0)


_DAYS = st.integers(0, 13)
_NOTED = st.lists(
    st.tuples(_DAYS, st.integers(1, 3), st.integers(1, 4)), unique_by=lambda each: each[:2], max_size=20
)


@given(_NOTED, _NOTED, st.lists(st.tuples(_DAYS, _DAYS, st.integers(1, 3)), max_size=6))
def test_every_doing_stands_in_one_stretch_as_asked_for_or_besides(
    noted: list[tuple[int, int, int]], heard: list[tuple[int, int, int]], spans: list[tuple[int, int, int]]
) -> None:
    said = [_noted(day, lesson=lesson, times=times) for day, lesson, times in noted]
    played = [_heard(day, lesson=lesson, times=times) for day, lesson, times in heard]
    asked = rules.without_doubles(_asked(min(a, b), max(a, b), lesson=lesson) for a, b, lesson in spans)
    found = rules.done(TWO_WEEKS.bars, asked, said, played, TWO_WEEKS.last)
    only_played = {(each.lesson, each.day) for each in played} - {(each.lesson, each.day) for each in said}
    whole = sum(each.times for each in said) + len(only_played)
    assert sum(each.done + each.besides for each in found) == whole
    assert sum(each.agreed for each in found) == len({(s.lesson, d) for s in asked for d in range(14) if _in(s, d)})


def _in(span: Asked, day: int) -> bool:
    return TWO_WEEKS.first + day * DAY in span


def test_a_period_knows_its_days() -> None:
    period = Period(MONDAY, MONDAY + 6 * DAY, "", MONDAY)
    assert period.days == 7
    assert Stretch(MONDAY, MONDAY + DAY).shared(Stretch(MONDAY + DAY, MONDAY + 5 * DAY)) == 1
