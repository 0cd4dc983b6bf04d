"""Celery's handles: thin, and free to run twice at once."""

from celery import shared_task
from django.utils import timezone

from coaching.booking import actions


@shared_task(name="booking.lapse")
def lapse() -> None:
    actions.let_requests_lapse(now=timezone.now())
