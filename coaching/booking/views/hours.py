"""When the practitioner is open: the week, and what is different on single dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from coaching.booking import actions, picker, queries
from coaching.booking.forms import DatesForm, HoursForm, RangeForm
from coaching.booking.models import DateOverride
from coaching.booking.rules import Hours
from coaching.people.access import PageRequest, practitioner_required


@dataclass
class Stay:
    """Dates in a row that differ in the same way."""

    first: date
    last: date
    hours: list[tuple[Any, Any]]
    note: str


@practitioner_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: PageRequest) -> HttpResponseBase:
    """The weekly hours."""
    known = _known(request)
    form = HoursForm(request.POST if request.method == "POST" else None, hours=known)
    if request.method == "POST" and form.is_valid():
        actions.set_hours(practitioner=request.practitioner, weekly=form.weekly())
        messages.success(request, _("Saved. Sessions that are booked already stay as they are."))
        return redirect("hours")
    return _show(request, known, form, DatesForm(), status=422 if form.is_bound else 200)


@practitioner_required
@require_POST
def hours_dates(request: PageRequest) -> HttpResponseBase:
    """Time off, or other hours on some dates."""
    form = DatesForm(request.POST)
    if not form.is_valid():
        known = _known(request)
        return _show(request, known, HoursForm(hours=known), form, status=422)
    typed = form.cleaned_data
    actions.set_dates(
        practitioner=request.practitioner,
        first=typed["first"],
        last=typed["last"],
        stretches=form.stretches(),
        note=typed["note"],
    )
    messages.success(request, _("Noted. Sessions that are booked already stay as they are."))
    return redirect("hours")


@practitioner_required
@require_POST
def hours_clear(request: PageRequest) -> HttpResponseBase:
    """The weekly hours hold again."""
    form = RangeForm(request.POST)
    if form.is_valid():
        actions.clear_dates(practitioner=request.practitioner, **form.cleaned_data)
        messages.success(request, _("Removed. The weekly hours hold again."))
    return redirect("hours")


def _known(request: PageRequest) -> Hours:
    """The hours as they stand, with the dates of all that can be booked."""
    return queries.hours_of(request.practitioner, request.now, request.now + timedelta(days=3 * 366))


def _show(
    request: PageRequest, known: Hours, weekly: HoursForm, dates: DatesForm, *, status: int
) -> HttpResponseBase:
    practitioner, now = request.practitioner, request.now
    today = now.astimezone(practitioner.zone).date()
    free = queries.free_slots_by_type(practitioner, list(queries.bookable_types(practitioner)), known, now)
    context = {
        "form": weekly,
        "dates": dates,
        "stays": _stays(queries.coming_overrides(practitioner, today)),
        "next": [(each, picker.soonest(slots, practitioner.zone)) for each, slots in free],
        "outside": queries.outside_hours(practitioner, known, now),
        "practitioner": practitioner,
        "here": "sessions",
    }
    return render(request, "booking/hours.html", context, status=status)


def _stays(rows: Iterable[DateOverride]) -> list[Stay]:
    """Rows in order of date, with neighbours that say the same put together."""
    by_day: dict[date, Stay] = {}
    for row in rows:
        stay = by_day.setdefault(row.date, Stay(row.date, row.date, [], row.note))
        if row.opens is not None:
            stay.hours.append((row.opens, row.closes))
    found: list[Stay] = []
    for stay in by_day.values():
        last = found[-1] if found else None
        if (
            last
            and last.last + timedelta(days=1) == stay.first
            and (last.hours, last.note) == (stay.hours, stay.note)
        ):
            last.last = stay.last
        else:
            found.append(stay)
    return found
