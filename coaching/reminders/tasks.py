"""Celery's handles: thin, and free to run twice at once."""

from celery import shared_task
from django.utils import timezone

from coaching.outbox import actions as outbox
from coaching.reminders import actions


@shared_task(name="reminders.sweep")
def sweep() -> None:
    now = timezone.now()
    outbox.note_pulse(of="sweep", now=now)
    actions.sweep(now)
