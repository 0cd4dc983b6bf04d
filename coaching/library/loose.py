"""Recordings that are no lesson yet: kept, made a lesson, or thrown away."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from coaching.library import actions
from coaching.library.models import Lesson, Recording
from coaching.media import actions as media
from coaching.media.models import StoredFile
from coaching.people.models import Practitioner


def recordings_of(practitioner: Practitioner) -> QuerySet[Recording]:
    """The practitioner's recordings that wait to become a lesson, the newest first. One query."""
    own = Recording.objects.filter(practitioner=practitioner, version_of=None, lessons=None)
    return own.select_related("file").order_by("-created_at", "-pk")


def keep(*, practitioner: Practitioner, file: StoredFile, now: datetime) -> Recording:
    """A recording of no lesson yet."""
    return Recording.objects.create(practitioner=practitioner, file=file, created_at=now)


def make_lesson(*, recording: Recording, now: datetime, **words: Any) -> Lesson:
    """A lesson, heard from `recording`. Takes and raises what `actions.add_lesson` does."""
    with transaction.atomic():
        file = recording.file
        Recording.objects.filter(pk=recording.pk).delete()
        return actions.add_lesson(practitioner=recording.practitioner, file=file, now=now, **words)


def throw_away(*, recording: Recording) -> None:
    """The recording and its file go, for good."""
    with transaction.atomic():
        Recording.objects.filter(pk=recording.pk).delete()
        transaction.on_commit(partial(media.drop, file=recording.file))
