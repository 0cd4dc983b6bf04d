"""Sessions that do not exist, to show what letters look like. Never saved."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.wall import first_instant
from coaching.booking.models import Appointment, AppointmentChange, SessionType
from coaching.outbox.letters import Sample, Told
from coaching.people import examples
from coaching.people.models import Practitioner

What = AppointmentChange.What


def session(practitioner: Practitioner, now: datetime, *, days: int = 3) -> Appointment:
    """In so many days at a quarter past two, for three quarters of an hour by video."""
    day = now.astimezone(practitioner.zone).date() + timedelta(days=days)
    starts_at = first_instant(datetime.combine(day, time(14, 15)), practitioner.zone)
    ana = examples.client(practitioner, now)
    return Appointment(
        practitioner=practitioner,
        client=ana,
        session_type=SessionType(practitioner=practitioner, slug="example", name=_("Coaching session"), minutes=45),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=45),
        held_until=now + timedelta(days=1),
        client_zone=ana.user.time_zone,
        practitioner_zone=practitioner.user.time_zone,
        created_at=now,
    )


def row(practitioner: Practitioner, now: datetime) -> list[Appointment]:
    """Three, a week apart."""
    return [session(practitioner, now, days=3 + 7 * week) for week in range(3)]


def change(of: Appointment, what: What, *, by: User | None, why: str = "") -> AppointmentChange:
    return AppointmentChange(appointment=of, what=what, by=by, why=why, starts_at=of.starts_at, at=of.created_at)


def sample(tell: Callable[[Appointment, User, datetime], Told]) -> Sample:
    """What `tell` says of an example to its client."""
    return partial(_sample, tell)


def _sample(tell: Callable[[Appointment, User, datetime], Told], practitioner: Practitioner, now: datetime) -> Told:
    example = session(practitioner, now)
    return tell(example, example.client.user, now)
