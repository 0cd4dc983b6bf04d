"""A note while a session runs: nothing typed is lost or written over; and Today, cleared where it stands."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from coaching.booking.models import Appointment, SessionType
from coaching.journal.models import SessionNote
from coaching.messaging import actions as messaging
from coaching.messaging.models import Message
from coaching.messaging.queries import conversation_of
from coaching.people.models import Client, Practitioner
from tests import cast

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
SLOWLY = 10_000  # milliseconds


@pytest.fixture
def marta(site: str) -> Practitioner:
    return cast.practitioner()


@pytest.fixture
def teresa(marta: Practitioner) -> Client:
    return cast.client(of=marta)


@pytest.fixture
def session(marta: Practitioner, teresa: Client) -> Appointment:
    """It began five minutes ago."""
    start = timezone.now() - timedelta(minutes=5)
    return cast.appointment(client=teresa, session_type=cast.session_type(of=marta), start=start)


def test_what_is_typed_while_the_network_is_gone_comes_when_it_is_back(
    visit: Visit, session: Appointment, marta: Practitioner
) -> None:
    page = visit(f"/clients/{session.client_id}/", as_=marta, width=1280)
    note, says = page.get_by_label("Only you read this"), page.locator("[data-part=says]")
    note.fill("Holds the breath.")
    expect(says).to_have_text(re.compile(r"Saved, \d\d:\d\d"), timeout=SLOWLY)
    page.context.set_offline(True)
    note.press_sequentially(" Lifts from the legs.")
    expect(says).to_contain_text("It is kept in this browser", timeout=SLOWLY)
    page.goto("about:blank")  # the window is closed, or falls over
    page.context.set_offline(False)
    page.goto(f"/clients/{session.client_id}/")
    expect(note).to_have_value("Holds the breath. Lifts from the legs.")
    expect(says).to_have_text(re.compile(r"Saved, \d\d:\d\d"), timeout=SLOWLY)
    assert SessionNote.objects.get().words == "Holds the breath. Lifts from the legs."
    assert page.evaluate("JSON.stringify(localStorage)").count("breath") == 0  # it is not left behind


def test_two_windows_write_and_neither_is_lost(visit: Visit, session: Appointment, marta: Practitioner) -> None:
    address = f"/sessions/{session.pk}/note/"
    laptop = visit(address, as_=marta, width=1280)
    tablet = visit(address, as_=marta)
    laptop.get_by_label("Only you read this").fill("On the laptop")
    expect(laptop.locator("[data-part=says]")).to_have_text(re.compile("Saved"), timeout=SLOWLY)
    tablet.get_by_label("Only you read this").fill("On the tablet")
    expect(tablet.get_by_role("alert")).to_contain_text("On the laptop", timeout=SLOWLY)
    assert SessionNote.objects.get().words == "On the laptop"
    tablet.get_by_role("button", name="Keep what stands here").click()
    expect(tablet.locator("[data-part=says]")).to_have_text(re.compile("Saved"), timeout=SLOWLY)
    assert SessionNote.objects.get().words == "On the tablet"


def test_a_beginning_comes_to_the_cursor_and_a_lesson_is_found_by_typing(
    visit: Visit, session: Appointment, marta: Practitioner
) -> None:
    for title in ("Side bend", "Arch and flatten"):
        cast.lesson(of=marta, title=title)
    page = visit(f"/sessions/{session.pk}/note/", as_=marta, width=1280)
    note = page.get_by_label("Only you read this")
    page.get_by_role("button", name="Three headings").click()
    page.keyboard.type("Arching.")
    expect(note).to_have_value(re.compile("^What we did\nArching.\n\nWhat changed"))
    page.get_by_label("Find a lesson").fill("bend")
    expect(page.get_by_role("button", name=re.compile("Give"))).to_have_count(1)
    page.get_by_role("button", name="Give “Side bend”").click()
    expect(page.get_by_role("status").filter(has_text="“Side bend” is given")).to_be_visible()
    assert "Arching." in SessionNote.objects.get().words


def test_who_waits_is_answered_and_set_aside_without_leaving_the_page(
    visit: Visit, marta: Practitioner, teresa: Client
) -> None:
    bo, ana = cast.client(of=marta, name="Bo Lind"), cast.client(of=marta, name="Ana Ruiz")
    for person in (ana, teresa, bo):
        messaging.send(
            conversation=conversation_of(person), author=person.user, uuid=uuid4(), words="Why?", now=timezone.now()
        )
    page = visit("/today/", as_=marta, width=1280)
    page.evaluate("window.stays = true")
    page.locator("summary").filter(has_text="Answer here: Teresa").click()
    page.get_by_label("Your answer to Teresa").fill("Because.")
    page.get_by_role("button", name="Send").and_(page.locator(":visible")).click()
    expect(page.get_by_role("link", name="Answer Teresa")).to_have_count(0)
    assert Message.objects.filter(words="Because.").count() == 1
    expect(page.get_by_role("link", name="Bo Lind", exact=True)).to_be_focused()  # what took its place
    page.locator("summary").filter(has_text="Set aside: Bo").click()
    page.get_by_role("button", name="In three days").click()
    expect(page.get_by_text("Bo Lind is set aside until")).to_be_visible()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("link", name="Answer Bo")).to_be_visible()
    assert page.evaluate("window.stays") is True


def test_a_beginning_comes_after_what_stands_there_when_the_cursor_is_nowhere(
    visit: Visit, session: Appointment, marta: Practitioner
) -> None:
    page = visit(f"/sessions/{session.pk}/note/", as_=marta, width=1280)
    note = page.get_by_label("Only you read this")
    note.fill("Holds the breath.")
    expect(page.locator("[data-part=says]")).to_have_text(re.compile("Saved"), timeout=SLOWLY)
    page.reload()
    page.get_by_role("button", name="Three headings").click()
    expect(note).to_have_value(re.compile("^Holds the breath.\n\nWhat we did"))


def test_the_way_in_keeps_its_words_whole_at_twice_the_text_on_a_phone(
    visit: Visit, session: Appointment, marta: Practitioner
) -> None:
    SessionType.objects.update(address="https://meet.example.org/room")
    page = visit("/today/", as_=marta)
    reading = page.context.new_cdp_session(page)
    reading.send("Page.enable")
    reading.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.reload()
    way_in = page.locator("[data-open] > .btn").first
    expect(way_in).to_be_visible()
    height, line = way_in.evaluate("each => [each.offsetHeight, parseFloat(getComputedStyle(each).lineHeight)]")
    words = way_in.inner_text().split()
    assert height <= line * (len(words) + 3)  # a word a line at most, below its icon
