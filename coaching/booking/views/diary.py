"""The practitioner's calendar: her week or day, booking and keeping free out of it, moving within it."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import zones
from accounts.wall import first_instant, monday_of
from coaching.booking import actions, agenda, diary, queries, rules, times
from coaching.booking.forms_hours import KeepForm
from coaching.booking.models import Appointment, KeptFree
from coaching.booking.views import asked
from coaching.people.access import PageRequest, practitioner_required
from coaching.people.models import Practitioner

_MOVED = "diary_moved"


def show(request: PageRequest, practitioner: Practitioner) -> HttpResponseBase:
    """A week, or one day."""
    zone, now = practitioner.zone, request.now
    today = now.astimezone(zone).date()
    day = asked.date_of(request, "day")
    first = day or monday_of(asked.date_of(request, "week") or today)
    days = 1 if day else 7
    since, until = diary.bounds(first, days, zone)
    found = agenda.of(practitioner, since, until, now)
    context = {
        "diary": diary.lay_out(first, days, agenda=found, zone=zone, now=now),
        "day": day,
        "first": first,
        "last": first + timedelta(days=days - 1),
        "before": first - timedelta(days=days),
        "after": first + timedelta(days=days),
        "monday": monday_of(first),
        "today": today,
        "is_now": since <= now < until,
        "is_past": until <= now,
        "open_hours": round(sum((end - start).total_seconds() for start, end in found.free) / 3600),
        "moved": _moved(request, found),
        "zone": zone,
        "here": "sessions",
    }
    return render(request, "booking/diary.html", context)


def remember_move(request: PageRequest, session: Appointment, was: datetime) -> HttpResponseBase:
    """Back to the week that the session is in now, which says what was done and how to take it back."""
    request.session[_MOVED] = {"session": str(session.pk), "was": f"{was:%Y-%m-%dT%H:%M:%SZ}"}
    monday = monday_of(session.starts_at.astimezone(session.practitioner.zone).date())
    return redirect(f"{reverse('sessions')}?week={monday}")


def _moved(request: PageRequest, found: diary.Agenda) -> dict[str, Any] | None:
    """Told once: {"session": it, "was": instant, "stamp": that as forms write it}."""
    told = request.session.pop(_MOVED, None) if _MOVED in request.session else None
    session = next((each for each in found.sessions if told and str(each.pk) == told["session"]), None)
    if session is None or told is None:
        return None
    return {"session": session, "was": datetime.fromisoformat(told["was"]), "stamp": told["was"]}


@practitioner_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def diary_free(request: PageRequest) -> HttpResponseBase:
    """Some free time was pressed: who is booked there, or is it kept free?"""
    practitioner = request.practitioner
    at = _wall(request.GET, "at", practitioner.zone) or agenda.next_quarter(request.now)
    form = KeepForm(request.POST or None, initial=_stretch(request, at, practitioner.zone))
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.stretch(practitioner.zone)
        try:
            kept = actions.keep_free(
                practitioner=practitioner,
                starts_at=starts_at,
                ends_at=ends_at,
                note=form.cleaned_data["note"],
                now=request.now,
            )
            messages.success(request, _kept(kept, practitioner, request.now))
            return _week_of(starts_at, practitioner.zone)
        except actions.NoTime:
            form.add_error("closes", _("That time is over."))
    context = {
        "at": at,
        "form": form,
        "offers": _offers(practitioner, at, request.now),
        "zone": practitioner.zone,
        "week": monday_of(at.astimezone(practitioner.zone).date()),
        "here": "sessions",
    }
    return render(request, "booking/diary_free.html", context, status=422 if form.errors else 200)


def _offers(practitioner: Practitioner, at: datetime, now: datetime) -> list[dict[str, Any]]:
    """What can be booked at that time, or next on that day: [{"type", "slot" (or None), "exactly"}]."""
    types = list(queries.bookable_types(practitioner))
    until = diary.bounds(at.astimezone(practitioner.zone).date(), 1, practitioner.zone)[1]
    hours = times.hours_of(practitioner, min(at, now), until)
    offers = []
    for session_type, slots in queries.free_slots_by_type(practitioner, types, hours, now, soon=True):
        slot = next((slot for slot in slots if at <= slot.start < until), None)
        offers.append({"type": session_type, "slot": slot, "exactly": slot is not None and slot.start == at})
    return offers


def _stretch(request: PageRequest, at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """What the form begins with: from the time that was pressed to the end of what is free, an hour at most."""
    until = _wall(request.GET, "until", zone) or at + timedelta(hours=1)
    until = min(max(until, at + timedelta(minutes=15)), at + timedelta(hours=1))
    here = at.astimezone(zone)
    return {"day": here.date(), "opens": f"{here:%H:%M}", "closes": f"{until.astimezone(zone):%H:%M}"}


def _kept(kept: KeptFree, practitioner: Practitioner, now: datetime) -> str:
    return _("Kept free: %(when)s to %(until)s. Sessions that are booked already stay.") % {
        "when": zones.moment_in_words(kept.starts_at, practitioner.zone, now),
        "until": zones.clock(kept.ends_at, practitioner.zone),
    }


@practitioner_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kept_free(request: PageRequest, pk: int) -> HttpResponseBase:
    """A stretch that is kept free; posted, it can be booked again."""
    kept = get_object_or_404(KeptFree.objects.filter(practitioner=request.practitioner), pk=pk)
    zone = request.practitioner.zone
    if request.method == "POST":
        actions.give_back(kept=kept, now=request.now)
        messages.success(request, _("That time can be booked again."))
        return _week_of(kept.starts_at, zone)
    week = monday_of(kept.starts_at.astimezone(zone).date())
    return render(request, "booking/kept_free.html", {"kept": kept, "zone": zone, "week": week, "here": "sessions"})


@practitioner_required
@never_cache
@require_GET
def session_move_to(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Asks before a session is moved to a time of the calendar (`at`, on her clock), or says why it cannot be."""
    found = get_object_or_404(queries.appointments_with(request.practitioner), pk=pk)
    zone = request.practitioner.zone
    at = _wall(request.GET, "at", zone)
    if at is None:
        return redirect("session_move", pk)
    why = agenda.why_not(found.session_type, at, request.now, but=found)
    near = []
    if why:
        slots = queries.all_free_slots(queries.type_of(found), request.now, but=found, soon=True)
        near = rules.nearest([slot for slot in slots if slot.start != found.starts_at], at)
    context = {
        "session": found,
        "at": at,
        "stamp": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "why": why,
        "near": [(slot, f"{slot.start.astimezone(zone):%Y-%m-%dT%H:%M}") for slot in near],
        "zone": zone,
        "here": "sessions",
    }
    return render(request, "booking/move_to.html", context, status=409 if why else 200)


def _wall(query: QueryDict, name: str, zone: ZoneInfo) -> datetime | None:
    """A time on the practitioner's wall clock, "2026-11-26T10:15", as an instant; None for anything else."""
    try:
        wall = datetime.strptime(query.get(name, ""), "%Y-%m-%dT%H:%M")  # noqa: DTZ007
    except ValueError:
        return None
    return first_instant(wall, zone) if 1900 < wall.year < 2200 else None


def _week_of(moment: datetime, zone: ZoneInfo) -> HttpResponseBase:
    week: date = monday_of(moment.astimezone(zone).date())
    return redirect(f"{reverse('sessions')}?week={week}")
