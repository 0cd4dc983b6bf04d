"""Rows of sessions: booking one, and moving or cancelling it from one session on. What clashes is shown first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coaching.booking import actions, queries
from coaching.booking.forms import CancelForm
from coaching.booking.forms_changing import RepeatForm, RowTimeForm, TurnsForm
from coaching.booking.models import Appointment, SessionType
from coaching.booking.repeats import Turn
from coaching.booking.views import asked
from coaching.booking.views.choosing import picker_context
from coaching.people.access import PageRequest, member_required, who
from coaching.people.models import Client, Practitioner


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book_repeat(request: PageRequest, slug: str) -> HttpResponseBase:
    """A row of sessions: how often and from when, then what that comes to, then it is booked."""
    session_type = asked.type_of(request, slug)
    reader = who(request)
    if session_type is None or reader is None:
        raise Http404
    if isinstance(reader, Client) and (first := asked.story_first(request, session_type, reader)):
        return first
    data = request.POST if request.method == "POST" else request.GET if "start" in request.GET else None
    clients = Client.objects.of(reader).select_related("user") if isinstance(reader, Practitioner) else None
    form = RepeatForm(data, clients=clients, initial={"client": request.GET.get("client")})
    if not form.is_bound or not form.is_valid() or "again" in request.GET:
        return _choose(request, session_type, form)
    client = reader if isinstance(reader, Client) else form.cleaned_data["client"]
    if request.method != "POST":
        return _show_plan(request, session_type, form, client)
    if slow_down := asked.too_many(request):
        return slow_down
    return _book(request, session_type, form, client)


def _choose(request: PageRequest, session_type: SessionType, form: RepeatForm) -> HttpResponseBase:
    soon = isinstance(who(request), Practitioner)
    slots = queries.all_free_slots(session_type, request.now, soon=soon)
    zone = asked.zone_of(request, session_type.practitioner)
    picked = picker_context(request, session_type, slots, zone, form=form)
    status = 422 if form.errors else 200
    return render(request, "booking/repeat.html", {**picked, "form": form, "zone_known": True}, status=status)


def _plan(request: PageRequest, session_type: SessionType, form: RepeatForm, client: Client) -> list[Turn]:
    typed = form.cleaned_data
    return actions.plan_series(
        session_type=session_type,
        client=client,
        first=typed["start"],
        every_weeks=typed["every"],
        count=typed["times"],
        by=request.user,
        now=request.now,
    )


def _show_plan(
    request: PageRequest, session_type: SessionType, form: RepeatForm, client: Client, *, refused: bool = False
) -> HttpResponseBase:
    turns = _plan(request, session_type, form, client)
    context = {
        **_both_of(request, session_type.practitioner, client),
        "type": session_type,
        "turns": turns,
        "clashes": sum(not turn.free for turn in turns),
        "form": form,
        "again": _as_asked(form),
        "client": client,
        "token": request.POST.get("token") or uuid4(),
        "refused": refused,
    }
    return render(request, "booking/repeat_plan.html", context, status=409 if refused else 200)


def _as_asked(form: RepeatForm) -> str:
    """The query that shows the page of choosing as it was left."""
    return urlencode({**{name: form.data[name] for name in form.fields if form.data.get(name)}, "again": 1})


def _book(request: PageRequest, session_type: SessionType, form: RepeatForm, client: Client) -> HttpResponseBase:
    chosen = TurnsForm(request.POST, count=form.cleaned_data["times"])
    starts = chosen.starts() if chosen.is_valid() else []
    if not starts:
        return _show_plan(request, session_type, form, client, refused=True)
    try:
        row = actions.book_series(
            session_type=session_type,
            client=client,
            starts=starts,
            every_weeks=form.cleaned_data["every"],
            token=chosen.cleaned_data["token"],
            by=request.user,
            now=request.now,
            message=form.cleaned_data["message"],
        )
    except (actions.NotFree, actions.TooMany):
        return _show_plan(request, session_type, form, client, refused=True)
    messages.success(request, _("Booked, all of them. We write to you both."))
    return redirect(row.appointments.order_by("starts_at")[0])


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def series_move(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Move a session and all after it in its row by as much on the clock."""
    found, row = _row(request, pk)
    data = request.POST if request.method == "POST" else request.GET if "start" in request.GET else None
    form = RowTimeForm(data)
    if not form.is_bound or not form.is_valid() or "again" in request.GET:
        return _choose_move(request, found, row, form)
    start = form.cleaned_data["start"]
    if request.method != "POST":
        return _show_move(request, found, row, start)
    chosen = TurnsForm(request.POST, count=len(row))
    starts = chosen.by_session(row) if chosen.is_valid() else {}
    if not starts:
        return _show_move(request, found, row, start, refused=True)
    try:
        actions.move_series(appointment=found, starts=starts, by=request.user, now=request.now)
    except actions.NotFree:
        return _show_move(request, found, row, start, refused=True)
    except (actions.TooLate, actions.Settled):
        return _too_late(request, found)
    messages.success(request, _("Moved. We write to you both."))
    return redirect(found)


def _choose_move(
    request: PageRequest, found: Appointment, row: Sequence[Appointment], form: RowTimeForm
) -> HttpResponseBase:
    soon = isinstance(who(request), Practitioner)
    slots = queries.all_free_slots(queries.type_of(found), request.now, but=found, soon=soon)
    slots = [slot for slot in slots if slot.start != found.starts_at]
    zone = asked.zone_of(request, found.practitioner)
    picked = picker_context(request, found.session_type, slots, zone, form=form)
    context = {**picked, "session": found, "row": row, "form": form, "zone_known": True}
    return render(request, "booking/series_move.html", context, status=422 if form.errors else 200)


def _show_move(
    request: PageRequest, found: Appointment, row: Sequence[Appointment], start: datetime, *, refused: bool = False
) -> HttpResponseBase:
    turns = actions.plan_move(appointment=found, start=start, by=request.user, now=request.now)
    context = {
        **_both_of(request, found.practitioner, found.client),
        "session": found,
        "turns": turns,
        "moving": list(zip(turns, row, strict=True)),
        "clashes": sum(not turn.free for turn in turns),
        "start": turns[0].stamp,
        "again": urlencode({"start": turns[0].stamp, "again": 1}),
        "token": uuid4(),
        "refused": refused,
    }
    return render(request, "booking/series_move_plan.html", context, status=409 if refused else 200)


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def series_cancel(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Cancel a session and all after it in its row."""
    found, row = _row(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = {
            **_both_of(request, found.practitioner, found.client),
            "session": found,
            "row": row,
            "form": form,
        }
        return render(request, "booking/series_cancel.html", context, status=422 if form.errors else 200)
    try:
        why = form.cleaned_data["why"]
        actions.cancel_series(appointment=found, by=request.user, why=why, now=request.now)
    except (actions.TooLate, actions.Settled):
        return _too_late(request, found)
    messages.success(request, _("Cancelled, all of them. We write to you both."))
    return redirect(found)


def _row(request: PageRequest, pk: UUID) -> tuple[Appointment, list[Appointment]]:
    """The session and those after it in its row. A 404 for one that is in none."""
    reader = who(request)
    if reader is None:
        raise Http404
    found = get_object_or_404(queries.appointments_for(reader).filter(series__isnull=False), pk=pk)
    return found, list(queries.later_in_series(found))


def _both_of(request: PageRequest, practitioner: Practitioner, client: Client) -> dict[str, Any]:
    hers = isinstance(who(request), Practitioner)
    return {
        "reader": practitioner if hers else client,
        "other": client if hers else practitioner,
        "practitioner": practitioner,
        "hers": hers,
    }


def _too_late(request: PageRequest, found: Appointment) -> HttpResponseBase:
    messages.warning(request, _("One of them cannot be changed any more. Change the others one by one."))
    return redirect(found)
