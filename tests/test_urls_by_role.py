"""Every address, tried as everybody: visitor, the client it concerns, another client, the practitioner, and a
practitioner of another practice. A new address fails here until it stands in the table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from coaching.booking.models import Appointment
from coaching.people.models import Client, Invitation, Practitioner
from tests import cast
from tests.conftest import signed_in

LIBRARIES = ("allauth.", "django.")
ROLES = ("visitor", "teresa", "outsider", "marta", "stranger")


@dataclass
class World:
    """Marta works with Teresa and the outsider; the stranger is a practitioner who works with neither."""

    marta: Practitioner
    teresa: Client
    outsider: Client
    stranger: Practitioner
    things: dict[str, Any]


@pytest.fixture
def world(marta: Practitioner, teresa: Client, outsider: Client) -> World:
    stranger = cast.practitioner(name="Sten Stranger", zone="Australia/Adelaide")
    return World(marta, teresa, outsider, stranger, things={})


def _invitation(world: World) -> Invitation:
    return cast.invitation(of=world.marta)


def _session(world: World) -> Appointment:
    return cast.appointment(
        client=world.teresa, session_type=cast.session_type(of=world.marta), start=cast.NOW + timedelta(days=9)
    )


# name of the address -> its arguments, made in the world above so that they are Teresa's (or Marta's own).
Arguments = Callable[[World], list[Any]]
NOTHING: Arguments = lambda world: []  # noqa: E731
TABLE: dict[str, Arguments] = {
    "healthz": NOTHING,
    "readyz": NOTHING,
    "today": NOTHING,
    "clients": NOTHING,
    "client": lambda world: [world.teresa.pk],
    "welcome": NOTHING,
    "set_up": lambda world: ["not-the-key"],
    "come": lambda world: [_invitation(world).code],
    "invite": NOTHING,
    "invite_again": lambda world: [_invitation(world).pk],
    "invite_revoke": lambda world: [_invitation(world).pk],
    "settings": NOTHING,
    "settings_practice": NOTHING,
    "settings_answers": NOTHING,
    "settings_name": NOTHING,
    "settings_zone": NOTHING,
    "settings_theme": NOTHING,
    "usersessions_list": NOTHING,
    "book": NOTHING,
    "book_type": lambda world: [cast.session_type(of=world.marta, slug="first-talk", audience="anyone").slug],
    "book_slots": lambda world: [cast.session_type(of=world.marta, slug="first-talk", audience="anyone").slug],
    "book_written": NOTHING,
    "sessions": NOTHING,
    "session": lambda world: [_session(world).pk],
    "session_calendar": lambda world: [_session(world).pk],
    "session_move": lambda world: [_session(world).pk],
    "session_cancel": lambda world: [_session(world).pk],
    "session_mark": lambda world: [_session(world).pk],
    "hours": NOTHING,
    "hours_dates": NOTHING,
    "hours_clear": NOTHING,
}
# Addresses that answer differently from what their mark says, with the reason.
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("set_up", role): "not found"
    for role in ROLES  # whoever has no key, or comes after the first start
} | {
    # She has session types of her own, and books those.
    (name, "stranger"): "not found"
    for name in ("book_type", "book_slots")
}


def _named(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _named(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif not entry.callback.__module__.startswith(LIBRARIES):
            yield f"{space}{entry.name}", entry


PATTERNS = dict(_named(get_resolver()))


def test_the_table_holds_every_address_and_no_other() -> None:
    assert sorted(TABLE) == sorted(PATTERNS)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_role_sees_what_it_may_and_nothing_else(name: str, world: World) -> None:
    arguments = TABLE[name](world)
    address = reverse(name, args=arguments)
    mark = PATTERNS[name].callback.access
    for role in ROLES:
        browser = Browser(raise_request_exception=True) if role == "visitor" else signed_in(getattr(world, role))
        for method in ("get", "post"):
            response = getattr(browser, method)(address)
            expected = EXCEPTIONS.get((name, role)) or _expected(mark, role, owned=bool(arguments))
            assert _seen(response) == expected, f"{method} {address} as {role}: {response.status_code}"


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
