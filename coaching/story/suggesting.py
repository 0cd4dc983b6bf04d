"""Which path a story points to, and why. The practitioner decides. No database, no clock, no settings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coaching.story.rules import Urgency, signs_of

RECENT_YEARS = 10  # an accident of these counts, and is named


@dataclass(frozen=True)
class Suggestion:
    """A path of people.Client.Path ("" while it is open) and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Accident:
    words: str
    year: int


@dataclass(frozen=True)
class Told:
    """What stands on the line of years. `year` is this one."""

    accidents: Sequence[Accident] = ()
    has_stress: bool = False
    year: int = 0

    @property
    def recent(self) -> list[Accident]:
        return [each for each in self.accidents if self.year - each.year < RECENT_YEARS]


def suggest(*, cause: str, signs: Iterable[str], told: Told = Told()) -> Suggestion:
    """What a story points to. `cause` is one of Story.Cause."""
    if any(sign.urgency is Urgency.NOW for sign in signs_of(signs)):
        return Suggestion("", _("First a doctor’s word: a safety question was answered with yes."))
    if cause in ("accident", "both") or told.recent:
        return Suggestion("injury", " ".join([_of_an_accident(cause), *_named(told.recent)]))
    return _of_stress(cause, told)


def _of_an_accident(cause: str) -> str:
    return {
        "accident": _("It began with an accident, a fall or an operation."),
        "both": _("An accident lies over longer stress: some sorting out comes first."),
        "stress": _("It came slowly, and yet an accident of the last years is told of."),
    }.get(cause, _("How it began is not clear, but an accident of the last years is told of."))


def _named(recent: Sequence[Accident]) -> list[str]:
    each = [_("“%(words)s” (%(year)s)") % {"words": one.words, "year": one.year} for one in recent]
    return [_("On the line: %s.") % ", ".join(each)] if each else []


def _of_stress(cause: str, told: Told) -> Suggestion:
    if cause == "stress" and told.accidents:
        return Suggestion("common", _("It came slowly, with long stress or effort; the accidents told of are old."))
    if cause == "stress":
        return Suggestion("common", _("It came slowly, with long stress or effort; no accident is told of."))
    if told.has_stress and not told.accidents:
        return Suggestion("common", _("How it began is not clear; the line holds long stress, and no accident."))
    return Suggestion("", _("How it began is not clear from the story: ask in the first talk."))
