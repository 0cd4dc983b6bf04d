"""When the lessons of a program open, and in which order they may stand. No database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

TOGETHER, DAY_BY_DAY, IN_TURN, BY_HAND = "together", "days", "turn", "hand"


@dataclass(frozen=True)
class Step:
    """A lesson (its key) in its place. `follows` is the lesson that it must not open before, if any.

    `after_days` counts from the program's first day, `times` is how often it is done before the next opens.
    """

    lesson: int
    follows: int | None = None
    after_days: int = 0
    times: int = 1


@dataclass(frozen=True)
class Opened:
    """How a lesson that has opened stands: how often it was done, and whether it waits, or was ended."""

    done: int = 0
    waits: bool = False
    ended: bool = False


def too_early(steps: Sequence[Step]) -> tuple[int, int] | None:
    """The first lesson that stands above the one that it comes after, and that one; None when all is in order."""
    places = {step.lesson: place for place, step in enumerate(steps)}
    for place, step in enumerate(steps):
        if step.follows is not None and places.get(step.follows, -1) > place:
            return step.lesson, step.follows
    return None


def runs_back(steps: Sequence[Step]) -> int | None:
    """The first lesson whose day lies before that of the lesson above it; None when days only go on."""
    return next((after.lesson for before, after in pairwise(steps) if after.after_days < before.after_days), None)


def missing(steps: Sequence[Step]) -> list[tuple[int, int]]:
    """Lessons that come after one which is not in the program, with that one."""
    inside = {step.lesson for step in steps}
    return [
        (step.lesson, step.follows) for step in steps if step.follows is not None and step.follows not in inside
    ]


def first_days(opening: str, steps: Sequence[Step], start: date) -> dict[int, date]:
    """The first day of each lesson that opens by itself once a program is given on `start`."""
    if opening == TOGETHER:
        return {step.lesson: start for step in steps}
    if opening == DAY_BY_DAY:
        return {step.lesson: start + timedelta(days=step.after_days) for step in steps}
    return {step.lesson: start for step in steps[:1]}


def next_unopened(steps: Sequence[Step], opened: Mapping[int, Opened]) -> int | None:
    """The first lesson that has not opened yet and may: the one that it comes after has opened, or is elsewhere."""
    inside = {step.lesson for step in steps}
    for step in steps:
        if step.lesson not in opened:
            return None if step.follows in inside - set(opened) else step.lesson
    return None


def next_in_turn(steps: Sequence[Step], opened: Mapping[int, Opened]) -> int | None:
    """The lesson that opens now because all before it were done often enough, or ended; None when none does.

    Nothing opens while one waits for the practitioner's word.
    """
    if any(each.waits for each in opened.values()):
        return None
    for step in steps:
        before = opened.get(step.lesson)
        if before is None:
            return next_unopened(steps, opened)
        if before.done < step.times and not before.ended:
            return None
    return None


def days_in_order(steps: Sequence[Step]) -> list[int]:
    """The days of these steps from first to last: lessons change places, and the days stay with the places."""
    return sorted(step.after_days for step in steps)


def last_day(opening: str, steps: Sequence[Step], start: date, days: int) -> date | None:
    """The last day of a program of which each lesson is done for `days`; None where nobody can know."""
    if opening in (IN_TURN, BY_HAND):
        return None
    return max(first_days(opening, steps, start).values(), default=start) + timedelta(days=days - 1)
