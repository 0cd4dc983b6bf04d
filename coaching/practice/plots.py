"""Progress as pictures: server-made SVG, 0 to 10 in full, gaps left as gaps, and a sentence that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.numbers import in_words, share_in_words
from coaching.story.rules import Rated

WIDTH, HEIGHT = 360, 182
_LEFT, _RIGHT, _ZERO, _TEN = 26, 356, 150, 20


@dataclass(frozen=True)
class Plot:
    svg: SafeString
    caption: str


@dataclass(frozen=True)
class Change:
    """Tension before and after one practice, 0 to 10."""

    day: date
    before: int
    after: int


def reserve(weeks: Sequence[Rated]) -> Plot:
    """Ratings week by week, the last of `weeks` being this one. Bridges over gaps are dotted: they are guesses."""
    places = _spread(len(weeks))
    dots = [(x, _height(week.value)) for x, week in zip(places, weeks, strict=True) if week.value is not None]
    parts = [
        _frame("rc", _reserve_title(weeks)),
        *_trend(places, weeks),
        format_html_join("", '<circle class="after" cx="{}" cy="{}" r="4.5"/>', [(_n(x), _n(y)) for x, y in dots]),
        *_ends_of_trend(places, weeks),
        *_gaps(places, weeks),
    ]
    if weeks and weeks[-1].value is None:
        parts.append(format_html('<circle class="now" cx="{}" cy="{}" r="5"/>', _n(places[-1]), _ZERO))
    if weeks:
        parts.append(_below(_short(weeks[0].week), _("this week")))
    return Plot(_svg(parts), _reserve_caption(weeks))


def changes(practices: Sequence[Change], today: date) -> Plot:
    """Before and after, oldest first: an open ring before, a filled dot after, madder where it was higher after."""
    parts = [_frame("pp", _changes_title(practices))]
    for x, change in zip(_spread(len(practices)), practices, strict=True):
        parts.append(_one_change(x, change))
    if practices:
        parts.append(_below(_short(practices[0].day), _near(practices[-1].day, today)))
    return Plot(_svg(parts), _changes_caption(practices))


def small_change(before: int, after: int) -> SafeString:
    """One practice on a line of its own, 0 to 10 from left to right."""
    start, end = 4 + before * 10.4, 4 + after * 10.4
    worse = " worse" if after > before else ""
    return format_html(
        '<svg viewBox="0 0 112 20" aria-hidden="true"><path class="axis" d="M4 10H108"/>'
        '<path class="drop{}" d="M{} 10H{}"/><circle class="before" cx="{}" cy="10" r="5.5"/>'
        '<circle class="after{}" cx="{}" cy="10" r="{}"/></svg>',
        worse,
        _n(start),
        _n(end),
        _n(start),
        worse,
        _n(end),
        "3" if before == after else "5",
    )


# --- drawing ------------------------------------------------------------------------------------------


def _svg(parts: Sequence[SafeString]) -> SafeString:
    return format_html("{}{}", format_html_join("", "{}", [(part,) for part in parts]), SafeString("</svg>"))


def _frame(key: str, title: str) -> SafeString:
    """The opened picture with its title, and the lines at 0, 5 and 10."""
    lines = [("axis", _ZERO, 0), ("grid", _height(5), 5), ("grid", _TEN, 10)]
    grid = format_html_join(
        "",
        '<path class="{}" d="M26 {}H356"/><text class="end" x="18" y="{}">{}</text>',
        [(name, _n(y), _n(y + 4), number) for name, y, number in lines],
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t"><title id="{}-t">{}</title>{}',
        WIDTH,
        HEIGHT,
        key,
        key,
        title,
        grid,
    )


def _trend(places: Sequence[float], weeks: Sequence[Rated]) -> list[SafeString]:
    rated = [
        (number, x, _height(week.value)) for number, (x, week) in _numbered(places, weeks) if week.value is not None
    ]
    return [
        format_html(
            '<path class="trend{}" d="M{} {}L{} {}"/>',
            "" if after[0] - before[0] == 1 else " gap",
            _n(before[1]),
            _n(before[2]),
            _n(after[1]),
            _n(after[2]),
        )
        for before, after in pairwise(rated)
    ]


def _ends_of_trend(places: Sequence[float], weeks: Sequence[Rated]) -> list[SafeString]:
    """The first and the last rating stand as numbers above their dots."""
    rated = [(x, week.value) for x, week in zip(places, weeks, strict=True) if week.value is not None]
    return [
        format_html('<text class="strong mid" x="{}" y="{}">{}</text>', _n(x), _n(_height(value) - 12), value)
        for x, value in dict.fromkeys([rated[0], rated[-1]] if rated else [])
    ]


def _gaps(places: Sequence[float], weeks: Sequence[Rated]) -> list[SafeString]:
    """ "not rated" under each stretch of two weeks or more between two ratings."""
    runs = [
        [x for _number, (x, _week) in run]
        for empty, run in groupby(_inner(places, weeks), lambda item: item[1][1].value is None)
        if empty
    ]
    return [
        format_html('<text class="mid" x="{}" y="{}">{}</text>', _n(sum(run) / len(run)), 138, _("not rated"))
        for run in runs
        if len(run) > 1
    ]


def _inner(places: Sequence[float], weeks: Sequence[Rated]) -> list[tuple[int, tuple[float, Rated]]]:
    rated = [number for number, week in enumerate(weeks) if week.value is not None]
    if not rated:
        return []
    return [item for item in _numbered(places, weeks) if rated[0] < item[0] < rated[-1]]


def _numbered(places: Sequence[float], weeks: Sequence[Rated]) -> list[tuple[int, tuple[float, Rated]]]:
    return list(enumerate(zip(places, weeks, strict=True)))


def _one_change(x: float, change: Change) -> SafeString:
    worse = " worse" if change.after > change.before else ""
    same = change.after == change.before
    before, after = _n(_height(change.before)), _n(_height(change.after))
    drop = "" if same else format_html('<path class="drop{}" d="M{} {}V{}"/>', worse, _n(x), before, after)
    return format_html(
        '{}<circle class="before" cx="{}" cy="{}" r="{}"/><circle class="after{}" cx="{}" cy="{}" r="{}"/>',
        drop,
        _n(x),
        before,
        "7" if same else "5.5",
        worse,
        _n(x),
        after,
        "3.5" if same else "5",
    )


def _below(first: str, last: str) -> SafeString:
    return format_html('<text x="32" y="172">{}</text><text class="end" x="356" y="172">{}</text>', first, last)


def _spread(count: int) -> list[float]:
    """The places of `count` marks along the axis."""
    first, last = _LEFT + 14, _RIGHT - 12
    step = min((last - first) / max(1, count - 1), 60.0)
    return [first + step * number for number in range(count)]


def _height(value: int) -> float:
    return _ZERO - value * (_ZERO - _TEN) / 10


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


# --- saying -------------------------------------------------------------------------------------------


def _reserve_title(weeks: Sequence[Rated]) -> str:
    if not weeks:
        return _("Reserve capacity: nothing rated yet.")
    said = [_("not rated") if week.value is None else str(week.value) for week in weeks]
    return _("Reserve capacity by week since %(first)s: %(values)s.") % {
        "first": formats.date_format(weeks[0].week, "j F"),
        "values": ", ".join(said),
    }


def _reserve_caption(weeks: Sequence[Rated]) -> str:
    values = [week.value for week in weeks if week.value is not None]
    if not values:
        return _("Nothing rated yet: the first number starts the line.")
    said = _("From %(first)s to %(last)s.") % {"first": values[0], "last": values[-1]}
    if len(values) == 1:
        return _("One rating so far: %s.") % values[0]
    counted = _("You rated %s weeks") % share_in_words(len(values), len(weeks))
    inner = [item for item in _inner(_spread(len(weeks)), weeks) if item[1][1].value is None]
    guess = _("; the dotted line is a guess, not a measure.") if inner else "."
    return f"{said} {counted}{guess}"


def _changes_title(practices: Sequence[Change]) -> str:
    pairs = "; ".join(
        _("%(day)s: %(before)s, then %(after)s")
        % {"day": _short(change.day), "before": change.before, "after": change.after}
        for change in practices
    )
    return _("Tension before and after the last practices. %s") % (pairs or _("None rated yet."))


def _changes_caption(practices: Sequence[Change]) -> str:
    if not practices:
        return _("No practice with both numbers yet.")
    worse = [change for change in practices if change.after > change.before]
    same = sum(change.after == change.before for change in practices)
    lower = len(practices) - same - len(worse)
    said = [_("lower %s") % _times(lower), _("the same %s") % _times(same) if same else "", _higher(worse)]
    sentence = ", ".join(part for part in said if part) + "."
    return sentence[0].upper() + sentence[1:]


def _higher(worse: Sequence[Change]) -> str:
    if not worse:
        return ""
    said = _("higher %s") % _times(len(worse))
    return said + (_(", on %s") % formats.date_format(worse[0].day, "j F") if len(worse) == 1 else "")


def _times(count: int) -> str:
    few = {0: _("never"), 1: _("once"), 2: _("twice")}
    return few.get(count) or _("%s times") % in_words(count)


def _short(day: date) -> str:
    return formats.date_format(day, "j M")


def _near(day: date, today: date) -> str:
    return {0: _("today"), 1: _("yesterday")}.get((today - day).days, _short(day))
