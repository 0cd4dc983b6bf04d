"""The waiting list, as the client sees it: joining and leaving it, and the time that is offered."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coaching.booking import actions, queries
from coaching.booking.forms_changing import WaitForm
from coaching.booking.models import Appointment, SessionType, WaitingPlace
from coaching.booking.views import asked
from coaching.people.access import PageRequest, client_required


@client_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book_waiting(request: PageRequest, slug: str) -> HttpResponseBase:
    """Wait for a time of one type: join, stay, or leave."""
    session_type = asked.type_of(request, slug)
    if session_type is None:
        raise Http404
    if first := asked.story_first(request, session_type, request.client):
        return first
    place = queries.places_of(request.client).filter(session_type=session_type).first()
    today = request.now.astimezone(request.client.zone).date()
    form = WaitForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST":
        if slow_down := asked.too_many(request):
            return slow_down
        if _answered(request, session_type, place, form):
            return redirect("book_waiting", slug)
    context = {
        "type": session_type,
        "practitioner": session_type.practitioner,
        "place": place,
        "before": _before(place) if place else 0,
        "coming": queries.coming_of_type(request.client, session_type, request.now),
        "form": form,
    }
    return render(request, "booking/waiting.html", context, status=422 if form.is_bound and form.errors else 200)


def _answered(request: PageRequest, session_type: SessionType, place: WaitingPlace | None, form: WaitForm) -> bool:
    """Does what was pressed; False when the form has to be shown again."""
    pressed = request.POST.get("answer")
    if place is not None and pressed == "leave":
        actions.leave(place=place, now=request.now)
        messages.success(request, _("You are not on the list any more."))
    elif place is not None and pressed == "stay":
        actions.stay(place=place)
        messages.success(request, _("You stay on the list, for an earlier time."))
    elif not form.is_valid():
        return False
    else:
        _join(request, session_type, form)
    return True


def _join(request: PageRequest, session_type: SessionType, form: WaitForm) -> None:
    try:
        actions.join(
            client=request.client, session_type=session_type, until=form.cleaned_data["until"], now=request.now
        )
    except actions.Settled:
        name = session_type.practitioner.name
        messages.warning(request, _("The list is for people who work with %s now. Write to her.") % name)
    else:
        messages.success(request, _("You are on the list. We write to you when a time opens."))


def _before(place: WaitingPlace) -> int:
    return WaitingPlace.objects.waiting().filter(session_type=place.session_type, since__lt=place.since).count()


@client_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_offer(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """The time that is held for the client: take it, or let it pass."""
    offer = get_object_or_404(queries.offers_of(request.client), pk=pk)
    if offer.stands:
        return redirect(offer)
    if is_over(offer, request.now):
        return _gone(request)
    wants_it = request.POST.get("answer") != "pass"
    if wants_it and (first := asked.story_first(request, queries.type_of(offer), request.client)):
        return first
    if request.method != "POST":
        context = {"offer": offer, "session": offer, "reader": request.client, "other": offer.practitioner}
        return render(request, "booking/offer.html", context)
    if request.POST.get("answer") == "pass":
        actions.let_pass(offer=offer, now=request.now)
        messages.success(request, _("The next person is asked. You are not on the list any more."))
        return redirect("sessions")
    try:
        booked = actions.accept(offer=offer, by=request.user, now=request.now)
    except actions.Passed:
        return _gone(request)
    messages.success(request, _("Booked. We write to you both."))
    return redirect(booked)


def is_over(offer: Appointment, now: datetime) -> bool:
    """Whether the time is not held any more."""
    return offer.held_until is None or offer.held_until <= now


def _gone(request: PageRequest) -> HttpResponseBase:
    messages.warning(request, _("This time is not held any more. You can join the list again."))
    return redirect("book")
