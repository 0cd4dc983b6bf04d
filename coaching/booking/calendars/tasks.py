"""Celery's handles: thin, and free to run twice at once."""

import time

from celery import shared_task
from django.utils import timezone

from coaching.booking.calendars import actions
from coaching.booking.models import BusyCalendar

MOST_SECONDS = 40  # a round ends, so that its worker is free for letters


@shared_task(name="booking.read_calendars")
def read_calendars() -> None:
    """Read the other calendars whose time has come, one after the other: slow ones hold one worker, never two."""
    began = time.monotonic()
    for pk in BusyCalendar.objects.due(timezone.now()).values_list("pk", flat=True)[:200]:
        if time.monotonic() - began > MOST_SECONDS:
            return
        actions.read_again(calendar_id=pk, now=timezone.now())
