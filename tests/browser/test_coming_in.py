"""Coming in, in a real browser: passkeys, the guess at the time zone, light and dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.queries import has_second_factor
from coaching.outbox import delivery
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.browser.passkeys import make_a_passkey
from tests.outbox.sink import Sink

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[..., Page]
PASSKEY = "Use my fingerprint or face instead"


def _with_a_passkey(visit: Visit, person: Client | Practitioner) -> Page:
    page = visit("/settings/", as_=person)
    make_a_passkey(page)
    return page


def test_a_passkey_is_made_and_opens_the_portal(visit: Visit, marta: Practitioner) -> None:
    page = _with_a_passkey(visit, marta)
    assert has_second_factor(marta.user)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("heading", name="My telephone")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/settings/")
    page.get_by_role("button", name=PASSKEY).click()
    expect(page).to_have_url(f"{page.url.split('/accounts')[0].split('/settings')[0]}/settings/")
    expect(page.get_by_text("One passkey")).to_be_visible()


def test_with_a_password_the_passkey_is_the_second_step(visit: Visit, marta: Practitioner) -> None:
    page = _with_a_passkey(visit, marta)
    page.context.clear_cookies()
    page.goto("/accounts/login/?by=password&next=/settings/")
    page.get_by_label("Your e-mail address").fill(marta.user.email)
    page.get_by_label("Your password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_text("One passkey")).to_be_visible()


def test_a_passkey_that_does_not_come_is_said_calmly(visit: Visit, marta: Practitioner) -> None:
    page = visit("/accounts/login/")
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    page.get_by_role("button", name=PASSKEY).click()
    expect(page.get_by_text("That did not work, and nothing has changed.")).to_be_visible()


def test_a_browser_elsewhere_asks_and_one_press_confirms(visit: Visit, teresa: Client) -> None:
    teresa.user.time_zone = "Asia/Calcutta"  # where the browser is; the account still says Lisbon
    page = visit("/settings/", as_=teresa)
    expect(page.get_by_text("You seem to be in Kolkata")).to_be_visible()
    page.get_by_role("button", name="Yes, that is my clock").click()
    expect(page.get_by_text("in Kolkata.")).to_be_visible()
    teresa.user.refresh_from_db()
    assert teresa.user.time_zone == "Asia/Kolkata"
    page.goto("/settings/")
    expect(page.get_by_text("You seem to be")).to_have_count(0)


def test_dark_is_kept_as_soon_as_it_is_chosen(visit: Visit, teresa: Client) -> None:
    page = visit("/accounts/login/")
    with page.expect_response(lambda answer: answer.url.endswith("/settings/theme/")):
        page.get_by_role("radio", name="Dark").check()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_page_says_by_itself_how_the_trial_letter_ended(
    visit: Visit, marta: Practitioner, settings: Any
) -> None:
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        page = visit("/set-up/mail/", as_=marta)
        page.get_by_role("button", name="Send me a trial letter").click()
        expect(page.locator("till-changed")).to_have_count(1)
        delivery.deliver_due(server=sink.server)
        expect(page.get_by_role("heading", level=1)).to_have_text("The mail server took the trial letter")
        assert sink.letters[0]["To"] == marta.user.email
