"""What belongs to one lesson: its words to print, its times and captions beside the player, its versions."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coaching.library import actions, queries, rules, versions
from coaching.library.forms_timed import CaptionsForm, ReplaceForm, TimesForm
from coaching.library.models import Lesson, Recording
from coaching.library.views import as_captions
from coaching.media import actions as media_actions
from coaching.media import queries as media_queries
from coaching.media import serving
from coaching.media.models import StoredFile
from coaching.media.rules import Refused
from coaching.people.access import PageRequest, practitioner_required
from coaching.people.devices import uses

_PLAYABLE = (StoredFile.Kind.AUDIO, StoredFile.Kind.VIDEO)


def _lesson(request: PageRequest, pk: int) -> Lesson:
    return get_object_or_404(queries.every_lesson_of(request.practitioner), pk=pk)


@practitioner_required
def words(request: PageRequest, pk: int) -> HttpResponseBase:
    """All that is said, to be read or printed."""
    found = _lesson(request, pk)
    return render(
        request,
        "library/words.html",
        {"lesson": found, "parts": queries.spoken_by_chapter(found), "here": "library"},
    )


@practitioner_required
def as_client(request: PageRequest, pk: int) -> HttpResponseBase:
    """The lesson as a client who is given it will see it."""
    found = _lesson(request, pk)
    shown = {"lesson": found, "transcript": queries.transcript(found), "scale": range(11)}
    return render(request, "library/as_client.html", {**shown, "here": "library"})


@practitioner_required
def times(request: PageRequest, pk: int) -> HttpResponseBase:
    """Cues and chapters, beside the player: lines of text, or one press at the moment."""
    found = _lesson(request, pk)
    before = {
        "cues": rules.write_cues(found.cues.all()),
        "chapters": rules.write_chapters(found.chapters.all()),
    }
    form = TimesForm(request.POST or None, initial=before, duration=found.recording.file.duration)
    if request.method == "POST" and form.is_valid():
        actions.set_times(lesson=found, **form.cleaned_data)
        messages.success(request, _("Saved. The player says these words."))
        return redirect("lesson", pk)
    return render(request, "library/times.html", _beside(found, form))


@practitioner_required
def captions(request: PageRequest, pk: int) -> HttpResponseBase:
    """What is said, line by line, beside the player."""
    found = _lesson(request, pk)
    form = CaptionsForm(
        request.POST or None,
        request.FILES or None,
        initial={"captions": found.recording.captions},
        duration=found.recording.file.duration,
    )
    if request.method == "POST" and form.is_valid():
        actions.set_captions(recording=found.recording, captions=form.text)
        messages.success(request, _("Saved.") if form.text else _("The captions are gone."))
        return redirect("lesson_captions" if "file" in request.FILES else "lesson", pk)
    return render(request, "library/captions.html", _beside(found, form))


def _beside(lesson: Lesson, form: TimesForm | CaptionsForm) -> dict[str, object]:
    """What a page shows on which lines are timed."""
    film = media_queries.film_of(lesson.recording.file)
    return {"lesson": lesson, "form": form, "film": film, "here": "library"}


@practitioner_required
def captions_file(request: PageRequest, pk: int) -> HttpResponseBase:
    return as_captions(_lesson(request, pk))


@practitioner_required
def film(request: PageRequest, pk: int) -> HttpResponseBase:
    """The film of a lesson that has one, and that is prepared."""
    file = media_queries.film_of(_lesson(request, pk).recording.file)
    if file is None:
        raise Http404
    return serving.respond(request, file=file)


@practitioner_required
@require_POST
def duplicate(request: PageRequest, pk: int) -> HttpResponseBase:
    copy = actions.duplicate(lesson=_lesson(request, pk), now=request.now)
    messages.success(request, _("This is the copy: change what differs."))
    return redirect("edit_lesson", copy.pk)


@practitioner_required
@require_POST
def bring_back(request: PageRequest, pk: int) -> HttpResponseBase:
    found = _lesson(request, pk)
    try:
        actions.bring_back(lesson=found)
        messages.success(request, _("“%s” is in the library again.") % found)
    except IntegrityError:
        messages.error(
            request, _("Another lesson is called “%s” by now: give that one another title first.") % found
        )
    return redirect("lesson", pk)


@practitioner_required
@uses("microphone", "camera")
def replace(request: PageRequest, pk: int) -> HttpResponseBase:
    """The lesson recorded anew. What lies after the end of the new recording is asked about first."""
    found = _lesson(request, pk)
    form = ReplaceForm(request.POST or None, request.FILES or None, person=request.user)
    if request.method == "POST" and form.is_valid() and (recording := _added(request, found, form)):
        if versions.beyond(found, recording):
            return redirect("take_version", pk, recording.pk)
        versions.take(lesson=found, recording=recording)
        messages.success(request, _("“%s” is heard from the new recording. It is being prepared.") % found)
        return redirect("lesson", pk)
    return render(request, "library/replace.html", {"lesson": found, "form": form, "here": "library"})


def _added(request: PageRequest, lesson: Lesson, form: ReplaceForm) -> Recording | None:
    """The new version, or None with the reason on the form."""
    try:
        with transaction.atomic():
            file = media_actions.take_in(
                upload=form.cleaned_data["file"][0], by=request.user, kinds=_PLAYABLE, now=request.now
            )
            return versions.add(lesson=lesson, file=file, carry_captions=form.carry_captions, now=request.now)
    except Refused as refusal:
        form.add_error("file", refusal.sentence)
    return None


@practitioner_required
def take(request: PageRequest, pk: int, version: int) -> HttpResponseBase:
    """One recording of the lesson: listen to it, and have the lesson heard from it."""
    found = _lesson(request, pk)
    recording = get_object_or_404(versions.versions_of(found), pk=version)
    if request.method == "POST":
        versions.take(lesson=found, recording=recording)
        messages.success(request, _("“%s” is heard from this recording now.") % found)
        return redirect("lesson", pk)
    context = {
        "lesson": found,
        "recording": recording,
        "beyond": versions.beyond(found, recording),
        "here": "library",
    }
    return render(request, "library/version.html", context)


@practitioner_required
def version_sound(request: PageRequest, pk: int, version: int) -> HttpResponseBase:
    recording = get_object_or_404(versions.versions_of(_lesson(request, pk)), pk=version)
    return serving.respond(request, file=media_queries.sound_of(recording.file))
