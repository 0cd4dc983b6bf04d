"""Whom the way in asks for a second step, and who can never be locked out by one."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.conftest import signed_in

TODAY = "/today/"
LOGIN = reverse("account_login")
SECOND = reverse("mfa_authenticate")


def _passkey(user: User) -> None:
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "My telephone"})


def _by_numbers(browser: Browser, user: User, numbers: Callable[[], str]) -> str:
    """Where six numbers from the mail lead."""
    browser.post(reverse("account_request_login_code"), {"email": user.email})
    return browser.post(reverse("account_confirm_login_code"), {"code": numbers()})["Location"]


def _by_password(browser: Browser, user: User) -> str:
    return browser.post(LOGIN, {"login": user.email, "password": cast.PASSWORD})["Location"]


def test_a_client_who_lost_the_passkey_comes_in_with_six_numbers(
    visitor: Browser, teresa: Client, numbers: Callable[[], str]
) -> None:
    _passkey(teresa.user)
    assert _by_numbers(visitor, teresa.user, numbers) == TODAY
    assert visitor.get(TODAY).status_code == 200


def test_a_client_who_lost_the_passkey_comes_in_with_a_password(visitor: Browser, teresa: Client) -> None:
    _passkey(teresa.user)
    assert _by_password(visitor, teresa.user) == TODAY


def test_a_practitioners_passkey_is_asked_for_after_six_numbers(
    visitor: Browser, marta: Practitioner, numbers: Callable[[], str]
) -> None:
    _passkey(marta.user)
    assert _by_numbers(visitor, marta.user, numbers) == SECOND
    assert visitor.get(TODAY)["Location"].startswith(LOGIN)


def test_a_practitioners_passkey_is_asked_for_after_a_password(visitor: Browser, marta: Practitioner) -> None:
    _passkey(marta.user)
    assert _by_password(visitor, marta.user) == SECOND


def test_an_app_that_a_client_set_up_is_asked_for(visitor: Browser, teresa: Client) -> None:
    TOTP.activate(teresa.user, "JBSWY3DPEHPK3PXP")
    assert _by_password(visitor, teresa.user) == SECOND


@pytest.mark.parametrize("with_passkey", [False, True])
def test_a_client_is_told_that_six_numbers_go_on_working(with_passkey: bool, teresa: Client) -> None:
    if with_passkey:
        _passkey(teresa.user)
    page = signed_in(teresa).get(reverse("mfa_index")).content.decode()
    assert "you can always come in through your mailbox" in page
    assert "Recovery codes" not in page


def test_a_practitioner_is_told_what_the_second_step_is_for(as_marta: Browser, marta: Practitioner) -> None:
    assert "Who reads your mail can sign in as you" in as_marta.get(reverse("mfa_index")).content.decode()
    _passkey(marta.user)
    page = as_marta.get(reverse("mfa_index")).content.decode()
    assert "Your mailbox alone opens nothing here" in page
    assert "Recovery codes" in page
