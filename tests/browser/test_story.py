"""A new client tells the whole story on a phone: by presses alone, by keyboard, and without help."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from coaching.people.models import Client
from coaching.story import actions, figure, queries
from coaching.story.felt import Mark
from coaching.story.models import Happening
from tests import cast

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture
def client_of_marta(site: str) -> Client:
    return cast.client(of=cast.practitioner())


def _go_on(page: Page) -> None:
    page.get_by_role("button", name="Save and go on").click()


def _leave(page: Page) -> None:
    page.get_by_role("button", name="I leave this empty").click()


def test_it_is_told_in_one_go(visit: Visit, client_of_marta: Client) -> None:
    page = visit("/story/", as_=client_of_marta)
    page.get_by_role("link", name="Begin").click()
    expect(page.get_by_text("question 1 of 11")).to_be_visible()
    page.get_by_label("In your words").fill("I lifted a crate.")
    _go_on(page)
    page.get_by_label("An accident, a fall, an operation").check()
    page.get_by_label("What was it?").fill("Fell off a bicycle")
    expect(page.get_by_label("Until which year?")).to_be_hidden()
    page.get_by_label("Which year?", exact=True).fill("2019")
    page.get_by_label("Which year?", exact=True).press("Enter")
    expect(page.locator(".life .blow")).to_have_count(1)
    expect(page.get_by_label("What was it?")).to_be_focused()
    expect(page.get_by_label("What was it?")).to_have_value("")
    _go_on(page)
    page.get_by_label("It came slowly").check()
    _go_on(page)
    page.locator("[data-part=left-knee]").click()
    _go_on(page)
    page.get_by_role("radio", name="6", exact=True).check()
    _go_on(page)
    for _ in range(3):
        _leave(page)
    page.get_by_role("radio", name="4", exact=True).check()
    _go_on(page)
    page.get_by_label("None of these").check()
    _go_on(page)
    page.get_by_label("I have read this and agree").check()
    page.get_by_role("button", name="Save my agreement").click()
    page.get_by_role("button", name="Give it to Marta").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Marta has your story.")
    told = queries.story_of(client_of_marta)
    assert told.told_at
    assert queries.reserve_of(client_of_marta, queries.day_of(client_of_marta, told.told_at)) == 4


def test_one_is_taken_off_the_line_in_place_and_what_is_typed_stays(visit: Visit, client_of_marta: Client) -> None:
    page = visit("/story/step/when/", as_=client_of_marta)
    for words, year in (("Two jobs", "2014"), ("A move", "2020")):
        page.get_by_label("What was it?").fill(words)
        page.get_by_label("Which year?", exact=True).fill(year)
        page.get_by_role("button", name="Add it to the line").click()
        expect(page.get_by_label("What was it?")).to_have_value("")
    page.get_by_label("What was it?").fill("Half a thought")
    page.get_by_role("button", name=re.compile("Take away.*Two jobs")).click()
    expect(page.locator(".life .band")).to_have_count(1)
    expect(page.get_by_label("What was it?")).to_have_value("Half a thought")
    assert Happening.objects.get().words == "A move"


def test_without_a_script_the_line_grows_all_the_same(visit: Visit, client_of_marta: Client) -> None:
    page = visit("/story/step/when/", as_=client_of_marta, java_script_enabled=False)
    page.get_by_label("What was it?").fill("Two jobs")
    page.get_by_label("Which year?", exact=True).fill("20")
    page.get_by_label("Which year?", exact=True).press("Enter")
    expect(page.get_by_text("This is a year from 1900")).to_be_visible()
    page.get_by_label("Which year?", exact=True).fill("2014")
    page.get_by_label("Which year?", exact=True).press("Enter")
    expect(page.get_by_text("Since 2014, and it goes on")).to_be_visible()


def test_a_new_map_opens_on_the_side_that_was_marked(visit: Visit, client_of_marta: Client) -> None:
    back = next(view for view in figure.views() if view.key == "back")
    marks = [Mark("face"), *(Mark(part.key) for part in back.parts[-6:])]
    actions.tell_story(client=client_of_marta, happened="x", where="", marks=marks, now=cast.NOW)
    page = visit("/story/body/", as_=client_of_marta)
    expect(page.get_by_role("radio", name="Back", exact=True)).to_be_checked()
    expect(page.locator(".figure[data-view=back]")).to_be_visible()
