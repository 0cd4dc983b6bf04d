"""A client's own pages: the lessons, and one of them as an open book."""

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from coaching.library import queries as library
from coaching.media import queries as media
from coaching.people.access import PageRequest, client_required
from coaching.practice import asked, giving, histories, queries
from coaching.practice.models import Assignment


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
    begun = [one for one in active if one.starts_on <= today]
    stopped = [one for one in given if one.state == states.STOPPED]
    kept = queries.kept(given, [*active, *stopped])
    return render(
        request,
        "practice/practice.html",
        {
            "to_practise": sum(not one.is_when_needed for one in begun),
            "when_needed": len(begun),
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
