"""A person who does not exist, to show what something looks like. Never saved."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from coaching.people.models import Client, Practitioner

ZONES = ("Europe/Lisbon", "America/New_York")


def client(practitioner: Practitioner, now: datetime) -> Client:
    """An example client of `practitioner`, who lives by another clock."""
    zone = next(zone for zone in ZONES if zone != practitioner.user.time_zone)
    user = User(pk=0, name=_("Ana Ruiz"), email="ana@example.org", time_zone=zone)
    user.language = practitioner.user.language
    return Client(pk=0, user=user, practitioner=practitioner, since=now)
