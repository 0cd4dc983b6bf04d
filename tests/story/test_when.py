"""What happened and when: told one by one, drawn on two lanes that never touch."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from django.test import Client as Browser

from coaching.people.models import Client
from coaching.story import actions, happenings, queries, timeline
from coaching.story.models import Happening
from coaching.story.steps import Telling
from coaching.story.suggesting import Accident, Told, suggest
from tests import cast

NOW = cast.NOW
TODAY = NOW.date()
STEP = "/story/step/when/"


@dataclass
class Some:
    kind: str
    year: int
    month: int | None = None
    until_year: int | None = None
    words: str = "x"


def test_each_is_added_and_stays_on_the_page_until_the_client_goes_on(as_teresa: Browser, teresa: Client) -> None:
    crash = {"kind": "accident", "words": "A car hit us", "year": "1998", "month": "3", "add": "1"}
    assert as_teresa.post(STEP, crash)["Location"] == STEP
    stress = {"kind": "stress", "words": "Two jobs", "year": "2014", "until_year": "2019", "add": "1"}
    as_teresa.post(STEP, stress)
    as_teresa.post(STEP, stress)
    page = as_teresa.get(STEP).content.decode()
    for words in ("A car hit us", "March 1998", "Two jobs", "2014 to 2019", "Two are on the line"):
        assert words in page
    assert page.count('class="band"') == page.count('class="blow"') == 1
    assert as_teresa.post(STEP, {"kind": "stress"})["Location"] == "/story/step/happened/"
    assert Happening.objects.count() == 2


def test_what_is_typed_and_not_added_goes_along_with_the_step(as_teresa: Browser) -> None:
    answer = as_teresa.post(STEP, {"kind": "stress", "words": "Nights with a sick child", "year": "2020"})
    assert answer["Location"] != STEP
    assert Happening.objects.get().until_year is None


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"add": "1"}, "Say in a few words"),
        ({"add": "1", "words": "x"}, "Say the year"),
        ({"words": "x", "year": "last"}, "four numbers"),
        ({"words": "x", "year": "2031"}, "from 1900 to 2026"),
        ({"words": "x", "year": "2014", "until_year": "2010"}, "from 2014 to 2026"),
        ({"words": "x", "year": "2014", "kind": "joy"}, "joy"),
        ({"words": "x", "year": "2014", "month": "13"}, "13"),
    ],
)
def test_what_is_no_time_gets_one_sentence(as_teresa: Browser, bad: dict, sentence: str) -> None:
    answer = as_teresa.post(STEP, {"kind": "stress", **bad})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Happening.objects.exists()


def test_an_accident_has_no_end(as_teresa: Browser) -> None:
    as_teresa.post(STEP, {"kind": "accident", "words": "Fell", "year": "2014", "until_year": "2016", "add": "1"})
    assert Happening.objects.get().until_year is None


def test_one_is_taken_away_and_nobody_elses(as_teresa: Browser, teresa: Client, outsider: Client) -> None:
    hers, mine = (
        happenings.add(client=each, kind="accident", words="Fell", year=2014, now=NOW)
        for each in (outsider, teresa)
    )
    for key in (hers.pk, mine.pk, "x"):
        as_teresa.post(STEP, {"remove": key})
    assert list(Happening.objects.all()) == [hers]


def test_there_is_room_for_twelve(as_teresa: Browser, teresa: Client) -> None:
    for year in range(2000, 2000 + Happening.MOST):
        happenings.add(client=teresa, kind="accident", words="Fell", year=year, now=NOW)
    answer = as_teresa.post(STEP, {"kind": "accident", "words": "Once more", "year": "2020", "add": "1"})
    assert answer.status_code == 422
    assert "There is room for 12" in answer.content.decode()


def test_both_read_the_line(as_teresa: Browser, as_marta: Browser, teresa: Client) -> None:
    happenings.add(client=teresa, kind="stress", words="Two jobs", year=2014, now=NOW)
    actions.tell_story(client=teresa, happened="x", cause="unknown", now=NOW)
    for page in (as_teresa.get("/story/"), as_marta.get(f"/story/{teresa.pk}/")):
        assert "Since 2014, and it goes on" in page.content.decode()


def test_it_is_sealed_in_the_database(teresa: Client) -> None:
    made = happenings.add(client=teresa, kind="stress", words="Two jobs", year=2014, now=NOW)
    raw = Happening.objects.raw("select id, words as sealed from coaching_happening where id = %s", [made.pk])[0]
    assert b"Two jobs" not in bytes(raw.sealed)
    assert Happening.objects.get().words == "Two jobs"


CROWDED = [
    *(Some("stress", 1990 + 3 * n, until_year=1996 + 3 * n if n % 2 else None) for n in range(5)),
    *(Some("accident", year, month) for year, month in ((2020, 1), (2020, 2), (2020, None), (1974, 5), (2026, 11))),
]


@pytest.mark.parametrize("told", [CROWDED, CROWDED[:1], CROWDED[-1:], [Some("stress", 2026)] * 12])
def test_nothing_touches_and_nothing_leaves_the_drawing(told: list[Some]) -> None:
    line = timeline.drawn(told, TODAY)
    assert line is not None
    assert [shape.number for shape in line.shapes] == list(range(1, len(told) + 1))
    rows: dict[float, list[timeline.Shape]] = {}
    for shape in line.shapes:
        rows.setdefault(shape.y, []).append(shape)
        left = shape.x if shape.is_stress else shape.x - 11
        assert 0 <= left < shape.end <= timeline.WIDTH
        assert shape.y < line.axis < line.height
    for row in rows.values():
        assert len({shape.is_stress for shape in row}) == 1, "stress and accidents have lanes of their own"
        for before, after in pairwise(sorted(row, key=lambda shape: shape.x)):
            assert before.end <= (after.x if after.is_stress else after.x - 11)
    assert all(later.x - sooner.x >= 36 for sooner, later in pairwise(line.ticks))


def test_nothing_told_is_nothing_drawn() -> None:
    assert timeline.drawn([], TODAY) is None


@pytest.mark.parametrize(
    ("cause", "told", "path", "named"),
    [
        ("stress", Told([Accident("Fell", 2020)], True, 2026), "injury", "“Fell” (2020)"),
        ("stress", Told([Accident("Fell", 1998)], True, 2026), "common", "are old"),
        ("unknown", Told([Accident("Fell", 2020)], False, 2026), "injury", "“Fell” (2020)"),
        ("unknown", Told([], True, 2026), "common", "no accident"),
        ("accident", Told([Accident("Fell", 1998)], False, 2026), "injury", "began with an accident"),
    ],
)
def test_the_line_counts_where_a_path_is_suggested(cause: str, told: Told, path: str, named: str) -> None:
    suggestion = suggest(cause=cause, signs=[], told=told)
    assert suggestion.path == path
    assert named in suggestion.reason


def test_a_story_told_before_these_were_asked_is_told_and_can_be_added_to(
    as_teresa: Browser, teresa: Client
) -> None:
    story = actions.tell_story(client=teresa, happened="x", now=NOW)
    story.answered = [step for step in story.answered if step not in ("when", "helps", "days", "reserve")]
    story.save(update_fields=["answered"])
    telling = Telling(teresa, NOW)
    assert telling.left(queries.story_of(teresa)) is None
    assert telling.addable(queries.story_of(teresa)) == ["when", "helps", "days", "reserve"]
    page = as_teresa.get("/story/").content.decode()
    assert "Marta has your story." in page
    assert "You can add" in page
    as_teresa.post("/story/step/reserve/", {"value": "6"})
    assert telling.addable(queries.story_of(teresa)) == ["when", "helps", "days"]
    assert queries.reserve_of(teresa, TODAY) == 6


@pytest.mark.parametrize("step", ["when", "where", "helps", "days", "wish", "reserve"])
def test_what_is_left_empty_counts_as_answered(as_teresa: Browser, teresa: Client, step: str) -> None:
    address = f"/story/step/{step}/"
    assert "I leave this empty" in as_teresa.get(address).content.decode()
    assert as_teresa.post(address, {"leave": "1"})["Location"] == "/story/step/happened/"
    assert step in queries.story_of(teresa).answered
    assert "I leave this empty" not in as_teresa.get(address).content.decode()
