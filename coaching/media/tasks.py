"""Preparing files, woken by the upload and by beat. Both may run twice: the claim decides."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from coaching.media import actions, processing, resumable

# A film of two hours takes hours. What hangs is noticed by itself (ffmpeg.PATIENCE).
_A_DAY = 24 * 3600


@shared_task(name="media.process", time_limit=_A_DAY)
def process(file_id: str) -> None:
    with _hearing_sigterm() as told_to_stop:
        processing.process(file_id=UUID(file_id), now=timezone.now(), told_to_stop=told_to_stop)


@shared_task(name="media.process_waiting")
def process_waiting() -> None:
    for file_id in processing.waiting():
        actions.wake(file_id)


@shared_task(name="media.clear_uploads")
def clear_uploads() -> None:
    resumable.clear(now=timezone.now())


@contextmanager
def _hearing_sigterm() -> Iterator[Callable[[], bool]]:
    """A worker that is told to stop does not wait for the end of a recording: it hands it back.

    The signal is only noted. An exception out of nowhere could break off a statement that is half sent, and then
    nothing could be handed back.
    """
    told = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: told.set())
    try:
        yield told.is_set
    finally:
        signal.signal(signal.SIGTERM, before)
