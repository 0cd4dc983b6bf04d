"""The practitioner's calendar by hand in a real browser: pointer, finger and keys."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.wall import monday_of
from coaching.booking.models import Appointment, SessionType
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.browser.conftest import axe_findings
from tests.browser.pages import Eyes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]


def calendar(visit: Visit, marta: Practitioner, thursday: datetime) -> Page:
    return visit(f"/sessions/?week={monday_of(thursday.date())}", as_=marta, width=1280)


def drag(page: Page, hours: float, days: int = 0, *, drop: bool = True) -> None:
    """Take Teresa's session by its middle and carry it along."""
    box = page.get_by_role("link", name="Teresa Almada").bounding_box()
    column = page.locator(".slotted").first.bounding_box()
    assert box
    assert column
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3, y + 20, steps=3)
    page.mouse.move(x + days * column["width"], y + hours * 96, steps=8)
    if drop:
        page.mouse.up()


def test_a_session_is_dragged_asked_about_moved_and_put_back(
    visit: Visit, marta: Practitioner, session: Appointment, thursday: datetime
) -> None:
    page = calendar(visit, marta, thursday)
    was = session.starts_at
    drag(page, hours=3, days=1)
    asking = page.locator("[data-asking]")
    expect(asking).to_contain_text("Move Teresa to this time?")
    expect(asking).to_contain_text("13:00")
    expect(asking).to_contain_text("12:00 for Teresa in Lisbon")
    session.refresh_from_db()
    assert session.starts_at == was
    asking.get_by_role("button", name="Move Teresa").click()
    expect(page.get_by_role("status").filter(has_text="Moved: Teresa")).to_be_visible()
    session.refresh_from_db()
    assert session.starts_at == was + timedelta(days=1, hours=3)
    page.get_by_role("button", name="Put it back to").click()
    expect(page.get_by_role("link", name="10:00 Teresa Almada")).to_be_visible()
    session.refresh_from_db()
    assert session.starts_at == was


def test_a_drop_that_is_refused_says_why_and_the_session_stays(
    visit: Visit, marta: Practitioner, outsider: Client, session: Appointment, thursday: datetime
) -> None:
    cast.appointment(
        client=outsider, session_type=session.session_type, start=session.starts_at + timedelta(hours=2)
    )
    page = calendar(visit, marta, thursday)
    drag(page, hours=2)
    asking = page.locator("[data-asking]")
    expect(asking).to_contain_text("Teresa cannot be moved to this time")
    expect(asking).to_contain_text("Olaf Outsider is there from 12:00 to 13:00")
    asking.get_by_role("link", name="Leave it where it is").click()
    expect(asking).to_be_hidden()
    expect(page.locator(".is-going")).to_have_count(0)


def test_arrow_keys_move_a_session_enter_asks_and_escape_returns(
    visit: Visit, marta: Practitioner, session: Appointment, thursday: datetime
) -> None:
    page = calendar(visit, marta, thursday)
    link = page.get_by_role("link", name="Teresa Almada")
    link.focus()
    page.keyboard.press("ArrowDown")
    says = page.locator("[data-says]")
    expect(says).to_contain_text(re.compile(r"Moving Teresa.*10:15.*Enter"))
    page.keyboard.press("Escape")
    expect(says).to_have_text("Back where it was.")
    expect(link).to_be_focused()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Move Teresa")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="09:30 Teresa Almada")).to_be_visible()
    session.refresh_from_db()
    assert session.starts_at == (thursday.replace(hour=9, minute=30) + timedelta(days=1))


def test_a_booking_appears_in_the_open_calendar(
    visit: Visit, marta: Practitioner, teresa: Client, coaching: SessionType, thursday: datetime
) -> None:
    page = calendar(visit, marta, thursday)
    expect(page.get_by_role("link", name="Free 09:00 to 17:00")).to_have_count(5)
    phone = visit(f"/book/coaching/?day={thursday.date()}", as_=teresa)
    phone.locator(".times .slot").first.click()
    phone.get_by_role("button", name="Book this time").click()
    expect(phone).to_have_url(re.compile("/sessions/"))
    expect(page.get_by_role("link", name="Teresa Almada")).to_be_visible()


def test_free_time_is_pressed_at_its_quarter_of_an_hour(
    visit: Visit, marta: Practitioner, coaching: SessionType, thursday: datetime
) -> None:
    page = calendar(visit, marta, thursday)
    page.locator(f'[data-date="{thursday.date()}"] [data-free]').click(position={"x": 40, "y": 96 * 2 + 30})
    expect(page.get_by_role("heading", level=1)).to_contain_text("11:15")
    page.get_by_label("A note for yourself").fill("A walk")
    page.get_by_role("button", name="Keep it free").click()
    expect(page.get_by_role("link", name="11:15 A walk")).to_be_visible()


def test_while_a_session_is_carried_both_clocks_go_along(
    visit: Visit, marta: Practitioner, teresa: Client, session: Appointment, thursday: datetime
) -> None:
    User.objects.filter(pk=teresa.user_id).update(time_zone="Australia/Adelaide")
    page = calendar(visit, marta, thursday)
    drag(page, hours=3, drop=False)
    at = thursday.replace(hour=13)
    expect(page.locator(".is-going")).to_contain_text("13:00 Teresa")
    expect(page.locator(".is-going")).to_contain_text(
        f"{at.astimezone(ZoneInfo('Australia/Adelaide')):%H:%M} Adelaide"
    )
    page.mouse.up()
    expect(page.locator("[data-asking]")).to_contain_text("for Teresa in Adelaide")


def test_a_stretch_is_drawn_in_free_time_and_kept(
    visit: Visit, marta: Practitioner, coaching: SessionType, thursday: datetime
) -> None:
    page = calendar(visit, marta, thursday)
    box = page.locator(f'[data-date="{thursday.date()}"] [data-free]').bounding_box()
    assert box
    x, y = box["x"] + 30, box["y"] + 96 + 5
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 60, steps=4)
    page.mouse.move(x, y + 96 * 2 + 10, steps=4)
    expect(page.locator(".drawn")).to_have_text("10:00 to 12:15")
    page.mouse.up()
    expect(page.get_by_label("Until")).to_have_value("12:15")
    page.get_by_role("button", name="Keep it free").click()
    expect(page.get_by_role("link", name="10:00 Kept free until 12:15")).to_be_visible()


def test_a_client_is_booked_where_the_calendar_was_pressed(
    visit: Visit, marta: Practitioner, teresa: Client, coaching: SessionType, thursday: datetime
) -> None:
    page = calendar(visit, marta, thursday)
    page.locator(f'[data-date="{thursday.date()}"] [data-free]').click(position={"x": 40, "y": 96 * 2 + 30})
    page.get_by_label("Who comes?").select_option(label="Teresa Almada (10:15 in Lisbon)")
    page.get_by_label("Coaching session, 60 minutes").check()
    assert axe_findings(page) == []
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_role("status").filter(has_text="Booked: Teresa")).to_contain_text(
        "10:15 for Teresa in Lisbon"
    )
    expect(page.get_by_role("link", name="11:15 Teresa Almada")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cancelled")
    assert not teresa.appointments.standing().exists()


def test_a_finger_turns_the_day_by_a_sweep(
    visit: Visit, marta: Practitioner, coaching: SessionType, thursday: datetime
) -> None:
    page = visit(f"/sessions/?day={thursday.date()}", as_=marta, has_touch=True)
    finger = page.context.new_cdp_session(page)
    for kind, x in [("touchStart", 300), ("touchMove", 240), ("touchMove", 120), ("touchEnd", None)]:
        points = [] if x is None else [{"x": x, "y": 600}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    friday = thursday + timedelta(days=1)
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Friday {friday.day} {friday:%B}")


@pytest.mark.parametrize("query", ["week={monday}", "day={day}"])
def test_the_calendar_is_fit_for_everybody(
    visit: Visit, marta: Practitioner, session: Appointment, thursday: datetime, query: str
) -> None:
    asked = query.format(monday=monday_of(thursday.date()), day=thursday.date())
    assert Eyes(visit(f"/sessions/?{asked}", as_=marta)).flaws() == []
