"""A practitioner's time has opened: whoever waits for it is asked soon."""

from datetime import datetime
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from coaching.people.models import Practitioner


def something_opened(*, practitioner: Practitioner, now: datetime) -> None:
    """The last line of whatever frees time. After the commit a worker looks at the waiting list; without a broker
    the look of every minute finds it."""
    transaction.on_commit(partial(_wake, practitioner.pk), robust=True)


def _wake(practitioner_id: int) -> None:
    try:
        current_app.send_task("booking.offer", args=[practitioner_id], ignore_result=True, retry=False, expires=55)
    except (OperationalError, OSError):
        return
