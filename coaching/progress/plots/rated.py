"""Numbers from 0 to 10 that a client gave on some days: reserve capacity week by week, and what they want to do.

Only days that are near each other are joined; a dotted line over a gap is a guess. Two numbers make no line.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.numbers import in_words, share_in_words
from coaching.progress.plots import drawing
from coaching.progress.plots.drawing import LOW, Field, Plot
from coaching.progress.rules import DAY, WEEK, Number, Period

LINE = 3  # numbers that make a line
_WEEKLY, _SELDOM = 10, 24  # days apart up to which two numbers are joined without a gap


def reserve(period: Period, found: Sequence[Number], sessions: Sequence[date]) -> Plot:
    """Oldest first. A week without a number is a gap."""
    if not found:
        return Plot(SafeString(""), "", _("Nothing rated in this time: the first number starts the line."))
    field = Field(period)
    weeks = _weeks(found, period)
    alt = _("Reserve capacity, 0 to 10, by week.") + " " + drawing.listed(weeks, lambda week: _said(*week))
    places = [(field.x(number.day + 3 * DAY), field.y(number.value)) for number in found]
    parts = [*_joined(found, places, _WEEKLY), *_dots(found, places, len(period.weeks)), *_not_rated(field, found)]
    rows = [
        (drawing.upper_first(drawing.short(week)), _("not rated") if value is None else str(value))
        for week, value in reversed(weeks)
    ]
    return Plot(
        drawing.svg("reserve", alt, field, sessions, parts),
        alt,
        _reserve_caption(found, len(weeks)),
        (_("Week of"), _("Rating")),
        rows,
    )


def activity(key: str, words: str, period: Period, found: Sequence[Number], sessions: Sequence[date]) -> Plot:
    """How well one thing goes that the client wants to do (`words`): 0 not at all, 10 as before the trouble."""
    if not found:
        return Plot(SafeString(""), "", _("Not rated in this time."))
    field = Field(period, height=LOW)
    alt = f"{words}. " + drawing.listed(found, _on)
    places = [(field.x(number.day), field.y(number.value)) for number in found]
    parts = [*_joined(found, places, _SELDOM), *_dots(found, places, len(period.weeks))]
    rows = [(drawing.short(number.day), str(number.value)) for number in reversed(found)]
    return Plot(
        drawing.svg(key, alt, field, sessions, parts), alt, _change_in_words(found), (_("Day"), _("Rating")), rows
    )


def headline(found: Sequence[Number]) -> str:
    """One sentence over all ratings of reserve capacity, oldest first."""
    if not found:
        return ""
    first, last = found[0], found[-1]
    since = formats.date_format(first.day, "F")
    if len(found) == 1:
        return _("%s of ten, rated once") % drawing.upper_first(in_words(first.value))
    if first.value == last.value:
        return _("At %(value)s, as in %(since)s") % {"value": last.value, "since": since}
    return _("From %(first)s to %(last)s since %(since)s") % {
        "first": first.value,
        "last": last.value,
        "since": since,
    }


def _joined(found: Sequence[Number], places: Sequence[tuple[float, float]], near: int) -> list[SafeString]:
    if len(found) < LINE:
        return []
    return [
        drawing.line("trend" if (after[0].day - before[0].day).days <= near else "trend gap", before[1], after[1])
        for before, after in pairwise(zip(found, places, strict=True))
    ]


def _dots(found: Sequence[Number], places: Sequence[tuple[float, float]], weeks: int) -> list[SafeString]:
    """The first and the last stand as numbers above their dots."""
    size = max(2.0, min(4.5, 160 / max(1, weeks)))
    ends = dict.fromkeys([0, len(found) - 1])
    return [
        *(drawing.dot(*place, size) for place in places),
        *(drawing.text("strong mid", places[at][0], places[at][1] - 10, found[at].value) for at in ends),
    ]


def _not_rated(field: Field, found: Sequence[Number]) -> list[SafeString]:
    """ "not rated" in each gap that has room for it."""
    gaps = [(field.x(before.day + 3 * DAY), field.x(after.day + 3 * DAY)) for before, after in pairwise(found)]
    return [
        drawing.text("mid", (left + right) / 2, field.floor - 10, _("not rated"))
        for left, right in gaps
        if right - left > 66
    ]


def _weeks(found: Sequence[Number], period: Period) -> list[tuple[date, int | None]]:
    """From the first rated week to this one."""
    values = {number.day: number.value for number in found}
    first = found[0].day
    return [
        (first + WEEK * each, values.get(first + WEEK * each))
        for each in range((period.last - first).days // 7 + 1)
    ]


def _reserve_caption(found: Sequence[Number], weeks: int) -> str:
    if len(found) == 1:
        return _("One rating so far: %s.") % found[0].value
    said = [
        _from_to(found),
        _("%s weeks are rated") % drawing.upper_first(share_in_words(len(found), weeks)),
    ]
    gap = any(after.day - before.day > WEEK for before, after in pairwise(found)) and len(found) >= LINE
    return " ".join(said) + (_("; the dotted line is a guess, not a measure.") if gap else ".")


def _change_in_words(found: Sequence[Number]) -> str:
    """ "From 3 to 6. Rated four times." """
    if len(found) == 1:
        return _("Rated once: %s.") % found[0].value
    if len(found) < LINE:
        return _from_to(found)
    return f"{_from_to(found)} {_('Rated %s.') % drawing.times(len(found))}"


def _from_to(found: Sequence[Number]) -> str:
    """ "From 3 to 6." Two numbers are two numbers, and said so."""
    first, last = found[0].value, found[-1].value
    said = (
        _("%s at the first rating and at the last.") % first
        if first == last
        else _("From %(first)s to %(last)s.") % {"first": first, "last": last}
    )
    return said if len(found) >= LINE else f"{said} {_('Two numbers make no line yet.')}"


def _said(week: date, value: int | None) -> str:
    return f"{drawing.short(week)}: {_('not rated') if value is None else value}"


def _on(number: Number) -> str:
    return f"{drawing.short(number.day)}: {number.value}"
