"""What clients want to be able to do: three activities, rated again and again."""

from datetime import timedelta

from django.test import Client as Browser

from coaching.people.models import Client
from coaching.story import actions, queries
from coaching.story.actions import Wanted
from coaching.story.models import Activity, ActivityRating
from tests import cast

NOW = cast.NOW


def _want(teresa: Client, *wanted: Wanted, days: int = 0) -> None:
    actions.want(client=teresa, activities=wanted, words="", now=NOW + timedelta(days=days))


def test_each_is_kept_with_its_ratings_by_day(teresa: Client) -> None:
    _want(teresa, Wanted("Weed a bed", 3), Wanted("Sit through a film"))
    _want(teresa, Wanted("Weed a bed", 4), Wanted("Sit through a film"))
    _want(teresa, Wanted("Weed a long bed", 6), Wanted("Sit through a film", 2), days=7)
    first, second = queries.activities_of(teresa)
    assert (first.words, second.words) == ("Weed a long bed", "Sit through a film")
    assert [rating.value for rating in first.ratings.all()] == [4, 6]
    assert [rating.value for rating in second.ratings.all()] == [2]


def test_what_is_emptied_goes_with_its_ratings(teresa: Client) -> None:
    _want(teresa, Wanted("Weed a bed", 3), Wanted("Dance", 1))
    _want(teresa, Wanted(""), Wanted("Dance"))
    assert [activity.words for activity in queries.activities_of(teresa)] == ["Dance"]
    assert ActivityRating.objects.count() == 1


def test_both_read_it_then_and_now(as_teresa: Browser, as_marta: Browser, teresa: Client) -> None:
    actions.tell_story(client=teresa, happened="x", activities=[Wanted("Weed a bed", 3)], now=NOW)
    as_teresa.post("/story/step/wish/", {"activity-0": "Weed a bed", "value-0": "7"})
    for page in (as_teresa.get("/story/"), as_marta.get(f"/story/{teresa.pk}/")):
        assert "3 of 10 at first, 7 now" in page.content.decode()


def test_a_number_that_is_none_changes_nothing(as_teresa: Browser) -> None:
    assert as_teresa.post("/story/step/wish/", {"activity-0": "Dance", "value-0": "11"}).status_code == 422
    assert not Activity.objects.exists()
