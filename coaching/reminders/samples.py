"""Sessions that do not exist, to show what letters look like. Never saved."""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from accounts.wall import first_instant
from coaching.booking.models import Appointment, SessionType
from coaching.people import examples
from coaching.people.models import Practitioner


def appointment(practitioner: Practitioner, now: datetime) -> Appointment:
    """Tomorrow at a quarter past two, for three quarters of an hour."""
    tomorrow = now.astimezone(practitioner.zone).date() + timedelta(days=1)
    starts_at = first_instant(datetime.combine(tomorrow, time(14, 15)), practitioner.zone)
    return Appointment(
        practitioner=practitioner,
        client=examples.client(practitioner, now),
        session_type=SessionType(practitioner=practitioner, name=_("Coaching session"), minutes=45),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=45),
        client_zone=practitioner.user.time_zone,
        practitioner_zone=practitioner.user.time_zone,
        created_at=now,
    )
