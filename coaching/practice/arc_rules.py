"""What the last weeks say about the way to doing without a plan. Proposals only: the practitioner decides.

No database, no clock. Days are of the client's calendar.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import in_words, share_in_words

LEARNING, FADING, OWN, GRADUATED = "learning", "fading", "own", "graduated"
ORDER = (LEARNING, FADING, OWN)
WEEKS_OF_LEARNING, WEEKS_OF_FADING, WEEKS_ON_OWN = 3, 4, 4
MEMORY = 28  # days that are looked at
RATED_ENOUGH = 3  # practices with both numbers: less says nothing
RESERVE_ENOUGH, RISEN, FALLEN = 6, 2, 2  # of ten
PRACTISES = 4  # days within four weeks
# Days of a week that a rhythm asks for, and how many of them are as agreed, or nearly so.
DAYS_A_WEEK = {"daily": 7, "most_days": 5, "three_a_week": 3, "second_day": 3}
NEARLY = {7: 6, 5: 4, 3: 3}


@dataclass(frozen=True)
class Seen:
    """What the last four weeks of one client tell. `since` is the first day of the stage, `told` the days with a
    practice letter, `reserve` the ratings (0 to 10), oldest first; `waits`: a lesson rests because it hurt."""

    today: date
    stage: str
    since: date
    name: str
    a_week: int = 0
    practised: frozenset[date] = frozenset()
    lower: int = 0
    rated: int = 0
    told: frozenset[date] = frozenset()
    sore_on: date | None = None
    reserve: tuple[int, ...] = ()
    waits: bool = False

    @property
    def weeks(self) -> int:
        """Whole weeks in this stage."""
        return (self.today - self.since).days // 7

    @property
    def heeded(self) -> int:
        """Days on which a letter was followed by practice."""
        return len(self.told & self.practised)

    def days_in_week(self, back: int) -> int:
        """Days with practice in the n-th week back; week 0 ends yesterday."""
        last = self.today - timedelta(days=1 + 7 * back)
        return sum(last - timedelta(days=7) < day <= last for day in self.practised)


@dataclass(frozen=True)
class Proposal:
    """The next step that the weeks speak for, in one sentence why; without `to` what speaks against one yet."""

    to: str = ""
    why: str = ""
    waits: bool = False

    @property
    def is_back(self) -> bool:
        return self.to == LEARNING


def proposal(seen: Seen) -> Proposal:
    """The one thing that the portal has to say. Never done by itself."""
    if seen.waits:
        return Proposal(why=_("A lesson rests because it hurt. That comes first."), waits=True)
    if seen.stage == FADING and _has_fallen(seen):
        return Proposal(LEARNING, _fallen(seen))
    if seen.stage == LEARNING:
        return _towards_fading(seen)
    return _towards_own(seen) if seen.stage == FADING else _towards_graduating(seen)


def least_gap(stage: str, days: int) -> int | None:
    """Days from one practice letter to the next that a stage leaves at least, `days` after it began; None: no
    letters. In fading at most two within any week, after two weeks one."""
    if stage == OWN:
        return None
    if stage == FADING:
        return 4 if days < 14 else 7
    return 1


def _towards_fading(seen: Seen) -> Proposal:
    weeks = [seen.days_in_week(back) for back in range(WEEKS_OF_LEARNING)]
    needed = NEARLY.get(seen.a_week, 0)
    if needed and seen.weeks >= WEEKS_OF_LEARNING and min(weeks) >= needed and _is_mostly_lower(seen):
        why = _("Three weeks of practice as agreed, and tension was lower after %s.") % _times(seen)
        return Proposal(FADING, why)
    return Proposal(why=_not_yet_fading(seen, weeks, needed))


def _not_yet_fading(seen: Seen, weeks: list[int], needed: int) -> str:
    if not needed:
        return _("Nothing is asked for on certain days, so the weeks say nothing about fading.")
    if seen.weeks < WEEKS_OF_LEARNING:
        return _("It is too early to say: three whole weeks are looked at.")
    if min(weeks) >= needed:
        return _("Practised as agreed for three weeks, but too seldom with lower tension after: %s.") % _times(seen)
    told = {"first": in_words(weeks[2]), "second": in_words(weeks[1]), "last": in_words(weeks[0])}
    days = _("Practised on %(first)s, %(second)s and %(last)s days in the last three weeks") % told
    return _("%(days)s; %(agreed)s a week were agreed.") % {"days": days, "agreed": in_words(seen.a_week)}


def _is_mostly_lower(seen: Seen) -> bool:
    return seen.rated >= RATED_ENOUGH and seen.lower * 2 > seen.rated


def _times(seen: Seen) -> str:
    share = share_in_words(seen.lower, seen.rated)
    return ngettext("%s time", "%s times", seen.rated) % share


def _towards_own(seen: Seen) -> Proposal:
    days, told = len(seen.practised), {"name": seen.name, "days": in_words(len(seen.practised))}
    if seen.weeks < WEEKS_OF_FADING:
        return Proposal(why=_("It is too early to say: four whole weeks of fading are looked at."))
    if seen.heeded:
        words = ngettext(
            "In the last four weeks one practice followed a letter.",
            "In the last four weeks %(times)s practices followed a letter.",
            seen.heeded,
        )
        return Proposal(why=words % {"times": in_words(seen.heeded)})
    if days < PRACTISES:
        words = ngettext("Practised on one day", "Practised on %(days)s days", days) % told
        return Proposal(why=_("%s of the last four weeks: too few to say that it goes without letters.") % words)
    return Proposal(
        OWN, _("Four weeks without needing a letter: %(name)s practised on %(days)s days alone.") % told
    )


def _towards_graduating(seen: Seen) -> Proposal:
    if seen.weeks < WEEKS_ON_OWN:
        return Proposal(why=_("It is too early to say: four whole weeks alone are looked at."))
    if seen.sore_on:
        return Proposal(why=_("Something was sore within the last four weeks."))
    if reserve := reserve_speaks(seen.reserve):
        return Proposal(GRADUATED, ready_in_words(reserve))
    return Proposal(why=_("Nothing sore, but the reserve capacity does not speak for it yet."))


def ready_in_words(reserve: str) -> str:
    """`reserve` as `reserve_speaks` says it."""
    return _("Four weeks alone, nothing sore, and %s.") % reserve


def reserve_speaks(reserve: tuple[int, ...]) -> str:
    """ "reserve capacity from 3 to 7", where it has risen or is enough; else nothing."""
    if not reserve:
        return ""
    first, last = reserve[0], reserve[-1]
    if last - first >= RISEN:
        return _("reserve capacity went from %(first)s to %(last)s") % {"first": first, "last": last}
    return _("reserve capacity is at %s of ten") % last if last >= RESERVE_ENOUGH else ""


def _has_fallen(seen: Seen) -> bool:
    return len(seen.reserve) > 1 and max(seen.reserve[:-1]) - seen.reserve[-1] >= FALLEN


def _fallen(seen: Seen) -> str:
    told = {"first": max(seen.reserve[:-1]), "last": seen.reserve[-1]}
    return _("Reserve capacity fell from %(first)s to %(last)s in the last weeks.") % told


def what_changed(rated: Sequence[tuple[date, int]]) -> str:
    """ "Your reserve capacity went from 3 of ten in September to 8.", of ratings (week, value), oldest first; what
    is not known is not said."""
    if len(rated) < 2:
        return ""
    (first_week, first), (_last_week, last) = rated[0], rated[-1]
    told = {"month": formats.date_format(first_week, "F"), "first": first, "last": last}
    if last == first:
        return _("Your reserve capacity is at %(last)s of ten, as in %(month)s.") % told
    return _("Your reserve capacity went from %(first)s of ten in %(month)s to\u00a0%(last)s.") % told
