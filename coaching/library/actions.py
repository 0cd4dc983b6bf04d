"""Adding lessons and changing them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from coaching.library import captions as vtt
from coaching.library.models import Cue, Lesson, Recording
from coaching.library.rules import NewCue
from coaching.media.models import StoredFile
from coaching.people.models import Client, Practitioner

_WORDS = ("title", "phase", "purpose", "position", "area", "instructions", "cautions", "open_to_visitors")


def add_lesson(
    *,
    practitioner: Practitioner,
    title: str,
    file: StoredFile,
    phase: str,
    purpose: str = "",
    position: str = "",
    area: str = "",
    instructions: str = "",
    cautions: str = "",
    captions: str = "",
    cues: Sequence[NewCue] = (),
    open_to_visitors: bool = False,
    only_for: Client | None = None,
    now: datetime,
) -> Lesson:
    """A lesson of the practitioner's, heard from `file`. Times of `cues` are seconds from its start.

    One that is made `only_for` a client never stands in the library.

    Raises `rules.Unclear` for captions that are no WebVTT, IntegrityError for a title that is taken.
    """
    vtt.read(captions) if captions else []
    with transaction.atomic():
        recording = Recording.objects.create(
            practitioner=practitioner, file=file, captions=captions, created_at=now
        )
        lesson = Lesson.objects.create(
            practitioner=practitioner,
            recording=recording,
            title=title,
            phase=phase,
            purpose=purpose,
            position=position,
            area=area,
            instructions=instructions,
            cautions=cautions,
            open_to_visitors=open_to_visitors,
            only_for=only_for,
            created_at=now,
        )
        _set_cues(lesson, cues)
    return lesson


def change(*, lesson: Lesson, words: Mapping[str, Any], captions: str, cues: Sequence[NewCue]) -> None:
    """Sets the fields named in `words`, the captions and all cues."""
    changed = [name for name in _WORDS if name in words]
    for name in changed:
        setattr(lesson, name, words[name])
    with transaction.atomic():
        lesson.save(update_fields=changed)
        lesson.recording.captions = captions
        lesson.recording.save(update_fields=["captions"])
        lesson.cues.all().delete()
        _set_cues(lesson, cues)


def archive(*, lesson: Lesson, now: datetime) -> None:
    """Takes the lesson out of the library. Clients who have it keep it."""
    Lesson.objects.filter(pk=lesson.pk, archived_at=None).update(archived_at=now)


def _set_cues(lesson: Lesson, cues: Sequence[NewCue]) -> None:
    Cue.objects.bulk_create(
        Cue(lesson=lesson, kind=cue.kind, start=cue.start, end=cue.end, words=cue.words) for cue in cues
    )
