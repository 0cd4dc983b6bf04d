"""A client's own pages: the lessons, the player, the note after it, and what has changed."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.library import queries as library
from coaching.library.views import as_captions
from coaching.media import queries as media
from coaching.media import serving
from coaching.people.access import PageRequest, client_required
from coaching.practice import actions, giving, plots, queries, rules
from coaching.practice.forms import NoteForm, PlayedForm, RatingForm
from coaching.practice.models import Assignment


def _today(request: PageRequest) -> date:
    return request.now.astimezone(request.client.zone).date()


def _assignment(request: PageRequest, pk: UUID) -> Assignment:
    return get_object_or_404(queries.assignments_of(request.client), pk=pk)


def _before(request: PageRequest) -> int | None:
    """The tension named before beginning, carried along in the address; nonsense is nothing."""
    said = request.GET.get("before", "")
    return int(said) if said in {str(number) for number in range(11)} else None


def _asked_for(request: PageRequest) -> int:
    """The second from which to play, as the address says; 0 when it says none, or nonsense."""
    said = request.GET.get("at", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0


def _with_before(address: str, before: int | None) -> str:
    return address if before is None else f"{address}?{urlencode({'before': before})}"


@client_required
def practice(request: PageRequest) -> HttpResponseBase:
    """All lessons of the client: those to do, those that rest, those that are kept."""
    today = _today(request)
    given = list(queries.assignments_of(request.client))
    states = Assignment.State
    programs = giving.given_programs(
        request.client, today, link=lambda part: reverse("practice_lesson", args=[part.pk])
    )
    inside = {program.assignment.pk for program in programs}
    active = [one for one in given if one.state == states.ACTIVE and (one.until is None or one.until >= today)]
    stopped = [one for one in given if one.state == states.STOPPED]
    kept = queries.kept(given, [*active, *stopped])
    return render(
        request,
        "practice/practice.html",
        {
            "to_practise": sum(one.starts_on <= today for one in active),
            "active": [queries.as_listed(one, today) for one in active if one.part_of_id not in inside],
            "programs": programs,
            "stopped": [one for one in stopped if one.part_of_id not in inside],
            "kept": kept,
            "here": "practice",
        },
    )


@client_required
def lesson(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """The open book: the practitioner's note, the words, what to heed, and Begin."""
    assignment = _assignment(request, pk)
    found = queries.to_do(request.client, assignment, _today(request))
    return render(
        request,
        "practice/lesson.html",
        {
            "assignment": assignment,
            "lesson": found.lesson,
            "todo": found,
            "transcript": library.transcript(found.lesson),
            "entries": queries.entries_of(assignment),
            "scale": range(11),
            "here": "practice",
        },
    )


@client_required
def play_at(request: PageRequest, lesson_pk: int) -> HttpResponseBase:
    """From a message that points at a place (`?at=`, seconds) in a lesson of one's own, to the player there."""
    given = queries.assignments_of(request.client).filter(lesson=lesson_pk).order_by("-created_at").first()
    if given is None:
        raise Http404
    at = _asked_for(request)
    address = reverse("play", args=[given.pk])
    return redirect(f"{address}?{urlencode({'at': at})}" if at else address)


@client_required
def play(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """The player. A lesson that hurt is not played before the practitioner has said a word."""
    assignment = _assignment(request, pk)
    if assignment.state == Assignment.State.STOPPED:
        return redirect("practice_lesson", pk)
    lesson, before = assignment.lesson, _before(request)
    return render(
        request,
        "practice/play.html",
        {
            "assignment": assignment,
            "lesson": lesson,
            "position": _asked_for(request) or (queries.position(request.client, lesson) if lesson else 0),
            "after_url": _with_before(reverse("practice_note", args=[pk]), before),
        },
    )


@client_required
def sound(request: PageRequest, pk: UUID) -> HttpResponseBase:
    return serving.respond(request, file=media.sound_of(_lesson_of(request, pk).recording.file))


@client_required
def captions(request: PageRequest, pk: UUID) -> HttpResponseBase:
    return as_captions(_lesson_of(request, pk))


@client_required
def played(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """The player reports every few seconds, and once more when the page is left."""
    lesson = _lesson_of(request, pk)
    if request.method != "POST":
        return redirect("practice_lesson", pk)
    form = PlayedForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("Where one stands is said in seconds."), status=400, content_type="text/plain")
    actions.played(client=request.client, lesson=lesson, now=request.now, **form.cleaned_data)
    return HttpResponse(status=204)


@client_required
def note(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """How it went."""
    assignment = _assignment(request, pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _noted(request, assignment, form.cleaned_data)
    return render(
        request,
        "practice/note.html",
        {
            "assignment": assignment,
            "lesson": assignment.lesson,
            "form": form,
            "before": _before(request),
            "scale": range(11),
            "felt": form.fields["felt"].choices,  # type: ignore[attr-defined]
        },
    )


def _noted(request: PageRequest, assignment: Assignment, said: dict[str, Any]) -> HttpResponseBase:
    lesson = assignment.lesson
    if lesson is None:
        return redirect("practice")
    actions.note(
        client=request.client,
        lesson=lesson,
        assignment=assignment,
        day=_today(request),
        now=request.now,
        **said,
    )
    if rules.SHARP in said["felt"]:
        return redirect("practice_lesson", assignment.pk)
    messages.success(request, _("Saved. %s can see it.") % request.client.practitioner.name)
    return redirect("today")


@client_required
def stop(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Something hurts: one press stops the lesson and tells the practitioner."""
    assignment = _assignment(request, pk)
    if request.method == "POST":
        actions.stop(assignment=assignment, now=request.now)
        return redirect("practice_lesson", pk)
    if assignment.state != Assignment.State.ACTIVE:
        return redirect("practice_lesson", pk)
    return render(request, "practice/stop.html", {"assignment": assignment, "lesson": assignment.lesson})


@client_required
def progress(request: PageRequest) -> HttpResponseBase:
    client, today = request.client, _today(request)
    weeks, changes = queries.ratings(client, today), queries.changes(client)
    rated = [(week.week, week.value) for week in weeks if week.value is not None]
    return render(
        request,
        "practice/progress.html",
        {
            "headline": rules.reserve_headline(rated),
            "weeks": weeks,
            "reserve": plots.reserve(weeks),
            "changes": changes,
            "change_plot": plots.changes(changes, today),
            "counted": queries.counted(client),
            "rated_now": next((week.value for week in reversed(weeks) if week.week == rules.monday(today)), None),
            "scale": range(11),
            "here": "progress",
        },
    )


@client_required
def rate(request: PageRequest) -> HttpResponseBase:
    form = RatingForm(request.POST)
    if request.method != "POST":
        return redirect("progress")
    if form.is_valid():
        week = _today(request)
        actions.rate_reserve(client=request.client, week=week, value=form.cleaned_data["value"], now=request.now)
        messages.success(request, _("Rated: %s this week.") % form.cleaned_data["value"])
    else:
        messages.error(request, _("A rating is a number from 0 to 10."))
    return redirect("progress")


def _lesson_of(request: PageRequest, pk: UUID) -> Any:
    return _assignment(request, pk).lesson
