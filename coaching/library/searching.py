"""Finding lessons by what they say: PostgreSQL's full text search over titles, words and what is spoken."""

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector
from django.db.models import F, Q, QuerySet

from coaching.library import queries
from coaching.library.models import Lesson
from coaching.people.marked import BEGIN, END, MARKED, piece, without_signs

_CONFIG = "english"
MOST, MOST_LINES = 20, 3


@dataclass(frozen=True)
class Line:
    """Something spoken that was searched for. `start` in seconds; `words` are marked."""

    start: float
    words: str


@dataclass(frozen=True)
class Hit:
    """A lesson that was found, and where: `said` are marked lines, `written` a marked piece of its texts."""

    lesson: Lesson
    title: str
    written: str
    said: list[Line]


def search(lessons: QuerySet[Lesson], wanted: str) -> list[Hit]:
    """Those of `lessons` that hold the words, the best `MOST` first; a part of the title is enough. No query more
    than `lessons` takes: what is marked is looked for in those alone, since marking costs most."""
    query = SearchQuery(wanted, search_type="websearch", config=_CONFIG)
    found = (
        lessons.annotate(
            vector=_vector(),
            rank=SearchRank(F("vector"), query),
            **{f"hit_{name}": _marked(field, query) for name, field in _TEXTS.items()},
        )
        .filter(Q(vector=query) | Q(title__icontains=wanted) | Q(area__icontains=wanted))
        .order_by("-rank", "title")
    )
    return [_hit(lesson) for lesson in found[:MOST]]


_TEXTS = {
    "title": "title",
    "purpose": "purpose",
    "area": "area",
    "instructions": "instructions",
    "said": "recording__captions",
}
_WEIGHTS = {"title": "A", "purpose": "A", "area": "B", "instructions": "C", "said": "D"}


def _vector() -> SearchVector:
    vectors = [SearchVector(field, weight=_WEIGHTS[name], config=_CONFIG) for name, field in _TEXTS.items()]
    return sum(vectors[1:], start=vectors[0])


def _marked(field: str, query: SearchQuery) -> SearchHeadline:
    return SearchHeadline(field, query, config=_CONFIG, start_sel=BEGIN, stop_sel=END, highlight_all=True)


def _hit(lesson: Lesson) -> Hit:
    texts = [_shown(lesson, name) for name in ("purpose", "area", "instructions")]
    return Hit(
        lesson=lesson,
        title=_shown(lesson, "title"),
        written=next((piece(text) for text in texts if BEGIN in text), ""),
        said=_lines(lesson),
    )


def _shown(lesson: Lesson, name: str) -> str:
    """One of its texts, with what was found in it marked."""
    shown = str(getattr(lesson, f"hit_{name}"))
    return without_signs(shown) if name == "instructions" else shown


def _lines(lesson: Lesson) -> list[Line]:
    """The spoken lines that hold what was found, those with most of it first, in the order of time."""
    found = {word.lower() for word in MARKED.findall(_shown(lesson, "said"))}
    if not found:
        return []
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, found))})\b", re.IGNORECASE)
    lines = [
        Line(each.start, pattern.sub(rf"{BEGIN}\1{END}", each.words))
        for each in queries.transcript(lesson)
        if pattern.search(each.words)
    ]
    best = sorted(lines, key=lambda line: -len({word.lower() for word in MARKED.findall(line.words)}))
    return sorted(best[:MOST_LINES], key=lambda line: line.start)
