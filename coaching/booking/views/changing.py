"""What can be done about one session: take back the last change, ask for one, answer to a proposal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from coaching.booking import actions, decisions, grace, history, queries
from coaching.booking.calendars import queries as calendars
from coaching.booking.forms_changing import AskForm
from coaching.booking.models import Appointment, ChangeRequest
from coaching.booking.views import asked
from coaching.booking.views.choosing import picker_context
from coaching.people.access import PageRequest, client_required, member_required, who
from coaching.people.models import Client, Practitioner


def about(session: Appointment, *, reader: Client | Practitioner, now: datetime) -> dict[str, Any]:
    """For booking/_session_changes.html. Three queries, two more for the practitioner; and one when the session is
    one of a row."""
    changes = list(session.changes.select_related("by"))
    answer = decisions.last_answer_to(session)
    hers = isinstance(reader, Practitioner)
    other = session.client.user if hers else session.practitioner.user
    undo = grace.undoable(changes, by=reader.user.pk, now=now)
    open_replies = calendars.open_replies(reader, now) if isinstance(reader, Practitioner) else None
    return {
        "undo": undo,
        "undo_until": undo.at + grace.GRACE if undo else None,
        "history": history.told(changes, reader=reader.user, other=other, now=now),
        "open_request": decisions.open_request_of(session),
        "answer": answer,
        "proposal": decisions.proposal_in(answer, session, now),
        "replies": list(open_replies.filter(appointment=session)) if open_replies is not None else [],
        "answered": calendars.answer_of(session) if hers else None,
        "later_ones": list(queries.later_in_series(session)) if session.series_id else [],
    }


@member_required
@require_POST
def session_undo(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Take back what one just did."""
    found = _mine(request, pk)
    take_back(request, found)
    return redirect(found)


def take_back(request: PageRequest, found: Appointment, *, by: Any = None) -> bool:
    """Undo, and say what came of it."""
    try:
        actions.undo(appointment=found, by=by or request.user, now=request.now)
    except actions.NotFree:
        messages.error(request, _("That cannot be taken back any more: somebody has the old time."))
    except (actions.NothingToUndo, actions.Settled):
        messages.warning(request, _("That cannot be taken back any more."))
    else:
        messages.success(request, _("Taken back. Everything is as it was before."))
        return True
    return False


@client_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_ask(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """After the deadline: ask the practitioner to move the session, or to cancel it."""
    found = get_object_or_404(queries.appointments_of(request.client), pk=pk)
    form = AskForm(request.POST if request.method == "POST" else None, initial={"wish": request.GET.get("wish")})
    if request.method != "POST" or not form.is_valid():
        return show_ask(request, found, form, reader=request.client, status=422 if form.errors else 200)
    if slow_down := asked.too_many(request):
        return slow_down
    try:
        actions.ask(appointment=found, by=request.user, now=request.now, **form.asked())
    except actions.NotFree as refusal:
        return show_ask(request, found, form, reader=request.client, refusal=refusal, status=409)
    except actions.Settled:
        messages.warning(request, _("This session has begun or is cancelled: there is nothing to ask any more."))
        return redirect(found)
    messages.success(request, _("%s is asked. Until she answers, the session stands.") % found.practitioner.name)
    return redirect(found)


def show_ask(
    request: PageRequest,
    found: Appointment,
    form: AskForm,
    *,
    reader: Client | Practitioner,
    refusal: actions.NotFree | None = None,
    status: int = 200,
    template: str = "booking/ask.html",
    **more: Any,
) -> HttpResponseBase:
    """The page that asks: with times to choose from for moving, without for cancelling."""
    wish = form.data.get("wish") if form.is_bound else form.initial.get("wish")
    moving = wish != ChangeRequest.Wish.CANCEL
    context: dict[str, Any] = {"session": found, "form": form, "moving": moving, "reader": reader, **more}
    if moving:
        slots = queries.all_free_slots(queries.type_of(found), request.now, but=found)
        slots = [slot for slot in slots if slot.start != found.starts_at]
        zone = more.get("zone") or asked.zone_of(request, found.practitioner)
        context |= picker_context(request, found.session_type, slots, zone, form=form, refusal=refusal)
        context["zone_known"] = True
    return render(request, template, context, status=status)


@client_required
@require_POST
def session_take_proposed(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Take the other time that the practitioner proposed."""
    found = get_object_or_404(queries.appointments_of(request.client), pk=pk)
    accept_proposal(request, found, by=request.user)
    return redirect(found)


def accept_proposal(request: PageRequest, found: Appointment, *, by: Any) -> Appointment | None:
    """The moved session, or None; said in words either way."""
    try:
        moved = actions.take_proposed(appointment=found, by=by, now=request.now)
    except actions.NotFree:
        messages.error(request, _("That time was just taken. The old time stands."))
    except (actions.Answered, actions.Settled):
        messages.warning(request, _("This proposal is not open any more."))
    else:
        messages.success(request, _("Moved. We write to you both."))
        return moved
    return None


def _mine(request: PageRequest, pk: UUID) -> Appointment:
    reader = who(request)
    if reader is None:
        raise LookupError("The access mark lets members in only.")
    return get_object_or_404(queries.appointments_for(reader), pk=pk)
