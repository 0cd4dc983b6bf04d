"""Adding lessons and changing them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from coaching.library import captions as vtt
from coaching.library.models import Chapter, Cue, Lesson, Recording
from coaching.library.rules import NewChapter, NewCue, free_title
from coaching.media.models import StoredFile
from coaching.people.models import Client, Practitioner

_WORDS = (
    "title",
    "phase",
    "follows",
    "purpose",
    "position",
    "area",
    "instructions",
    "cautions",
    "open_to_visitors",
)


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
    chapters: Sequence[NewChapter] = (),
    follows: Lesson | None = None,
    open_to_visitors: bool = False,
    only_for: Client | None = None,
    now: datetime,
) -> Lesson:
    """A lesson of the practitioner's, heard from `file`. Times of `cues` and `chapters` are seconds from its start.

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
            follows=follows,
            created_at=now,
        )
        _set_cues(lesson, cues)
        _set_chapters(lesson, chapters)
    return lesson


def change(*, lesson: Lesson, words: Mapping[str, Any]) -> None:
    """Sets the fields named in `words`."""
    changed = [name for name in _WORDS if name in words]
    for name in changed:
        setattr(lesson, name, words[name])
    lesson.save(update_fields=changed)


def set_times(*, lesson: Lesson, cues: Sequence[NewCue], chapters: Sequence[NewChapter]) -> None:
    """All cues and chapters anew; their times are seconds from the start of the recording."""
    with transaction.atomic():
        lesson.cues.all().delete()
        lesson.chapters.all().delete()
        _set_cues(lesson, cues)
        _set_chapters(lesson, chapters)


def set_captions(*, recording: Recording, captions: str) -> None:
    """Keeps the lines of a WebVTT file, and nothing that stood around them. Raises `rules.Unclear`."""
    recording.captions = vtt.accept(captions, recording.file.duration)
    recording.save(update_fields=["captions"])


def duplicate(*, lesson: Lesson, now: datetime) -> Lesson:
    """The same recording as a further lesson, with all its words, for its practitioner alone."""
    with transaction.atomic():
        copy = Lesson.objects.get(pk=lesson.pk)
        copy.pk, copy._state.adding = None, True
        titles = Lesson.objects.of(lesson.practitioner).current().values_list("title", flat=True)
        copy.title = free_title(lesson.title, set(titles))
        copy.created_at, copy.archived_at, copy.open_to_visitors, copy.only_for = now, None, False, None
        copy.save(force_insert=True)
        _set_cues(copy, [NewCue(cue.kind, cue.start, cue.end, cue.words) for cue in lesson.cues.all()])
        _set_chapters(copy, [NewChapter(each.start, each.title) for each in lesson.chapters.all()])
    return copy


def archive(*, lesson: Lesson, now: datetime) -> None:
    """Takes the lesson out of the library. Clients who have it keep it."""
    Lesson.objects.filter(pk=lesson.pk, archived_at=None).update(archived_at=now)


def bring_back(*, lesson: Lesson) -> None:
    """Into the library again. Raises IntegrityError when another lesson has taken its title meanwhile."""
    with transaction.atomic():
        Lesson.objects.filter(pk=lesson.pk).update(archived_at=None)


def _set_cues(lesson: Lesson, cues: Sequence[NewCue]) -> None:
    Cue.objects.bulk_create(
        Cue(lesson=lesson, kind=cue.kind, start=cue.start, end=cue.end, words=cue.words) for cue in cues
    )


def _set_chapters(lesson: Lesson, chapters: Sequence[NewChapter]) -> None:
    Chapter.objects.bulk_create(
        Chapter(lesson=lesson, start=chapter.start, title=chapter.title) for chapter in chapters
    )
