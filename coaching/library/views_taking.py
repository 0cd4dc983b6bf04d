"""Recordings come in: as a lesson at once, or to become one later."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coaching.library import actions, loose, rules
from coaching.library.forms import NewLessonForm
from coaching.library.forms_taking import AddForm, FilesForm
from coaching.library.models import Lesson, Recording
from coaching.media import actions as media_actions
from coaching.media import queries as media_queries
from coaching.media import serving
from coaching.media.models import StoredFile, Upload
from coaching.media.rules import Refused
from coaching.people.access import PageRequest, practitioner_required
from coaching.people.devices import uses

_PLAYABLE = (StoredFile.Kind.AUDIO, StoredFile.Kind.VIDEO)
_Files = Sequence[UploadedFile | Upload]


@practitioner_required
@uses("microphone", "camera")
def add(request: PageRequest) -> HttpResponseBase:
    """One recording with the words of its lesson; several, or one for later, without."""
    if request.method == "POST" and (kept := _kept_for_later(request)):
        return kept
    form = AddForm(request.POST or None, request.FILES or None, practitioner=request.practitioner)
    if request.method == "POST" and form.is_valid() and (lesson := _added(request, form)):
        messages.success(request, _("Kept. It is being prepared; that takes a minute or two."))
        return redirect("lesson", lesson.pk)
    return render(request, "library/add.html", {"form": form, "here": "library"})


def _kept_for_later(request: PageRequest) -> HttpResponseBase | None:
    """None when this is about one lesson, or no file came in."""
    form = FilesForm(request.POST, request.FILES, person=request.user)
    if not form.is_valid() or (len(form.cleaned_data["file"]) == 1 and "later" not in request.POST):
        return None
    kept, refused = _keep_each(request, form.cleaned_data["file"])
    for sentence in refused:
        messages.error(request, sentence)
    if kept:
        said = ngettext("%(count)s recording is kept.", "%(count)s recordings are kept.", kept) % {"count": kept}
        messages.success(request, said)
    return redirect("library")


def _keep_each(request: PageRequest, files: _Files) -> tuple[int, list[str]]:
    kept, refused = 0, []
    for each in files:
        try:
            with transaction.atomic():
                file = media_actions.take_in(upload=each, by=request.user, kinds=_PLAYABLE, now=request.now)
                loose.keep(practitioner=request.practitioner, file=file, now=request.now)
            kept += 1
        except Refused as refusal:
            refused.append(_("%(name)s: %(why)s") % {"name": each.name, "why": refusal.sentence})
    return kept, refused


def _added(request: PageRequest, form: AddForm) -> Lesson | None:
    """The new lesson, or None with the reason on the form. A file without a lesson is not kept."""
    file: StoredFile | None = None
    try:
        with transaction.atomic():
            file = media_actions.take_in(
                upload=form.cleaned_data["file"][0], by=request.user, kinds=_PLAYABLE, now=request.now
            )
            said = _said(form, file.duration)
            return actions.add_lesson(practitioner=request.practitioner, file=file, now=request.now, **said)
    except Refused as refusal:
        form.add_error("file", refusal.sentence)
    except (rules.Unclear, IntegrityError) as problem:
        _complain(form, problem)
    if file:
        media_actions.drop(file=file)
    return None


def _said(form: NewLessonForm, duration: float | None) -> dict[str, Any]:
    return {
        **form.words,
        "captions": form.cleaned_data["captions"],
        "cues": rules.fitted(form.cleaned_data["cues"], duration),
        "chapters": form.cleaned_data["chapters"],
    }


def _complain(form: Form | NewLessonForm, problem: Exception) -> None:
    if isinstance(problem, rules.Unclear):
        form.add_error("cues", problem.sentence)
    else:
        form.add_error("title", _("You already have a lesson with this title."))


def _recording(request: PageRequest, pk: int) -> Recording:
    return get_object_or_404(loose.recordings_of(request.practitioner), pk=pk)


@practitioner_required
def make_lesson(request: PageRequest, pk: int) -> HttpResponseBase:
    """The words that make a recording a lesson."""
    recording = _recording(request, pk)
    form = NewLessonForm(request.POST or None, practitioner=request.practitioner)
    if request.method == "POST" and form.is_valid():
        try:
            said = _said(form, recording.file.duration)
            lesson = loose.make_lesson(recording=recording, now=request.now, **said)
        except (rules.Unclear, IntegrityError) as problem:
            _complain(form, problem)
        else:
            messages.success(request, _("Kept."))
            return redirect("lesson", lesson.pk)
    context = {"form": form, "recording": recording, "file": recording.file, "here": "library"}
    return render(request, "library/make_lesson.html", context)


@practitioner_required
@require_POST
def throw_away(request: PageRequest, pk: int) -> HttpResponseBase:
    recording = _recording(request, pk)
    loose.throw_away(recording=recording)
    messages.success(request, _("%s is thrown away.") % (recording.file.name or _("The recording")))
    return redirect("library")


@practitioner_required
def recording_sound(request: PageRequest, pk: int) -> HttpResponseBase:
    return serving.respond(request, file=media_queries.sound_of(_recording(request, pk).file))
