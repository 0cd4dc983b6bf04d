"""Days, weeks and plots: what is drawn is what was said, and gaps stay gaps."""

import re
from datetime import date, timedelta

import pytest

from coaching.practice import plots, rules
from coaching.practice.plots import Change
from coaching.story.rules import Rated

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("starts_on", "until", "words"),
    [
        (date(2026, 11, 15), date(2026, 11, 28), "Day 9 of 14"),
        (MONDAY, MONDAY, "Day 1 of 1"),
        (date(2026, 11, 22), None, "Day 2"),
        (date(2026, 11, 26), None, "From Thursday 26 November"),
        (date(2026, 11, 1), date(2026, 11, 20), "Until 20 November"),
    ],
)
def test_where_one_stands(starts_on: date, until: date | None, words: str) -> None:
    assert rules.standing(starts_on, until, MONDAY) == words


def test_dosage_in_words() -> None:
    assert [rules.dosage("Every day", times) for times in (1, 2, 3)] == [
        "Every day",
        "Every day, twice",
        "Every day, three times",
    ]


def test_a_week_ends_today_and_counts_days_not_doings() -> None:
    week = rules.week_of(
        MONDAY, {MONDAY - timedelta(days=1), MONDAY - timedelta(days=6), MONDAY - timedelta(days=7)}
    )
    assert [day.practised for day in week.days] == [True, False, False, False, False, True, False]
    assert week.days[-1].date == MONDAY
    assert week.line == "You practised on two of the last seven days."


@pytest.mark.parametrize(
    ("values", "headline"),
    [
        ([], "Nothing rated yet"),
        ([4], "Four of ten, rated once"),
        ([3, 5, 6], "From 3 to 6 since November"),
        ([6, 4], "From 6 to 4 since November"),
        ([5, 5], "At 5, as in November"),
    ],
)
def test_the_headline_says_how_it_is_also_when_it_is_worse(values: list[int], headline: str) -> None:
    weeks = [(date(2026, 11, 2) + timedelta(weeks=n), value) for n, value in enumerate(values)]
    assert rules.reserve_headline(weeks) == headline


def _weeks(*values: int | None) -> list[Rated]:
    return [Rated(MONDAY - timedelta(weeks=len(values) - 1 - n), value) for n, value in enumerate(values)]


def test_weeks_without_a_rating_are_a_gap_and_the_bridge_is_called_a_guess() -> None:
    plot = plots.reserve(_weeks(3, 3, None, None, 5, None))
    assert plot.svg.count('class="trend gap"') == 1
    assert plot.svg.count('class="trend"') == 1
    assert plot.svg.count('class="after"') == 3
    assert plot.svg.count("not rated</text>") == 1
    assert 'class="now"' in plot.svg
    assert plot.caption == "From 3 to 5. You rated three of six weeks; the dotted line is a guess, not a measure."
    assert "since 19 October: 3, 3, not rated, not rated, 5, not rated." in plot.svg


def test_a_full_row_of_weeks_needs_no_guess() -> None:
    plot = plots.reserve(_weeks(3, 4))
    assert "gap" not in plot.svg
    assert plot.caption == "From 3 to 4. You rated two of two weeks."


@pytest.mark.parametrize("values", [[], [None], [7], [None, 2, None]])
def test_few_ratings_are_drawn_too(values: list[int | None]) -> None:
    assert plots.reserve(_weeks(*values)).svg.endswith("</svg>")


def test_worse_is_shown_and_said() -> None:
    practices = [Change(date(2026, 11, 14), 6, 7), Change(date(2026, 11, 20), 5, 5), Change(MONDAY, 6, 3)]
    plot = plots.changes(practices, MONDAY)
    assert plot.svg.count("after worse") == 1
    assert plot.svg.count("drop worse") == 1
    assert plot.caption == "Lower once, the same once, higher once, on 14 November."
    assert "14 Nov: 6, then 7" in plot.svg


def test_zero_lies_on_the_axis_and_ten_on_top() -> None:
    heights = re.findall(r'class="after" cx="[\d.]+" cy="(\d+)"', plots.reserve(_weeks(0, 10)).svg)
    assert heights == ["150", "20"]


def test_pictures_hold_no_style_and_no_script() -> None:
    for svg in (plots.reserve(_weeks(1, None, 2)).svg, plots.small_change(3, 5)):
        assert "style" not in svg
        assert "<script" not in svg
