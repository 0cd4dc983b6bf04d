"""Sessions that are booked: the list, the diary, and each one's page with what can be done about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import zones
from accounts.wall import monday_of
from coaching.booking import actions, queries
from coaching.booking.attending import SOON
from coaching.booking.calendars import ics
from coaching.booking.calendars.links import add_to_calendar
from coaching.booking.forms import CancelForm, MarkForm, TimeForm
from coaching.booking.models import Appointment
from coaching.booking.views import asked, changing, diary
from coaching.booking.views.choosing import picker_context
from coaching.outbox.letters import absolute
from coaching.people.access import PageRequest, member_required, practitioner_required, who
from coaching.people.devices import uses
from coaching.people.models import Client, Practitioner

A_PAGE = 20
Status = Appointment.Status


@member_required
@never_cache
@require_GET
def sessions(request: PageRequest) -> HttpResponseBase:
    """A client's sessions as a list, a practitioner's week as a diary."""
    reader = who(request)
    return diary.show(request, reader) if isinstance(reader, Practitioner) else _list(request, request.client)


def _list(request: PageRequest, client: Client) -> HttpResponseBase:
    mine = queries.appointments_of(client)
    past = mine.past(request.now).exclude(status=Appointment.Status.CANCELLED)
    context = {
        "coming": list(mine.upcoming(request.now)[:A_PAGE]),
        "page": Paginator(past, A_PAGE).get_page(request.GET.get("page")),
        "here": "sessions",
    }
    return render(request, "booking/sessions.html", context)


@uses("microphone", "camera")
@member_required
@never_cache
def session(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """One session, for both of them."""
    found = _mine(request, pk)
    return render(request, "booking/session.html", _about(request, found))


@member_required
def session_calendar(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """The session as a file for a calendar."""
    found = _mine(request, pk)
    method: ics.Method = "CANCEL" if found.status == Appointment.Status.CANCELLED else "PUBLISH"
    url = absolute(found.get_absolute_url())
    content = ics.object_of(found, reader=request.user, url=url, method=method, now=request.now)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="session.ics"', "Cache-Control": "private, no-store"},
    )


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_move(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Choose another time. Until that is done, the old one stands."""
    found = _mine(request, pk)
    if not _may(request, found)["may_move"]:
        return _ask_or_say_why_not(request, found, "move")
    form = TimeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show_move(request, found, form)
    if slow_down := asked.too_many(request):
        return slow_down
    if not form.is_valid():
        return _show_move(request, found, form, status=422)
    was = found.starts_at
    try:
        moved = actions.move(appointment=found, start=form.cleaned_data["start"], by=request.user, now=request.now)
    except actions.NotFree as refusal:
        return _show_move(request, found, form, refusal=refusal, status=409)
    except (actions.TooLate, actions.Settled):
        return _says_why_not(request, found)
    if hasattr(request, "practitioner") and request.POST.get("from") == "diary":
        return diary.remember(request, moved, was=was)
    when = _when(request, form.cleaned_data["start"])
    messages.success(request, _("Moved: now %(when)s. We write to you both.") % {"when": when})
    return redirect(found)


def _show_move(
    request: PageRequest,
    found: Appointment,
    form: TimeForm,
    *,
    refusal: actions.NotFree | None = None,
    status: int = 200,
) -> HttpResponseBase:
    soon = isinstance(who(request), Practitioner)
    slots = queries.all_free_slots(queries.type_of(found), request.now, but=found, soon=soon)
    slots = [slot for slot in slots if slot.start != found.starts_at]
    zone = asked.zone_of(request, found.practitioner)
    context = {
        "session": found,
        "form": form,
        "zone_known": True,
        **picker_context(request, found.session_type, slots, zone, form=form, refusal=refusal),
    }
    return render(request, "booking/move.html", context, status=status)


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Ask once, then cancel."""
    found = _mine(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    context = {**_may(request, found), "form": form}
    if not context["may_cancel"] and found.status != Appointment.Status.CANCELLED:
        return _ask_or_say_why_not(request, found, "cancel")
    if request.method != "POST" or not form.is_valid():
        return render(request, "booking/cancel.html", context, status=422 if form.errors else 200)
    try:
        actions.cancel(appointment=found, by=request.user, why=form.cleaned_data["why"], now=request.now)
    except (actions.TooLate, actions.Settled):
        return _says_why_not(request, found)
    messages.success(request, _("Cancelled: %s. We write to you both.") % _when(request, found.starts_at))
    return redirect(found)


@practitioner_required
def session_mark(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Afterwards: held, or missed."""
    found = get_object_or_404(queries.appointments_with(request.practitioner), pk=pk)
    form = MarkForm(request.POST)
    if request.method == "POST" and form.is_valid():
        try:
            actions.look_back(appointment=found, by=request.user, now=request.now, **form.cleaned_data)
        except actions.Settled:
            return _says_why_not(request, found)
    return redirect(found)


def _mine(request: PageRequest, pk: UUID) -> Appointment:
    reader = who(request)
    if reader is None:
        raise LookupError("The access mark lets members in only.")
    return get_object_or_404(queries.appointments_for(reader), pk=pk)


def _about(request: PageRequest, found: Appointment) -> dict[str, Any]:
    """What the pages of one session say about it."""
    now, reader = request.now, request.practitioner if hasattr(request, "practitioner") else request.client
    hers = isinstance(reader, Practitioner)
    return {
        **_may(request, found),
        "over": found.ends_at <= now,
        "week": monday_of(found.starts_at.astimezone(reader.zone).date()),
        "near": found.starts_at - now <= SOON,
        "again": found.status == Status.CANCELLED and isinstance(reader, Client) and _is_offered(found, reader),
        "may_mark": hers and found.starts_at <= now and found.status in _COULD_BE_HELD,
        "look_back": MarkForm(initial={"agreed": found.agreed}),
        "add_to_calendar": add_to_calendar(found, reader=request.user) if found.stands else [],
        **changing.about(found, reader=reader, now=now),
    }


def _may(request: PageRequest, found: Appointment) -> dict[str, Any]:
    """Whose session it is, and what the reader can do while it is still to come. One query, for a client."""
    hers = hasattr(request, "practitioner")
    coming = found.status in (Status.REQUESTED, Status.CONFIRMED) and found.ends_at > request.now
    may = actions.may_of(found, by=request.user, now=request.now)
    return {
        "session": found,
        "other": found.client if hers else found.practitioner,
        "hers": hers,
        "coming": coming,
        "may": may,
        "may_move": coming and may.move,
        "may_cancel": coming and may.cancel,
        "here": "sessions",
    }


def _is_offered(found: Appointment, client: Client) -> bool:
    return queries.bookable_types(client).filter(pk=found.session_type_id).exists()


_COULD_BE_HELD = (Status.CONFIRMED, Status.HELD, Status.MISSED)


def _ask_or_say_why_not(request: PageRequest, found: Appointment, wish: str) -> HttpResponseBase:
    """What a client may not do (any more), she can ask for."""
    asks = found.status in (Status.REQUESTED, Status.CONFIRMED) and found.starts_at > request.now
    if asks and isinstance(who(request), Client):
        return redirect(f"{reverse('session_ask', args=[found.pk])}?wish={wish}")
    return _says_why_not(request, found)


def _says_why_not(request: PageRequest, found: Appointment) -> HttpResponseBase:
    found.refresh_from_db()
    name = found.practitioner.name
    if found.status == Appointment.Status.CANCELLED:
        why = _("This session is cancelled already.")
    elif found.ends_at <= request.now:
        why = _("This session is over.")
    else:
        why = _("It is too late to change this here. Write to %s.") % name
    messages.warning(request, why)
    return redirect(found)


def _when(request: PageRequest, moment: datetime) -> str:
    return zones.moment_in_words(moment, request.user.zone, request.now)
