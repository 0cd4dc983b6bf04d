"""Dosage, days and weeks in words."""

from datetime import date, timedelta

import pytest

from coaching.practice import plots, rules

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


def test_one_practice_is_a_small_line_without_style_or_script() -> None:
    svg = plots.small_change(3, 5)
    assert 'd="M35.2 10H56"' in svg
    assert svg.count("worse") == 2
    assert "style" not in svg
    assert "<script" not in svg
