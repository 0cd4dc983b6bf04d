"""Counts by week, from nothing up: done beside agreed, played beside noted, sessions beside practice at home."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.numbers import in_words
from coaching.progress.plots import drawing
from coaching.progress.plots.drawing import Field, Plot, bar, times
from coaching.progress.rules import Done, Effort, Period, Stretch, Told

_WIDEST = 24.0


@dataclass(frozen=True)
class Pillars:
    """How two numbers of a stretch stand: one inside the other, or side by side."""

    field: Field
    inside: bool
    kinds: tuple[str, str]

    def draw(self, when: Stretch, first: float, second: float) -> list[SafeString]:
        left, right = self.field.edges(when)
        middle, half = (left + right) / 2, min(_WIDEST, (right - left) * 0.72) / 2
        if self.inside:
            edges = [(middle - half, middle + half)] * 2
        else:
            edges = [(middle - half, middle), (middle, middle + half)]
        return [
            bar(kind, *places, self.field, value)
            for kind, places, value in zip(self.kinds, edges, (first, second), strict=True)
        ]


def done(period: Period, found: Sequence[Done], sessions: Sequence[date]) -> Plot:
    """What was agreed as an outline, what was done of it as a fill. Nothing is drawn before it began."""
    if not any(each.agreed or each.done for each in found):
        return Plot(SafeString(""), "", _("Nothing was agreed in this time, so there is nothing to compare."))
    field = Field(period, top=drawing.ceiling(max(max(each.agreed, each.done) for each in found)))
    pillars = Pillars(field, inside=True, kinds=("done", "agreed"))
    parts = _all(pillars.draw(each.when, each.done, each.agreed) for each in found)
    alt = _("Done and agreed.") + " " + drawing.listed(found, _done_said)
    rows = [(_when(each.when), str(each.agreed), str(each.done), str(each.besides)) for each in reversed(found)]
    return Plot(
        drawing.svg("done", alt, field, sessions, parts),
        alt,
        _done_caption(found),
        (_("When"), _("Agreed"), _("Done"), _("Besides")),
        rows,
    )


def told(period: Period, found: Sequence[Told], sessions: Sequence[date]) -> Plot:
    """What was noted beside what was played here."""
    found = [each for each in found if each.when.first <= period.today]
    noted, played = sum(each.noted for each in found), sum(each.played for each in found)
    if not noted and not played:
        return Plot(SafeString(""), "", _("Nothing was noted or played in this time."))
    alt = _("Noted and played.") + " " + drawing.listed(found, _told_said)
    pairs = [(each.when, each.noted, each.played) for each in found]
    columns = (_("When"), _("Noted"), _("Played here"))
    svg = _beside("told", alt, period, pairs, sessions, second="played")
    return Plot(svg, alt, _told_caption(noted, played), columns, _rows(pairs))


def effort(period: Period, found: Sequence[Effort], sessions: Sequence[date]) -> Plot:
    """Minutes of practice at home beside minutes of sessions."""
    found = [each for each in found if each.when.first <= period.today]
    own, together = sum(each.own for each in found), sum(each.together for each in found)
    if not own and not together:
        return Plot(SafeString(""), "", _("No minutes in this time yet."))
    alt = _("Minutes at home and in sessions.") + " " + drawing.listed(found, _effort_said)
    pairs = [(each.when, each.own, each.together) for each in found]
    columns = (_("When"), _("At home"), _("In sessions"))
    svg = _beside("effort", alt, period, pairs, sessions, second="together")
    return Plot(svg, alt, effort_in_words(own, together), columns, _rows(pairs))


def _beside(
    slug: str,
    alt: str,
    period: Period,
    pairs: Sequence[tuple[Stretch, float, float]],
    sessions: Sequence[date],
    *,
    second: str,
) -> SafeString:
    """Two pillars a stretch, the second of the kind `second`."""
    field = Field(period, top=drawing.ceiling(max(max(one, other) for _, one, other in pairs)))
    pillars = Pillars(field, inside=False, kinds=("done", second))
    return drawing.svg(slug, alt, field, sessions, _all(pillars.draw(*pair) for pair in pairs))


def _rows(pairs: Sequence[tuple[Stretch, float, float]]) -> list[tuple[str, str, str]]:
    return [(_when(when), str(one), str(other)) for when, one, other in reversed(pairs)]


def effort_in_words(own: int, together: int) -> str:
    """ "412 minutes of practice at home, 60 of sessions: nearly nine of ten minutes were at home." """
    said = _("%(own)s minutes of practice at home, %(together)s minutes of sessions.") % {
        "own": formats.number_format(own, 0, use_l10n=True),
        "together": formats.number_format(together, 0, use_l10n=True),
    }
    if not own or not together:
        return said
    share = Fraction(own, own + together) * 10
    tenths = int(share + Fraction(1, 2))
    if tenths in (0, 10):
        return f"{said} " + (
            _("Nearly all of them were at home.") if tenths else _("Nearly all of them were in sessions.")
        )
    return f"{said} " + _("About %s of ten were at home.") % in_words(tenths)


def _done_caption(found: Iterable[Done]) -> str:
    found = list(found)
    agreed, besides = sum(each.agreed for each in found), sum(each.besides for each in found)
    said = _("Agreed: %(agreed)s. Done: %(done)s.") % {
        "agreed": times(agreed),
        "done": times(sum(each.done for each in found)),
    }
    return f"{said} {_('Besides, unasked: %s.') % times(besides)}" if besides else said


def _told_caption(noted: int, played: int) -> str:
    said = _("Noted %(noted)s, played here %(played)s.") % {"noted": times(noted), "played": times(played)}
    return f"{said} " + _("They need not agree: a lesson may be known by heart, or heard and not noted.")


def _all(parts: Iterable[Iterable[SafeString]]) -> list[SafeString]:
    return [part for some in parts for part in some]


def _when(when: Stretch) -> str:
    return drawing.upper_first(drawing.named(when))


def _done_said(each: Done) -> str:
    return _("%(when)s: %(done)s of %(agreed)s") % {
        "when": drawing.named(each.when),
        "done": each.done,
        "agreed": each.agreed,
    }


def _told_said(each: Told) -> str:
    return _("%(when)s: %(noted)s noted, %(played)s played") % {
        "when": drawing.named(each.when),
        "noted": each.noted,
        "played": each.played,
    }


def _effort_said(each: Effort) -> str:
    return _("%(when)s: %(own)s at home, %(together)s in sessions") % {
        "when": drawing.named(each.when),
        "own": each.own,
        "together": each.together,
    }
