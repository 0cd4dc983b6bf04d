"""Celery's handles: thin, and free to run twice at once."""

from celery import shared_task
from django.utils import timezone

from coaching.mailroom import actions, folder


@shared_task(name="mailroom.read_folder")
def read_folder() -> None:
    folder.read(folder.the_folder(), now=timezone.now())


@shared_task(name="mailroom.forget_old")
def forget_old() -> None:
    actions.forget_old(now=timezone.now())
