"""All the opening hours of one practitioner, and what they would be after a change. Pure.

Days are dates of the practitioner's calendar. Each `with_...` gives the timetable that the action of the same kind
leads to, so that its consequences can be looked at first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from coaching.booking.rules import Hours, Stretch

Week = Mapping[int, Sequence[Stretch]]
Dates = Mapping[date, Sequence[Stretch]]


@dataclass(frozen=True, slots=True)
class Timetable:
    """`for_all` and `own` map weekdays (0 is Monday) to stretches; `own` holds such a week for each session type
    (by its key) that has one, and it follows only that. `dates` replaces every week, `more` is open besides."""

    zone: ZoneInfo
    for_all: Week
    own: Mapping[int, Week]
    dates: Dates
    more: Dates

    def week(self, session_type: int | None = None) -> Week:
        """The week that a session type follows; without one, the week for all."""
        return self.for_all if session_type is None else self.own.get(session_type) or self.for_all

    def hours(self, session_type: int | None = None) -> Hours:
        return Hours(zone=self.zone, weekly=self.week(session_type), dates=self.dates, more=self.more)

    def with_week(self, week: Week, session_type: int | None = None) -> Self:
        """A type whose own week is empty follows the week for all."""
        if session_type is None:
            return replace(self, for_all=week)
        others = {kind: each for kind, each in self.own.items() if kind != session_type}
        return replace(self, own={**others, session_type: week} if any(week.values()) else others)

    def with_dates(self, first: date, last: date, stretches: Sequence[Stretch], *, adds: bool) -> Self:
        """From `first` to `last`, both included; what was said about these days before no longer holds."""
        cleared = self.without_dates(first, last)
        said = {first + timedelta(days=n): stretches for n in range((last - first).days + 1)}
        if adds:
            return replace(cleared, more={**cleared.more, **said})
        return replace(cleared, dates={**cleared.dates, **said})

    def without_dates(self, first: date, last: date) -> Self:
        def apart(days: Dates) -> Dates:
            return {day: stretches for day, stretches in days.items() if not first <= day <= last}

        return replace(self, dates=apart(self.dates), more=apart(self.more))
