"""The pages that look over the whole house."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from coaching.booking import queries as booking
from coaching.booking.models import Appointment
from coaching.home import about, context, figures, needs, queries, rules, timeline
from coaching.home.graduates import graduates_today
from coaching.home.rules import Need
from coaching.journal import beginnings
from coaching.journal import views as journal
from coaching.journal.asides import Aside
from coaching.outbox.queries import pulse
from coaching.outbox.words import pulse_in_words
from coaching.people.access import PageRequest, member_required, practitioner_required
from coaching.people.models import Client
from coaching.practice import kit
from coaching.practice import queries as practice
from coaching.story.actions import note_reading
from coaching.story.rules import signs_of
from coaching.welcome.queries import open_invitations

A_PAGE = 30
MOST_IN_QUEUE = 15  # a morning's work; the others are one press away


@member_required
def today(request: PageRequest) -> HttpResponseBase:
    """What is so today, for whoever asks."""
    return _clients_today(request) if hasattr(request, "client") else _practitioners_today(request)


def _practitioners_today(request: PageRequest) -> HttpResponseBase:
    practitioner, now = request.practitioner, request.now
    sessions = queries.todays_sessions(practitioner, now)
    coming = [session for session in sessions if session.ends_at > now]
    numbers = figures.figures_of(practitioner, now)
    waiting = context.of(request).needs = needs.needs_of(practitioner, now, numbers.asides)
    shown = waiting if "all" in request.GET else waiting[:MOST_IN_QUEUE]
    context.of(request).unread = numbers.unread
    found = pulse(now, late=numbers.late)
    return render(
        request,
        "home/today_practitioner.html",
        {
            "here": "today",
            "headline": rules.practitioner_headline(len(coming), len(waiting)),
            "sessions": sessions,
            "coming": coming[0] if coming else None,
            "needs": waiting,
            "queue": _with_sessions(shown, coming),
            "more": len(waiting) - len(shown),
            "figures": numbers,
            "laid": (laid := _laid(request, numbers.asides)),
            "laid_stays": laid is not None and any(need.client.pk == laid.client for need in waiting),
            "pulse": found,
            "pulse_words": pulse_in_words(found, zone=practitioner.zone),
        },
    )


def _with_sessions(waiting: list[Need], coming: list[Appointment]) -> list[tuple[Need, Appointment | None]]:
    """Each with the session of that client that is still to come today."""
    met = {session.client_id: session for session in reversed(coming)}
    return [(need, met.get(need.client.pk)) for need in waiting]


def _laid(request: PageRequest, kept: list[Aside]) -> Aside | None:
    """What was just set aside, to be told and taken back."""
    return next((each for each in kept if str(each.pk) == request.GET.get("aside")), None)


def _clients_today(request: PageRequest) -> HttpResponseBase:
    client, now = request.client, request.now
    if client.status == Client.Status.GRADUATED:
        return graduates_today(request)
    day = now.astimezone(client.zone).date()
    practised = practice.todays(client, day)
    todo, stopped = practised.to_do, practised.stopped
    kept = kit.among(practised.in_kit)
    shown: dict[str, Any] = {
        "here": "today",
        "headline": rules.client_headline(
            sum(not one.is_when_needed and not one.is_done for one in todo), len(todo)
        ),
        "first": todo[0] if todo else None,
        "others": kit.without(kept, todo[1:]),
        "kept": kept,
        "stopped": stopped,
        "session": (session := queries.next_session(client, now)),
        "is_late": session is not None and session.change_until < now,
        "types": [] if session else list(booking.bookable_types(client)[:4]),
        "offer": booking.offer_to(client, now),
        "word": queries.last_word(client),
    }
    if todo or stopped:
        shown["week"] = practised.week
    else:
        shown |= queries.before_the_first_lesson(client)
    return render(request, "home/today_client.html", shown)


@practitioner_required
def clients(request: PageRequest) -> HttpResponseBase:
    found = queries.clients_of(request.practitioner, request.now)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    invitations = open_invitations(request.practitioner)
    return render(request, "home/clients.html", {"here": "clients", "page": page, "invitations": invitations})


@practitioner_required
@never_cache
def client(request: PageRequest, pk: int) -> HttpResponseBase:
    """All about one client on one page: `?show=` filters the timeline, `?before=` pages it."""
    now = request.now
    person = about.client_of(request.practitioner, pk, now)
    person.practitioner = request.practitioner
    added = vars(person)
    context.of(request).unread = added["unread_everywhere"] or 0
    story = getattr(person, "story", None)
    if story and story.told_at and not added["read_lately"]:
        note_reading(story=story, practitioner=request.practitioner, now=now)
    sessions = about.sessions(person, now)
    written, last = about.notes(person, sessions.near)
    shown: dict[str, Any] = {
        **_timeline(request, person),
        "here": "clients",
        "client": person,
        "story": story,
        "signs": signs_of(story.signs) if story else [],
        "marks": about.felt(person)[:6],
        "session": sessions.next,
        "near": sessions.near,
        "prepares": _prepares(request, sessions.next),
        "last_note": last,
        "open_tasks": about.tasks(last),
    }
    if written:
        begins = beginnings.read(added["beginnings"])
        shown |= journal.about(request, written, tasks=about.tasks(written), begins=begins) | {"client": person}
    return render(request, "home/client.html", shown)


def _prepares(request: PageRequest, session: Appointment | None) -> bool:
    """Whether what a session is prepared with stands on top: a day before, or when it is asked for."""
    if session is None:
        return False
    return "prepare" in request.GET or session.starts_at - request.now <= about.PREPARED


def _timeline(request: PageRequest, person: Client) -> dict[str, Any]:
    wanted = request.GET.get("show", "")
    show = timeline.Show(wanted) if wanted in list(timeline.Show) else timeline.Show.ALL
    place = timeline.place_of(request.GET.get("before", ""))
    counted = about.counts(person)
    return {
        "show": show,
        "filters": [(each, counted.get(each)) for each in timeline.Show],
        "page": timeline.page(person, request.now, show=show, after=place),
        "is_newest": place is None,
        "back": request.get_full_path(),
    }
