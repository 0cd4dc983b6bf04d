"""Telling open pages that something happened."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from coaching.live import rules, wire
from coaching.live.models import Event

KEPT = timedelta(days=1)
FORGOTTEN_AT_ONCE = 5000
# The first of the two numbers of our advisory locks; the second is the person's id.
_LOCKS = 0x6C697665  # "live"


def tell(*, person: User, kind: str, about: dict[str, Any], now: datetime) -> None:
    """Let the open pages of `person` know. `about` holds ids only (ValueError otherwise).

    Belongs to the caller's transaction: what is rolled back was never told. A dead Redis fails nobody.
    Whoever tells several people in one transaction does so in the order of their ids: until the transaction
    ends, each waits for whoever else is telling the same person.
    """
    rules.refuse_words(kind, about)
    with transaction.atomic():
        _take_turns(person.pk)
        Event.objects.create(person=person, kind=kind, about=about, created_at=now)
        transaction.on_commit(partial(wire.wake, person.pk), robust=True)


def forget_old(*, now: datetime) -> int:
    """Delete events that no page can be waiting for any more; returns how many."""
    old = Event.objects.filter(created_at__lt=now - KEPT).order_by("id").values("id")[:FORGOTTEN_AT_ONCE]
    forgotten = 0
    while deleted := Event.objects.filter(id__in=old).delete()[0]:
        forgotten += deleted
    return forgotten


def _take_turns(person_id: int) -> None:
    """Hold this person's events until the transaction ends, so that their ids grow in the order of commits.

    Otherwise 7 could become visible before 6, and a page that has seen 7 would never ask for 6.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS, person_id % 2**31])
