"""How it went since the last session, in a few words and one small plot: for whoever prepares the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import in_words, share_in_words
from accounts.wall import monday_of
from coaching.people.models import Client
from coaching.progress import queries, rules
from coaching.progress.plots.change import change
from coaching.progress.plots.drawing import Plot, upper_first
from coaching.progress.rules import Noted, Number, Pair, Period


@dataclass(frozen=True)
class Glance:
    """`heading` says since when, `lines` what was so; `plot` is before and after since then."""

    heading: str
    lines: list[str]
    plot: Plot


def glance(client: Client, day: date) -> Glance:
    """From the last session before `day` (of the client's calendar) up to it. Two queries."""
    lately = queries.lately(client, day)
    met = lately.met
    period = rules.since(met or client.since.astimezone(client.zone).date(), day)
    noted = queries.noted_in(client, period)
    reserve = [each for each in lately.reserve if each.day >= monday_of(period.first)]
    means = rules.means(period.spots, ((each.day, each.tension) for each in noted))
    lines = [*_practised(period, noted), *_changed(noted), *_reserve(reserve), *_resting(lately.resting)]
    return Glance(
        heading=_since(met),
        lines=lines,
        plot=change(f"glance-{client.pk}", period, means, [met] if met else [], low=True),
    )


def _since(met: date | None) -> str:
    return _("Since %s") % formats.date_format(met, "l j F") if met else _("Before the first session")


def _practised(period: Period, noted: Sequence[Noted]) -> list[str]:
    days = (period.today - period.first).days
    done = len({each.day for each in noted})
    if not done:
        return [_("No practice noted.")]
    share = share_in_words(min(done, days), days) if days else in_words(done)
    return [_("Practised on %s days.") % share]


def _changed(noted: Sequence[Noted]) -> list[str]:
    pair = sum((each.tension for each in noted), Pair())
    if not pair.times:
        return []
    said = _("Tension lower after %s.") % (_("%s times") % share_in_words(pair.less, pair.times))
    return [f"{said} {_('Higher %s.') % _times(pair.more)}" if pair.more else said]


def _reserve(found: Sequence[Number]) -> list[str]:
    if not found:
        return []
    first, last = found[0].value, found[-1].value
    if len(found) == 1 or first == last:
        return [_("Reserve capacity: %s of ten.") % in_words(last)]
    return [_("Reserve capacity from %(first)s to %(last)s.") % {"first": first, "last": last}]


def _resting(lessons: int) -> list[str]:
    if not lessons:
        return []
    said = ngettext("%s lesson rests.", "%s lessons rest.", lessons) % in_words(lessons)
    return [upper_first(said)]


def _times(count: int) -> str:
    return ngettext("once", "%(count)s times", count) % {"count": in_words(count)}
