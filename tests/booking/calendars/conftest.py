"""A session of Teresa's with Marta, booked as people book."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from coaching.booking import actions
from coaching.booking.models import Appointment, SessionType
from coaching.people.models import Client


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Pages take the moment from the clock: let it stand."""
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime) -> Appointment:
    """Wednesday 25 November, 11:00 in Copenhagen."""
    return actions.book(
        session_type=coaching, client=teresa, start=wednesday, token=uuid4(), by=teresa.user, now=now
    )
