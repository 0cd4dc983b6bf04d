"""The practitioner's lessons, and first aid for everybody."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from coaching.library import actions, loose, queries, rules
from coaching.library.forms import LessonForm
from coaching.library.models import Lesson
from coaching.media import actions as media_actions
from coaching.media import queries as media_queries
from coaching.media import serving
from coaching.people.access import PageRequest, open_to_all, practitioner_required


@practitioner_required
def lessons(request: PageRequest) -> HttpResponseBase:
    found = list(queries.lessons_of(request.practitioner))
    recordings = list(loose.recordings_of(request.practitioner))
    return render(request, "library/lessons.html", {"lessons": found, "recordings": recordings, "here": "library"})


@practitioner_required
def lesson(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.every_lesson_of(request.practitioner), pk=pk)
    return render(
        request,
        "library/lesson.html",
        {"lesson": found, "transcript": queries.transcript(found), "here": "library"},
    )


@practitioner_required
def edit(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.lessons_of(request.practitioner), pk=pk)
    before = {"captions": found.recording.captions, "cues": rules.write_cues(found.cues.all())}
    form = LessonForm(
        request.POST or None,
        instance=found,
        initial=before,
        practitioner=request.practitioner,
        duration=found.recording.file.duration,
    )
    if request.method == "POST" and form.is_valid():
        actions.change(
            lesson=found, words=form.words, captions=form.cleaned_data["captions"], cues=form.cleaned_data["cues"]
        )
        messages.success(request, _("Saved."))
        return redirect("lesson", pk)
    return render(request, "library/edit.html", {"form": form, "lesson": found, "here": "library"})


@practitioner_required
def archive(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.lessons_of(request.practitioner), pk=pk)
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
    return render(request, "library/first_aid.html", {"lesson": found})


@open_to_all
def first_aid_sound(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.first_aid(), pk=pk)
    return serving.respond(request, file=media_queries.sound_of(found.recording.file))


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
