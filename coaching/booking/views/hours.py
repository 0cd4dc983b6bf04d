"""When the practitioner is open, how much she takes on, and what a change leads to: looked at first, or saved."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from coaching.booking import actions, outlook, queries, times
from coaching.booking.forms_dates import DatesForm, RangeForm
from coaching.booking.forms_hours import HoursForm, WorkloadForm, weekday_name
from coaching.booking.models import SessionType, Workload
from coaching.booking.outlook import Booked, Setting
from coaching.booking.stays import stays
from coaching.people.access import PageRequest, practitioner_required

_A_WEEK = timedelta(days=7)
_FAR = timedelta(days=3 * 366)  # as far as a date can be noted and booked


@dataclass
class Desk:
    """What the page is about: how things stand, whose week is shown (None: everybody's), and how they would be."""

    types: list[SessionType]
    chosen: SessionType | None
    stands: Setting
    would_be: Setting

    @property
    def key(self) -> int | None:
        return self.chosen.pk if self.chosen else None

    @property
    def address(self) -> str:
        return reverse("hours") + (f"?type={self.chosen.slug}" if self.chosen else "")

    @property
    def has_own_week(self) -> bool:
        return self.key in self.stands.timetable.own


@practitioner_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: PageRequest) -> HttpResponseBase:
    """The weekly hours, for all session types or for one."""
    desk = _desk(request)
    if request.method != "POST":
        return _show(request, desk)
    if desk.chosen and "follow" in request.POST:
        _set_week(request, desk, {})
        return redirect(desk.address)
    week = desk.stands.timetable.week(desk.key)
    copies = "copy" in request.POST
    data = HoursForm.copied(request.POST) if copies else request.POST
    form = HoursForm(data, week=week, needs_a_day=desk.chosen is not None)
    if not form.is_valid():
        return _show(request, desk, form=form, status=422)
    if copies or "look" in request.POST:
        desk.would_be = Setting(desk.stands.timetable.with_week(form.week(), desk.key), desk.stands.workload)
        return _show(request, desk, form=form)
    _set_week(request, desk, form.week())
    return redirect(desk.address)


@practitioner_required
@require_POST
def hours_dates(request: PageRequest) -> HttpResponseBase:
    """Time off, other hours or more hours on some dates."""
    desk, form = _desk(request), DatesForm(request.POST)
    if not form.is_valid():
        return _show(request, desk, dates=form, status=422)
    typed = form.cleaned_data
    days: dict[str, Any] = {"first": typed["first"], "last": typed["last"], "adds": form.adds}
    if "look" in request.POST:
        timetable = desk.stands.timetable.with_dates(stretches=form.stretches(), **days)
        desk.would_be = Setting(timetable, desk.stands.workload)
        return _show(request, desk, dates=form)
    actions.set_dates(
        practitioner=request.practitioner,
        stretches=form.stretches(),
        note=typed["note"],
        now=request.now,
        **days,
    )
    messages.success(request, _("Noted. Sessions that are booked already stay as they are."))
    return redirect(desk.address)


@practitioner_required
@require_POST
def hours_clear(request: PageRequest) -> HttpResponseBase:
    """The weekly hours hold again."""
    form = RangeForm(request.POST)
    if form.is_valid():
        actions.clear_dates(practitioner=request.practitioner, now=request.now, **form.cleaned_data)
        messages.success(request, _("Removed. The weekly hours hold again."))
    return redirect("hours")


@practitioner_required
@require_POST
def hours_limits(request: PageRequest) -> HttpResponseBase:
    """How many sessions she takes on a day and in a week."""
    desk = _desk(request)
    form = WorkloadForm.of(desk.stands.workload, request.POST)
    if not form.is_valid():
        return _show(request, desk, limits=form, status=422)
    if "look" in request.POST:
        desk.would_be = Setting(desk.stands.timetable, Workload(**form.cleaned_data))
        return _show(request, desk, limits=form)
    actions.set_workload(practitioner=request.practitioner, now=request.now, **form.cleaned_data)
    messages.success(request, _("Saved. Sessions that are booked already stay as they are."))
    return redirect(desk.address)


def _set_week(request: PageRequest, desk: Desk, week: Any) -> None:
    actions.set_hours(practitioner=request.practitioner, weekly=week, session_type=desk.chosen, now=request.now)
    messages.success(request, _("Saved. Sessions that are booked already stay as they are."))


def _desk(request: PageRequest) -> Desk:
    """Four queries. A type that is not hers is a 404."""
    practitioner, now = request.practitioner, request.now
    types = list(queries.bookable_types(practitioner))
    slug = request.GET.get("type", "")
    chosen = next((each for each in types if each.slug == slug), None)
    if slug and chosen is None:
        raise Http404
    timetable = times.timetable_of(practitioner, now, now + _FAR)
    workload = queries.workload_of(types[0].practitioner if types else practitioner)
    stands = Setting(timetable, workload)
    return Desk(types=types, chosen=chosen, stands=stands, would_be=stands)


def _show(
    request: PageRequest,
    desk: Desk,
    *,
    form: HoursForm | None = None,
    dates: DatesForm | None = None,
    limits: WorkloadForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    practitioner, now = request.practitioner, request.now
    booked = Booked(
        taken=times.taken(practitioner, now - _A_WEEK, now + (outlook.WEEKS + 1) * _A_WEEK, now),
        coming=list(queries.coming_with(practitioner, now)),
    )
    foreseen = outlook.foresee(types=desk.types, before=desk.stands, after=desk.would_be, booked=booked, now=now)
    today = now.astimezone(practitioner.zone).date()
    context = {
        "desk": desk,
        "form": form or HoursForm(week=desk.stands.timetable.week(desk.key)),
        "dates": dates or DatesForm(),
        "limits": limits or WorkloadForm.of(desk.stands.workload),
        "stays": stays(queries.coming_overrides(practitioner, today)),
        "outlook": foreseen,
        "looking": desk.would_be is not desk.stands,
        "weekdays": [(str(day), weekday_name(day)) for day in range(7)],
        "practitioner": practitioner,
        "here": "sessions",
    }
    return render(request, "booking/hours.html", context, status=status)
