"""When a practitioner is open, and what can be booked with her."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coaching.booking.models import DateOverride, OpeningHours, SessionType
from coaching.booking.rules import Stretch
from coaching.people.models import Practitioner


@transaction.atomic
def set_hours(*, practitioner: Practitioner, weekly: Mapping[int, Sequence[Stretch]]) -> None:
    """Replace the weekly opening hours: {0: [Stretch(09:00, 12:30), ...]}, 0 is Monday, on her wall clock.

    Sessions that are booked already stay.
    """
    Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner.pk)
    OpeningHours.objects.filter(practitioner=practitioner).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(practitioner=practitioner, weekday=weekday, opens=stretch.opens, closes=stretch.closes)
        for weekday, stretches in sorted(weekly.items())
        for stretch in stretches
    )


@transaction.atomic
def set_dates(
    *, practitioner: Practitioner, first: date, last: date, stretches: Sequence[Stretch] = (), note: str = ""
) -> None:
    """What is different from `first` to `last`, both included: open then and only then, or closed.

    Replaces what was said about these dates before. Sessions that are booked already stay.
    """
    Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner.pk)
    clear_dates(practitioner=practitioner, first=first, last=last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    times: list[dict[str, Any]] = [{"opens": s.opens, "closes": s.closes} for s in stretches] or [{}]
    DateOverride.objects.bulk_create(
        DateOverride(practitioner=practitioner, date=day, note=note, **when) for day in days for when in times
    )


def clear_dates(*, practitioner: Practitioner, first: date, last: date) -> None:
    """The weekly hours hold again from `first` to `last`, both included."""
    DateOverride.objects.filter(practitioner=practitioner, date__range=(first, last)).delete()


def set_up_types(*, practitioner: Practitioner) -> list[SessionType]:
    """The three session types to begin with. Those that exist already are left as they are."""
    return [
        SessionType.objects.get_or_create(practitioner=practitioner, slug=slug, defaults={"rank": rank, **fields})[
            0
        ]
        for rank, (slug, fields) in enumerate(_first_types().items())
    ]


def _first_types() -> dict[str, dict[str, Any]]:
    return {
        "first-talk": {
            "name": _("First talk"),
            "description": _("A quarter of an hour to get to know each other. It costs nothing."),
            "minutes": 15,
            "audience": SessionType.Audience.ANYONE,
        },
        "check-in": {
            "name": _("Check-in"),
            "description": _("A short talk about how the lessons are going, and what comes next."),
            "minutes": 30,
            "grid": 30,
        },
        "coaching": {
            "name": _("Coaching session"),
            "description": _("A full session: sorting out what pulls, and learning a lesson together."),
            "minutes": 60,
            "buffer_after": 15,
            "grid": 30,
        },
    }
