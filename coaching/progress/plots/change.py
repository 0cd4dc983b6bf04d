"""Before and after practice: an open ring before, a filled dot after; a diamond where it was worse after."""

from collections.abc import Sequence
from datetime import date
from enum import Enum

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coaching.progress.plots import drawing
from coaching.progress.plots.drawing import LOW, TALL, Field, Plot, n, tenth, times
from coaching.progress.rules import Mean, Pair, Period

ENOUGH = 3  # numbers of which a mean is worth saying


class Of(Enum):
    """What was numbered, and whether more of it is worse."""

    TENSION = True
    EASE = False

    @property
    def more_is_worse(self) -> bool:
        return self.value

    @property
    def words(self) -> str:
        return (
            _("Tension before and after practice.") if self.more_is_worse else _("Ease before and after practice.")
        )


def change(
    key: str,
    period: Period,
    means: Sequence[Mean],
    sessions: Sequence[date],
    *,
    of: Of = Of.TENSION,
    low: bool = False,
) -> Plot:
    """One mark for each of `means`, whose numbers stand for all doings of that stretch. `low`: one of many."""
    whole = sum((mean.pair for mean in means), Pair())
    if not means:
        return Plot(SafeString(""), "", _("No practice with both numbers in this time."))
    field = Field(period, height=LOW if low else TALL)
    alt = f"{of.words} {drawing.listed(means, _said)}"
    marks = [_mark(field, mean, of, _size(len(period.spots))) for mean in means]
    return Plot(
        drawing.svg(key, alt, field, sessions, marks),
        alt,
        caption(whole, of),
        (_("When"), _("Times"), _("Before"), _("After")),
        [_row(mean) for mean in reversed(means)],
    )


def caption(whole: Pair, of: Of) -> str:
    """ "Lower ten times, the same three times, higher once. On average 5.6 before and 3.9 after." """
    said = [
        _("lower %s") % times(whole.less) if whole.less or of.more_is_worse else "",
        _("the same %s") % times(whole.same) if whole.same else "",
        _("higher %s") % times(whole.more) if whole.more or not of.more_is_worse else "",
    ]
    sentence = drawing.upper_first(", ".join(part for part in said if part)) + "."
    if whole.times < ENOUGH:
        return sentence
    means = {"before": tenth(whole.mean_before), "after": tenth(whole.mean_after)}
    return f"{sentence} {_('On average %(before)s before and %(after)s after.') % means}"


def is_worse(pair: Pair, of: Of) -> bool:
    return pair.after != pair.before and (pair.after > pair.before) == of.more_is_worse


def _mark(field: Field, mean: Mean, of: Of, size: float) -> SafeString:
    x, before, after = field.middle(mean.when), field.y(mean.pair.mean_before), field.y(mean.pair.mean_after)
    worse, same = is_worse(mean.pair, of), abs(before - after) < 1
    drop = (
        ""
        if same
        else format_html('<path class="drop{}" d="M{} {}V{}"/>', _worse(worse), n(x), n(before), n(after))
    )
    ring = format_html(
        '<circle class="before" cx="{}" cy="{}" r="{}"/>', n(x), n(before), n(size + (1.5 if same else 0))
    )
    return format_html("{}{}{}", drop, ring, _after(x, after, size * 0.55 if same else size * 0.95, worse=worse))


def _after(x: float, y: float, size: float, *, worse: bool) -> SafeString:
    """Another shape, not only another colour, where it was worse."""
    if not worse:
        return drawing.dot(x, y, size)
    reach = n(size * 1.25)
    return format_html(
        '<path class="after worse" d="M{0} {1}l{2} {2}-{2} {2}-{2}-{2}z"/>', n(x), n(y - size * 1.25), reach
    )


def _worse(worse: bool) -> str:
    return " worse" if worse else ""


def _size(spots: int) -> float:
    """Large marks as long as they have room."""
    return max(2.5, min(5.5, 120 / max(1, spots)))


def _said(mean: Mean) -> str:
    return _("%(when)s: %(before)s, then %(after)s") % {
        "when": drawing.named(mean.when),
        "before": tenth(mean.pair.mean_before),
        "after": tenth(mean.pair.mean_after),
    }


def _row(mean: Mean) -> tuple[str, ...]:
    pair = mean.pair
    return (
        drawing.upper_first(drawing.named(mean.when)),
        str(pair.times),
        tenth(pair.mean_before),
        tenth(pair.mean_after),
    )
