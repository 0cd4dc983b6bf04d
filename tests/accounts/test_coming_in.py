"""Signing in: by six numbers, by password, with a second step."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.test import Client as Browser
from django.urls import reverse

from accounts import queries
from coaching.people import actions as people
from coaching.people.models import Client, Practitioner
from tests import cast

CODE = "/accounts/login/code/"
CONFIRM = "/accounts/login/code/confirm/"
LOGIN = "/accounts/login/"
TODAY = "/today/"


def test_the_sign_in_page_offers_the_six_numbers_first(visitor: Browser, marta: Practitioner) -> None:
    page = visitor.get(LOGIN).content.decode()
    assert "Send me the numbers" in page
    assert 'name="password"' not in page
    assert 'name="password"' in visitor.get(LOGIN, {"by": "password"}).content.decode()


def test_six_numbers_from_the_mail_open_the_portal(
    visitor: Browser, teresa: Client, numbers: Callable[[], str], mailoutbox: list[Any]
) -> None:
    assert visitor.post(CODE, {"email": teresa.user.email.upper()})["Location"] == CONFIRM
    assert mailoutbox[-1].to == [teresa.user.email]
    assert mailoutbox[-1].subject == "Your six numbers to come in"
    spaced = f" {numbers()[:3]} {numbers()[3:]} "
    response = visitor.post(CONFIRM, {"code": spaced})
    assert response["Location"] == TODAY
    assert visitor.session["_auth_user_id"] == str(teresa.user.pk)


def test_the_letter_says_what_to_do_if_it_was_not_you(
    visitor: Browser, teresa: Client, mailoutbox: list[Any]
) -> None:
    visitor.post(CODE, {"email": teresa.user.email})
    assert "If it was not you who wanted to come in, do nothing" in mailoutbox[-1].body
    assert "Unlearning tension" in mailoutbox[-1].body


def test_the_first_sign_in_by_code_verifies_the_address(
    visitor: Browser, marta: Practitioner, numbers: Callable[[], str]
) -> None:
    client = people.take_on(
        practitioner=marta,
        email="new@example.org",
        name="New One",
        time_zone="Europe/Oslo",
        status="new",
        now=cast.NOW,
    )
    visitor.post(CODE, {"email": "new@example.org"})
    assert visitor.post(CONFIRM, {"code": numbers()})["Location"] == TODAY
    assert EmailAddress.objects.get(user=client.user).verified


def test_missing_numbers_are_counted_and_wrong_ones_are_said(
    visitor: Browser, teresa: Client, numbers: Callable[[], str]
) -> None:
    visitor.post(CODE, {"email": teresa.user.email})
    assert "There are six numbers. Two are missing." not in visitor.get(CONFIRM).content.decode()
    assert "There are six numbers. Two are missing." in visitor.post(CONFIRM, {"code": "4071"}).content.decode()
    wrong = "000000" if numbers() != "000000" else "111111"
    assert "not the numbers that we sent last" in visitor.post(CONFIRM, {"code": wrong}).content.decode()
    assert visitor.post(CONFIRM, {"code": numbers()})["Location"] == TODAY


def test_five_wrong_tries_end_the_numbers(visitor: Browser, teresa: Client, numbers: Callable[[], str]) -> None:
    visitor.post(CODE, {"email": teresa.user.email})
    right = numbers()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        visitor.post(CONFIRM, {"code": wrong})
    visitor.post(CONFIRM, {"code": right})
    assert "_auth_user_id" not in visitor.session


def test_new_numbers_can_be_sent_and_only_they_work(
    visitor: Browser, teresa: Client, numbers: Callable[[], str], mailoutbox: list[Any]
) -> None:
    visitor.post(CODE, {"email": teresa.user.email})
    first = numbers()
    visitor.post(CONFIRM, {"action": "resend"})
    assert len(mailoutbox) == 2
    if first != numbers():
        visitor.post(CONFIRM, {"code": first})
        assert "_auth_user_id" not in visitor.session
    assert visitor.post(CONFIRM, {"code": numbers()})["Location"] == TODAY


@pytest.mark.parametrize("way", [CODE, "/accounts/password/reset/"])
def test_a_known_and_an_unknown_address_get_the_same_answer_and_page(way: str, teresa: Client) -> None:
    known, unknown = Browser(), Browser()
    answers = []
    for browser, email in ((known, teresa.user.email), (unknown, "nobody-at-all@example.org")):
        first = browser.post(way, {"email": email})
        page = browser.get(first["Location"])
        wrong = browser.post(first["Location"], {"code": "12345"})
        answers.append(
            (
                first.status_code,
                first["Location"],
                _without_secrets(page.content.decode(), email),
                _without_secrets(wrong.content.decode(), email),
            )
        )
    assert answers[0] == answers[1]


def _without_secrets(page: str, email: str) -> str:
    lines = [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line and "nonce" not in line]
    return "\n".join(lines).replace(email, "ADDRESS")


def test_an_unknown_address_is_told_so_in_its_own_mail(
    visitor: Browser, marta: Practitioner, mailoutbox: list[Any]
) -> None:
    visitor.post(CODE, {"email": "nobody-at-all@example.org"})
    assert mailoutbox[-1].subject == "No account with this address"
    assert "signup" not in mailoutbox[-1].body


def test_a_wrong_password_and_a_wrong_address_are_told_the_same(visitor: Browser, teresa: Client) -> None:
    said = "This address and this password do not belong together"
    for email in (teresa.user.email, "nobody-at-all@example.org"):
        page = visitor.post(LOGIN, {"login": email, "password": "not the password"}).content.decode()
        assert said in page


def test_a_password_opens_the_portal_and_leads_on(visitor: Browser, teresa: Client) -> None:
    asked = {"login": teresa.user.email, "password": cast.PASSWORD, "next": "/messages/"}
    assert visitor.post(LOGIN, asked)["Location"] == "/messages/"
    assert visitor.session.get_expiry_age() > 80 * 24 * 3600


def test_signing_in_does_not_lead_to_another_site(visitor: Browser, teresa: Client) -> None:
    asked = {"login": teresa.user.email, "password": cast.PASSWORD, "next": "https://evil.example/"}
    assert visitor.post(LOGIN, asked)["Location"] == TODAY


def test_too_many_requests_for_numbers_are_slowed_down(
    visitor: Browser, teresa: Client, mailoutbox: list[Any]
) -> None:
    for _ in range(6):
        Browser().post(CODE, {"email": teresa.user.email})
    assert len(mailoutbox) == 3
    assert "too often" in visitor.post(CODE, {"email": teresa.user.email}).content.decode()


def test_guessing_passwords_is_slowed_down(visitor: Browser, teresa: Client) -> None:
    for _ in range(6):
        visitor.post(LOGIN, {"login": teresa.user.email, "password": "not the password"})
    page = visitor.post(LOGIN, {"login": teresa.user.email, "password": cast.PASSWORD})
    assert page.status_code != 302


def test_nobody_signs_up_by_themselves(visitor: Browser, marta: Practitioner) -> None:
    page = visitor.get("/accounts/signup/")
    assert "by invitation, or by booking a first talk" in page.content.decode()
    visitor.post("/accounts/signup/", {"email": "x@example.org", "password1": "four words put together"})
    assert not EmailAddress.objects.filter(email="x@example.org").exists()


def test_a_closed_account_gets_nowhere(visitor: Browser, teresa: Client, mailoutbox: list[Any]) -> None:
    teresa.user.is_active = False
    teresa.user.save()
    visitor.post(CODE, {"email": teresa.user.email})
    assert mailoutbox[-1].subject == "No account with this address"


# --- the second step ------------------------------------------------------------------------------------


def _now_shown(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time())) + 1
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def _set_up_app(browser: Browser) -> str:
    page = browser.get(reverse("mfa_activate_totp"))
    secret: str = page.context["form"].secret
    done = browser.post(reverse("mfa_activate_totp"), {"code": _now_shown(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    return secret


@pytest.mark.django_db(transaction=True)
def test_an_app_is_the_second_step_and_a_recovery_code_takes_its_place(
    visitor: Browser, marta: Practitioner, mailoutbox: list[Any]
) -> None:
    visitor.post(LOGIN, {"login": marta.user.email, "password": cast.PASSWORD})
    assert not queries.has_second_factor(marta.user)
    again = visitor.get(reverse("mfa_activate_totp"))
    assert again.status_code == 302, "whoever has a password is asked for it before"
    visitor.post(reverse("account_reauthenticate"), {"password": cast.PASSWORD})
    secret = _set_up_app(visitor)
    assert queries.has_second_factor(marta.user)
    assert mailoutbox[-1].subject == "Two-step sign-in is on"
    codes = visitor.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]

    for code in (codes[0], _now_shown(secret)):
        browser = Browser()
        first = browser.post(LOGIN, {"login": marta.user.email, "password": cast.PASSWORD})
        assert first["Location"] == reverse("mfa_authenticate")
        assert browser.get(TODAY)["Location"].startswith(LOGIN)
        assert "no recovery code of yours" in browser.post(first["Location"], {"code": "000000"}).content.decode()
        assert browser.post(first["Location"], {"code": code})["Location"] == TODAY
    spent = Browser()
    spent.post(LOGIN, {"login": marta.user.email, "password": cast.PASSWORD})
    assert spent.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 200


def test_the_six_numbers_of_the_mail_do_not_replace_the_second_step(
    visitor: Browser, marta: Practitioner, numbers: Callable[[], str]
) -> None:
    signed_in = Browser()
    signed_in.post(LOGIN, {"login": marta.user.email, "password": cast.PASSWORD})
    signed_in.post(reverse("account_reauthenticate"), {"password": cast.PASSWORD})
    _set_up_app(signed_in)
    visitor.post(CODE, {"email": marta.user.email})
    assert visitor.post(CONFIRM, {"code": numbers()})["Location"] == reverse("mfa_authenticate")


# --- password and address -------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_with_six_numbers(
    visitor: Browser, teresa: Client, numbers: Callable[[], str], mailoutbox: list[Any]
) -> None:
    visitor.post("/accounts/password/reset/", {"email": teresa.user.email})
    visitor.post("/accounts/password/reset/confirm/", {"code": numbers()})
    done = visitor.post("/accounts/password/reset/complete/", {"password1": "warm floor, quiet room"})
    assert done["Location"] == "/accounts/password/reset/done/"
    assert mailoutbox[-1].subject == "You have a new password"
    asked = {"login": teresa.user.email, "password": "warm floor, quiet room"}
    assert visitor.post(LOGIN, asked)["Location"] == TODAY


def test_a_weak_new_password_is_refused_in_words(as_teresa: Browser, teresa: Client) -> None:
    asked = {"oldpassword": cast.PASSWORD, "password1": "short"}
    page = as_teresa.post(reverse("account_change_password"), asked).content.decode()
    assert "too short" in page
    teresa.user.refresh_from_db()
    assert teresa.user.check_password(cast.PASSWORD)


def test_whoever_has_no_password_can_set_one(marta: Practitioner) -> None:
    client = people.take_on(
        practitioner=marta, email="n@example.org", name="N", time_zone="UTC", status="active", now=cast.NOW
    )
    people.verify_address(user=client.user)
    browser = Browser()
    browser.force_login(client.user)
    assert browser.get(reverse("account_change_password"))["Location"] == reverse("account_set_password")
    done = browser.post(reverse("account_set_password"), {"password1": "warm floor, quiet room"})
    assert done["Location"] == reverse("settings")
    client.user.refresh_from_db()
    assert client.user.check_password("warm floor, quiet room")


def test_the_address_changes_only_once_the_new_one_is_confirmed(
    visitor: Browser, teresa: Client, numbers: Callable[[], str], mailoutbox: list[Any]
) -> None:
    before = teresa.user.email
    visitor.post(LOGIN, {"login": before, "password": cast.PASSWORD})
    visitor.post(reverse("account_reauthenticate"), {"password": cast.PASSWORD})
    asked = visitor.post(reverse("account_email"), {"email": "newer@example.org", "action_add": "1"})
    assert asked["Location"] == reverse("account_email_verification_sent")
    assert mailoutbox[-1].to == ["newer@example.org"]
    teresa.user.refresh_from_db()
    assert teresa.user.email == before
    visitor.post(reverse("account_email_verification_sent"), {"code": numbers()})
    teresa.user.refresh_from_db()
    assert teresa.user.email == "newer@example.org"
    assert [mail.to for mail in mailoutbox if "was changed" in mail.subject] == [[before]]


def test_light_or_dark_chosen_before_coming_in_is_kept(visitor: Browser, teresa: Client) -> None:
    visitor.post("/settings/theme/", {"theme": "dark", "next": LOGIN})
    assert 'data-theme="dark"' in visitor.get(LOGIN).content.decode()
    visitor.post(LOGIN, {"login": teresa.user.email, "password": cast.PASSWORD})
    teresa.user.refresh_from_db()
    assert teresa.user.theme == "dark"
