"""The practitioner's lessons, and first aid for everybody."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from coaching.library import actions, loose, queries, searching, versions
from coaching.library.forms import LessonForm
from coaching.library.models import Lesson
from coaching.media import actions as media_actions
from coaching.media import queries as media_queries
from coaching.media import serving
from coaching.media.models import Rendition
from coaching.people.access import PageRequest, open_to_all, practitioner_required


@practitioner_required
def lessons(request: PageRequest) -> HttpResponseBase:
    """The library; with `?q=` what holds these words, with `?area=` and `?position=` those lessons alone."""
    asked = {name: request.GET.get(name, "").strip()[:200] for name in ("q", "area", "position")}
    away = "away" in request.GET
    every = queries.put_away_by(request.practitioner) if away else queries.lessons_of(request.practitioner)
    found = every.filter(**{name: asked[name] for name in ("area", "position") if asked[name]})
    context = {
        "lessons": [] if asked["q"] else list(found),
        "hits": searching.search(found, asked["q"]) if asked["q"] else [],
        "asked": asked,
        "is_asked": any(asked.values()),
        "away": away,
        "choices": queries.choices_of(every),
        "recordings": [] if away or asked["q"] else list(loose.recordings_of(request.practitioner)),
        "here": "library",
    }
    return render(request, "library/lessons.html", context)


@practitioner_required
def lesson(request: PageRequest, pk: int) -> HttpResponseBase:
    """One lesson with everything that belongs to it. `?at=` (seconds) is where listening begins."""
    found = get_object_or_404(queries.every_lesson_of(request.practitioner), pk=pk)
    context = {
        "lesson": found,
        "transcript": queries.transcript(found),
        "versions": list(versions.versions_of(found)),
        "film": media_queries.film_of(found.recording.file),
        "at": asked_for(request),
        "here": "library",
    }
    return render(request, "library/lesson.html", context)


def asked_for(request: PageRequest) -> int:
    """The second from which to play, as the address says; 0 when it says none, or nonsense."""
    said = request.GET.get("at", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0


@practitioner_required
def edit(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.every_lesson_of(request.practitioner), pk=pk, archived_at=None)
    form = LessonForm(request.POST or None, instance=found, practitioner=request.practitioner)
    if request.method == "POST" and form.is_valid():
        actions.change(lesson=found, words=form.words)
        messages.success(request, _("Saved."))
        return redirect("lesson", pk)
    return render(request, "library/edit.html", {"form": form, "lesson": found, "here": "library"})


@practitioner_required
def archive(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.every_lesson_of(request.practitioner), pk=pk, archived_at=None)
    if request.method != "POST":
        return redirect("lesson", pk)
    actions.archive(lesson=found, now=request.now)
    messages.success(request, _("%s is out of the library. Clients who have it keep it.") % found)
    return redirect("library")


@practitioner_required
def prepare_again(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.every_lesson_of(request.practitioner), pk=pk)
    if request.method == "POST":
        media_actions.retry(file=found.recording.file)
    return redirect("lesson", pk)


@practitioner_required
def sound(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.every_lesson_of(request.practitioner), pk=pk)
    return serving.respond(request, file=media_queries.sound_of(found.recording.file))


@open_to_all
def first_aid(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.first_aid(), pk=pk)
    shown = {
        "lesson": found,
        "film": media_queries.film_of(found.recording.file),
        "transcript": queries.transcript(found),
    }
    return render(request, "library/first_aid.html", shown)


@open_to_all
def first_aid_sound(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.first_aid(), pk=pk)
    return serving.respond(request, file=media_queries.sound_of(found.recording.file))


@open_to_all
def first_aid_film(request: PageRequest, pk: int) -> HttpResponseBase:
    """The film, the smaller one with `?small`."""
    found = get_object_or_404(queries.first_aid(), pk=pk)
    return _sent(request, media_queries.film_of(found.recording.file, small="small" in request.GET))


@open_to_all
def first_aid_poster(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.first_aid(), pk=pk)
    return _sent(request, media_queries.poster_of(found.recording.file))


def _sent(request: PageRequest, form: Rendition | None) -> HttpResponseBase:
    if form is None:
        raise Http404
    return serving.respond(request, file=form)


@open_to_all
def first_aid_captions(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.first_aid(), pk=pk)
    return as_captions(found)


def as_captions(lesson: Lesson) -> HttpResponse:
    """The captions as a browser's track reads them."""
    return HttpResponse(
        lesson.recording.captions or "WEBVTT\n",
        content_type="text/vtt; charset=utf-8",
        headers={"Cache-Control": "private, no-cache"},
    )
