"""What a practice letter says today, if anything: less when practice goes well, a question when it does not.

No database, no clock. Days are of the client's calendar.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coaching.practice import arc_rules
from coaching.practice.arc_rules import FADING, LEARNING

# Letters in a row after which nothing was practised: from then on we ask instead.
UNHEEDED = 4
# After a client has said what is in the way, the practitioner has this long to answer before we remind again.
REST_AFTER_ANSWER = timedelta(days=7)
# How many days of the past decide.
MEMORY = 28
# Whoever is fading out has done enough after so many days of a week.
ENOUGH_IN_FADING = 3
# Tension that went down by this much (of ten) is relief.
RELIEF = 2
FOLLOW_UP_DAYS = (1, 7)

# By the number of weeks in a row that went well: the days from one letter to the next; None is silence.
_GAPS = (1, 2, 7, None)


class Say(StrEnum):
    NOTHING = "nothing"
    REMIND = "remind"
    ASK = "ask"


@dataclass(frozen=True)
class History:
    """The last four weeks of one client. `told` are days with a practice letter, `a_week` the days asked for.

    `stage` is where they stand on the way to doing without a plan, since `in_stage` days.

    `asked_on` is the day of our last question what is in the way, `answered_on` that of the last answer to one.
    """

    today: date
    a_week: int
    practised: frozenset[date] = frozenset()
    told: frozenset[date] = frozenset()
    asked_on: date | None = None
    answered_on: date | None = None
    stage: str = LEARNING
    in_stage: int = 0

    @property
    def enough(self) -> int:
        """Days of a week after which nobody is reminded."""
        return min(self.a_week, ENOUGH_IN_FADING) if self.stage == FADING else self.a_week

    @property
    def last_practice(self) -> date:
        return max(self.practised, default=date.min)


def what_to_say(history: History) -> Say:
    least = arc_rules.least_gap(history.stage, history.in_stage)
    if least is None or _rests(history):
        return Say.NOTHING
    if _unheeded(history) >= UNHEEDED:
        return Say.ASK
    gap = _GAPS[min(weeks_well(history), len(_GAPS) - 1)]
    if gap is None or any((history.today - day).days < max(gap, least) for day in history.told):
        return Say.NOTHING
    return Say.REMIND


def weeks_well(history: History) -> int:
    """How many of the last weeks, counted back from yesterday, went as asked or nearly so."""
    needed = arc_rules.NEARLY[history.enough]
    weeks = 0
    while weeks < len(_GAPS) - 1 and _days_within(history, weeks) >= needed:
        weeks += 1
    return weeks


def follows_up(stage: str) -> bool:
    """Whether we ask how it is after relief: while somebody learns. After that they notice it themselves."""
    return stage == LEARNING


def follow_up(today: date, relieved: Iterable[date], practised: Iterable[date]) -> int | None:
    """1 or 7, when a lesson brought relief for the first time that many days ago, and rests since; else None.

    `relieved` are the days of relief by this lesson, `practised` all days on which it was done.
    """
    days, done = set(relieved), set(practised)
    for ago in FOLLOW_UP_DAYS:
        day = today - timedelta(days=ago)
        earlier = any(day - timedelta(days=MEMORY) <= other < day for other in days)
        since = any(other > day for other in done)
        if day in days and not earlier and not since:
            return ago
    return None


def brought_relief(before: int | None, after: int | None) -> bool:
    return before is not None and after is not None and before - after >= RELIEF


def _rests(history: History) -> bool:
    """Done for today or for this week; or we have asked what is in the way, and wait."""
    today = history.today
    if today in history.practised or today in history.told:
        return True
    if _days_within(history, 0) >= history.enough:
        return True
    if history.enough <= 3 and today - timedelta(days=1) in history.practised:
        return True
    return _waits_for_an_answer(history)


def _waits_for_an_answer(history: History) -> bool:
    if history.asked_on is None or history.last_practice >= history.asked_on:
        return False
    if history.answered_on is None or history.answered_on < history.asked_on:
        return True
    return history.today - history.answered_on < REST_AFTER_ANSWER


def _unheeded(history: History) -> int:
    """Letters since the client last practised or said what is in the way."""
    heeded = max(history.last_practice, history.answered_on or date.min)
    return sum(day > heeded for day in history.told)


def _days_within(history: History, week: int) -> int:
    """Days with practice in the n-th week back; week 0 ends yesterday."""
    last = history.today - timedelta(days=1 + 7 * week)
    return sum(last - timedelta(days=7) < day <= last for day in history.practised)
