"""The practitioner's calendar: her week or day, and moving a session within it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.wall import monday_of
from coaching.booking import agenda, decisions, diary, queries, rules
from coaching.booking.calendars.queries import stale_calendars
from coaching.booking.models import Appointment
from coaching.booking.views import asked
from coaching.people.access import PageRequest, practitioner_required
from coaching.people.models import Practitioner

_DONE = "diary_done"
_KEY = (  # what each look means
    ("open", gettext_lazy("open for booking")),
    ("session", gettext_lazy("session")),
    ("first", gettext_lazy("first talk")),
    ("held", gettext_lazy("held")),
    ("missed", gettext_lazy("missed")),
    ("asked", gettext_lazy("waits for your word")),
    ("offered", gettext_lazy("offered, held for a while")),
    ("kept", gettext_lazy("kept free by you")),
    ("busy", gettext_lazy("busy in your other calendar")),
)


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
        "done": _done(request, found),
        "waits": len(decisions.waiting_for(practitioner, now)),
        "stale": list(stale_calendars(practitioner, now)),
        "zone": zone,
        "key": _KEY,
        "here": "sessions",
    }
    return render(request, "booking/diary.html", context)


def remember(request: PageRequest, session: Appointment, *, was: datetime | None = None) -> HttpResponseBase:
    """Back to the week that the session is in now, which says what was done (booked, or moved from `was`) and how
    to take it back."""
    request.session[_DONE] = {"session": str(session.pk), "was": f"{was:%Y-%m-%dT%H:%M:%SZ}" if was else None}
    return week_of(session.starts_at, session.practitioner)


def week_of(moment: datetime, practitioner: Practitioner) -> HttpResponseBase:
    return redirect(f"{reverse('sessions')}?week={monday_of(moment.astimezone(practitioner.zone).date())}")


def _done(request: PageRequest, found: diary.Agenda) -> dict[str, Any] | None:
    """Told once: {"session": it, "was": the instant before a move or None, "stamp": that as forms write it}."""
    told = request.session.pop(_DONE, None) if _DONE in request.session else None
    session = next((each for each in found.sessions if told and str(each.pk) == told["session"]), None)
    if session is None or told is None:
        return None
    was = told["was"]
    return {"session": session, "was": datetime.fromisoformat(was) if was else None, "stamp": was}


@practitioner_required
@never_cache
@require_GET
def session_move_to(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Asks before a session is moved to a time of the calendar (`at`, on her clock), or says why it cannot be."""
    found = get_object_or_404(queries.appointments_with(request.practitioner), pk=pk)
    zone = request.practitioner.zone
    at = asked.wall_of(request.GET, "at", zone)
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
        "week": monday_of(at.astimezone(zone).date()),
        "here": "sessions",
    }
    return render(request, "booking/move_to.html", context, status=409 if why else 200)
