"""Where it is felt: the figure, the marks on it, and what is asked about them."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from coaching.people.models import Client
from coaching.story import actions, felt, figure, queries
from coaching.story.felt import Mark
from coaching.story.models import BodyMap
from tests import cast


def test_each_part_has_its_name_and_lies_within_the_drawing() -> None:
    names = [str(part.name) for part in figure.parts().values()]
    assert len(names) == len(set(names)) >= 60
    for part in figure.parts().values():
        assert part.view in figure.VIEWS
        for x, y in part.corners:
            assert abs(x) <= figure.WIDTH / 2
            assert 0 <= y <= figure.HEIGHT


def test_left_is_left_from_the_front_and_from_behind() -> None:
    parts = figure.parts()
    assert all(x >= 0 for x, _ in parts["left-knee"].corners)  # who looks from the front has it on the right
    assert all(x <= 0 for x, _ in parts["left-calf"].corners)


def test_marks_are_kept_in_the_order_of_the_figure_with_what_was_said_of_them() -> None:
    before = [Mark("left-calf", 4, "numb")]
    found = felt.marked(["left-calf", "face"], before)
    assert found == [Mark("face"), Mark("left-calf", 4, "numb")]
    assert felt.read(felt.written(found)) == found
    assert felt.read("[These words are sealed]") == []
    with pytest.raises(ValueError, match="tail"):
        felt.marked(["tail"])


def _map(teresa: Client) -> list[Mark]:
    newest = queries.newest_map(teresa)
    return newest.felt if newest else []


def test_what_is_marked_is_asked_about_and_shown_to_both(
    as_teresa: Browser, as_marta: Browser, teresa: Client
) -> None:
    marked = {"parts": ["right-low-back", "left-knee"], "where": "Down to the knee."}
    assert as_teresa.post("/story/step/where/", marked)["Location"] == "/story/step/how/"
    page = as_teresa.get("/story/step/how/").content.decode()
    assert page.index("Left knee") < page.index("Low back, right")
    as_teresa.post("/story/step/how/", {"strength-right-low-back": "6", "quality-right-low-back": "burning"})
    assert _map(teresa) == [Mark("left-knee"), Mark("right-low-back", 6, "burning")]
    assert "6 of 10, burning" in as_teresa.get("/story/").content.decode()
    actions.hand_over(client=teresa, now=cast.NOW)
    assert "6 of 10, burning" in as_marta.get(f"/story/{teresa.pk}/").content.decode()


def test_who_marks_nothing_is_asked_nothing_more(as_teresa: Browser, teresa: Client) -> None:
    assert as_teresa.post("/story/step/where/", {"where": "Hard to say."})["Location"] != "/story/step/how/"
    assert as_teresa.get("/story/step/how/")["Location"] == "/story/step/where/"
    assert not BodyMap.objects.exists()


def test_a_mark_that_is_taken_away_is_gone_and_the_others_stay(as_teresa: Browser, teresa: Client) -> None:
    as_teresa.post("/story/step/where/", {"parts": ["left-knee", "face"]})
    as_teresa.post(
        "/story/step/how/", {"strength-face": "2", "strength-left-knee": "5", "quality-left-knee": "sharp"}
    )
    as_teresa.post("/story/step/where/", {"parts": ["left-knee"]})
    assert _map(teresa) == [Mark("left-knee", 5, "sharp")]
    assert BodyMap.objects.count() == 1


def test_a_later_map_begins_with_the_marks_of_the_one_before(as_teresa: Browser, teresa: Client) -> None:
    marks = [Mark("face", 3, "tight")]
    actions.tell_story(client=teresa, happened="x", marks=marks, now=cast.NOW)
    page = as_teresa.get("/story/step/where/").content.decode()
    assert 'value="face" checked' in page
    actions.mark(client=teresa, parts=["face", "left-knee"], words="", now=cast.NOW + timedelta(days=30))
    later, first = BodyMap.objects.filter(client=teresa)
    assert first.felt == marks
    assert later.felt == [*marks, Mark("left-knee")]


def test_that_nothing_is_felt_any_more_is_kept_as_a_map_of_its_own(teresa: Client) -> None:
    actions.tell_story(client=teresa, happened="x", marks=[Mark("face", 3, "tight")], now=cast.NOW)
    actions.mark(client=teresa, parts=[], words="", now=cast.NOW + timedelta(days=30))
    assert [drawn.felt for drawn in BodyMap.objects.filter(client=teresa)] == [[], [Mark("face", 3, "tight")]]


@pytest.mark.parametrize(
    ("step", "bad"),
    [("where", {"parts": ["tail"]}), ("how", {"strength-face": "11"}), ("how", {"quality-face": "purple"})],
)
def test_what_is_on_no_figure_changes_nothing(as_teresa: Browser, teresa: Client, step: str, bad: dict) -> None:
    as_teresa.post("/story/step/where/", {"parts": ["face"]})
    assert as_teresa.post(f"/story/step/{step}/", bad).status_code == 422
    assert _map(teresa) == [Mark("face")]
