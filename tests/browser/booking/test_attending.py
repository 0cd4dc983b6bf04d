"""The page before a session by hand in a real browser: the way in, sound and camera."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from coaching.booking.models import Appointment, SessionType
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.browser.conftest import axe_findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]


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
