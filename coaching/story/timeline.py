"""What happened and when, drawn on two lanes: long stress as bands, accidents as marks. No database, no clock.

Lengths are units of one drawing, WIDTH wide. A year is drawn from its first day, or from its month where that was
said; a time of stress reaches to the end of its last year, or to the right edge while it goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils import formats
from django.utils.translation import gettext as _

WIDTH = 360
_LEFT, _RIGHT = 8, 348
_SPACE = 30  # of one row of bands or marks: a number in a ring, and air
_RING = 11
_CAPTION = 26
_FEWEST_YEARS = 4
_STEPS = (1, 2, 5, 10, 20)
_MOST_TICKS = 7


class Happened(Protocol):
    """Something on the line; `kind` is "stress" or "accident", `until_year` is None while stress goes on."""

    kind: str
    words: str
    year: int
    month: int | None
    until_year: int | None


@dataclass(frozen=True)
class Shape:
    """One of them as it is drawn: a band from `x` to `end`, or a mark at `x`; `y` is the middle of its row."""

    number: int
    happened: Happened
    x: float
    end: float
    y: float

    @property
    def is_stress(self) -> bool:
        return self.happened.kind == "stress"

    @property
    def goes_on(self) -> bool:
        return self.is_stress and self.happened.until_year is None

    @property
    def band(self) -> str:
        """As an SVG path: round where it begins, and where it ends; open to the right while it goes on."""
        back, r = self.end - (0 if self.goes_on else _RING), _RING
        begins = f"M{back:g} {self.top:g}H{self.x + r:g}a{r} {r} 0 0 0 0 {2 * r}H{back:g}"
        return begins if self.goes_on else f"{begins}a{r} {r} 0 0 0 0 -{2 * r}Z"

    @property
    def top(self) -> float:
        return self.y - _RING

    @property
    def ring(self) -> float:
        """Where its number stands, from the left."""
        return round(self.x + _RING, 1) if self.is_stress else self.x

    @property
    def when(self) -> str:
        return when(self.happened)


@dataclass(frozen=True)
class Tick:
    year: int
    x: float

    @property
    def is_at_edge(self) -> bool:
        """Its year cannot stand in the middle below it."""
        return self.x < 2 * _LEFT


@dataclass(frozen=True)
class Line:
    """`stress` and `accident` are where the words of the two lanes stand, from the top."""

    shapes: Sequence[Shape]
    ticks: Sequence[Tick]
    stress: float
    accident: float
    axis: float
    height: float


def when(happened: Happened) -> str:
    """ "March 2014", "2014 to 2019", "Since 2014"."""
    first = str(happened.year)
    if happened.month:
        first = formats.date_format(date(happened.year, happened.month, 1), "F Y")
    if happened.kind != "stress" or happened.until_year == happened.year:
        return first
    if happened.until_year is None:
        return _("Since %s, and it goes on") % first
    return _("%(first)s to %(last)s") % {"first": first, "last": happened.until_year}


def drawn(happened: Sequence[Happened], today: date) -> Line | None:
    """All of it up to `today`, numbered from the first on; None where nothing is told."""
    if not happened:
        return None
    numbered = sorted(happened, key=lambda each: (each.year, each.month or 0))
    first = min(min(each.year for each in numbered), today.year - _FEWEST_YEARS)
    scale = _Scale(first, today.year + 1)
    stress = [(n, each) for n, each in enumerate(numbered, start=1) if each.kind == "stress"]
    accidents = [(n, each) for n, each in enumerate(numbered, start=1) if each.kind != "stress"]
    bands, low = _rows(stress, scale, _CAPTION)
    marks, lower = _rows(accidents, scale, low + _CAPTION)
    return Line(
        shapes=sorted([*bands, *marks], key=lambda shape: shape.number),
        ticks=scale.ticks(),
        stress=14,
        accident=low + 14,
        axis=lower + 4,
        height=lower + 26,
    )


@dataclass(frozen=True)
class _Scale:
    first: int
    last: int  # the year that begins at the right edge

    def at(self, year: float) -> float:
        share = (year - self.first) / (self.last - self.first)
        return round(_LEFT + share * (_RIGHT - _LEFT), 1)

    def ticks(self) -> list[Tick]:
        years = self.last - self.first
        step = next((each for each in _STEPS if years / each <= _MOST_TICKS), 50)
        found = [year for year in range(self.first, self.last) if year % step == 0]
        return [Tick(year, self.at(year)) for year in found]


def _rows(numbered: Sequence[tuple[int, Happened]], scale: _Scale, top: float) -> tuple[list[Shape], float]:
    """Each in the first row that is free where it stands; and where the last row ends."""
    free: list[float] = [_LEFT - 1]
    shapes = []
    for number, each in numbered:
        x, end = _stretch(each, scale)
        row = next((n for n, taken in enumerate(free) if taken < x - (0 if each.kind == "stress" else _RING)), None)
        if row is None:
            row = len(free)
            free.append(0)
        free[row] = end + 4
        shapes.append(Shape(number, each, x, end, top + row * _SPACE + _SPACE / 2))
    return shapes, top + len(free) * _SPACE


def _stretch(happened: Happened, scale: _Scale) -> tuple[float, float]:
    start = happened.year + ((happened.month - 1) / 12 if happened.month else 0)
    if happened.kind != "stress":
        x = min(max(scale.at(start if happened.month else start + 0.5), _LEFT + _RING), _RIGHT - _RING)
        return x, x + _RING
    end = _RIGHT if happened.until_year is None else scale.at(happened.until_year + 1)
    x = min(scale.at(start), _RIGHT - 2 * _RING)
    return x, round(min(max(end, x + 2 * _RING), _RIGHT), 1)
