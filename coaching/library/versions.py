"""A lesson recorded anew: its recording is replaced, and those that it had before stay as versions of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from coaching.library.models import Chapter, Cue, Lesson, Recording
from coaching.media.models import StoredFile

NEARLY = 2.0  # seconds by which two recordings may differ and still take the same captions


@dataclass(frozen=True)
class Beyond:
    """What of a lesson lies after the end of a recording that it could be heard from."""

    cues: list[Cue]
    chapters: list[Chapter]

    def __bool__(self) -> bool:
        return bool(self.cues or self.chapters)


def versions_of(lesson: Lesson) -> QuerySet[Recording]:
    """Every recording that this lesson was or is heard from, the newest first. One query."""
    found = Recording.objects.filter(practitioner=lesson.practitioner_id)
    found = found.filter(Q(version_of=lesson) | Q(pk=lesson.recording_id))
    return found.select_related("file").order_by("-created_at", "-pk")


def alike(lesson: Lesson, file: StoredFile) -> bool:
    """Whether `file` lasts as long as what is heard now, so that captions will fit."""
    old, new = lesson.recording.file.duration, file.duration
    return bool(old and new and abs(old - new) < NEARLY)


def beyond(lesson: Lesson, recording: Recording) -> Beyond:
    """The cues and chapters that begin where `recording` has already ended. Two queries."""
    end = recording.file.duration
    if not end:
        return Beyond([], [])
    return Beyond(list(lesson.cues.filter(start__gte=end)), list(lesson.chapters.filter(start__gte=end)))


def add(*, lesson: Lesson, file: StoredFile, carry_captions: bool | None, now: datetime) -> Recording:
    """A further version of the lesson, not heard yet. Captions come along; for None, when it lasts as long."""
    carried = alike(lesson, file) if carry_captions is None else carry_captions
    return Recording.objects.create(
        practitioner=lesson.practitioner,
        file=file,
        captions=lesson.recording.captions if carried else "",
        version_of=lesson,
        created_at=now,
    )


def take(*, lesson: Lesson, recording: Recording) -> None:
    """The lesson is heard from `recording` from now on; cues and chapters after its end go, the last cue is cut.

    What clients noted stays: each note knows the recording that it was about.
    """
    with transaction.atomic():
        held = Lesson.objects.select_for_update().get(pk=lesson.pk)
        if held.recording_id == recording.pk:
            return
        Recording.objects.filter(pk=held.recording_id).update(version_of=held)
        held.recording = lesson.recording = recording
        held.save(update_fields=["recording"])
        _cut(held, recording.file.duration)


def _cut(lesson: Lesson, end: float | None) -> None:
    if not end:
        return
    lesson.cues.filter(start__gte=end).delete()
    lesson.chapters.filter(start__gte=end).delete()
    lesson.cues.filter(end__gt=end).update(end=end)
