"""What all plots share: the frame, the axis of time, the marks of the sessions, and words for days and numbers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain, repeat
from typing import TypeVar

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.numbers import in_words
from coaching.progress.rules import Period, Stretch

T = TypeVar("T")
WIDTH = 360
LEFT, RIGHT = 28.0, 354.0  # where the first day begins and the last one ends
CEILING = 18.0
TALL, LOW = 128.0, 64.0  # how high the field is
BELOW = 38.0  # for the marks of the sessions, and the days
ROOM = 8.0  # between two days
_A_LETTER = 6.4  # the width of a letter of the small type, about


@dataclass(frozen=True)
class Plot:
    """A picture, the sentence below it, and its numbers: `rows` under `columns`, the newest first.

    `alt` is the picture in words. `svg` is empty while there is nothing to draw.
    """

    svg: SafeString
    alt: str
    caption: str
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()

    def __bool__(self) -> bool:
        return bool(self.svg)

    @property
    def table(self) -> SafeString:
        """The numbers. Made here, since a template takes as long for them as for the rest of the page."""
        heads = format_html_join("", '<th scope="col"{}>{}</th>', zip(self._classes, self.columns, strict=False))
        rows = format_html_join("", "<tr>{}</tr>", [(self._cells(row),) for row in self.rows])
        return format_html('<table class="data"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', heads, rows)

    @property
    def _classes(self) -> Iterator[SafeString]:
        return chain([SafeString("")], repeat(SafeString(' class="n"')))

    @staticmethod
    def _cells(row: Sequence[str]) -> SafeString:
        first = format_html('<th scope="row">{}</th>', row[0])
        return first + format_html_join("", '<td class="n">{}</td>', [(cell,) for cell in row[1:]])


@dataclass(frozen=True)
class Field:
    """Where things stand: days from left to right, values from 0 up to `top`."""

    period: Period
    top: int = 10
    height: float = TALL

    @property
    def floor(self) -> float:
        return CEILING + self.height

    def x(self, day: date) -> float:
        """The middle of a day."""
        return self._edge((day - self.period.first).days + 0.5)

    def edges(self, when: Stretch) -> tuple[float, float]:
        """Where a stretch begins and ends."""
        first, last = (when.first - self.period.first).days, (when.last - self.period.first).days + 1
        return self._edge(first), self._edge(last)

    def middle(self, when: Stretch) -> float:
        return sum(self.edges(when)) / 2

    def y(self, value: float) -> float:
        return self.floor - value * self.height / self.top

    def _edge(self, days: float) -> float:
        return LEFT + (RIGHT - LEFT) * days / self.period.days


def svg(key: str, alt: str, field: Field, sessions: Sequence[date], parts: Iterable[SafeString]) -> SafeString:
    """The whole picture. `key` names its title within the page."""
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t"><title id="{}-t">{}</title>{}{}{}{}</svg>',
        WIDTH,
        n(field.floor + BELOW),
        key,
        key,
        alt,
        _grid(field),
        _sessions(field, sessions),
        joined(parts),
        _days(field, sessions),
    )


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _grid(field: Field) -> SafeString:
    """The lines at nothing, half and all, with their numbers."""
    middle = field.top / 2
    values = [0, field.top] if middle % 1 or field.height < TALL else [0, int(middle), field.top]
    return format_html_join(
        "",
        '<path class="{}" d="M28 {}H354"/><text class="end" x="20" y="{}">{}</text>',
        (("grid" if value else "axis", n(field.y(value)), n(field.y(value) + 4), value) for value in values),
    )


def _sessions(field: Field, sessions: Sequence[date]) -> SafeString:
    """A small arrow under the day of each session, and a thin line up from it."""
    return format_html_join(
        "",
        '<path class="met-line" d="M{} {}V{}"/><path class="met" d="M{} {}l4.5 8h-9z"/>',
        (
            (n(x), n(field.floor), n(CEILING), n(x), n(field.floor + 3))
            for x in (field.x(day) for day in sessions if day in field.period)
        ),
    )


def _days(field: Field, sessions: Sequence[date]) -> SafeString:
    """The first day and the last, and between them the days of those sessions for which there is room."""
    first, last = short(field.period.first), _last_day(field.period)
    free = (LEFT + _wide(first) + ROOM, RIGHT - _wide(last) - ROOM)  # between what stands already
    words = []
    for day in sorted((day for day in sessions if day in field.period), reverse=True):
        x = field.x(day)
        if x < free[1] and x + (half := _wide(short(day)) / 2) <= free[1] and x - half >= free[0]:
            free = (free[0], x - half - ROOM)
            words.append((n(x), n(field.floor + 28), short(day)))
    ends = format_html(
        '<text x="28" y="{0}">{1}</text><text class="end" x="354" y="{0}">{2}</text>',
        n(field.floor + 28),
        first,
        last,
    )
    return format_html("{}{}", ends, format_html_join("", '<text class="mid" x="{}" y="{}">{}</text>', words))


def _last_day(period: Period) -> str:
    return _("today") if period.last == period.today else _("this week")


def _wide(words: str) -> float:
    return len(words) * _A_LETTER


# --- marks ---------------------------------------------------------------------------------------------------


def bar(kind: str, left: float, right: float, field: Field, value: float) -> SafeString:
    """From nothing up to the value."""
    if value <= 0:
        return SafeString("")
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        kind,
        n(left),
        n(field.y(value)),
        n(right - left),
        n(field.floor - field.y(value)),
    )


def dot(x: float, y: float, size: float = 4.5) -> SafeString:
    return format_html('<circle class="after" cx="{}" cy="{}" r="{}"/>', n(x), n(y), n(size))


def line(kind: str, *places: tuple[float, float]) -> SafeString:
    path = "L".join(f"{n(x)} {n(y)}" for x, y in places)
    return format_html('<path class="{}" d="M{}"/>', kind, path)


def text(kind: str, x: float, y: float, words: object) -> SafeString:
    return format_html('<text class="{}" x="{}" y="{}">{}</text>', kind, n(x), n(y), words)


_KEYS = {
    "before": '<circle class="before" cx="8" cy="8" r="6"/>',
    "after": '<circle class="after" cx="8" cy="8" r="6"/>',
    "worse": '<path class="worse" d="M8 1l7 7-7 7-7-7z"/>',
    "agreed": '<rect class="agreed" x="2" y="1" width="12" height="14"/>',
    "done": '<rect class="done" x="2" y="1" width="12" height="14"/>',
    "played": '<rect class="played" x="2" y="1" width="12" height="14"/>',
    "together": '<rect class="together" x="2" y="1" width="12" height="14"/>',
    "guess": '<path class="trend gap" d="M0 8H16"/>',
    "met": '<path class="met" d="M8 2l6 11h-12z"/>',
}


def key(name: str) -> SafeString:
    """The mark as it stands in the key, beside its word."""
    return format_html('<svg viewBox="0 0 16 16" aria-hidden="true">{}</svg>', SafeString(_KEYS[name]))


def ceiling(most: float) -> int:
    """The first round number that is not below `most`: 4, 6, 10, 20, 30, 40, 60, 100, 200 and so on."""
    power = 1
    while True:
        for step in (4, 6, 10, 20, 30):
            if step * power >= most:
                return step * power
        power *= 10


# --- words ---------------------------------------------------------------------------------------------------


def n(number: float) -> str:
    """Coordinates need no more than a tenth."""
    return f"{number:.1f}".removesuffix(".0")


def short(day: date) -> str:
    return _short(day, get_language() or "")


@lru_cache(maxsize=4096)
def _short(day: date, language: str) -> str:
    """A page names the same days in all its plots; to put one into words takes longer than to draw it."""
    return formats.date_format(day, "j M")


def named(when: Stretch) -> str:
    """A day, "week of 9 November", or "November 2026"."""
    if when.days == 1:
        return formats.date_format(when.first, "j F")
    if when.days <= 7:
        monday = when.first - timedelta(days=when.first.weekday())
        return _("week of %s") % formats.date_format(monday, "j F")
    return formats.date_format(when.first, "F Y")


def times(count: int) -> str:
    few = {0: _("never"), 1: _("once"), 2: _("twice")}
    return few.get(count) or _("%s times") % in_words(count)


def tenth(number: float) -> str:
    """ "4.2" in the reader's own way of writing; "4" when it is whole."""
    return formats.number_format(round(number, 1), 0 if round(number, 1) % 1 == 0 else 1)


def upper_first(words: str) -> str:
    return words[:1].upper() + words[1:]


FEW = 16  # numbers that can still be listened to, one after the other


def listed(items: Sequence[T], say: Callable[[T], str]) -> str:
    """The numbers one after the other; when they are many, that the table has them."""
    return "; ".join(map(say, items)) if len(items) <= FEW else _("The numbers stand in the table below.")
