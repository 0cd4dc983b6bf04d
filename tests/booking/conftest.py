"""A practitioner who is open, and what can be booked with her."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest

from coaching.booking.models import SessionType
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.crowd import doors


@pytest.fixture
def coaching(marta: Practitioner) -> SessionType:
    """Sixty minutes, a quarter of an hour free after it; Marta is open from nine to five in Copenhagen."""
    cast.opening(of=marta)
    return cast.session_type(of=marta, buffer_after=15)


@pytest.fixture
def first_talk(marta: Practitioner, coaching: SessionType) -> SessionType:
    return cast.session_type(of=marta, slug="first-talk", name="First talk", minutes=15, audience="anyone")


@pytest.fixture
def wednesday(now: datetime) -> datetime:
    """Wednesday at 11:00 in Copenhagen, 10:00 in Lisbon: free, and beyond the notice."""
    return now + timedelta(days=2)


@pytest.fixture
def stranger(db: None) -> Client:
    """A client of another practitioner."""
    other = cast.practitioner(name="Sten Stranger", zone="Australia/Adelaide")
    return cast.client(of=other, name="Sally Strange")


@pytest.fixture
def monday(marta: Practitioner, now: datetime) -> datetime:
    """Ten in the morning in Copenhagen, on the Monday after next."""
    day = now.astimezone(marta.zone).date()
    return datetime.combine(day + timedelta(days=14 - day.weekday()), time(10), marta.zone)


@pytest.fixture(scope="session")
def ports(django_db_setup: None) -> Iterator[list[int]]:
    """The real site in several processes, on the test's database."""
    with doors() as found:
        yield found
