"""What a message carries and what becomes of it, in two real browsers; and that a server may stop meanwhile."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from coaching.messaging.models import Draft, Message
from coaching.people.models import Client, Practitioner
from tests.browser.conftest import _session_cookie
from tests.browser.test_talking import write
from tests.media import pictures
from tests.messaging.test_changing import now_said
from tests.messaging.test_sending import say
from tests.running import free_port, running_site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
SLOWLY = 15_000  # milliseconds: what has to be connected again, or looked into


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


BRING = """([kind, name, type, bytes]) => {
    const brought = new DataTransfer();
    brought.items.add(new File([new Uint8Array(bytes)], name, { type }));
    const told = { bubbles: true, cancelable: true };
    const event = kind === "paste" ? new ClipboardEvent("paste", { ...told, clipboardData: brought })
        : new DragEvent(kind, { ...told, dataTransfer: brought });
    document.querySelector(kind === "paste" ? "#words" : ".thread").dispatchEvent(event);
}"""


def bring(page: Page, kind: str, name: str, media_type: str, content: bytes) -> None:
    expect(page.locator(".clip")).to_be_visible()
    page.evaluate(BRING, [kind, name, media_type, list(content)])


def words_of(page: Page) -> list[str]:
    return [each.strip() for each in page.locator("[data-message] .prose").all_inner_texts()]


def menu(page: Page, words: str) -> None:
    page.locator(".msg").filter(has_text=words).first.locator("details.do > summary").click()


def test_the_server_stops_the_network_is_cut_the_tab_is_doubled_and_each_word_is_there_once_in_order(
    chromium: Browser, transactional_db: None, teresa: Client, marta: Practitioner
) -> None:
    port = free_port()
    site = f"http://localhost:{port}"
    contexts = [chromium.new_context(base_url=site, service_workers="block") for _ in range(2)]
    for context, person in zip(contexts, (teresa, marta), strict=True):
        context.add_cookies([_session_cookie(person, site)])
    phone, desk = (context.new_page() for context in contexts)
    with running_site(port):
        phone.goto("/messages/")
        desk.goto(f"/messages/{teresa.pk}/")
        write(phone, "One")
        expect(desk.locator("[data-message]")).to_have_count(1)
    write(phone, "Two")  # nobody is there
    expect(phone.locator(".unsent .state")).to_contain_text("waiting")
    write(desk, "Three")
    with running_site(port):
        for page in (phone, desk):
            expect(page.locator("[data-message]")).to_have_count(3, timeout=2 * SLOWLY)
        phone.context.set_offline(True)
        write(phone, "Four")
        write(phone, "Five")
        double = phone.context.new_page()
        phone.context.set_offline(False)
        double.goto("/messages/")
        write(double, "Six")
        for page in (phone, double, desk):
            expect(page.locator("[data-message]")).to_have_count(6, timeout=2 * SLOWLY)
            expect(page.locator(".unsent")).to_have_count(0)
        said = list(Message.objects.order_by("id").values_list("words", flat=True))
        assert sorted(said) == ["Five", "Four", "One", "Six", "Three", "Two"]
        assert said.index("Four") < said.index("Five") < said.index("Six")
        assert words_of(phone) == words_of(double) == words_of(desk) == said
        for context in contexts:
            context.close()


def test_signed_out_meanwhile_it_leaves_when_the_same_person_is_back_and_under_nobody_elses_name(
    visit: Visit, site: str, teresa: Client, outsider: Client
) -> None:
    phone = visit("/messages/", as_=teresa)
    expect(phone.locator(".clip")).to_be_visible()
    phone.context.clear_cookies()
    write(phone, "Still mine")
    expect(phone.locator(".unsent .state")).to_contain_text("sign in again")
    for person, arrived in ((outsider, 0), (teresa, 1)):
        phone.context.add_cookies([_session_cookie(person, site)])
        phone.context.new_page().goto("/messages/")  # where one signs in
        phone.evaluate("window.dispatchEvent(new Event('online'))")
        phone.wait_for_timeout(1000)
        expect(phone.locator("[data-message]")).to_have_count(arrived, timeout=SLOWLY)
    assert Message.objects.get().author == teresa.user


def test_a_pasted_picture_and_a_dropped_text_arrive_with_the_words(
    visit: Visit, teresa: Client, marta: Practitioner
) -> None:
    desk = visit(f"/messages/{teresa.pk}/", as_=marta, width=1280)
    phone = visit("/messages/", as_=teresa)
    bring(phone, "paste", "towel.jpg", "image/jpeg", pictures.taken_in_lisbon())
    bring(phone, "drop", "notes.txt", "text/plain", b"Left, then right. " * 60)
    expect(phone.locator(".enclosing li")).to_have_count(2)
    expect(phone.locator(".enclosing .tag").first).to_have_text("ready", timeout=SLOWLY)
    write(phone, "So?")
    for page in (phone, desk):
        arrived = page.locator("[data-message]").filter(has_text="So?")
        expect(arrived.get_by_role("img")).to_have_count(1, timeout=SLOWLY)
        expect(arrived.locator(".document b")).to_have_text("notes.txt")
        assert page.evaluate("document.querySelector('.picture img').decode().then(() => true)")
    expect(phone.locator(".enclosing li")).to_have_count(0)
    assert Message.objects.count() == 1


def test_what_is_no_picture_says_so_at_once_and_the_rest_is_sent(visit: Visit, teresa: Client) -> None:
    phone = visit("/messages/", as_=teresa)
    bring(phone, "paste", "picture.png", "image/png", pictures.SVG)
    chip = phone.locator(".enclosing li")
    expect(chip).to_contain_text("This kind of file does not work here", timeout=SLOWLY)
    write(phone, "Only words")
    expect(phone.locator("[data-message]")).to_have_count(0)
    chip.get_by_role("button").click()
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(phone.locator("[data-message]")).to_have_count(1)
    assert Message.objects.get().words == "Only words"


def test_files_wait_for_the_network_as_words_do_also_over_a_closed_tab(
    visit: Visit, teresa: Client, marta: Practitioner
) -> None:
    phone = visit("/messages/", as_=teresa)
    expect(phone.locator(".clip")).to_be_visible()
    phone.context.set_offline(True)
    bring(phone, "paste", "towel.jpg", "image/jpeg", pictures.picture())
    write(phone, "With a picture")
    expect(phone.locator(".unsent")).to_contain_text("waiting for the network")
    expect(phone.locator(".unsent .names")).to_have_text("towel.jpg")
    phone.wait_for_timeout(500)  # what is kept is written beside
    phone.context.set_offline(False)
    again = phone.context.new_page()
    phone.close()
    again.goto("/messages/")
    expect(again.locator("[data-message] .picture")).to_have_count(1, timeout=SLOWLY)
    expect(again.locator(".unsent")).to_have_count(0)
    assert Message.objects.get().words == "With a picture"


def test_answered_changed_and_removed_it_shows_on_the_other_side_at_once(
    visit: Visit, teresa: Client, marta: Practitioner
) -> None:
    now_said(teresa, teresa, "Which side first?")
    phone = visit("/messages/", as_=teresa)
    desk = visit(f"/messages/{teresa.pk}/", as_=marta, width=1280)
    menu(desk, "Which side first?")
    desk.get_by_role("link", name="Answer this").click()
    write(desk, "The easier one.")
    expect(phone.locator("a.quote")).to_contain_text("Which side first?")
    menu(phone, "Which side first?")
    phone.get_by_role("link", name="Change it").click()
    phone.get_by_label(re.compile("^Write to")).fill("Which foot first?")
    phone.get_by_role("button", name="Save", exact=True).click()
    for page in (phone, desk):
        expect(page.locator(".msg").first).to_contain_text("Which foot first?")
        expect(page.locator(".msg").first).to_contain_text("changed")
        expect(page.locator("a.quote")).to_contain_text("Which foot first?")
    phone.locator(".msg").first.locator("details.do > summary").click()
    phone.get_by_text("Remove it", exact=True).click()
    phone.get_by_role("button", name="Remove for both").click()
    expect(phone.locator(".msg.removed")).to_contain_text("You removed this message")
    expect(desk.locator(".msg.removed")).to_contain_text("Teresa removed this message")
    for page in (phone, desk):
        assert "foot" not in page.locator(".thread").inner_text()


def test_without_javascript_one_answers_changes_and_removes_as_well(visit: Visit, teresa: Client) -> None:
    now_said(teresa, teresa, "Left?")
    page = visit("/messages/", as_=teresa, java_script_enabled=False)
    menu(page, "Left?")
    page.get_by_role("link", name="Answer this").click()
    write(page, "Or right?")
    expect(page.locator("a.quote")).to_contain_text("Left?")
    page.locator(".msg").last.locator("details.do > summary").click()
    page.locator(".msg").last.get_by_role("link", name="Change it").click()
    page.get_by_label(re.compile("^Write to")).fill("Or both?")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".msg").last).to_contain_text("Or both?")
    page.locator(".msg").last.locator("details.do > summary").click()
    page.locator(".msg").last.get_by_text("Remove it", exact=True).click()
    page.locator(".msg").last.get_by_role("button", name="Remove for both").click()
    expect(page.locator(".msg.removed")).to_have_count(1)


def test_a_draft_goes_along_to_the_other_device_and_overwrites_nothing(visit: Visit, teresa: Client) -> None:
    phone, laptop = visit("/messages/", as_=teresa), visit("/messages/", as_=teresa, width=1280)
    phone.get_by_label("Write to Marta").press_sequentially("Half")
    expect(laptop.get_by_label("Write to Marta")).to_have_value("Half", timeout=SLOWLY)
    phone.context.set_offline(True)
    phone.get_by_label("Write to Marta").press_sequentially(" on the phone")
    laptop.get_by_label("Write to Marta").fill("Half on the laptop")
    laptop.wait_for_timeout(1800)
    phone.context.set_offline(False)
    expect(phone.locator(".elsewhere q")).to_have_text("Half on the laptop", timeout=SLOWLY)
    assert phone.get_by_label("Write to Marta").input_value() == "Half on the phone"
    assert Draft.objects.get().words == "Half on the laptop"
    phone.get_by_role("button", name="Keep what stands here").click()
    expect(laptop.get_by_label("Write to Marta")).to_have_value("Half on the phone", timeout=SLOWLY)
    write(phone, "Whole")
    expect(laptop.get_by_label("Write to Marta")).to_have_value("", timeout=SLOWLY)


def test_one_sees_that_the_other_is_writing(visit: Visit, teresa: Client, marta: Practitioner) -> None:
    say(teresa, teresa, "Are you there?")
    phone = visit("/messages/", as_=teresa)
    desk = visit(f"/messages/{teresa.pk}/", as_=marta, width=1280)
    expect(phone.locator(".mine .state")).to_have_text("seen by Marta")  # so the line stands
    desk.get_by_label("Write to Teresa").press_sequentially("Yes")
    expect(phone.locator(".typing")).to_have_text("Marta is writing")
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(phone.locator(".typing")).to_have_text("")
