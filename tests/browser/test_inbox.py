"""The practitioner's messages in a real browser: by keys alone, in place, and as things happen."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from coaching.live.actions import tell
from coaching.messaging import actions_inbox
from coaching.messaging.models import Conversation, Message
from coaching.messaging.models_desk import SavedAnswer
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.browser.conftest import axe_findings
from tests.messaging.test_sending import say

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]


@pytest.fixture
def three(marta: Practitioner) -> list[Client]:
    """Ana waits longest, then Bo, then Cy."""
    people = [cast.client(of=marta, name=f"{name} Client") for name in ("Ana", "Bo", "Cy")]
    for hours, client in zip((9, 5, 1), people, strict=True):
        say(client, client, f"I am {client.name}", ago=timedelta(hours=hours))
    return people


def names(page: Page) -> list[str]:
    return [each.split()[0] for each in page.locator(".inbox h2 a").all_inner_texts()]


def test_it_is_all_done_by_keys(visit: Visit, three: list[Client], marta: Practitioner) -> None:
    page = visit("/messages/", as_=marta, width=1280)
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_text("Ana Client")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_text("Bo Client")
    page.keyboard.press("s")
    expect(page.locator("desk-keys [data-says]")).to_have_text("Starred: Bo Client")
    assert Conversation.objects.get(client=three[1]).starred
    expect(page.locator(":focus")).to_have_text("Bo Client")
    page.keyboard.press("e")
    expect(page.locator("desk-keys [data-says]")).to_have_text("Bo Client waits for no answer any more.")
    assert Conversation.objects.get(client=three[1]).waiting_since is None
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(page.locator(":focus")).to_have_text("Ana Client")
    page.keyboard.press("h")
    expect(page.locator(":focus")).to_have_text(re.compile("08:00|17:00"))
    page.keyboard.press("Enter")
    expect(page.locator(".inbox h2 a")).to_have_count(2)
    assert names(page) == ["Cy", "Bo"]
    assert page.evaluate("document.activeElement.localName") == "a"  # the focus is not lost with its row
    page.keyboard.press("/")
    page.keyboard.type("sjke?")
    expect(page.locator("#q")).to_have_value("sjke?")  # while one types, keys write
    assert axe_findings(page) == []


def test_a_key_answers_and_the_list_of_keys_can_turn_them_off(
    visit: Visit, three: list[Client], marta: Practitioner
) -> None:
    page = visit("/messages/", as_=marta, width=1280)
    page.keyboard.press("?")
    expect(page.locator("#keys dl")).to_be_visible()
    page.get_by_label("Single keys do things").uncheck()
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator(".inbox h2 a:focus")).to_have_count(0)
    page.get_by_label("Single keys do things").check()
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.wait_for_url("**/messages/*/#words")
    expect(page.locator("#words")).to_be_focused()


def test_a_saved_answer_is_found_by_typing_and_never_sent_unseen(
    visit: Visit, teresa: Client, marta: Practitioner
) -> None:
    for title, words in (("Go on", "Go on, {name}."), ("Slower", "Half as fast. See you {next session}.")):
        SavedAnswer.objects.create(practitioner=marta, title=title, words=words, updated_at=timezone.now())
    say(teresa, teresa)
    page = visit(f"/messages/{teresa.pk}/", as_=marta, width=1280)
    page.get_by_label("Write to Teresa").fill("Dear you.")
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.type("go")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Write to Teresa")).to_have_value("Dear you. Go on, Teresa.")
    expect(page.get_by_label("Write to Teresa")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("saved-answers [data-says]")).to_contain_text("no session booked")
    assert Message.objects.count() == 1
    page.keyboard.press("Escape")
    assert axe_findings(page) == []


def test_what_is_pressed_above_a_conversation_leaves_what_is_written(
    visit: Visit, teresa: Client, marta: Practitioner
) -> None:
    say(teresa, teresa, "Are you there?")
    page = visit(f"/messages/{teresa.pk}/", as_=marta, width=1280)
    page.get_by_label("Write to Teresa").fill("Half a thought")
    page.get_by_role("button", name="Star").click()
    expect(page.locator("[name=starred][aria-pressed=true]")).to_be_focused()
    page.get_by_role("button", name="Needs no answer").click()
    expect(page.get_by_role("button", name="It needs an answer after all")).to_be_visible()
    expect(page.get_by_label("Write to Teresa")).to_have_value("Half a thought")


def test_what_happens_appears_without_reload_and_takes_nothing_away(
    visit: Visit, teresa: Client, outsider: Client, marta: Practitioner
) -> None:
    say(teresa, teresa, "First")
    now = timezone.now()
    kind = cast.session_type(of=marta)
    today = visit("/today/", as_=marta, width=1280)
    expect(today.locator(".nav .dot").last).to_contain_text("1")
    today.get_by_role("link", name="Teresa Almada").first.focus()
    held = today.locator(":focus").get_attribute("href")
    today.evaluate("window.kept = 1")
    say(teresa, teresa, "Second", ago=cast.NOW - now)
    expect(today.locator(".nav [data-counts=messages] .dot")).to_contain_text("2")
    expect(today.locator(".queue")).to_contain_text("Second")
    assert today.locator(":focus").get_attribute("href") == held
    say(outsider, outsider, "Third", ago=cast.NOW - now)
    expect(today.locator(".nav [data-counts=today] .dot")).to_contain_text("2")
    expect(today.get_by_role("heading", level=1)).to_contain_text("Two people need a word from you")
    session = cast.appointment(client=teresa, session_type=kind, start=now + timedelta(minutes=30))
    expect(today.locator(".day-list")).to_have_count(0)
    tell(person=marta.user, kind="booking.changed", about={"appointment": str(session.pk)}, now=now)
    expect(today.locator(".day-list")).to_contain_text("Teresa Almada")
    assert today.evaluate("window.kept") == 1


def test_what_comes_back_appears_at_its_moment(visit: Visit, three: list[Client], marta: Practitioner) -> None:
    now = timezone.now()
    talk = Conversation.objects.get(client=three[0])
    page = visit("/messages/", as_=marta, width=1280)
    actions_inbox.set_aside(conversation=talk, until=now + timedelta(seconds=8), now=now)
    expect(page.locator(".inbox h2 a")).to_have_count(2)
    expect(page.locator(".inbox h2 a")).to_have_count(3, timeout=20_000)
    assert names(page)[0] == "Ana"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_holds_at_every_width(
    visit: Visit, three: list[Client], marta: Practitioner, width: int, theme: str
) -> None:
    page = visit("/messages/", as_=marta, width=width, theme=theme)
    page.locator("summary", has_text="Set aside").first.click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('main :is(button, summary, a.btn, .parts a)')]"
        ".filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 44)"
        ".map(each => each.outerHTML)"
    )
    assert small == []
    assert axe_findings(page) == []
