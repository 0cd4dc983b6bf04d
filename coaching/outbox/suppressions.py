"""Addresses that refuse us. One refusal is noted; a second one, or one word of the mail provider, stops our letters
until a person lifts it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from coaching.outbox.models import Suppression


def counted(emails: Iterable[str]) -> dict[str, int]:
    """How often each of these addresses, in lower case, refused us. One query."""
    known = Suppression.objects.filter(email__in={email.lower() for email in emails})
    return dict(known.values_list("email", "refusals"))


def count_refusal(email: str, *, reason: str, now: datetime) -> None:
    known = Suppression.objects.filter(email=email.lower())
    if not known.update(refusals=F("refusals") + 1, reason=reason):
        Suppression.objects.get_or_create(email=email.lower(), defaults={"reason": reason, "created_at": now})


def forget_single(email: str) -> None:
    """A letter arrived there: the earlier refusal was a mistake."""
    Suppression.objects.filter(email=email.lower(), refusals=1).delete()


def stop(email: str, *, cause: str, reason: str, now: datetime) -> None:
    """Nothing more is sent there: the mail provider says that it comes back, or that it is not wanted."""
    told = {"cause": cause, "reason": reason, "refusals": Suppression.ENOUGH}
    created = {**told, "created_at": now}
    Suppression.objects.update_or_create(email=email.lower(), defaults=told, create_defaults=created)
