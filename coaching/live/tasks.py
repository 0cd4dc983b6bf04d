from celery import shared_task
from django.utils import timezone

from coaching.live import actions


@shared_task(name="live.forget_old")
def forget_old() -> None:
    actions.forget_old(now=timezone.now())
