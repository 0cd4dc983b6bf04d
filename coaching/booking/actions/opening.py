"""When a practitioner is open, and how much she takes on."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from coaching.booking.actions.steps import hold
from coaching.booking.models import DateOverride, OpeningHours, SessionType, Workload
from coaching.booking.rules import Stretch
from coaching.booking.timetable import Week
from coaching.people.models import Practitioner


def set_hours(
    *, practitioner: Practitioner, weekly: Week, session_type: SessionType | None = None, now: datetime
) -> None:
    """Replace the weekly opening hours: {0: [Stretch(09:00, 12:30), ...]}, 0 is Monday, on her wall clock. With a
    session type, those of it alone; an empty week lets it follow the hours for all.

    Sessions that are booked already stay.
    """
    with transaction.atomic():
        hold(practitioner, now)
        OpeningHours.objects.filter(practitioner=practitioner, session_type=session_type).delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(
                practitioner=practitioner,
                session_type=session_type,
                weekday=weekday,
                opens=stretch.opens,
                closes=stretch.closes,
            )
            for weekday, stretches in sorted(weekly.items())
            for stretch in stretches
        )


def set_dates(
    *,
    practitioner: Practitioner,
    first: date,
    last: date,
    stretches: Sequence[Stretch] = (),
    adds: bool = False,
    note: str = "",
    now: datetime,
) -> None:
    """What is different from `first` to `last`, both included: open then instead of the weekly hours, or closed
    when there is no stretch; with `adds`, open then besides.

    Replaces what was said about these dates before. Sessions that are booked already stay.
    """
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    times: list[dict[str, Any]] = [{"opens": s.opens, "closes": s.closes} for s in stretches] or [{}]
    with transaction.atomic():
        hold(practitioner, now)
        _dates_of(practitioner, first, last).delete()
        DateOverride.objects.bulk_create(
            DateOverride(practitioner=practitioner, date=day, note=note, adds=adds, **when)
            for day in days
            for when in times
        )


def clear_dates(*, practitioner: Practitioner, first: date, last: date, now: datetime) -> None:
    """The weekly hours hold again from `first` to `last`, both included."""
    with transaction.atomic():
        hold(practitioner, now)
        _dates_of(practitioner, first, last).delete()


def set_workload(
    *, practitioner: Practitioner, day_limit: int | None, week_limit: int | None, now: datetime
) -> None:
    """How many sessions of any type she takes on a day and in a week, on her calendar; None: whatever comes."""
    with transaction.atomic():
        hold(practitioner, now)
        limits = {"day_limit": day_limit, "week_limit": week_limit}
        Workload.objects.update_or_create(practitioner=practitioner, defaults=limits)


def _dates_of(practitioner: Practitioner, first: date, last: date) -> QuerySet[DateOverride]:
    return DateOverride.objects.filter(practitioner=practitioner, date__range=(first, last))
