"""Practice letters fade when practice goes well, and turn into one question when it does not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.practice.arc_rules import DAYS_A_WEEK
from coaching.reminders import fading
from coaching.reminders.fading import History, Say, what_to_say

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def ago(*days: int) -> frozenset[date]:
    return frozenset(MONDAY - n * DAY for n in days)


def days_of(client_practises: list[bool], a_week: int = 7) -> list[Say]:
    """What is said on each day to somebody who practises (after the letter) on the days marked True."""
    said, practised, told = [], set(), set()
    asked_on: date | None = None
    for n, practises in enumerate(client_practises):
        today = MONDAY + n * DAY
        recent = frozenset(day for day in practised if (today - day).days <= fading.MEMORY)
        say = what_to_say(History(today, a_week, recent, frozenset(told), asked_on))
        said.append(say)
        if say is not Say.NOTHING:
            told.add(today)
        if say is Say.ASK:
            asked_on = today
        if practises:
            practised.add(today)
    return said


def test_letters_fade_while_practice_goes_well() -> None:
    said = days_of([True] * 28)
    weeks = [said[n : n + 7].count(Say.REMIND) for n in (0, 7, 14, 21)]
    assert weeks[0] == 7 - said[:7].count(Say.NOTHING)
    assert weeks == sorted(weeks, reverse=True)
    assert weeks[3] == 0
    assert Say.ASK not in said


def test_who_does_not_practise_is_asked_once_and_then_left_in_peace() -> None:
    said = days_of([False] * 28)
    assert said[:5] == [Say.REMIND] * 4 + [Say.ASK]
    assert set(said[5:]) == {Say.NOTHING}


def test_practice_after_the_question_begins_anew() -> None:
    assert days_of([False] * 5 + [True] + [False] * 6)[6:] == [Say.REMIND] * 4 + [Say.ASK, Say.NOTHING]


@pytest.mark.parametrize(("days_since", "says"), [(1, Say.NOTHING), (6, Say.NOTHING), (7, Say.REMIND)])
def test_after_an_answer_the_practitioner_has_a_week(days_since: int, says: Say) -> None:
    (answered,) = ago(days_since)
    history = History(MONDAY, 7, told=ago(8, 9, 10, 11, 12), asked_on=MONDAY - 8 * DAY, answered_on=answered)
    assert what_to_say(history) is says


def test_what_was_done_today_needs_no_letter() -> None:
    assert what_to_say(History(MONDAY, 7, practised=ago(0))) is Say.NOTHING


def test_every_second_day_leaves_a_day_between() -> None:
    assert what_to_say(History(MONDAY, 3, practised=ago(1))) is Say.NOTHING
    assert what_to_say(History(MONDAY, 3, practised=ago(2))) is Say.REMIND


def test_what_a_week_asks_for_is_enough() -> None:
    assert what_to_say(History(MONDAY, 5, practised=ago(1, 2, 3, 5, 6))) is Say.NOTHING
    assert what_to_say(History(MONDAY, 5, practised=ago(1, 2, 3))) is Say.REMIND


_days = st.sets(st.integers(0, 27)).map(lambda ns: ago(*ns))
_history = st.builds(
    History,
    today=st.just(MONDAY),
    a_week=st.sampled_from(sorted(DAYS_A_WEEK.values())),
    practised=_days,
    told=_days,
    asked_on=st.none() | st.integers(0, 27).map(lambda n: MONDAY - n * DAY),
    answered_on=st.none() | st.integers(0, 27).map(lambda n: MONDAY - n * DAY),
)


@given(_history)
def test_at_most_one_letter_a_day_and_none_on_a_day_with_practice(history: History) -> None:
    if MONDAY in history.told | history.practised:
        assert what_to_say(history) is Say.NOTHING


@given(_history)
def test_an_open_question_is_never_followed_by_a_letter(history: History) -> None:
    asked, answered = history.asked_on, history.answered_on
    is_open = asked and history.last_practice < asked and (answered is None or answered < asked)
    if is_open:
        assert what_to_say(history) is Say.NOTHING


@given(_history)
def test_who_practised_since_the_last_letters_is_not_asked(history: History) -> None:
    if history.told and history.last_practice >= max(history.told):
        assert what_to_say(history) is not Say.ASK


@pytest.mark.parametrize(
    ("relieved", "practised", "says"),
    [
        (ago(1), ago(1), 1),
        (ago(7), ago(7), 7),
        (ago(2), ago(2), None),
        (ago(1), ago(0, 1), None),  # done again today
        (ago(7), ago(3, 7), None),  # done again since
        (ago(1, 5), ago(1, 5), None),  # not the first time
        (ago(1, 40), ago(1, 40), 1),  # long ago
        (ago(), ago(), None),
    ],
)
def test_following_up_the_first_relief(
    relieved: frozenset[date], practised: frozenset[date], says: int | None
) -> None:
    assert fading.follow_up(MONDAY, relieved, practised) == says


@pytest.mark.parametrize(
    ("before", "after", "relief"), [(6, 4, True), (6, 5, False), (3, 7, False), (None, 2, False), (6, None, False)]
)
def test_relief_is_two_of_ten(before: int | None, after: int | None, relief: bool) -> None:
    assert fading.brought_relief(before, after) is relief


def test_who_is_fading_hears_twice_a_week_at_most_and_after_two_weeks_once() -> None:
    told: set[date] = set()
    for n in range(28):
        today = MONDAY + n * DAY
        seldom = frozenset(MONDAY + day * DAY for day in (2, 9, 16, 23) if day < n)
        history = History(today, 7, seldom, frozenset(told), stage="fading", in_stage=n)
        if what_to_say(history) is Say.REMIND:
            told.add(today)
    weeks = [sum(0 <= (day - MONDAY).days - 7 * week < 7 for day in told) for week in range(4)]
    assert weeks == [2, 2, 1, 1]


@pytest.mark.parametrize(("days", "says"), [((2, 4), Say.REMIND), ((2, 4, 6), Say.NOTHING)])
def test_three_times_a_week_is_enough_in_fading(days: tuple[int, ...], says: Say) -> None:
    assert what_to_say(History(MONDAY, 7, ago(*days), stage="fading", in_stage=20)) is says
    assert what_to_say(History(MONDAY, 7, ago(*days))) is Say.REMIND


def test_who_is_on_their_own_is_neither_reminded_nor_asked_nor_followed_up() -> None:
    assert what_to_say(History(MONDAY, 7, stage="own")) is Say.NOTHING
    assert what_to_say(History(MONDAY, 7, told=ago(1, 2, 3, 4), stage="own")) is Say.NOTHING
    assert [fading.follows_up(stage) for stage in ("learning", "fading", "own")] == [True, False, False]
