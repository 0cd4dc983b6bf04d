"""The page of free times by hand in a real browser: by pointer, by keyboard, without script."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from coaching.booking.models import Appointment, SessionType
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.browser.conftest import axe_findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]


def test_a_time_is_chosen_by_keyboard_and_said_in_full(
    visit: Visit, teresa: Client, coaching: SessionType, thursday: datetime
) -> None:
    page = visit(f"/book/coaching/?day={thursday.date()}", as_=teresa)
    chosen = page.locator(".month a[aria-current]")
    chosen.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".month a:focus")).to_contain_text(str((thursday - timedelta(days=1)).day))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    heading = page.locator("#times")
    expect(heading).to_be_focused()
    day = thursday + timedelta(days=7)
    expect(heading).to_contain_text(f"Thursday {day.day} {day:%B}")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    choice = page.locator("[data-choice]")
    expect(choice).to_contain_text(f"Thursday {day.day} {day:%B}, 08:00")
    expect(choice).to_contain_text("your time in Lisbon; 09:00 for Marta in Copenhagen")
    expect(page.locator("[data-policy]")).to_contain_text(
        f"until Wednesday {(day - timedelta(days=1)).day} {day - timedelta(days=1):%B}, 08:00."
    )


def test_the_month_is_one_stop_of_the_tab_key_and_its_weeks_are_turned_by_key(
    visit: Visit, teresa: Client, coaching: SessionType, thursday: datetime
) -> None:
    page = visit(f"/book/coaching/?day={thursday.date()}", as_=teresa)
    chosen = page.locator(".month a[aria-current]")
    chosen.focus()
    page.keyboard.press("Tab")
    expect(page.locator(".times input").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(chosen).to_be_focused()
    expect(page.get_by_text("The arrow keys go from day to day")).to_be_visible()
    first = page.locator(".month td").first
    this_week = first.inner_text()
    page.keyboard.press("PageDown")
    expect(first).not_to_have_text(this_week)
    expect(page.locator(".month a:focus")).to_have_count(1)
    page.keyboard.press("PageUp")
    expect(first).to_have_text(this_week)
    page.get_by_role("link", name="Later").press("Enter")
    expect(first).not_to_have_text(this_week)
    expect(page.get_by_role("link", name="Later")).to_be_focused()


def test_another_zone_changes_every_time_and_nothing_that_was_typed(
    visit: Visit, teresa: Client, coaching: SessionType, thursday: datetime
) -> None:
    page = visit(f"/book/coaching/?day={thursday.date()}", as_=teresa)
    page.get_by_label("What should it be about?").fill("My left hip")
    page.locator(".times .slot").first.click()
    page.get_by_text("I am somewhere else").click()
    page.get_by_label("Where are you?").select_option("Asia/Kathmandu")
    page.get_by_role("button", name="Show my times there").click()
    expect(page.locator("[data-choice]")).to_contain_text("13:45")
    expect(page.locator("[data-choice]")).to_contain_text("your time in Kathmandu; 09:00 for Marta in Copenhagen")
    expect(page.get_by_label("What should it be about?")).to_have_value("My left hip")
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_text("My left hip")).to_be_visible()
    assert teresa.appointments.get().starts_at == thursday.replace(hour=9)


def test_booking_needs_no_script(visit: Visit, teresa: Client, coaching: SessionType, thursday: datetime) -> None:
    page = visit("/book/coaching/", as_=teresa, java_script_enabled=False)
    page.locator(f'.month a[href*="day={thursday.date()}"]').click()
    page.locator(".times .slot").nth(2).click()
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("status").filter(has_text="Booked: Thursday")).to_be_visible()
    assert teresa.appointments.get().starts_at == thursday.replace(hour=9, minute=30)


def test_a_time_that_was_taken_meanwhile_loses_nothing(
    visit: Visit, teresa: Client, outsider: Client, coaching: SessionType, thursday: datetime
) -> None:
    page = visit(f"/book/coaching/?day={thursday.date()}", as_=teresa)
    page.get_by_label("What should it be about?").fill("My left hip")
    page.locator(".times .slot").first.click()
    cast.appointment(client=outsider, session_type=coaching, start=thursday.replace(hour=9).astimezone(UTC))
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("alert")).to_contain_text("That time was just taken.")
    expect(page.get_by_label("What should it be about?")).to_have_value("My left hip")
    assert axe_findings(page) == []
    page.locator(".next .slot").first.click()
    page.get_by_role("button", name="Book this time").click()
    expect(page).to_have_url(re.compile("/sessions/"))
    assert teresa.appointments.count() == 1


def test_a_visitor_is_led_to_what_is_missing_and_books(
    visit: Visit, marta: Practitioner, coaching: SessionType, thursday: datetime
) -> None:
    SessionType.objects.update(audience="anyone")
    page = visit(f"/book/coaching/?day={thursday.date()}")
    expect(page.locator(".zone-change")).to_contain_text("All times are yours, in Lisbon.")
    page.locator(".times .slot").first.click()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_label("Your name")).to_be_focused()
    page.keyboard.type("Vera")
    page.get_by_label("Your e-mail address").fill("vera@example.org")
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", name="We have written to you.")).to_be_visible()
    assert Appointment.objects.get().starts_at == thursday.replace(hour=9)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_choice_is_in_sight_and_covers_no_time(
    visit: Visit, teresa: Client, coaching: SessionType, thursday: datetime, width: int
) -> None:
    page = visit(f"/book/coaching/?day={thursday.date()}", as_=teresa, width=width)
    page.locator(".times .slot").nth(3).click()
    expect(page.get_by_role("button", name="Book this time")).to_be_in_viewport()
    if width > 960:
        assert page.evaluate(_COVERED) == []
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".booking .slot, .booking .input").last).to_be_in_viewport()
    assert page.evaluate(_COVERED) == []


# What the sheet with the choice lies over, of all that can be pressed before it.
_COVERED = """() => {
  const sheet = document.querySelector(".decide").getBoundingClientRect();
  const over = (box) => box.bottom > sheet.top + 1 && box.top < sheet.bottom - 1
    && box.right > sheet.left + 1 && box.left < sheet.right - 1;
  return [...document.querySelectorAll(".slot, .month a, .booking .input, .about ~ :not(.decide)")]
    .filter((each) => over(each.getBoundingClientRect())).map((each) => each.outerHTML.slice(0, 80));
}"""
