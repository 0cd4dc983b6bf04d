"""The practitioner's lessons, and first aid for everybody."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from coaching.library import actions, queries, rules
from coaching.library.forms import LessonForm, NewLessonForm
from coaching.library.models import Lesson
from coaching.media import actions as media_actions
from coaching.media import queries as media_queries
from coaching.media import serving
from coaching.media.models import Rendition, StoredFile
from coaching.media.rules import Refused
from coaching.people.access import PageRequest, open_to_all, practitioner_required

_PLAYABLE = (StoredFile.Kind.AUDIO, StoredFile.Kind.VIDEO)


@practitioner_required
def lessons(request: PageRequest) -> HttpResponseBase:
    found = list(queries.lessons_of(request.practitioner))
    return render(request, "library/lessons.html", {"lessons": found, "here": "library"})


@practitioner_required
def add(request: PageRequest) -> HttpResponseBase:
    form = NewLessonForm(request.POST or None, request.FILES or None, practitioner=request.practitioner)
    if request.method == "POST" and form.is_valid() and (lesson := _added(request, form)):
        messages.success(request, _("Kept. Its sound is being prepared; that takes a minute or two."))
        return redirect("lesson", lesson.pk)
    return render(request, "library/add.html", {"form": form, "here": "library"})


def _added(request: PageRequest, form: NewLessonForm) -> Lesson | None:
    """The new lesson, or None with the reason on the form. A file without a lesson is not kept."""
    file: StoredFile | None = None
    try:
        with transaction.atomic():
            file = media_actions.take_in(
                upload=form.cleaned_data["file"], by=request.user, kinds=_PLAYABLE, now=request.now
            )
            return actions.add_lesson(
                practitioner=request.practitioner,
                file=file,
                captions=form.cleaned_data["captions"],
                cues=rules.fitted(form.cleaned_data["cues"], file.duration),
                now=request.now,
                **form.words,
            )
    except Refused as refusal:
        form.add_error("file", refusal.sentence)
    except rules.Unclear as unclear:
        form.add_error("cues", unclear.sentence)
    except IntegrityError:
        form.add_error("title", _("You already have a lesson with this title."))
    if file:
        media_actions.drop(file=file)
    return None


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
