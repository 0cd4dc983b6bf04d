"""Single dates that differ from the weekly hours, put together for reading. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from coaching.booking.models import DateOverride


@dataclass
class Stay:
    """Dates in a row that differ in the same way. Without hours they are closed; where it `adds`, the weekly hours
    hold as well."""

    first: date
    last: date
    hours: list[tuple[time | None, time | None]]
    adds: bool
    note: str


def stays(rows: Iterable[DateOverride]) -> list[Stay]:
    """Rows in order of date, with neighbours that say the same put together."""
    by_day: dict[date, Stay] = {}
    for row in rows:
        stay = by_day.setdefault(row.date, Stay(row.date, row.date, [], row.adds, row.note))
        if row.opens is not None:
            stay.hours.append((row.opens, row.closes))
    found: list[Stay] = []
    for stay in by_day.values():
        if found and _goes_on(found[-1], stay):
            found[-1].last = stay.last
        else:
            found.append(stay)
    return found


def _goes_on(stay: Stay, following: Stay) -> bool:
    said = (stay.hours, stay.adds, stay.note) == (following.hours, following.adds, following.note)
    return said and stay.last + timedelta(days=1) == following.first
