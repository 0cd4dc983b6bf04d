"""A client's own pages: the lessons, one of them as an open book, and what has changed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.wall import monday_of
from coaching.library import queries as library
from coaching.media import queries as media
from coaching.people.access import PageRequest, client_required
from coaching.practice import asked, giving, histories, plots, queries, rules
from coaching.practice.forms import RatingForm
from coaching.practice.models import Assignment
from coaching.story import queries as stories
from coaching.story.actions import rate_reserve


@client_required
def practice(request: PageRequest) -> HttpResponseBase:
    """All lessons of the client: those to do, those that rest, those that are kept."""
    today = asked.today(request)
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
    assignment = asked.assignment(request, pk)
    found = queries.to_do(request.client, assignment, asked.today(request))
    return render(
        request,
        "practice/lesson.html",
        {
            "assignment": assignment,
            "lesson": found.lesson,
            "todo": found,
            "transcript": library.transcript(found.lesson),
            "entries": queries.entries_of(assignment),
            "heard": histories.heard(request.client, found.lesson),
            "sound": media.sound_of(found.lesson.recording.file),
            "film": media.film_of(found.lesson.recording.file),
            "scale": range(11),
            "here": "practice",
        },
    )


@client_required
def progress(request: PageRequest) -> HttpResponseBase:
    client, today = request.client, asked.today(request)
    weeks, changes = stories.ratings(client, today), queries.changes(client)
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
            "rated_now": next((week.value for week in reversed(weeks) if week.week == monday_of(today)), None),
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
        week = asked.today(request)
        rate_reserve(client=request.client, week=week, value=form.cleaned_data["value"], now=request.now)
        messages.success(request, _("Rated: %s this week.") % form.cleaned_data["value"])
    else:
        messages.error(request, _("A rating is a number from 0 to 10."))
    return redirect("progress")
