"""Choosing what and when: the list of types, the free times as a page and as JSON, and booking one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import zones
from accounts.wall import start_of
from coaching.booking import actions, picker, queries
from coaching.booking.forms import BookingForm, ForClientForm, VisitorForm
from coaching.booking.models import Appointment, SessionType
from coaching.booking.rules import Slot, stamped
from coaching.booking.views import asked
from coaching.people.access import PageRequest, open_to_all, who
from coaching.people.models import Client, Practitioner
from coaching.story.queries import is_told

MOST_DAYS = 92
_WRITTEN_TO = "booking_written_to"


@open_to_all
@require_GET
def book(request: PageRequest) -> HttpResponseBase:
    """What can be booked."""
    types = list(queries.bookable_types(who(request)))
    several = len({each.practitioner_id for each in types}) > 1
    return render(request, "booking/types.html", {"types": types, "several": several, "here": "sessions"})


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book_type(request: PageRequest, slug: str) -> HttpResponseBase:
    """The free times of one type; posted, one of them is booked."""
    session_type = asked.type_of(request, slug)
    if session_type is None:
        return asked.sign_in_first(request)
    reader = who(request)
    if isinstance(reader, Client) and (first := asked.story_first(request, session_type, reader)):
        return first
    if request.method != "POST":
        form = _form(request, None, session_type)
        return show(request, session_type, form)
    if slow_down := asked.too_many(request):
        return slow_down
    form = _form(request, request.POST, session_type)
    if not form.is_valid():
        return show(request, session_type, form, status=422)
    try:
        return _book(request, session_type, form)
    except actions.NotFree as refusal:
        return show(request, session_type, form, refusal=refusal, status=409)


def _book(request: PageRequest, session_type: SessionType, form: BookingForm) -> HttpResponseBase:
    reader, typed = who(request), form.cleaned_data
    what: dict[str, Any] = {
        "session_type": session_type,
        "start": typed["start"],
        "token": typed["token"],
        "message": typed["message"],
        "answers": form.answers(),
        "now": request.now,
    }
    if reader is None:
        actions.book_first(email=typed["email"], name=typed["name"], time_zone=typed["zone"], **what)
        request.session[_WRITTEN_TO] = typed["email"]
        return redirect("book_written")
    client = reader if isinstance(reader, Client) else typed["client"]
    session = actions.book(client=client, by=request.user, **what)
    messages.success(request, _booked(session, reader, request.now))
    if session_type.needs_story and not is_told(client):
        messages.info(request, _("%s has not told the story yet.") % client.name)
    return _see_other(session.get_absolute_url())


@open_to_all
@require_GET
def book_written(request: PageRequest) -> HttpResponseBase:
    """After a visitor's booking: the same words for everybody, so that nobody learns who has an account."""
    email = request.session.get(_WRITTEN_TO)
    if not email:
        return redirect("book")
    return render(request, "booking/written.html", {"email": email})


@open_to_all
@never_cache
def book_slots(request: PageRequest, slug: str) -> HttpResponseBase:
    """{"zone": ..., "slots": [{"start": "...Z", "end": "...Z"}]} for the days from..to of a zone, both included."""
    session_type = asked.type_of(request, slug)
    if session_type is None:
        raise Http404
    try:
        zone = _zone_asked(request, session_type)
        since, until = _range_asked(request, zone)
    except ValueError as problem:
        return JsonResponse({"error": str(problem)}, status=400)
    slots = queries.free_slots_for(
        session_type=session_type, since=since, until=until, now=request.now, soon=_soon(request)
    )
    return JsonResponse(
        {"zone": zone.key, "slots": [{"start": slot.stamp, "end": stamped(slot.end)} for slot in slots]}
    )


def show(
    request: PageRequest,
    session_type: SessionType,
    form: BookingForm,
    *,
    refusal: actions.NotFree | None = None,
    status: int = 200,
) -> HttpResponseBase:
    """The page of free times. After a refusal it begins with the nearest ones, and keeps what was typed."""
    slots = queries.all_free_slots(session_type, request.now, soon=_soon(request))
    zone = asked.zone_of(request, session_type.practitioner)
    context = {
        "form": form,
        "zone_known": bool(request.GET.get("zone") or who(request)),
        **picker_context(request, session_type, slots, zone, form=form, refusal=refusal),
    }
    return render(request, "booking/pick.html", context, status=status)


def picker_context(
    request: PageRequest,
    session_type: SessionType,
    slots: Sequence[Slot],
    zone: ZoneInfo,
    *,
    form: Any,
    refusal: actions.NotFree | None = None,
) -> dict[str, Any]:
    """What booking/_picker.html needs, for booking and for moving alike."""
    start = form.cleaned_data.get("start") if form.is_bound and hasattr(form, "cleaned_data") else None
    start = asked.near(start or asked.start_of(request), request.now)
    near = refusal.nearest if refusal else []
    chosen = next((slot.start for slot in slots if slot.start == start), None)
    laid_out = picker.lay_out(
        slots,
        zone=zone,
        now=request.now,
        day=asked.date_of(request, "day") or (start and start.astimezone(zone).date()),
        since=asked.date_of(request, "from"),
        near=near,
        settled=timedelta(hours=session_type.cancel_hours),
    )
    hers = session_type.practitioner.zone
    return {
        "type": session_type,
        "practitioner": session_type.practitioner,
        "picker": laid_out,
        "zone": zone,
        "two_clocks": not zones.same_clocks(zone.key, hers.key, request.now),
        "two_places": zone != hers,
        "zone_choices": zones.zone_choices(),
        "refused": refusal,
        "taken": isinstance(refusal, actions.Taken),
        "first": slots[0] if slots else None,
        "chosen": chosen,
        "chosen_until": _still(chosen, session_type, request.now),
    }


def _still(start: datetime | None, session_type: SessionType, now: datetime) -> datetime | None:
    """Until when a session that starts then can be changed; None when that is over."""
    until = start - timedelta(hours=session_type.cancel_hours) if start else None
    return until if until and until > now else None


def _form(request: PageRequest, data: Any, session_type: SessionType) -> BookingForm:
    reader = who(request)
    first = {"token": uuid4(), "zone": asked.zone_of(request, session_type.practitioner).key}
    questions = [] if isinstance(reader, Practitioner) else list(session_type.questions.all())
    if reader is None:
        return VisitorForm(data, initial=first, questions=questions)
    if isinstance(reader, Practitioner):
        clients = Client.objects.of(reader).select_related("user").order_by("user__name")
        return ForClientForm(data, initial={**first, "client": request.GET.get("client")}, clients=clients)
    return BookingForm(data, initial=first, questions=questions)


def _soon(request: HttpRequest) -> bool:
    return isinstance(who(request), Practitioner)


def _booked(session: Appointment, reader: Client | Practitioner, now: datetime) -> str:
    when = zones.moment_in_words(session.starts_at, reader.zone, now)
    words = {"when": when, "place": reader.user.place, "name": session.practitioner.name}
    if session.status == Appointment.Status.REQUESTED:
        return _("Asked for: %(when)s, your time in %(place)s. %(name)s answers yes or no.") % words
    return _("Booked: %(when)s, your time in %(place)s.") % words


def _see_other(address: str) -> HttpResponseBase:
    response = redirect(address)
    response.status_code = 303  # RFC 9110 section 15.4.4: look there, with GET
    return response


def _zone_asked(request: PageRequest, session_type: SessionType) -> ZoneInfo:
    name = request.GET.get("zone", "")
    if name and not zones.is_zone(name):
        raise ValueError(_('"zone" is not a time zone that we know: write it like Europe/Lisbon.'))
    return asked.zone_of(request, session_type.practitioner)


def _range_asked(request: PageRequest, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first midnight to the one after the last day, on the clock of `zone`. Raises ValueError."""
    first, last = _day_asked(request, "from"), _day_asked(request, "to")
    if last < first:
        raise ValueError(_('"to" is before "from".'))
    if (last - first).days >= MOST_DAYS:
        raise ValueError(_("At most %d days at once.") % MOST_DAYS)
    return start_of(first, zone), start_of(last + timedelta(days=1), zone)


def _day_asked(request: PageRequest, name: str) -> date:
    words = request.GET.get(name, "")
    if not words:
        raise ValueError(_('"%s" is missing: a date like 2026-11-24.') % name)
    try:
        day = date.fromisoformat(words)
    except ValueError:
        day = None
    if day is None or len(words) != 10:
        raise ValueError(_('"%s" is not a date: write it like 2026-11-24.') % name)
    if abs(day.year - request.now.year) > 100:
        raise ValueError(_('"%s" is too far away.') % name)
    return day
