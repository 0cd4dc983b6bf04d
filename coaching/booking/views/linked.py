"""Pages behind the links in letters: one thing for one person with one session, without signing in.

Opening a link changes nothing (mail programs open links by themselves); the page asks, and its button does it.
Nobody is signed in by it, and the pages show nothing but this session. The forms need no CSRF token: the address
itself is the permission, no cookie is, and "Referrer-Policy: no-referrer" makes browsers send "Origin: null".
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coaching.booking import actions, decisions, grace, links, queries
from coaching.booking.forms import CancelForm, TimeForm
from coaching.booking.forms_changing import AskForm
from coaching.booking.links import Purpose, Slip
from coaching.booking.models import Appointment, AppointmentChange, ChangeRequest
from coaching.booking.views import asked, changing, offers
from coaching.booking.views.choosing import picker_context
from coaching.outbox.letters import speaking_to
from coaching.people.access import PageRequest, open_to_all
from coaching.people.models import Client

LinkView = Callable[[PageRequest, Slip, str], HttpResponseBase]
_OPEN = (Appointment.Status.REQUESTED, Appointment.Status.CONFIRMED)


def by_link(purpose: Purpose, *statuses: str) -> Callable[[LinkView], Any]:
    """Reads the token: a forged one is a 404, an old one the page that says so. The session has to be in one of the
    statuses (any, when none are named). Words and times are those of the link's person."""

    def fits(slip: Slip, now: datetime) -> bool:
        return slip.is_fresh(now) and (not statuses or slip.session.status in statuses)

    def mark(view: LinkView) -> Any:
        @open_to_all
        @csrf_exempt
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def linked(request: PageRequest, token: str) -> HttpResponseBase:
            slip = links.read(purpose, token)
            if slip is None and not links.is_genuine(purpose, token):
                raise Http404
            with speaking_to(slip.person if slip else None):
                if slip and fits(slip, request.now):
                    answer = view(request, slip, token)
                elif slip and _just_did(slip, purpose, request.now):
                    answer = _done(request, slip, slip.session)
                else:
                    answer = _old(request, slip)
            answer.headers["Referrer-Policy"] = "no-referrer"  # the address is the permission
            answer.headers["X-Robots-Tag"] = "noindex, nofollow"
            return answer

        return linked

    return mark


@by_link(Purpose.MOVE, *_OPEN)
def link_move(request: PageRequest, slip: Slip, token: str) -> HttpResponseBase:
    """Choose another time; after the deadline, ask for it."""
    if not _may(slip, request).move:
        return _ask(request, slip, ChangeRequest.Wish.MOVE)
    form = TimeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show_move(request, slip, form)
    if slow_down := asked.too_many(request):
        return slow_down
    if not form.is_valid():
        return _show_move(request, slip, form, status=422)
    try:
        moved = actions.move(
            appointment=slip.session, start=form.cleaned_data["start"], by=slip.person, now=request.now
        )
    except actions.NotFree as refusal:
        return _show_move(request, slip, form, refusal=refusal, status=409)
    except (actions.TooLate, actions.Settled):
        return _old(request, slip)
    return _done(request, slip, moved)


@by_link(Purpose.CANCEL, *_OPEN)
def link_cancel(request: PageRequest, slip: Slip, token: str) -> HttpResponseBase:
    """Ask once, then cancel; after the deadline, ask for it."""
    may = _may(slip, request)
    if not may.cancel:
        return _ask(request, slip, ChangeRequest.Wish.CANCEL)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        move = links.path_to(Purpose.MOVE, slip.session, person=slip.person, now=request.now)
        context = {**_about(slip), "form": form, "may": may, "move_url": move}
        return render(request, "booking/link_cancel.html", context, status=422 if form.errors else 200)
    try:
        why = form.cleaned_data["why"]
        cancelled = actions.cancel(appointment=slip.session, by=slip.person, why=why, now=request.now)
    except (actions.TooLate, actions.Settled):
        return _old(request, slip)
    return _done(request, slip, cancelled)


@by_link(Purpose.AGAIN, Appointment.Status.CANCELLED)
def link_again(request: PageRequest, slip: Slip, token: str) -> HttpResponseBase:
    """Another time of the same type, after a session was cancelled. The same link books once."""
    client, session_type = slip.session.client, slip.session.session_type
    if slip.person.pk != client.user_id or not queries.bookable_types(client).filter(pk=session_type.pk).exists():
        return _old(request, slip)
    if first := asked.story_first(request, queries.type_of(slip.session), client):
        return first
    form = TimeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show_again(request, slip, form)
    if slow_down := asked.too_many(request):
        return slow_down
    if not form.is_valid():
        return _show_again(request, slip, form, status=422)
    try:
        booked = actions.book(
            session_type=session_type,
            client=client,
            start=form.cleaned_data["start"],
            token=uuid5(NAMESPACE_URL, token),
            by=slip.person,
            now=request.now,
        )
    except actions.NotFree as refusal:
        return _show_again(request, slip, form, refusal=refusal, status=409)
    return _done(request, slip, booked)


@by_link(Purpose.PROPOSED, *_OPEN)
def link_proposed(request: PageRequest, slip: Slip, token: str) -> HttpResponseBase:
    """Take the other time that the practitioner proposed."""
    proposal = decisions.proposal_for(slip.session, request.now)
    if proposal is None:
        return _old(request, slip)
    refusal = None
    if request.method == "POST":
        try:
            moved = actions.take_proposed(appointment=slip.session, by=slip.person, now=request.now)
        except actions.NotFree as refused:
            refusal = refused
        except (actions.Answered, actions.Settled):
            return _old(request, slip)
        else:
            return _done(request, slip, moved)
    context = {**_about(slip), "proposal": proposal, "refused": refusal}
    return render(request, "booking/link_proposed.html", context, status=409 if refusal else 200)


@by_link(Purpose.OFFER, Appointment.Status.OFFERED, *_OPEN)
def link_offer(request: PageRequest, slip: Slip, token: str) -> HttpResponseBase:
    """Take the time that is held for who waits, or let it pass."""
    if slip.session.stands:
        return _done(request, slip, slip.session)
    if slip.person.pk != slip.session.client.user_id or offers.is_over(slip.session, request.now):
        return _old(request, None)
    wants_it = request.POST.get("answer") != "pass"
    if wants_it and (first := asked.story_first(request, queries.type_of(slip.session), slip.session.client)):
        return first
    if request.method != "POST":
        return render(request, "booking/link_offer.html", {**_about(slip), "offer": slip.session})
    if request.POST.get("answer") == "pass":
        actions.let_pass(offer=slip.session, now=request.now)
        return render(request, "booking/link_passed.html", {"page": reverse("sessions")})
    try:
        booked = actions.accept(offer=slip.session, by=slip.person, now=request.now)
    except actions.Passed:
        return _old(request, None)
    return _done(request, slip, booked)


@by_link(Purpose.DONE)
def link_done(request: PageRequest, slip: Slip, token: str) -> HttpResponseBase:
    """What was just done, with "Undo" as long as that is possible."""
    session = slip.session
    change = grace.undoable(list(session.changes.all()), by=slip.person.pk, now=request.now)
    trouble = None
    if request.method == "POST":
        try:
            undone = actions.undo(appointment=session, by=slip.person, now=request.now)
        except actions.NotFree:
            trouble = "taken"
        except (actions.NothingToUndo, actions.Settled):
            trouble = "late"
        else:
            return _done(request, slip, undone)
    context = {
        **_about(slip),
        "undo_until": change.at + grace.GRACE if change and trouble is None else None,
        "trouble": trouble,
        "last": session.changes.last(),
        "asked": decisions.open_request_of(session),
    }
    return render(request, "booking/link_done.html", context, status=409 if trouble else 200)


_DOES = {Purpose.MOVE: AppointmentChange.What.MOVED, Purpose.CANCEL: AppointmentChange.What.CANCELLED}


def _just_did(slip: Slip, purpose: Purpose, now: datetime) -> bool:
    """Whether this person did a moment ago what the link is for: pressed twice, it shows what came of it."""
    change = grace.undoable(list(slip.session.changes.all()), by=slip.person.pk, now=now)
    return change is not None and change.what == _DOES.get(purpose)


def _may(slip: Slip, request: PageRequest) -> Any:
    """What the policy lets the client do; the practitioner may do anything."""
    return actions.may_of(slip.session, by=slip.person, now=request.now)


def _ask(request: PageRequest, slip: Slip, wish: str) -> HttpResponseBase:
    """After the deadline, from a link."""
    data = {**request.POST.dict(), "wish": wish} if request.method == "POST" else None
    form = AskForm(data, initial={"wish": wish})
    refusal, status = None, 200
    if form.is_bound and form.is_valid():
        try:
            actions.ask(appointment=slip.session, by=slip.person, now=request.now, **form.asked())
        except actions.NotFree as refused:
            refusal, status = refused, 409
        except actions.Settled:
            return _old(request, slip)
        else:
            return _done(request, slip, slip.session)
    elif form.is_bound:
        status = 422
    return changing.show_ask(
        request,
        slip.session,
        form,
        reader=slip.reader,
        refusal=refusal,
        status=status,
        template="booking/link_ask.html",
        zone=_zone(request, slip),
        **{each: value for each, value in _about(slip).items() if each not in ("session", "reader")},
    )


def _show_move(
    request: PageRequest, slip: Slip, form: TimeForm, *, refusal: Any = None, status: int = 200
) -> HttpResponseBase:
    session, soon = slip.session, not isinstance(slip.reader, Client)
    slots = queries.all_free_slots(queries.type_of(session), request.now, but=session, soon=soon)
    slots = [slot for slot in slots if slot.start != session.starts_at]
    picked = picker_context(request, session.session_type, slots, _zone(request, slip), form=form, refusal=refusal)
    context = {**picked, **_about(slip), "form": form, "zone_known": True}
    return render(request, "booking/link_move.html", context, status=status)


def _show_again(
    request: PageRequest, slip: Slip, form: TimeForm, *, refusal: Any = None, status: int = 200
) -> HttpResponseBase:
    session_type = slip.session.session_type
    slots = queries.all_free_slots(session_type, request.now)
    picked = picker_context(request, session_type, slots, _zone(request, slip), form=form, refusal=refusal)
    context = {**picked, **_about(slip), "form": form, "zone_known": True}
    return render(request, "booking/link_again.html", context, status=status)


def _zone(request: PageRequest, slip: Slip) -> ZoneInfo:
    return asked.asked_zone(request) or slip.reader.zone


def _about(slip: Slip) -> dict[str, Any]:
    """What every page behind a link shows: the session, for whom, and whom they meet."""
    session, reader = slip.session, slip.reader
    return {
        "session": session,
        "reader": reader,
        "other": session.practitioner if isinstance(reader, Client) else session.client,
        "hers": not isinstance(reader, Client),
    }


def _done(request: PageRequest, slip: Slip, session: Appointment) -> HttpResponseBase:
    response = redirect(links.path_to(Purpose.DONE, session, person=slip.person, now=request.now))
    response.status_code = 303
    return response


def _old(request: PageRequest, slip: Slip | None) -> HttpResponseBase:
    """The link was genuine once. It says no more than that."""
    page = slip.session.get_absolute_url() if slip else reverse("today")
    return render(request, "booking/link_old.html", {"page": page}, status=410)
