"""Booking by hand in a real browser: the calendar's drag and keys, the picker, and the page before a session."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.wall import monday_of
from coaching.booking.models import Appointment, SessionType
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.browser.conftest import axe_findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]


@pytest.fixture
def thursday(marta: Practitioner) -> datetime:
    """Midnight in Copenhagen, of Thursday next week: all of it lies ahead, whenever the tests run."""
    today = timezone.now().astimezone(marta.zone).date()
    day = monday_of(today) + timedelta(days=10)
    return datetime(day.year, day.month, day.day, tzinfo=marta.zone)


@pytest.fixture
def coaching(marta: Practitioner) -> SessionType:
    cast.opening(of=marta)
    return cast.session_type(of=marta, address="https://meet.example/{room}")


@pytest.fixture
def session(teresa: Client, coaching: SessionType, thursday: datetime) -> Appointment:
    return cast.appointment(client=teresa, session_type=coaching, start=thursday.replace(hour=10).astimezone(UTC))


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


# --- choosing a time --------------------------------------------------------------------------------


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


# --- coming to a session ----------------------------------------------------------------------------


@pytest.fixture
def soon(teresa: Client, coaching: SessionType) -> Appointment:
    """It begins in sixteen minutes: the way in opens in one."""
    return cast.appointment(client=teresa, session_type=coaching, start=timezone.now() + timedelta(minutes=16))


def test_the_way_in_opens_by_itself_for_both(
    visit: Visit, teresa: Client, marta: Practitioner, coaching: SessionType
) -> None:
    for person, name in ((teresa, "Join Marta"), (marta, "Join Teresa")):
        for address in ("/sessions/{}/", "/today/"):
            page = visit("/healthz", as_=person)
            Appointment.objects.all().delete()
            start = timezone.now() + timedelta(minutes=16)
            soon = cast.appointment(client=teresa, session_type=coaching, start=start)
            page.clock.install()
            page.goto(address.format(soon.pk))
            expect(page.locator("[data-countdown]")).to_have_text("Begins in 16 minutes")
            expect(page.get_by_role("link", name=name)).to_be_hidden()
            page.clock.fast_forward("01:30")
            expect(page.get_by_role("link", name=name)).to_be_visible()
            assert axe_findings(page) == []


def test_sound_and_camera_are_tried_in_the_page(visit: Visit, teresa: Client, soon: Appointment) -> None:
    page = visit(f"/sessions/{soon.pk}/", as_=teresa)
    page.get_by_text("Try sound and camera first").click()
    page.get_by_role("button", name="Try microphone and camera").click()
    check = page.locator("device-check")
    expect(check.get_by_role("status")).to_have_text("You can be heard.")  # the fake microphone beeps
    assert page.locator("[data-picture]").evaluate("video => video.videoWidth") > 0
    page.get_by_role("button", name="Play a tone").click()
    expect(check.get_by_role("status")).to_contain_text("Heard nothing?")
    assert axe_findings(page) == []
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("[data-picture]")).to_be_hidden()
    assert page.locator("[data-picture]").evaluate("video => video.srcObject") is None


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("NotAllowedError", "was not allowed to use them"),
        ("NotFoundError", "No microphone or camera was found"),
        ("NotReadableError", "Another program is using them"),
    ],
)
def test_a_device_that_refuses_is_explained(
    visit: Visit, teresa: Client, soon: Appointment, refusal: str, words: str
) -> None:
    page = visit("/healthz", as_=teresa)
    page.add_init_script(
        f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{refusal}'))"
    )
    page.goto(f"/sessions/{soon.pk}/")
    page.get_by_text("Try sound and camera first").click()
    page.get_by_role("button", name="Try microphone and camera").click()
    expect(page.locator("device-check").get_by_role("status")).to_contain_text(words)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("query", ["week={monday}", "day={day}"])
def test_the_calendar_has_no_findings(
    visit: Visit, marta: Practitioner, session: Appointment, thursday: datetime, theme: str, query: str
) -> None:
    asked = query.format(monday=monday_of(thursday.date()), day=thursday.date())
    for width in (390, 1280):
        page = visit(f"/sessions/?{asked}", as_=marta, width=width, theme=theme)
        assert axe_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
