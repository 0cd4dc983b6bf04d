"""Every address, tried as everybody: visitor, the client it concerns, another client, the practitioner, and a
practitioner of another practice. A new address fails here until it stands in the table."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from tests.addresses import PATTERNS, ROLES, TABLE, World
from tests.conftest import signed_in

NOBODYS = {"story_step", "wording", "book_waiting", "book_repeat"}
# Addresses that answer differently from what their mark says, with the reason.
EXCEPTIONS: dict[tuple[str, str], str] = {
    **{("metrics", role): "not found" for role in ROLES},  # whoever has no token
    **{("mail_news", role): "not found" for role in ROLES},  # no provider is set up
    **{("set_up", role): "not found" for role in ROLES},  # whoever has no key, or comes after the first start
    **{("mail_in", role): "not found" for role in ROLES},  # no provider is set up
    **{(name, "marta"): "not found" for name in ("upload", "upload_outcome")},  # whoever sends it, nobody else
    **{(name, "marta"): "not found" for name in ("message_change", "message_remove")},  # its author alone
    **{(name, "stranger"): "not found" for name in ("book_type", "book_slots", "book_repeat")},  # only their own
}


def test_the_table_holds_every_address_and_no_other() -> None:
    assert sorted(TABLE) == sorted(PATTERNS)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_role_sees_what_it_may_and_nothing_else(name: str, world: World) -> None:
    arguments = TABLE[name](world)
    address = reverse(name, args=arguments)
    mark = PATTERNS[name].callback.access
    owned = bool(arguments) and name not in NOBODYS
    for role in ROLES:
        browser = Browser(raise_request_exception=True) if role == "visitor" else signed_in(getattr(world, role))
        answers = [(method, getattr(browser, method)(address)) for method in ("get", "post")]
        # The wrong method is refused before anything is looked up, so it tells nobody anything.
        judged = [(method, answer) for method, answer in answers if answer.status_code != 405]
        expected = EXCEPTIONS.get((name, role)) or _expected(mark, role, owned=owned)
        assert judged, address
        for method, answer in judged:
            assert _seen(answer) == expected, f"{method} {address} as {role}: {answer.status_code}"


def _expected(mark: str, role: str, *, owned: bool) -> str:
    if mark == "anyone":
        return "let in"
    if role == "visitor":
        return "asked to sign in"
    allowed = {
        "client": {"teresa"} if owned else {"teresa", "outsider"},
        "practitioner": {"marta"} if owned else {"marta", "stranger"},
        "member": {"teresa", "marta"} if owned else {"teresa", "outsider", "marta", "stranger"},
    }
    return "let in" if role in allowed[mark] else "not found"


def _seen(response: Any) -> str:
    if response.status_code == 404:
        return "not found"
    if response.status_code == 302 and response["Location"].startswith(str(reverse(settings.LOGIN_URL))):
        return "asked to sign in"
    assert response.status_code < 500
    assert response.status_code != 403
    return "let in"
