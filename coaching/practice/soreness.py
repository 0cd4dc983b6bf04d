"""When soreness means: stop this lesson for now. No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SORE = "sore"
LONGER_THAN = timedelta(days=1)
GROWS_WITHIN = timedelta(days=3)  # a higher number after a longer while is new soreness, not more of the same
REMEMBERED = timedelta(days=7)  # notes further apart than this do not tell of the same soreness


@dataclass(frozen=True)
class Told:
    """What one note says of soreness: whether it was sore at all, and how much (0 to 10) when that was said."""

    at: datetime
    is_sore: bool
    number: int | None = None


def told(*, at: datetime, felt: Sequence[str], number: int | None) -> Told:
    """A number above 0 says that it is sore, whether or not the word was ticked as well."""
    return Told(at, SORE in felt or bool(number), number)


def must_rest(notes: Sequence[Told]) -> bool:
    """Whether the last of these notes of one lesson (in the order of their time) says that soreness lasts or grows.

    It lasts when sore notes without one between that was not sore lie more than a day apart, and grows when its
    number is higher than the one before, within three days.
    """
    return lasts(notes) or grows(notes)


def lasts(notes: Sequence[Told]) -> bool:
    spell = _last_spell(notes)
    return len(spell) > 1 and spell[-1].at - spell[0].at > LONGER_THAN


def grows(notes: Sequence[Told]) -> bool:
    numbered = [note for note in _last_spell(notes) if note.number is not None]
    if len(numbered) < 2 or numbered[-1] is not notes[-1]:
        return False
    before, last = numbered[-2:]
    return (last.number or 0) > (before.number or 0) and last.at - before.at <= GROWS_WITHIN


def _last_spell(notes: Sequence[Told]) -> list[Told]:
    """The sore notes at the end: nothing between them was not sore, and none is more than a week from the next."""
    spell: list[Told] = []
    for note in reversed(notes):
        if not note.is_sore or (spell and spell[-1].at - note.at > REMEMBERED):
            break
        spell.append(note)
    return spell[::-1]
