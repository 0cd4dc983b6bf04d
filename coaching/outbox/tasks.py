"""Celery's handles: thin, and free to run twice at once."""

from celery import shared_task
from django.utils import timezone

from coaching.outbox import actions, delivery, rules


@shared_task(name="outbox.deliver")
def deliver() -> None:
    actions.note_pulse(of="deliver", now=timezone.now())
    done = delivery.deliver_due(server=delivery.mail_server(), lines=rules.LINES)
    if done.total() >= delivery.MOST:  # there may be more, and the worker was free for others in between
        actions.wake()
