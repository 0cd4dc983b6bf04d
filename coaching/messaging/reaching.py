"""When a practitioner answers, and whether they are away: what is said before somebody writes."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from coaching.messaging.rules_desk import WeekdayHours, hours_in_words
from coaching.people.models import Practitioner

AHEAD = timedelta(days=7)  # so long before it begins, being away is told


@dataclass(frozen=True)
class Reach:
    """`hours` are on the practitioner's clock; `first` and `last` are days away on her calendar, None for never."""

    practitioner: Practitioner
    hours: list[WeekdayHours] = field(default_factory=list)
    first: date | None = None
    last: date | None = None
    note: str = ""

    def is_away(self, now: datetime) -> bool:
        return bool(self.first and self.last and self.first <= self._today(now) <= self.last)

    def is_soon_away(self, now: datetime) -> bool:
        return bool(self.first and self._today(now) < self.first <= self._today(now) + AHEAD)

    def is_over(self, now: datetime) -> bool:
        return self.last is None or self.last < self._today(now)

    def hours_on(self, zone: ZoneInfo, now: datetime) -> str:
        """In words, on the clock of `zone`: "Monday to Friday, 08:00 to 16:00"; empty when none are told."""
        return hours_in_words(self.hours, of=self.practitioner.zone, on=zone, week_of=self._today(now))

    def _today(self, now: datetime) -> date:
        return now.astimezone(self.practitioner.zone).date()


def reach_of(practitioner: Practitioner) -> Reach:
    """One query."""
    days = ("away__first", "away__last", "away__note")
    stretch = ("answering_hours__weekday", "answering_hours__begins", "answering_hours__ends")
    rows = list(Practitioner.objects.filter(pk=practitioner.pk).values_list(*days, *stretch))
    hours = sorted((WeekdayHours(*row[3:]) for row in rows if row[3] is not None), key=lambda each: each.weekday)
    first, last, note = rows[0][:3]
    return Reach(practitioner, hours, first, last, note or "")
