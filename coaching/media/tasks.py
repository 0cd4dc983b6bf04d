"""Preparing files, woken by the upload and by beat. Both may run twice: the claim decides."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from coaching.media import actions, processing, resumable

# A film of two hours takes hours. What hangs is noticed by itself (ffmpeg.PATIENCE).
_A_DAY = 24 * 3600


@shared_task(name="media.process", time_limit=_A_DAY)
def process(file_id: str) -> None:
    with _stopped_by_sigterm():
        processing.process(file_id=UUID(file_id), now=timezone.now())


@shared_task(name="media.process_waiting")
def process_waiting() -> None:
    for file_id in processing.waiting():
        actions.wake(file_id)


@shared_task(name="media.clear_uploads")
def clear_uploads() -> None:
    resumable.clear(now=timezone.now())


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """A worker that is told to stop does not wait for the end of a recording: it hands it back."""

    def stop(signum: int, _frame: object) -> None:
        raise processing.Interrupted

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
