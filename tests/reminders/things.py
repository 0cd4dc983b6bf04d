"""Sessions to be reminded of, and how the letters went."""

from collections import Counter
from datetime import datetime, timedelta

from coaching.booking.models import Appointment, AppointmentChange, SessionType
from coaching.outbox import delivery
from coaching.people.models import Client
from tests.cast import NOW


def deliver(now: datetime) -> Counter[str]:
    """One round without a mail server: what became of the letters that were due."""
    return +delivery.deliver_due(server=None, now=now)


def session(*, of: Client, starts_at: datetime, booked_at: datetime = NOW - timedelta(days=7)) -> Appointment:
    """A booked session of 45 minutes by video."""
    kind, _ = SessionType.objects.get_or_create(
        practitioner=of.practitioner, slug="test-session", defaults={"name": "Session", "minutes": 45}
    )
    ends_at = starts_at + timedelta(minutes=45)
    made = Appointment.objects.create(
        practitioner=of.practitioner,
        client=of,
        session_type=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        blocked_from=starts_at,
        blocked_until=ends_at,
        client_zone=of.user.time_zone,
        practitioner_zone=of.practitioner.user.time_zone,
        created_at=booked_at,
    )
    changes = AppointmentChange.objects
    changes.create(appointment=made, what="booked", at=booked_at, by=of.user, starts_at=starts_at)
    return made


def move(appointment: Appointment, *, starts_at: datetime, at: datetime) -> None:
    length = appointment.ends_at - appointment.starts_at
    Appointment.objects.filter(pk=appointment.pk).update(
        starts_at=starts_at, ends_at=starts_at + length, blocked_from=starts_at, blocked_until=starts_at + length
    )
    appointment.changes.create(what="moved", at=at, by=appointment.client.user, starts_at=starts_at)
