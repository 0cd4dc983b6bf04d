"""Two real browsers talk: what is sent appears on the other side, once, whatever happens to the network."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from coaching.messaging.models import Message
from coaching.people.models import Client, Practitioner
from tests.messaging.test_sending import say

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]


def write(page: Page, words: str) -> None:
    page.get_by_label(re.compile("^Write to")).fill(words)
    page.get_by_role("button", name="Send", exact=True).click()


def bubbles(page: Page, words: str) -> object:
    return page.locator(".msg").filter(has_text=words)


def test_two_talk_live_and_see_what_was_seen(visit: Visit, teresa: Client, marta: Practitioner) -> None:
    phone = visit("/messages/", as_=teresa)
    desk = visit(f"/messages/{teresa.pk}/", as_=marta, width=1280)
    write(phone, "Which side first?")
    expect(desk.locator(".msg").filter(has_text="Which side first?")).to_have_count(1)
    expect(phone.locator(".mine .state")).to_have_text("seen by Marta")
    write(desk, "The *easier* one.")
    expect(phone.locator(".msg em")).to_have_text("easier")
    expect(desk.locator(".mine .state")).to_have_text("seen by Teresa")
    assert Message.objects.count() == 2


def test_a_cut_network_a_reload_and_two_tabs_send_each_word_once(
    visit: Visit, teresa: Client, marta: Practitioner
) -> None:
    desk = visit(f"/messages/{teresa.pk}/", as_=marta, width=1280)
    phone = visit("/messages/", as_=teresa)
    expect(phone.locator(".writer")).to_be_visible()
    phone.context.set_offline(True)
    write(phone, "First word")
    write(phone, "Second word")
    expect(phone.locator(".unsent")).to_have_count(2)
    expect(phone.locator(".unsent .state").first).to_contain_text("waiting for the network")
    phone.context.set_offline(False)
    second_tab = phone.context.new_page()
    second_tab.goto("/messages/")
    phone.reload()
    for page in (phone, second_tab, desk):
        expect(page.locator("[data-message]")).to_have_count(2)
        expect(page.locator(".unsent")).to_have_count(0)
        assert [each.strip() for each in page.locator(".msg .prose").all_inner_texts()] == [
            "First word",
            "Second word",
        ]
    assert Message.objects.count() == 2


def test_a_server_that_took_it_but_could_not_say_so_gets_it_once(visit: Visit, teresa: Client) -> None:
    page = visit("/messages/", as_=teresa)
    lost = []

    def lose_the_answer(route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/messages/", lose_the_answer)
    write(page, "Once, please")
    expect(page.locator("[data-message]")).to_have_count(1)
    expect(page.locator(".unsent")).to_have_count(0)
    assert lost == [201]
    assert Message.objects.count() == 1


def test_a_draft_survives_a_reload_and_a_refused_message_comes_back(visit: Visit, teresa: Client) -> None:
    page = visit("/messages/", as_=teresa)
    page.get_by_label("Write to Marta").press_sequentially("Half a thought")
    page.reload()
    expect(page.get_by_label("Write to Marta")).to_have_value("Half a thought")
    write(page, "x" * 10_001)
    expect(page.locator(".unsent.failed .state")).to_contain_text("1 character too long")
    page.get_by_role("button", name="Change it and send again").click()
    assert len(page.get_by_label("Write to Marta").input_value()) == 10_001
    expect(page.locator(".unsent")).to_have_count(0)
    assert not Message.objects.exists()


def test_the_inbox_is_drawn_again_when_somebody_writes(visit: Visit, teresa: Client, marta: Practitioner) -> None:
    inbox = visit("/messages/", as_=marta, width=1280)
    expect(inbox.get_by_role("heading", level=1)).to_have_text("No messages yet.")
    phone = visit("/messages/", as_=teresa)
    write(phone, "Are you there?")
    expect(inbox.get_by_role("heading", level=1)).to_have_text("One person waits for an answer.")
    expect(inbox.locator(".inbox")).to_contain_text("Are you there?")


@pytest.mark.parametrize("width", [320, 390])
def test_the_writer_leaves_most_of_a_small_screen_to_the_words(visit: Visit, teresa: Client, width: int) -> None:
    for number in range(20):
        say(teresa, teresa, f"Word {number}")
    page = visit("/messages/", as_=teresa, width=width)
    page.set_viewport_size({"width": width, "height": 568})
    taken = page.evaluate("innerHeight - document.querySelector('.writer').getBoundingClientRect().top")
    assert taken < 568 * 0.25
    page.get_by_label("Write to Marta").focus()
    taken = page.evaluate("innerHeight - document.querySelector('.writer').getBoundingClientRect().top")
    assert taken < 568 * 0.14
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
