"""Where it is felt and how well things go, said anew; and two maps compared."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser

from coaching.people.models import Client
from coaching.story import actions, again, comparing, queries
from coaching.story.actions import Wanted
from coaching.story.comparing import Kind
from coaching.story.felt import Mark
from coaching.story.models import ActivityRating, BodyMap
from tests import cast

NOW = cast.NOW
MONTH = timedelta(days=30)


def test_the_map_is_drawn_anew_and_the_story_keeps_its_own(as_teresa: Browser, teresa: Client) -> None:
    marks = [Mark("face", 3, "tight"), Mark("left-knee", 6, "sharp")]
    actions.tell_story(client=teresa, happened="x", where="In the knee.", marks=marks, now=NOW - MONTH)
    assert 'value="face" checked' in as_teresa.get("/story/body/").content.decode()
    answer = as_teresa.post("/story/body/", {"parts": ["left-knee", "right-knee"]})
    assert answer["Location"] == "/story/body/how/"
    said = {"strength-left-knee": "2", "quality-left-knee": "sharp", "strength-right-knee": "4"}
    as_teresa.post("/story/body/how/", said)
    first, last = queries.maps_of(teresa)
    assert first.felt == marks
    assert {*last.felt} == {Mark("right-knee", 4), Mark("left-knee", 2, "sharp")}
    assert queries.story_of(teresa).where == "In the knee."


def test_that_nothing_is_felt_is_an_answer(as_teresa: Browser, teresa: Client) -> None:
    actions.tell_story(client=teresa, happened="x", marks=[Mark("face", 3)], now=NOW - MONTH)
    assert as_teresa.post("/story/body/", {}).status_code == 302
    assert queries.maps_of(teresa)[-1].felt == []
    page = as_teresa.get("/story/").content.decode()
    assert "Gone" in page


def test_activities_are_rated_anew_and_only_ones_own(as_teresa: Browser, teresa: Client, outsider: Client) -> None:
    for each in (teresa, outsider):
        actions.want(client=each, activities=[Wanted("Weed", 3), Wanted("Dance")], words="", now=NOW - MONTH)
    page = as_teresa.get("/story/activities/").content.decode()
    assert "Last time: 3 of 10" in page
    as_teresa.post("/story/activities/", {"value-0": "6", "value-1": "", "value-2": "9"})
    assert [activity.rated for activity in queries.activities_of(teresa)] == [[3, 6], []]
    assert [activity.rated for activity in queries.activities_of(outsider)] == [[3], []]
    assert as_teresa.post("/story/activities/", {"value-0": "11"}).status_code == 422
    assert ActivityRating.objects.count() == 3


def test_who_named_no_activity_is_asked_for_one(as_teresa: Browser) -> None:
    assert as_teresa.get("/story/activities/")["Location"] == "/story/step/wish/"


@pytest.mark.parametrize(
    ("then", "now", "kind"),
    [
        (Mark("face", 6), None, Kind.GONE),
        (None, Mark("face", 6), Kind.NEW),
        (Mark("face", 6), Mark("face", 4), Kind.EASED),
        (Mark("face", 6), Mark("face", 8), Kind.STRONGER),
        (Mark("face", 6), Mark("face", 5), Kind.SAME),
        (Mark("face", 6), Mark("face", 7), Kind.SAME),
        (Mark("face"), Mark("face", 7), Kind.STILL),
        (Mark("face", 6), Mark("face"), Kind.STILL),
        (Mark("face"), Mark("face"), Kind.STILL),
    ],
)
def test_what_changed_is_told_honestly(then: Mark | None, now: Mark | None, kind: Kind) -> None:
    (change,) = comparing.differences([then] if then else [], [now] if now else [])
    assert change.kind == kind


def test_a_part_of_an_earlier_drawing_is_compared_too() -> None:
    face, gone = comparing.differences([Mark("tail", 4)], [Mark("face", 4)])
    assert (gone.part, gone.kind, face.kind) == ("tail", Kind.GONE, Kind.NEW)
    assert "tail" in gone.name


def _maps() -> list[BodyMap]:
    return [BodyMap(day=date(2026, month, 1)) for month in (1, 2, 3)]


@pytest.mark.parametrize(
    ("wanted", "months"),
    [
        ({}, (1, 3)),
        ({"then": "2026-02-01"}, (2, 3)),
        ({"then": "2026-03-01", "now": "2026-01-01"}, (1, 3)),
        ({"then": "x", "now": "2031-01-01"}, (1, 3)),
    ],
)
def test_the_days_to_compare_are_chosen(wanted: dict[str, str], months: tuple[int, int]) -> None:
    compared = comparing.compare(_maps(), wanted)
    assert compared is not None
    assert (compared.then.day.month, compared.now.day.month) == months


def test_one_map_is_compared_with_nothing() -> None:
    assert comparing.compare(_maps()[:1], {}) is None


def test_only_ones_own_maps_are_there_to_compare(as_marta: Browser, teresa: Client, outsider: Client) -> None:
    for each, days in ((teresa, 60), (teresa, 0), (outsider, 90)):
        again.draw_anew(client=each, marks=[Mark("face", 3)], now=NOW - timedelta(days=days))
    assert len(queries.maps_of(teresa)) == 1, "until the story is handed over, one map is drawn on"
    actions.tell_story(client=teresa, happened="x", marks=[Mark("face", 3)], now=NOW - MONTH)
    again.draw_anew(client=teresa, marks=[], now=NOW)
    page = as_marta.get(f"/story/{teresa.pk}/", {"then": (NOW - timedelta(days=90)).date().isoformat()})
    assert "Then and now" in page.content.decode()
    assert {each.client for each in queries.maps_of(teresa)} == {teresa}
