"""Signs of life of what makes letters leave, kept in the database: a flushed Redis is no reason for alarm."""

from datetime import datetime

from django.db.models.functions import Coalesce, Now

from coaching.outbox.models import Heartbeat

Part = Heartbeat.Part


def beat(part: str, *, now: datetime | None = None) -> None:
    """It lives, and nothing troubles it. Without `now`, by the database's clock."""
    well = {"beat_at": now or Now(), "trouble": "", "troubled_since": None}
    if not Heartbeat.objects.filter(pk=part).update(**well):
        Heartbeat.objects.get_or_create(pk=part)
        Heartbeat.objects.filter(pk=part).update(**well)


def trouble(part: str, *, words: str) -> None:
    """It does not do what it should, and says `words`. Since when, the first of several troubles tells."""
    Heartbeat.objects.get_or_create(pk=part)
    Heartbeat.objects.filter(pk=part).update(trouble=words, troubled_since=Coalesce("troubled_since", Now()))
