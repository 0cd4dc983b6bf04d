"""Which lessons a reader may see, with what their covers need."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
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


def put_away_by(practitioner: Practitioner) -> QuerySet[Lesson]:
    """What was taken out of the library, the last one first."""
    away = Lesson.objects.of(practitioner).filter(archived_at__isnull=False)
    return _with_covers(away).order_by("-archived_at")


def choices_of(lessons: QuerySet[Lesson]) -> dict[str, list[str]]:
    """The areas and positions that occur among `lessons`, for a choice between them. One query."""
    pairs = list(lessons.order_by().values_list("area", "position").distinct())
    return {
        name: sorted({pair[place] for pair in pairs} - {""}, key=str.lower)
        for place, name in enumerate(("area", "position"))
    }


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


@dataclass(frozen=True)
class Part:
    """What is said in one chapter; without a title, before the first or where there are none."""

    title: str
    start: float
    lines: list[captions.Caption]


def spoken_by_chapter(lesson: Lesson) -> list[Part]:
    """The transcript under the titles of the chapters. One query."""
    chapters = list(lesson.chapters.all())
    starts = [chapter.start for chapter in chapters]
    parts = [Part("", 0, []), *(Part(chapter.title, chapter.start, []) for chapter in chapters)]
    for line in transcript(lesson):
        parts[bisect_right(starts, line.start)].lines.append(line)
    return [part for part in parts if part.lines]


def swells(lesson: Any) -> list[rules.Swell]:
    """The shape of a lesson that was fetched with its covers."""
    return rules.swells_of(list(lesson.cues.all()), lesson.recording.file.duration)


def _with_covers(lessons: QuerySet[Lesson]) -> QuerySet[Lesson]:
    return lessons.select_related("recording__file", "practitioner__user").prefetch_related(Prefetch("cues"))
