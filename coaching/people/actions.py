"""Taking people on."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from coaching.people.models import Client, Practitioner


@transaction.atomic
def take_on(
    *, practitioner: Practitioner, email: str, name: str, time_zone: str, status: str, now: datetime
) -> Client:
    """Someone becomes a client: an account without a password (they sign in by an e-mailed code) and a place.

    The address counts as confirmed only once a code that was sent there came back. Raises IntegrityError when
    the address has an account already.
    """
    user = User.objects.create_user(email=email, name=name, time_zone=time_zone)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return Client.objects.create(user=user, practitioner=practitioner, status=status, since=now)
