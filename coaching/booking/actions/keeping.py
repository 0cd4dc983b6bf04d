"""Time that a practitioner keeps free for herself."""

from datetime import datetime

from django.db import transaction

from coaching.booking.actions.steps import hold
from coaching.booking.models import KeptFree
from coaching.live.actions import tell
from coaching.people.models import Practitioner


class NoTime(ValueError):
    """The stretch is empty or over."""


@transaction.atomic
def keep_free(
    *, practitioner: Practitioner, starts_at: datetime, ends_at: datetime, now: datetime, note: str = ""
) -> KeptFree:
    """Nobody books this stretch (instants) from now on. Sessions in it stay. The same stretch again is kept once.
    Raises NoTime."""
    if ends_at <= max(starts_at, now):
        raise NoTime
    hold(practitioner, now)
    kept, made = KeptFree.objects.get_or_create(
        practitioner=practitioner, starts_at=starts_at, ends_at=ends_at, defaults={"note": note}
    )
    if made:
        _tell_her_pages(kept, now)
    return kept


@transaction.atomic
def give_back(*, kept: KeptFree, now: datetime) -> None:
    """The stretch can be booked again."""
    hold(kept.practitioner, now)
    _tell_her_pages(kept, now)
    KeptFree.objects.filter(pk=kept.pk).delete()


def _tell_her_pages(kept: KeptFree, now: datetime) -> None:
    tell(person=kept.practitioner.user, kind="booking.changed", about={"kept": kept.pk}, now=now)
