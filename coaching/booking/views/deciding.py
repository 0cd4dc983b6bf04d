"""What waits for the practitioner's decision, each settled where it stands."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.booking import actions, decisions, queries
from coaching.booking.forms_changing import AnswerForm
from coaching.booking.models import CalendarReply, ChangeRequest
from coaching.booking.views.choosing import picker_context
from coaching.people.access import PageRequest, practitioner_required


@practitioner_required
@never_cache
@require_GET
def sessions_asked(request: PageRequest) -> HttpResponseBase:
    """Everything that waits for her word, and who waits for a time."""
    found = decisions.asked_of(request.practitioner, request.now)
    context = {
        "asked": found,
        "waiting": list(decisions.waiting_with(request.practitioner)),
        "practitioner": request.practitioner,
        "here": "sessions",
    }
    return render(request, "booking/asked.html", context)


@practitioner_required
@require_POST
def asked_grant(request: PageRequest, pk: int) -> HttpResponseBase:
    """Do what was asked."""
    wish = _wish(request, pk)
    try:
        session = actions.grant(request=wish, by=request.user, now=request.now)
    except actions.NotFree:
        messages.error(request, _("That time is not free any more. Propose another one, or keep the old time."))
        return redirect("asked_answer", pk)
    except (actions.Answered, actions.Settled):
        return _too_late(request)
    done = _("Moved.") if wish.wish == ChangeRequest.Wish.MOVE else _("Cancelled.")
    messages.success(request, done + " " + _("We write to %s.") % session.client.name)
    return redirect(session)  # where it can be taken back


@practitioner_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asked_answer(request: PageRequest, pk: int) -> HttpResponseBase:
    """Keep the session as it is, with a word, or propose another time."""
    wish = _wish(request, pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _show_answer(request, wish, form)
    typed = form.cleaned_data
    try:
        actions.decline(
            request=wish, answer=typed["answer"], proposed=typed["start"], by=request.user, now=request.now
        )
    except actions.NotFree as refusal:
        return _show_answer(request, wish, form, refusal=refusal)
    except (actions.Answered, actions.Settled):
        return _too_late(request)
    messages.success(request, _("We write to %s.") % wish.appointment.client.name)
    return redirect("sessions_asked")


@practitioner_required
@require_POST
def asked_booking(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Approve or refuse a booking that was asked for."""
    found = get_object_or_404(queries.appointments_with(request.practitioner), pk=pk)
    try:
        if request.POST.get("answer") == "yes":
            actions.approve(appointment=found, by=request.user, now=request.now)
            messages.success(request, _("Booked. We write to you both."))
        else:
            why = request.POST.get("why", "")[:500]
            actions.refuse(appointment=found, by=request.user, why=why, now=request.now)
            messages.success(request, _("Refused. We write to %s.") % found.client.name)
    except actions.Settled:
        return _too_late(request)
    return redirect("sessions_asked")


@practitioner_required
@require_POST
def asked_calendar(request: PageRequest, pk: int) -> HttpResponseBase:
    """A client's calendar declined: cancel the session, or keep it."""
    replies = CalendarReply.objects.filter(appointment__practitioner=request.practitioner, settled_at=None)
    reply = get_object_or_404(
        replies.select_related("appointment__practitioner", "appointment__client__user"), pk=pk
    )
    cancel = request.POST.get("answer") == "cancel"
    try:
        actions.settle_reply(reply=reply, cancel_it=cancel, by=request.user, now=request.now)
    except (actions.Settled, actions.Answered):
        return _too_late(request)
    done = _("Cancelled. We write to you both.") if cancel else _("It stays. Nobody is written to.")
    messages.success(request, done)
    return redirect(reply.appointment if request.POST.get("from") == "session" else "sessions_asked")


def _wish(request: PageRequest, pk: int) -> ChangeRequest:
    rows = ChangeRequest.objects.filter(appointment__practitioner=request.practitioner)
    people = ("client__user", "practitioner__user", "session_type__practitioner__user")
    return get_object_or_404(rows.select_related(*(f"appointment__{each}" for each in people)), pk=pk)


def _show_answer(request: PageRequest, wish: ChangeRequest, form: AnswerForm, *, refusal: Any = None) -> Any:
    session = wish.appointment
    slots = queries.all_free_slots(queries.type_of(session), request.now, but=session, soon=True)
    slots = [slot for slot in slots if slot.start != session.starts_at]
    zone = request.practitioner.zone
    picked = picker_context(request, session.session_type, slots, zone, form=form, refusal=refusal)
    context = {**picked, "wish": wish, "session": session, "form": form, "other": session.client}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "booking/asked_answer.html", context, status=status)


def _too_late(request: PageRequest) -> HttpResponseBase:
    messages.warning(request, _("This is settled already, or the session was changed meanwhile."))
    return redirect("sessions_asked")
