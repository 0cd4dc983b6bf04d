"""The cast: people and things for tests, made with as few words as the test needs.

Every test has an outsider: data of another client, and of another practitioner, that could leak.
"""

import itertools
from datetime import UTC, datetime, time, timedelta
from typing import Any

from accounts.models import User
from coaching.booking.models import Appointment, OpeningHours, SessionType
from coaching.people.models import Client, Practice, Practitioner

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, 10:00 in Lisbon
PASSWORD = "feel-the-difference"

_numbers = itertools.count(1)


def user(*, name: str = "Someone Else", zone: str = "Europe/Lisbon", email: str = "", **fields: Any) -> User:
    email = email or f"person{next(_numbers)}@example.org"
    fields.setdefault("zone_confirmed_at", NOW - timedelta(days=90))
    made = User.objects.create_user(email=email, password=PASSWORD, name=name, time_zone=zone, **fields)
    made.emailaddress_set.create(email=made.email, verified=True, primary=True)
    return made


def practitioner(*, name: str = "Marta Lindqvist", zone: str = "Europe/Copenhagen", **fields: Any) -> Practitioner:
    practice, _ = Practice.objects.get_or_create(name="Unlearning tension", defaults={"created_at": NOW})
    return Practitioner.objects.create(
        user=user(name=name, zone=zone, **fields), practice=practice, created_at=NOW - timedelta(days=400)
    )


def client(
    *,
    of: Practitioner,
    name: str = "Teresa Almada",
    zone: str = "Europe/Lisbon",
    status: str = "active",
    **fields: Any,
) -> Client:
    return Client.objects.create(
        user=user(name=name, zone=zone, **fields),
        practitioner=of,
        status=status,
        since=NOW - timedelta(days=90),
    )


def session_type(*, of: Practitioner, slug: str = "coaching", **fields: Any) -> SessionType:
    fields.setdefault("name", "Coaching session")
    fields.setdefault("minutes", 60)
    return SessionType.objects.create(practitioner=of, slug=slug, **fields)


def opening(*, of: Practitioner, opens: time = time(9), closes: time = time(17), days: range = range(5)) -> None:
    """Open on the given weekdays, on the practitioner's clock."""
    OpeningHours.objects.bulk_create(
        OpeningHours(practitioner=of, weekday=day, opens=opens, closes=closes) for day in days
    )


def appointment(
    *, client: Client, session_type: SessionType, start: datetime, status: str = "confirmed", **fields: Any
) -> Appointment:
    """A session that simply stands there, without letters or history."""
    end = start + timedelta(minutes=session_type.minutes)
    return Appointment.objects.create(
        practitioner=client.practitioner,
        client=client,
        session_type=session_type,
        status=status,
        starts_at=start,
        ends_at=end,
        blocked_from=start - timedelta(minutes=session_type.buffer_before),
        blocked_until=end + timedelta(minutes=session_type.buffer_after),
        client_zone=client.user.time_zone,
        practitioner_zone=client.practitioner.user.time_zone,
        created_at=min(start - timedelta(days=3), NOW),
        cancelled_at=NOW if status == "cancelled" else None,
        **fields,
    )
