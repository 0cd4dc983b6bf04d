"""Cues as people write them, captions as browsers read them, and the line that is drawn from them."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.library import captions
from coaching.library.rules import (
    NewCue,
    Swell,
    Unclear,
    first_movements,
    read_cues,
    release_path,
    swells_of,
    write_cues,
)

LINES = """
0:10 contract Lift your lower back, a little
0:18 release Let it come down

0:40 rest
1:00 contract
1:05.5 release Again
"""


def test_a_cue_lasts_until_the_next() -> None:
    assert read_cues(LINES, 90) == [
        NewCue("contract", 10, 18, "Lift your lower back, a little"),
        NewCue("release", 18, 40, "Let it come down"),
        NewCue("rest", 40, 60),
        NewCue("contract", 60, 65.5),
        NewCue("release", 65.5, 90, "Again"),
    ]


def test_without_a_length_the_last_cue_gets_half_a_minute() -> None:
    assert read_cues("1:02:03 Release gently", None) == [NewCue("release", 3723, 3753, "gently")]


def test_no_lines_are_no_cues() -> None:
    assert read_cues("\n  \n", 60) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lift", "Line 1 is not clear"),
        ("0:10 contract\n0:20 push harder", "Line 2 is not clear"),
        ("0:75 rest", "Line 1 is not clear"),
        ("0:20 contract\n0:20 release", "“0:20” does not come after the line above it"),
        ("0:20 contract\n0:10 release", "“0:10” does not come after the line above it"),
        ("15:00 rest", "“15:00” comes after the end of the recording, which lasts 14:00"),
        ("0:01 rest " + "a" * 201, "Line 1 is too long"),
    ],
)
def test_an_unclear_line_is_named(text: str, sentence: str) -> None:
    with pytest.raises(Unclear, match=sentence):
        read_cues(text, 840)


@given(st.lists(st.tuples(st.integers(0, 7000), st.sampled_from(["contract", "release", "rest"])), max_size=20))
def test_what_is_written_is_read_again(starts: list[tuple[int, str]]) -> None:
    text = "\n".join(f"{start // 60}:{start % 60:02d} {kind}" for start, kind in sorted(dict(starts).items()))
    cues = read_cues(text, None)
    assert read_cues(write_cues(cues), None) == cues


# --- captions --------------------------------------------------------------------------------------------

VTT = """WEBVTT - spoken by Marta

NOTE made by hand

STYLE
::cue { color: red }

1
00:01.000 --> 00:04.500 align:start
<v Marta>Lie down on your back
and take your time &amp; rest.

00:00:05.000 --> 00:00:06.000
<b>Slowly</b>
"""


def test_captions_are_read_as_plain_text() -> None:
    expected = [
        captions.Caption(1, 4.5, "Lie down on your back and take your time & rest."),
        captions.Caption(5, 6, "Slowly"),
    ]
    assert captions.read(VTT) == expected
    assert captions.read("\ufeff" + VTT.replace("\n", "\r\n")) == expected
    assert captions.read("WEBVTT") == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "begin with the word WEBVTT"),
        ("WEBVTTX\n", "begin with the word WEBVTT"),
        ("1\n00:00:01,000 --> 00:00:02,000\nSubRip", "begin with the word WEBVTT"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nHi", "Line 3 of the captions is no time"),
        ("WEBVTT\n\nintro\nHi", "Line 4 of the captions is no time"),
        ("WEBVTT\n\nintro", "Line 4 of the captions is no time"),
        ("WEBVTT\n\n00:61.000 --> 00:62.000\nHi", "Line 3 of the captions is no time"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nHi", "line 3 of the captions the end does not come after"),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\nB\n\n00:01.000 --> 00:02.000\nA", "“A” begins too early"),
        ("WEBVTT\n" + "a" * 600_000, "too long"),
    ],
)
def test_captions_that_no_browser_shows_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(Unclear, match=sentence):
        captions.read(text)


# --- the release line ------------------------------------------------------------------------------------


def test_each_contraction_with_its_release_is_a_swell_as_wide_as_it_lasts() -> None:
    swells = swells_of(read_cues(LINES, 100), 100)
    assert [(swell.start, swell.top, swell.end) for swell in swells] == [(0.1, 0.18, 0.4), (0.6, 0.655, 1.0)]
    assert swells[0].lift == 1.0
    assert 0.5 < swells[1].lift < 1.0


def test_a_lesson_without_cues_is_a_line_at_rest() -> None:
    assert swells_of([], 60) == []
    assert release_path([], 320, 96) == "M0 90H320"


def test_the_curve_is_a_quick_rise_and_a_long_release() -> None:
    assert release_path([Swell(0, 0.24, 0.88)], 100, 96) == (
        "M0 90H0C12.1 90 9.1 4 20.2 4H24C41.9 4 40.6 90 88 90H100"
    )


def test_a_long_effort_still_rises_quickly_and_is_let_go_slowly() -> None:
    """Most of the swell is its release, also where the effort was held for half of it."""
    crest, let_go, end = [x for x, y in _points(release_path([Swell(0, 0.5, 1)], 100, 96))][2:5]
    assert (crest, let_go, end) == (23, 27.5, 100)


def test_many_short_movements_are_low_waves_and_no_spikes() -> None:
    ten = [Swell(n / 10, n / 10 + 0.03, n / 10 + 0.08) for n in range(10)]
    tops = [y for _x, y in _points(release_path(ten, 100, 96))]
    assert min(tops) == 90 - 8 * 1.75


def test_a_small_picture_shows_the_first_movements_in_full() -> None:
    swells = [Swell(n / 10, n / 10 + 0.02, n / 10 + 0.08) for n in range(8)]
    first = first_movements(swells, 2)
    assert len(first) == 2
    assert (first[0].start, first[1].end) == (0, pytest.approx(0.9))


@st.composite
def _swells(draw: st.DrawFn) -> list[Swell]:
    edges = sorted(draw(st.lists(st.floats(0, 1), max_size=30)))
    threes = [edges[n : n + 3] for n in range(0, len(edges) - 2, 3)]
    return [Swell(start, top, end, draw(st.floats(0, 1))) for start, top, end in threes]


@given(swells=_swells(), width=st.integers(10, 1000), height=st.integers(20, 200))
def test_the_line_never_runs_back_and_begins_and_ends_at_rest(swells: list[Swell], width: int, height: int) -> None:
    """The player finds the sun's height by halving the line, which only a line that never runs back allows."""
    points = list(_points(release_path(swells, width, height)))
    xs = [x for x, _y in points]
    assert all(after >= before - 0.11 for before, after in pairwise(xs))  # one decimal is kept
    assert (points[0], points[-1]) == ((0, height - 6), (width, height - 6))
    assert all(0 <= y <= height for _x, y in points)


def _points(path: str) -> list[tuple[float, float]]:
    """The corners of the path, without the handles of its curves."""
    points: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MHC])([^MHC]*)", path):
        values = [float(number) for number in numbers.split()]
        points.append((values[-1], points[-1][1]) if command == "H" else (values[-2], values[-1]))
    return points
