"""Preparing files, woken by the upload and by beat. Both may run twice: the claim decides."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from coaching.media import actions, processing


@shared_task(name="media.process")
def process(file_id: str) -> None:
    processing.process(file_id=UUID(file_id), now=timezone.now())


@shared_task(name="media.process_waiting")
def process_waiting() -> None:
    for file_id in processing.waiting():
        actions.wake(file_id)
