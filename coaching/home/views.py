"""The pages that look over the whole house."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from coaching.booking import queries as booking
from coaching.home import context, queries, rules
from coaching.home.graduates import graduates_today
from coaching.outbox.queries import pulse
from coaching.outbox.words import pulse_in_words
from coaching.people.access import PageRequest, member_required, practitioner_required
from coaching.people.models import Client
from coaching.practice import kit
from coaching.practice import queries as practice
from coaching.welcome.queries import open_invitations

A_PAGE = 30


@member_required
def today(request: PageRequest) -> HttpResponseBase:
    """What is so today, for whoever asks."""
    return _clients_today(request) if hasattr(request, "client") else _practitioners_today(request)


def _practitioners_today(request: PageRequest) -> HttpResponseBase:
    practitioner, now = request.practitioner, request.now
    sessions = queries.todays_sessions(practitioner, now)
    coming = [session for session in sessions if session.ends_at > now]
    needs = context.of(request).needs = queries.needs_of(practitioner, now)
    figures = queries.figures_of(practitioner, now)
    context.of(request).unread = figures.unread
    found = pulse(now, late=figures.late)
    return render(
        request,
        "home/today_practitioner.html",
        {
            "here": "today",
            "headline": rules.practitioner_headline(len(coming), len(needs)),
            "sessions": sessions,
            "coming": coming[0] if coming else None,
            "needs": needs,
            "figures": figures,
            "pulse": found,
            "pulse_words": pulse_in_words(found, zone=practitioner.zone),
        },
    )


def _clients_today(request: PageRequest) -> HttpResponseBase:
    client, now = request.client, request.now
    if client.status == Client.Status.GRADUATED:
        return graduates_today(request)
    day = now.astimezone(client.zone).date()
    todo, stopped = practice.today_and_stopped(client, day)
    kept = kit.of(client)
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
        shown["week"] = practice.week(client, day)
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
def client(request: PageRequest, pk: int) -> HttpResponseBase:
    """All about one client on one page."""
    person = get_object_or_404(Client.objects.of(request.practitioner).select_related("user", "story"), pk=pk)
    return render(
        request,
        "home/client.html",
        {
            "here": "clients",
            "client": person,
            "session": queries.next_session(person, request.now),
            "events": queries.timeline(person, request.now),
        },
    )
