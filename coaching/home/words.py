"""Moments and words as the practitioner's day says them, on her clock."""

from datetime import datetime

from django.utils.translation import ngettext

from accounts import zones
from coaching.people.models import Practitioner


def ago(moment: datetime, practitioner: Practitioner, now: datetime) -> str:
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 60:
        return ngettext("%d minute ago", "%d minutes ago", max(1, minutes)) % max(1, minutes)
    return since(moment, practitioner, now)


def since(moment: datetime, practitioner: Practitioner, now: datetime) -> str:
    """The time alone on the same day."""
    clock = zones.clock(moment, practitioner.zone)
    is_today = moment.astimezone(practitioner.zone).date() == now.astimezone(practitioner.zone).date()
    return clock if is_today else f"{date_of(moment, practitioner)}, {clock}"


def date_of(moment: datetime, practitioner: Practitioner) -> str:
    here = moment.astimezone(practitioner.zone)
    return f"{here:%A} {here.day} {here:%B}"


def shortened(words: str, most: int = 140) -> str:
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + "…"
