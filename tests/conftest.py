"""What every test can ask for by name."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from hypothesis import settings

from coaching.people.models import Client, Practitioner
from tests import cast
from tests.world import World

settings.register_profile("house", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _own_valkey() -> Iterator[None]:
    """Rate limits and sessions of one test do not reach the next."""
    yield
    cache.clear()


@pytest.fixture
def now() -> datetime:
    return cast.NOW


@pytest.fixture
def marta(db: None) -> Practitioner:
    return cast.practitioner()


@pytest.fixture
def teresa(marta: Practitioner) -> Client:
    return cast.client(of=marta)


@pytest.fixture
def outsider(marta: Practitioner) -> Client:
    """Another client of the same practitioner: whatever is theirs must not leak."""
    return cast.client(of=marta, name="Olaf Outsider", zone="Asia/Kathmandu")


@pytest.fixture
def world(marta: Practitioner, teresa: Client, outsider: Client) -> World:
    stranger = cast.practitioner(name="Sten Stranger", zone="Australia/Adelaide")
    return World(marta, teresa, outsider, stranger, things={})


@pytest.fixture
def as_teresa(teresa: Client) -> Browser:
    return signed_in(teresa)


@pytest.fixture
def as_outsider(outsider: Client) -> Browser:
    return signed_in(outsider)


@pytest.fixture
def as_marta(marta: Practitioner) -> Browser:
    return signed_in(marta)


def signed_in(person: Client | Practitioner) -> Browser:
    browser = Browser()
    browser.force_login(person.user)
    return browser
