"""Celery's handles: thin, and free to run twice at once."""

from celery import shared_task
from django.utils import timezone

from coaching.booking import actions
from coaching.people.models import Practitioner


@shared_task(name="booking.keep_hours")
def keep_hours() -> None:
    actions.keep_hours(now=timezone.now())


@shared_task(name="booking.lapse")
def lapse() -> None:
    actions.let_requests_lapse(now=timezone.now())


@shared_task(name="booking.offer")
def offer(practitioner_id: int) -> None:
    """Something opened with this practitioner: ask who waits."""
    for practitioner in Practitioner.objects.filter(pk=practitioner_id):
        actions.offer_next(practitioner=practitioner, now=timezone.now())


@shared_task(name="booking.offer_all")
def offer_all() -> None:
    actions.sweep(now=timezone.now())
