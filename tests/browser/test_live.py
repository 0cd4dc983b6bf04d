"""Open pages where streams do not work: they ask again and again instead, and show the same."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from coaching.live import room
from coaching.people.models import Client, Practitioner
from tests.messaging.test_sending import say

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]


def test_a_page_that_finds_no_room_for_a_stream_asks_instead(
    visit: Visit, teresa: Client, marta: Practitioner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "of_all", lambda: 0)
    page = visit("/messages/", as_=teresa)
    with page.expect_response("**/live/since/**"):
        pass
    say(teresa, marta, "Told without a stream")
    expect(page.locator(".msg").filter(has_text="Told without a stream")).to_have_count(1, timeout=20_000)


def test_a_page_behind_a_proxy_that_lets_no_stream_through_asks_instead(
    visit: Visit, teresa: Client, marta: Practitioner
) -> None:
    def no_stream(route: Route) -> None:
        route.fulfill(status=502, body="Bad gateway")

    page = visit("/today/", as_=teresa)
    page.route("**/live/", no_stream)
    page.route("**/live/?*", no_stream)
    page.goto("/messages/")
    with page.expect_response("**/live/since/**"):
        pass
    say(teresa, marta, "Told by asking")
    expect(page.locator(".msg").filter(has_text="Told by asking")).to_have_count(1, timeout=20_000)
