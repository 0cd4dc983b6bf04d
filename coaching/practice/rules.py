"""Dosage, days and weeks of practice, in plain decisions. No database, no clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import in_words

AT_MOST = 4  # things to do on one day: few are done better than many
SHARP = "sharp"


@dataclass(frozen=True)
class Day:
    """A day of the client's calendar, and whether something was noted on it."""

    date: date
    practised: bool


@dataclass(frozen=True)
class Week:
    """Seven days, the last of them today."""

    days: list[Day]

    @property
    def practised(self) -> int:
        return sum(day.practised for day in self.days)

    @property
    def line(self) -> str:
        """ "You practised on four of the last seven days." """
        if not self.practised:
            return _("No practice in the last seven days.")
        return ngettext(
            "You practised on one of the last seven days.",
            "You practised on %(count)s of the last seven days.",
            self.practised,
        ) % {"count": in_words(self.practised)}


def week_before(today: date) -> list[date]:
    """The seven days up to `today`, in their order."""
    return [today - timedelta(days=back) for back in range(6, -1, -1)]


def week_of(today: date, practised: Collection[date]) -> Week:
    return Week([Day(day, day in practised) for day in week_before(today)])


def standing(starts_on: date, until: date | None, today: date) -> str:
    """Where one stands: "Day 9 of 14", without an end "Day 9", before the start "From Thursday 26 November"."""
    if today < starts_on:
        return _("From %s") % formats.date_format(starts_on, "l j F")
    number = (today - starts_on).days + 1
    if until is None:
        return _("Day %s") % number
    if today > until:
        return _("Until %s") % formats.date_format(until, "j F")
    return _("Day %(day)s of %(days)s") % {"day": number, "days": (until - starts_on).days + 1}


def dosage(rhythm_words: str, times_a_day: int) -> str:
    """ "Every day, twice"."""
    if times_a_day <= 1:
        return rhythm_words
    times = _("twice") if times_a_day == 2 else _("%s times") % in_words(times_a_day)
    return f"{rhythm_words}, {times}"
