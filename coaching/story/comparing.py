"""Where it was felt then and where it is felt now: gone, eased, the same, stronger, new. No database, no clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coaching.story import figure
from coaching.story.felt import Mark

# One step of eleven is within what people say on two days alike (after Farrar and others, 2001: two are a change).
ALIKE = 1


class Kind(StrEnum):
    GONE = "gone"
    EASED = "eased"
    SAME = "same"
    STRONGER = "stronger"
    NEW = "new"
    STILL = "still"  # on both days; at least once nothing was said of how strong


NAMES: dict[Kind, str | Promise] = {
    Kind.GONE: _("Gone"),
    Kind.EASED: _("Eased"),
    Kind.SAME: _("About the same"),
    Kind.STILL: _("Still there, how strong is not said"),
    Kind.STRONGER: _("Stronger"),
    Kind.NEW: _("New"),
}


@dataclass(frozen=True)
class Change:
    """One part of the figure, as it was and as it is; None: not marked."""

    part: str
    before: Mark | None
    after: Mark | None

    @property
    def kind(self) -> Kind:
        if self.before is None:
            return Kind.NEW
        if self.after is None:
            return Kind.GONE
        if self.before.strength is None or self.after.strength is None:
            return Kind.STILL
        by = self.after.strength - self.before.strength
        if abs(by) <= ALIKE:
            return Kind.SAME
        return Kind.STRONGER if by > 0 else Kind.EASED

    @property
    def name(self) -> str:
        return figure.name_of(self.part)

    @property
    def numbers(self) -> tuple[int, int] | None:
        """How strong then and now; None where it was not said of both days."""
        if self.before is None or self.after is None:
            return None
        if self.before.strength is None or self.after.strength is None:
            return None
        return self.before.strength, self.after.strength

    @property
    def middle(self) -> tuple[float, float]:
        return figure.middle_of(self.part)


def differences(then: Sequence[Mark], now: Sequence[Mark]) -> list[Change]:
    """One change for each part that is marked on either day, in the order of the figure."""
    before, after = {mark.part: mark for mark in then}, {mark.part: mark for mark in now}
    known = [*figure.parts()]
    parts = sorted(before.keys() | after.keys(), key=lambda part: (_place(known, part), part))
    return [Change(part, before.get(part), after.get(part)) for part in parts]


def _place(known: Sequence[str], part: str) -> int:
    return known.index(part) if part in known else len(known)


class Drawn(Protocol):
    """A map of one day."""

    day: date

    @property
    def felt(self) -> list[Mark]: ...


@dataclass(frozen=True)
class Compared:
    """Two maps of one client. `days` are all that can be chosen, oldest first."""

    days: Sequence[date]
    then: Drawn
    now: Drawn

    @property
    def changes(self) -> list[Change]:
        return differences(self.then.felt, self.now.felt)

    @property
    def said(self) -> list[tuple[Kind, str, list[Change]]]:
        """The changes by their kind, the best first, each kind with its name; kinds without one are left out."""
        every = self.changes
        found = [(kind, str(name), [each for each in every if each.kind == kind]) for kind, name in NAMES.items()]
        return [each for each in found if each[2]]

    @property
    def views(self) -> list[figure.View]:
        """The sides of the figure on which something is or was felt."""
        return figure.views({change.part for change in self.changes})


def compare(maps: Sequence[Drawn], wanted: Mapping[str, str]) -> Compared | None:
    """`maps` (oldest first) compared: those of the days `then` and `now` in `wanted` (as "2026-11-23"), else the
    first and the last. None with fewer than two."""
    if len(maps) < 2:
        return None
    then = _chosen(maps, wanted.get("then", ""), or_else=lambda: maps[0])
    now = _chosen(maps, wanted.get("now", ""), or_else=lambda: maps[-1])
    if then.day > now.day:
        then, now = now, then
    return Compared([each.day for each in maps], then, now)


def _chosen(maps: Sequence[Drawn], day: str, *, or_else: Callable[[], Drawn]) -> Drawn:
    return next((each for each in maps if each.day.isoformat() == day), None) or or_else()
