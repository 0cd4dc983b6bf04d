"""Which lessons a reader may see, with what their covers need."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet

from coaching.library import captions, rules
from coaching.library.models import Lesson
from coaching.media.models import Rendition
from coaching.people.models import Practitioner

# What a cover shows, for querysets of rooms that hold lessons under the name "lesson".
COVER = ("lesson__recording__file", "lesson__cues")


def lessons_of(practitioner: Practitioner) -> QuerySet[Lesson]:
    """The practitioner's current lessons with what their covers need, by phase and title. Two queries."""
    return _with_covers(Lesson.objects.of(practitioner).current()).order_by("-phase", "title")


def every_lesson_of(practitioner: Practitioner) -> QuerySet[Lesson]:
    """Archived lessons too: their pages stay."""
    return _with_covers(Lesson.objects.of(practitioner))


def first_aid() -> QuerySet[Lesson]:
    """Lessons that anybody may play. Only prepared ones are shown."""
    return _with_covers(Lesson.objects.first_aid().filter(recording__file__state="ready")).order_by("title")


def lesson_covers(keys: Iterable[int]) -> dict[int, Lesson]:
    """Lessons by key with what their covers need, whoever's they are: the caller has asked. Two queries."""
    return _with_covers(Lesson.objects.all()).in_bulk(list(keys))


def has_film(lesson: Lesson) -> bool:
    return lesson.recording.file.renditions.filter(form=Rendition.Form.FILM).exists()


def transcript(lesson: Lesson) -> list[captions.Caption]:
    """What is said, line by line; empty when the recording has no captions."""
    return captions.read(lesson.recording.captions) if lesson.recording.captions else []


def swells(lesson: Any) -> list[rules.Swell]:
    """The shape of a lesson that was fetched with its covers."""
    return rules.swells_of(list(lesson.cues.all()), lesson.recording.file.duration)


def _with_covers(lessons: QuerySet[Lesson]) -> QuerySet[Lesson]:
    return lessons.select_related("recording__file", "practitioner__user").prefetch_related(Prefetch("cues"))
