"""The cast: people and things for tests, made with as few words as the test needs.

Every test has an outsider: data of another client, and of another practitioner, that could leak.
"""

import itertools
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import User
from coaching.people.models import Client, Invitation, Practice, Practitioner

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, 10:00 in Lisbon
PASSWORD = "feel-the-difference"

_numbers = itertools.count(1)


@cache
def _hashed() -> str:
    """Hashing takes long by design: everybody in the cast has the same password, hashed once."""
    return make_password(PASSWORD)


def user(*, name: str = "Someone Else", zone: str = "Europe/Lisbon", email: str = "", **fields: Any) -> User:
    email = email or f"person{next(_numbers)}@example.org"
    fields.setdefault("zone_confirmed_at", NOW - timedelta(days=90))
    made = User.objects.create_user(email=email, name=name, time_zone=zone, **fields)
    made.password = _hashed()
    made.save(update_fields=["password"])
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


def invitation(*, of: Practitioner, name: str = "Ana Ruiz", **fields: Any) -> Invitation:
    """An open invitation, without its letter."""
    number = next(_numbers)
    fields = {
        "email": f"invited{number}@example.org",
        "code": f"code-{number}",
        "created_at": NOW,
        "sent_at": NOW,
        "expires_at": NOW + timedelta(days=60),
    } | fields
    return Invitation.objects.create(practitioner=of, name=name, **fields)
