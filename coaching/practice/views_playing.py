"""The player, the files that it plays, and what it tells."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.library import queries as library
from coaching.library.models import Lesson
from coaching.library.views import as_captions
from coaching.media import queries as media
from coaching.media import serving
from coaching.media.models import Rendition
from coaching.people.access import PageRequest, client_required
from coaching.practice import asked, queries
from coaching.practice.forms import SittingForm
from coaching.practice.hearing import listened
from coaching.practice.models import Assignment


@client_required
def play_at(request: PageRequest, lesson_pk: int) -> HttpResponseBase:
    """From a message that points at a place (`?at=`, seconds) in a lesson of one's own, to the player there."""
    given = queries.assignments_of(request.client).filter(lesson=lesson_pk).order_by("-created_at").first()
    if given is None:
        raise Http404
    at = asked.second(request)
    return redirect(asked.with_query(reverse("play", args=[given.pk]), {"at": at} if at else {}))


@client_required
def play(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """The player. A lesson that hurt is not played before the practitioner has said a word."""
    assignment = asked.assignment(request, pk)
    lesson = assignment.lesson
    if assignment.state == Assignment.State.STOPPED or lesson is None:
        return redirect("practice_lesson", pk)
    place, at = queries.place(request.client, lesson), asked.second(request)
    return render(
        request,
        "practice/play.html",
        {
            "assignment": assignment,
            "lesson": lesson,
            "position": at or place.position,
            "is_asked_for": bool(at),
            "place": place,
            "sound": media.sound_of(lesson.recording.file),
            "film": media.film_of(lesson.recording.file),
            "transcript": library.transcript(lesson),
            "after_url": asked.with_query(reverse("practice_note", args=[pk]), asked.before(request)),
        },
    )


@client_required
def sound(request: PageRequest, pk: UUID) -> HttpResponseBase:
    return serving.respond(request, file=media.sound_of(_lesson(request, pk).recording.file))


@client_required
def film(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """The film, the smaller one with `?small`."""
    return _sent(request, media.film_of(_lesson(request, pk).recording.file, small="small" in request.GET))


@client_required
def poster(request: PageRequest, pk: UUID) -> HttpResponseBase:
    return _sent(request, media.poster_of(_lesson(request, pk).recording.file))


@client_required
def captions(request: PageRequest, pk: UUID) -> HttpResponseBase:
    return as_captions(_lesson(request, pk))


@client_required
def played(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """The player tells every few seconds what was heard in this sitting, and once more when the page is left."""
    lesson = _lesson(request, pk)
    if request.method != "POST":
        return redirect("practice_lesson", pk)
    form = SittingForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("What was heard is said in seconds."), status=400, content_type="text/plain")
    heard = queries.recording_heard(lesson, form.cleaned_data["recording"])
    listened(client=request.client, lesson=lesson, recording=heard, sitting=form.sitting(request.now))
    return HttpResponse(status=204)


def _sent(request: PageRequest, form: Rendition | None) -> HttpResponseBase:
    if form is None:
        raise Http404
    return serving.respond(request, file=form)


def _lesson(request: PageRequest, pk: UUID) -> Lesson:
    lesson = asked.assignment(request, pk).lesson
    if lesson is None:
        raise Http404
    return lesson
