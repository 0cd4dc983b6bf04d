"""Stretches of time, and what was agreed, done and heard in each. No database, no clock.

All days are of the client's calendar, and both ends of a stretch belong to it.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

DAY, WEEK = timedelta(days=1), timedelta(days=7)
# Doings a week that each rhythm asks for. What is done when needed is not asked for.
A_WEEK = {"daily": 7.0, "most_days": 5.0, "three_a_week": 3.0, "second_day": 3.5}
BY_DAY, BY_WEEK = 6, 27  # up to how many weeks days, and weeks, can still be told apart


@dataclass(frozen=True)
class Stretch:
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def shared(self, other: "Stretch") -> int:
        """How many days lie in both."""
        return max(0, (min(self.last, other.last) - max(self.first, other.first)).days + 1)


@dataclass(frozen=True)
class Period(Stretch):
    """Whole weeks, from a Monday to the Sunday after `today`. `key` is how addresses name it."""

    key: str
    today: date

    @cached_property
    def weeks(self) -> list[Stretch]:
        firsts = (self.first + WEEK * number for number in range(self.days // 7))
        return [Stretch(first, first + 6 * DAY) for first in firsts]

    @cached_property
    def bars(self) -> list[Stretch]:
        """Weeks; months when there are too many of them."""
        return self.weeks if self.days <= BY_WEEK * 7 else list(_months(self))

    @cached_property
    def spots(self) -> list[Stretch]:
        """Days while they can be told apart, else the same as `bars`."""
        if self.days > BY_DAY * 7:
            return self.bars
        days = (self.first + DAY * number for number in range(self.days))
        return [Stretch(day, day) for day in days]


def _months(period: Period) -> Iterator[Stretch]:
    first = period.first
    while first <= period.last:
        end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        yield Stretch(first, min(end, period.last))
        first = end + DAY


PERIODS = {"6-weeks": 6, "3-months": 13, "all": None}  # how many weeks each shows
USUAL = "3-months"


def period(key: str, began: date, today: date) -> Period:
    """The period that an address names (the usual one when it names none); never before the week of `began`."""
    key = key if key in PERIODS else USUAL
    monday = today - DAY * today.weekday()
    began = min(began, today)
    first = began - DAY * began.weekday()
    if weeks := PERIODS[key]:
        first = max(first, monday - WEEK * (weeks - 1))
    return Period(first, monday + 6 * DAY, key, today)


def since(first: date, today: date) -> Period:
    """From a day until today, as long as days can be told apart; in whole weeks when it is longer."""
    if (today - first).days < BY_DAY * 7:
        return Period(min(first, today), today, "", today)
    return period("all", first, today)


@dataclass(frozen=True)
class Pair:
    """Numbers from 0 to 10 before and after: sums over `times` doings, and how often it was less or more after."""

    times: int = 0
    before: int = 0
    after: int = 0
    less: int = 0
    more: int = 0

    def __add__(self, other: "Pair") -> "Pair":
        return Pair(
            self.times + other.times,
            self.before + other.before,
            self.after + other.after,
            self.less + other.less,
            self.more + other.more,
        )

    @property
    def same(self) -> int:
        return self.times - self.less - self.more

    @property
    def mean_before(self) -> float:
        return self.before / self.times

    @property
    def mean_after(self) -> float:
        return self.after / self.times


@dataclass(frozen=True)
class Number:
    """A number from 0 to 10, and the day (of a week its Monday) it was given for."""

    day: date
    value: int


@dataclass(frozen=True)
class Noted:
    """What was noted of one lesson (its key) on one day."""

    lesson: int
    day: date
    times: int
    tension: Pair = field(default_factory=Pair)
    ease: Pair = field(default_factory=Pair)


@dataclass(frozen=True)
class Heard:
    """The sittings with one lesson on one day, those that were more than a look."""

    lesson: int
    day: date
    times: int
    seconds: float


@dataclass(frozen=True)
class Asked(Stretch):
    """A lesson (its key) that was asked for: `a_week` doings in seven days."""

    lesson: int
    a_week: float


@dataclass(frozen=True)
class Met:
    """A session that took place, on its day of the client's calendar."""

    day: date
    minutes: int


@dataclass(frozen=True)
class Mean:
    """The doings of one stretch, their numbers together."""

    when: Stretch
    pair: Pair


@dataclass(frozen=True)
class Done:
    """How often lessons were agreed on and done in one stretch, and how often others were done `besides`."""

    when: Stretch
    agreed: int
    done: int
    besides: int


@dataclass(frozen=True)
class Told:
    """How often something was noted and played in one stretch."""

    when: Stretch
    noted: int
    played: int


@dataclass(frozen=True)
class Effort:
    """Minutes of one stretch: practice alone, and sessions."""

    when: Stretch
    own: int
    together: int


def means(stretches: Sequence[Stretch], pairs: Iterable[tuple[date, Pair]]) -> list[Mean]:
    """The numbers of each stretch in which there are some, in order."""
    found: dict[int, Pair] = defaultdict(Pair)
    places = _Places(stretches)
    for day, pair in pairs:
        if pair.times and (place := places.of(day)) is not None:
            found[place] += pair
    return [Mean(stretches[place], found[place]) for place in sorted(found)]


def told(stretches: Sequence[Stretch], noted: Iterable[Noted], heard: Iterable[Heard]) -> list[Told]:
    places = _Places(stretches)
    said, played = (
        places.sums((each.day, each.times) for each in noted),
        places.sums((h.day, h.times) for h in heard),
    )
    return [Told(when, round(said[place]), round(played[place])) for place, when in enumerate(stretches)]


def done(
    stretches: Sequence[Stretch],
    asked: Sequence[Asked],
    noted: Iterable[Noted],
    heard: Iterable[Heard],
    today: date,
) -> list[Done]:
    """Beside what was agreed up to `today`: what was noted, or played and not noted. From the first stretch with
    anything on."""
    doings = _doings(noted, heard)
    wanted = _by_lesson(asked)
    places = _Places(stretches)
    is_asked = {key: any(key[1] in span for span in wanted.get(key[0], ())) for key in doings}
    met = places.sums((day, times) for (lesson, day), times in doings.items() if is_asked[lesson, day])
    besides = places.sums((day, times) for (lesson, day), times in doings.items() if not is_asked[lesson, day])
    found = [
        Done(when, _agreed(when, asked, today), round(met[place]), round(besides[place]))
        for place, when in enumerate(stretches)
        if when.first <= today
    ]
    begun = next((place for place, each in enumerate(found) if each.agreed or each.done or each.besides), None)
    return [] if begun is None else found[begun:]


def efforts(
    stretches: Sequence[Stretch],
    noted: Iterable[Noted],
    heard: Iterable[Heard],
    lengths: Mapping[int, float],
    sessions: Iterable[Met],
) -> list[Effort]:
    """Minutes heard; of what was noted and not played, the length of the lesson (seconds in `lengths`)."""
    seconds: dict[tuple[int, date], float] = {
        (each.lesson, each.day): each.times * lengths.get(each.lesson, 0.0) for each in noted
    }
    seconds |= {(each.lesson, each.day): each.seconds for each in heard}
    places = _Places(stretches)
    own = places.sums((day, length / 60) for (_lesson, day), length in seconds.items())
    together = places.sums((each.day, each.minutes) for each in sessions)
    return [Effort(when, _whole(own[place]), _whole(together[place])) for place, when in enumerate(stretches)]


def without_doubles(asked: Iterable[Asked]) -> list[Asked]:
    """A lesson that was given anew asks for one thing a day: what came later holds."""
    kept = []
    for spans in _by_lesson(asked).values():
        spans = sorted(spans, key=lambda span: (span.first, span.last))
        for span, following in zip(spans, [*spans[1:], None], strict=True):
            last = min(span.last, following.first - DAY) if following else span.last
            if span.first <= last:
                kept.append(Asked(span.first, last, span.lesson, span.a_week))
    return kept


def _agreed(when: Stretch, asked: Iterable[Asked], today: date) -> int:
    so_far = Stretch(when.first, min(when.last, today))
    return _whole(sum(span.a_week * span.shared(so_far) / 7 for span in asked))


def _doings(noted: Iterable[Noted], heard: Iterable[Heard]) -> dict[tuple[int, date], int]:
    """By lesson and day: as often as it was noted, once when it was only played."""
    found = {(each.lesson, each.day): 1 for each in heard}
    return found | {(each.lesson, each.day): each.times for each in noted}


def _by_lesson(asked: Iterable[Asked]) -> dict[int, list[Asked]]:
    found: dict[int, list[Asked]] = defaultdict(list)
    for span in asked:
        found[span.lesson].append(span)
    return found


def _whole(number: float) -> int:
    """Half is up, so that a little is not nothing."""
    return int(number + 0.5)


class _Places:
    """Which of some stretches, in order and without holes, a day lies in."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        days = (
            (stretch.first + DAY * n, place) for place, stretch in enumerate(stretches) for n in range(stretch.days)
        )
        self._of = dict(days)

    def of(self, day: date) -> int | None:
        return self._of.get(day)

    def sums(self, numbers: Iterable[tuple[date, float]]) -> dict[int, float]:
        found: dict[int, float] = defaultdict(float)
        for day, number in numbers:
            if (place := self._of.get(day)) is not None:
                found[place] += number
        return found
