"""Free time of the calendar: booking a client there, keeping it free, and giving it back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import zones
from accounts.wall import monday_of
from coaching.booking import actions, agenda, diary, queries
from coaching.booking.forms import HereForm
from coaching.booking.forms_dates import KeepForm
from coaching.booking.models import KeptFree, SessionType
from coaching.booking.rules import Slot
from coaching.booking.views import asked
from coaching.booking.views.diary import remember, week_of
from coaching.people.access import PageRequest, practitioner_required
from coaching.people.models import Client, Practitioner

AN_HOUR, A_QUARTER = timedelta(hours=1), timedelta(minutes=15)


@dataclass(frozen=True)
class Fit:
    """What can be booked at the time that was pressed, or next on that day; `slot` is None when nothing can."""

    type: SessionType
    slot: Slot | None

    @property
    def value(self) -> str:
        return f"{self.type.slug}@{self.slot.stamp}" if self.slot else ""


@practitioner_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def diary_free(request: PageRequest) -> HttpResponseBase:
    """Some free time was pressed: who is booked there, or is it kept free?"""
    practitioner = request.practitioner
    at = asked.wall_of(request.GET, "at", practitioner.zone) or agenda.next_quarter(request.now)
    fits = _fits(practitioner, at, request.now)
    books = "what" in request.POST or "client" in request.POST
    here = _here(request, at, fits, request.POST if books else None)
    keep = KeepForm(request.POST if request.POST and not books else None, initial=_stretch(request, at))
    done = None
    if books and here.is_valid():
        done = _book(request, here, fits)
    elif request.POST and not books and keep.is_valid():
        done = _keep(request, keep)
    if done:
        return done
    context = {
        "at": at,
        "here_form": here,
        "form": keep,
        "too_short": [fit.type for fit in fits if not fit.slot],
        "several": next((fit for fit in fits if fit.slot), None),
        "zone": practitioner.zone,
        "week": monday_of(at.astimezone(practitioner.zone).date()),
        "here": "sessions",
    }
    wrong = here.errors or keep.errors
    return render(request, "booking/diary_free.html", context, status=422 if wrong else 200)


def _fits(practitioner: Practitioner, at: datetime, now: datetime) -> list[Fit]:
    types = list(queries.bookable_types(practitioner))
    until = diary.bounds(at.astimezone(practitioner.zone).date(), 1, practitioner.zone)[1]
    found = queries.free_slots_by_type(practitioner, types, at, until, now)
    return [Fit(each, slots[0] if slots else None) for each, slots in found]


def _here(request: PageRequest, at: datetime, fits: list[Fit], data: Any) -> HereForm:
    practitioner = request.practitioner
    clients = Client.objects.of(practitioner).exclude(status=Client.Status.ENDED)
    whats = [(fit.value, _words(fit, fit.slot, at, practitioner)) for fit in fits if fit.slot]
    only = whats[0][0] if len(whats) == 1 else None
    return HereForm(
        data,
        clients=clients.select_related("user").order_by("user__name"),
        at=at,
        whats=whats,
        initial={"token": uuid4(), "client": request.GET.get("client"), "what": only},
    )


def _words(fit: Fit, slot: Slot, at: datetime, practitioner: Practitioner) -> str:
    """ "Coaching session, 60 minutes", with its start when that is not the time that was pressed."""
    minutes = ngettext("one minute", "%(n)d minutes", fit.type.minutes) % {"n": fit.type.minutes}
    words = {"name": fit.type.name, "length": minutes, "start": zones.clock(slot.start, practitioner.zone)}
    if slot.start == at:
        return _("%(name)s, %(length)s") % words
    return _("%(name)s, %(length)s, at %(start)s") % words


def _book(request: PageRequest, form: HereForm, fits: list[Fit]) -> HttpResponseBase | None:
    """The action decides: pressed twice, the second press finds the time taken by the first, and is the same."""
    slug, start = form.cleaned_data["what"]
    session_type = next((fit.type for fit in fits if fit.type.slug == slug), None)
    try:
        if session_type is None:
            raise actions.NotFree
        session = actions.book(
            session_type=session_type,
            client=form.cleaned_data["client"],
            start=start,
            token=form.cleaned_data["token"],
            by=request.user,
            now=request.now,
        )
    except actions.NotFree:
        form.add_error("what", _("That time was just taken. These are free."))
        return None
    return remember(request, session)


def _keep(request: PageRequest, form: KeepForm) -> HttpResponseBase | None:
    practitioner = request.practitioner
    starts_at, ends_at = form.stretch(practitioner.zone)
    note = form.cleaned_data["note"]
    try:
        kept = actions.keep_free(
            practitioner=practitioner, starts_at=starts_at, ends_at=ends_at, note=note, now=request.now
        )
    except actions.NoTime:
        form.add_error("closes", _("That time is over."))
        return None
    messages.success(
        request,
        _("Kept free: %(when)s to %(until)s. Sessions that are booked already stay.")
        % {
            "when": zones.moment_in_words(kept.starts_at, practitioner.zone, request.now),
            "until": zones.clock(kept.ends_at, practitioner.zone),
        },
    )
    return week_of(starts_at, practitioner)


def _stretch(request: PageRequest, at: datetime) -> dict[str, Any]:
    """What the form begins with: the stretch that was drawn (`to`), else from the time that was pressed to the end
    of what is free (`until`), an hour at most."""
    zone = request.practitioner.zone
    drawn, free = (asked.wall_of(request.GET, name, zone) for name in ("to", "until"))
    until = drawn or min(free or at + AN_HOUR, at + AN_HOUR)
    midnight = diary.bounds(at.astimezone(zone).date(), 1, zone)[1]
    until = min(max(until, at + A_QUARTER), midnight)
    here = at.astimezone(zone)
    return {"day": here.date(), "opens": f"{here:%H:%M}", "closes": f"{until.astimezone(zone):%H:%M}"}


@practitioner_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kept_free(request: PageRequest, pk: int) -> HttpResponseBase:
    """A stretch that is kept free; posted, it can be booked again."""
    practitioner = request.practitioner
    kept = get_object_or_404(KeptFree.objects.filter(practitioner=practitioner), pk=pk)
    if request.method == "POST":
        actions.give_back(kept=kept, now=request.now)
        messages.success(request, _("That time can be booked again."))
        return week_of(kept.starts_at, practitioner)
    week = monday_of(kept.starts_at.astimezone(practitioner.zone).date())
    context = {"kept": kept, "zone": practitioner.zone, "week": week, "here": "sessions"}
    return render(request, "booking/kept_free.html", context)
