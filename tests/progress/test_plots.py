"""What is drawn is what was said: values stand where they belong, gaps stay gaps, worse is shown."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.progress import rules
from coaching.progress.plots import bars, drawing, rated
from coaching.progress.plots.change import Of, change
from coaching.progress.plots.drawing import Field, Plot
from coaching.progress.rules import Done, Effort, Mean, Number, Pair, Stretch, Told

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
PERIOD = rules.period("3-months", date(2020, 1, 1), MONDAY)
SIX_WEEKS = rules.period("6-weeks", date(2020, 1, 1), MONDAY)


def _weeks(*values: int | None) -> list[Number]:
    """Ratings of the last weeks, the last of them this one's."""
    first = MONDAY - timedelta(weeks=len(values) - 1)
    return [Number(first + timedelta(weeks=n), value) for n, value in enumerate(values) if value is not None]


def _dots(plot: Plot) -> list[tuple[float, float]]:
    found = re.findall(r'<circle class="after" cx="([\d.]+)" cy="([\d.]+)"', plot.svg)
    return [(float(x), float(y)) for x, y in found]


# --- reserve capacity and activities -------------------------------------------------------------------------


def test_weeks_without_a_rating_are_a_gap_and_the_bridge_is_called_a_guess() -> None:
    plot = rated.reserve(PERIOD, _weeks(3, 3, None, None, None, 5, None), [])
    assert (plot.svg.count('class="trend gap"'), plot.svg.count('class="trend"')) == (1, 1)
    assert len(_dots(plot)) == 3
    assert plot.svg.count("not rated</text>") == 1
    assert plot.caption == (
        "From 3 to 5. Three of seven weeks are rated; the dotted line is a guess, not a measure."
    )
    assert "12 Oct: 3; 19 Oct: 3; 26 Oct: not rated;" in plot.alt
    assert plot.rows[0] == ("23 Nov", "not rated")


def test_a_full_row_of_weeks_needs_no_guess() -> None:
    plot = rated.reserve(PERIOD, _weeks(3, 4, 4), [])
    assert "gap" not in plot.svg
    assert plot.caption == "From 3 to 4. Three of three weeks are rated."


@pytest.mark.parametrize("values", [(3, 4), (3, None, 9)])
def test_two_numbers_make_no_line(values: Sequence[int | None]) -> None:
    for plot in (
        rated.reserve(PERIOD, _weeks(*values), []),
        rated.activity("a", "Lift", PERIOD, _weeks(*values), []),
    ):
        assert "trend" not in plot.svg
        assert len(_dots(plot)) == 2
        assert "Two numbers make no line yet." in plot.caption


def test_one_number_is_a_dot_and_none_is_no_picture() -> None:
    assert len(_dots(rated.reserve(PERIOD, _weeks(7), []))) == 1
    assert rated.reserve(PERIOD, _weeks(7), []).caption == "One rating so far: 7."
    assert not rated.reserve(PERIOD, [], [])
    assert rated.activity("a", "Lift", PERIOD, [], []).caption == "Not rated in this time."


def test_zero_lies_on_the_axis_and_ten_on_top() -> None:
    assert [y for _x, y in _dots(rated.reserve(PERIOD, _weeks(0, 10), []))] == [146, 18]


def test_an_activity_rated_seldom_is_joined_by_a_guess() -> None:
    days = [Number(MONDAY - 70 * DAY, 2), Number(MONDAY - 14 * DAY, 5), Number(MONDAY, 4)]
    plot = rated.activity("a", "Lift <b>her</b>", PERIOD, days, [])
    assert (plot.svg.count('class="trend gap"'), plot.svg.count('class="trend"')) == (1, 1)
    assert plot.caption == "From 2 to 4. Rated three times."
    assert "Lift &lt;b&gt;her&lt;/b&gt;" in plot.svg


@pytest.mark.parametrize(
    ("values", "headline"),
    [
        ([], ""),
        ([4], "Four of ten, rated once"),
        ([3, 5, 6], "From 3 to 6 since November"),
        ([6, 4], "From 6 to 4 since November"),
        ([5, 5], "At 5, as in November"),
    ],
)
def test_the_headline_says_how_it_is_also_when_it_is_worse(values: list[int], headline: str) -> None:
    found = [Number(date(2026, 11, 2) + timedelta(weeks=n), value) for n, value in enumerate(values)]
    assert rated.headline(found) == headline


# --- before and after ----------------------------------------------------------------------------------------


def _means(*pairs: tuple[int, int]) -> list[Mean]:
    """One doing on each of the last days."""
    return [
        Mean(Stretch(day, day), Pair(1, before, after, int(after < before), int(after > before)))
        for n, (before, after) in enumerate(pairs)
        for day in [MONDAY - DAY * (len(pairs) - 1 - n)]
    ]


def test_worse_is_another_shape_and_said() -> None:
    plot = change("t", SIX_WEEKS, _means((6, 7), (5, 5), (6, 3)), [])
    assert plot.svg.count('class="after worse"') == plot.svg.count('class="drop worse"') == 1
    assert re.search(r'<path class="after worse" d="M[\d.]+ [\d.]+l', plot.svg)
    assert plot.caption == "Lower once, the same once, higher once. On average 5.7 before and 5 after."
    assert "21 November: 6, then 7" in plot.alt


def test_more_ease_is_no_harm_and_less_is() -> None:
    plot = change("e", SIX_WEEKS, _means((3, 6), (6, 4)), [], of=Of.EASE)
    assert plot.svg.count('class="after worse"') == 1
    assert plot.caption == "Lower once, higher once."


def test_a_mean_of_many_stands_between_them() -> None:
    week = Stretch(MONDAY - 7 * DAY, MONDAY - DAY)
    plot = change("t", PERIOD, [Mean(week, Pair(4, 22, 14, 3, 1))], [])
    [(x, y)] = _dots(plot)
    field = Field(PERIOD)
    assert (x, y) == (pytest.approx(field.middle(week), abs=0.1), pytest.approx(field.y(3.5), abs=0.1))
    assert plot.rows == [("Week of 16 November", "4", "5.5", "3.5")]


# --- bars ----------------------------------------------------------------------------------------------------


def _rects(plot: Plot, kind: str) -> list[tuple[float, float, float, float]]:
    found = re.findall(
        rf'<rect class="{kind}" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', plot.svg
    )
    return [(float(x), float(y), float(w), float(h)) for x, y, w, h in found]


def test_bars_begin_at_nothing_and_are_as_high_as_they_count() -> None:
    weeks = PERIOD.weeks[-3:]
    found = [Done(weeks[0], 7, 5, 1), Done(weeks[1], 0, 0, 0), Done(weeks[2], 1, 2, 0)]
    plot = bars.done(PERIOD, found, [])
    assert [(y + h, h) for _x, y, _w, h in _rects(plot, "agreed")] == [(146, 89.6), (146, 12.8)]
    assert [h for *_rest, h in _rects(plot, "done")] == [64, 25.6]
    assert plot.caption == "Agreed: eight times. Done: seven times. Besides, unasked: once."
    assert plot.rows[0] == ("Week of 23 November", "1", "2", "0")


def test_said_and_played_stand_side_by_side_and_neither_overrules_the_other() -> None:
    plot = bars.told(PERIOD, [Told(PERIOD.weeks[-2], 5, 3)], [])
    [(left, _y, width, _h)], [(other, *_rest)] = _rects(plot, "done"), _rects(plot, "played")
    assert other == pytest.approx(left + width, abs=0.2)
    assert plot.caption.startswith("Noted five times, played here three times. They need not agree")


@pytest.mark.parametrize(
    ("own", "together", "words"),
    [
        (540, 60, "540 minutes of practice at home, 60 minutes of sessions. About nine of ten were at home."),
        (100, 0, "100 minutes of practice at home, 0 minutes of sessions."),
        (2000, 10, "Nearly all of them were at home."),
        (30, 120, "About two of ten were at home."),
        (1, 120, "Nearly all of them were in sessions."),
    ],
)
def test_the_share_of_ones_own_work_is_said_as_it_is(own: int, together: int, words: str) -> None:
    assert words in bars.effort_in_words(own, together)


def test_nothing_to_count_is_no_picture() -> None:
    week = PERIOD.weeks[-1]
    assert not bars.done(PERIOD, [Done(week, 0, 0, 2)], [])
    assert not bars.told(PERIOD, [Told(week, 0, 0)], [])
    assert not bars.effort(PERIOD, [Effort(week, 0, 0)], [])


# --- what all share ------------------------------------------------------------------------------------------


def test_sessions_are_marked_in_every_plot_with_their_day_where_there_is_room() -> None:
    met = [MONDAY - 30 * DAY, MONDAY - 28 * DAY, MONDAY - 400 * DAY]
    for plot in _every_plot(met):
        assert plot.svg.count('class="met"') == 2
        assert "26 Oct</text>" in plot.svg
        assert "24 Oct</text>" not in plot.svg


def _every_plot(met: list[date]) -> list[Plot]:
    week = PERIOD.weeks[-2]
    return [
        rated.reserve(PERIOD, _weeks(3, 4), met),
        rated.activity("a", "Lift", PERIOD, _weeks(3, 4), met),
        change("t", PERIOD, [Mean(week, Pair(1, 5, 4, 1, 0))], met),
        bars.done(PERIOD, [Done(week, 3, 2, 0)], met),
        bars.told(PERIOD, [Told(week, 3, 2)], met),
        bars.effort(PERIOD, [Effort(week, 30, 60)], met),
    ]


def test_pictures_have_a_title_and_neither_style_nor_script() -> None:
    for plot in _every_plot([MONDAY]):
        assert plot.svg.startswith("<svg ")
        assert plot.svg.endswith("</svg>")
        assert plot.svg.count("<title ") == 1
        assert "style" not in plot.svg
        assert "script" not in plot.svg


@given(
    st.dates(date(2021, 1, 1), MONDAY),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 10)), unique_by=lambda each: each[0], min_size=1),
)
def test_every_number_lies_inside_the_frame_and_in_its_order(began: date, given: list[tuple[int, int]]) -> None:
    period = rules.period("all", began, MONDAY)
    numbers = [Number(period.first + weeks * 7 * DAY, value) for weeks, value in sorted(given)]
    numbers = [number for number in numbers if number.day <= period.last]
    plot = rated.reserve(period, numbers, [])
    dots = _dots(plot)
    assert len(dots) == len(numbers)
    assert [x for x, _y in dots] == sorted(x for x, _y in dots)
    assert all(drawing.LEFT <= x <= drawing.RIGHT and 18 <= y <= 146 for x, y in dots)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=13, max_size=13))
def test_bars_stay_inside_the_frame_whatever_they_count(counts: list[tuple[int, int]]) -> None:
    told = [Told(week, *each) for week, each in zip(PERIOD.weeks, counts, strict=True)]
    plot = bars.told(PERIOD, told, [])
    for x, y, width, height in [*_rects(plot, "done"), *_rects(plot, "played")]:
        assert drawing.LEFT <= x <= x + width <= drawing.RIGHT
        assert drawing.CEILING - 0.1 <= y <= y + height <= 146.2


@given(st.integers(1, 10**7))
def test_the_top_of_a_scale_is_round_and_just_high_enough(most: int) -> None:
    top = drawing.ceiling(most)
    assert most <= top <= max(4, 2 * most)
