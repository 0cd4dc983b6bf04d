"""A session type that can be booked, and a session next week."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.wall import monday_of
from coaching.booking.models import Appointment, SessionType
from coaching.people.models import Client, Practitioner
from tests import cast


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
