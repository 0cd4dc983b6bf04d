"""A browser with an authenticator, and the passkey that a person makes with it."""

from typing import Any

from playwright.sync_api import Page, expect

from tests import cast


def with_a_finger(page: Page) -> None:
    """Give the browser an authenticator that keeps passkeys and says yes."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def make_a_passkey(page: Page) -> None:
    """By somebody who is signed in on `page`; they are asked for their password on the way."""
    with_a_finger(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Your password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("A name for it").fill("My telephone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep these on paper")
