"""What an address asks for: whose clock, which day, which type. Nonsense in a link is passed over."""

from datetime import date, datetime
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase, QueryDict
from django.shortcuts import render
from django_ratelimit.core import is_ratelimited

from accounts import zones
from accounts.wall import first_instant
from coaching.booking import queries
from coaching.booking.forms import StartField
from coaching.booking.models import SessionType
from coaching.people.access import PageRequest, who
from coaching.people.models import Client, Practitioner
from coaching.story.queries import is_told

Day = TypeVar("Day", bound=date)  # a datetime is one too


def zone_of(request: PageRequest, practitioner: Practitioner) -> ZoneInfo:
    """The clock to show: the one asked for, else the reader's; a visitor's is not known: the practitioner's."""
    reader = who(request)
    return asked_zone(request) or (reader.zone if reader else practitioner.zone)


def asked_zone(request: PageRequest) -> ZoneInfo | None:
    """The clock that was chosen on the page, if one was."""
    asked = request.POST.get("zone") or request.GET.get("zone") or ""
    return ZoneInfo(asked) if zones.is_zone(asked) else None


def date_of(request: PageRequest, name: str) -> date | None:
    try:
        return near(date.fromisoformat(request.GET.get(name, "")), request.now)
    except ValueError:
        return None


def start_of(request: PageRequest) -> datetime | None:
    """The start that a link has chosen already: "2026-11-26T14:15:00Z"."""
    try:
        return StartField().clean(request.GET.get("start", "")) if "start" in request.GET else None
    except ValidationError:
        return None


def wall_of(query: QueryDict, name: str, zone: ZoneInfo) -> datetime | None:
    """A time on the practitioner's wall clock, "2026-11-26T10:15", as an instant; None for anything else."""
    try:
        wall = datetime.strptime(query.get(name, ""), "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - her zone comes next
    except ValueError:
        return None
    return first_instant(wall, zone) if 1900 < wall.year < 2200 else None


def near(at: Day | None, now: datetime) -> Day | None:
    """Dates further than a lifetime away are slips of the keyboard, and overflow the calendar."""
    return at if at and abs(at.year - now.year) < 100 else None


def type_of(request: PageRequest, slug: str) -> SessionType | None:
    """The session type that the reader may book; None when a visitor has to sign in first. Else a 404."""
    reader = who(request)
    if asked := request.GET.get("with", ""):
        theirs = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
        session_type = queries.bookable_types(reader).filter(slug=slug, practitioner=theirs).first()
    else:
        session_type = queries.bookable_type(reader, slug)
    if session_type is None and (reader is not None or not SessionType.objects.filter(slug=slug).exists()):
        raise Http404
    return session_type


def story_first(request: PageRequest, session_type: SessionType, client: Client) -> HttpResponseBase | None:
    """The page that asks for the story before a session of this type, with the way there and back; None where
    nothing stands in the way. One query where the type asks for it."""
    if not session_type.needs_story or is_told(client):
        return None
    chosen = request.GET.copy()
    if start := request.POST.get("start"):
        chosen["start"] = start
    back = f"{request.path}?{chosen.urlencode()}" if chosen else request.path
    context = {"type": session_type, "practitioner": session_type.practitioner, "back": back, "client": client}
    return render(request, "booking/story_first.html", context, status=409 if request.method == "POST" else 200)


def sign_in_first(request: PageRequest) -> HttpResponseBase:
    return redirect_to_login(request.get_full_path())


def too_many(request: PageRequest) -> HttpResponseBase | None:
    """Far more bookings than a person makes: please wait. By account, else by address."""
    reader = who(request)
    limited = is_ratelimited(
        request,
        group="book",
        key="user" if reader else _address,
        rate="60/h" if isinstance(reader, Client) else "200/h" if reader else "40/h",
        increment=True,
    )
    return render(request, "429.html", status=429) if limited else None


def _address(group: str, request: PageRequest) -> str:
    """Where a visitor comes from: as many proxies are believed as stand in front of us."""
    ours = settings.TRUSTED_PROXIES
    said = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if ours and len(said) >= ours:
        return said[-ours]
    return cast("str", request.META.get("REMOTE_ADDR", ""))
