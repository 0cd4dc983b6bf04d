"""Saying how it went, and that something hurts."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coaching.library.models import Lesson
from coaching.media.rules import Refused
from coaching.people.access import PageRequest, client_required
from coaching.people.devices import uses
from coaching.practice import actions, asked, queries, voices
from coaching.practice.forms import NoteForm
from coaching.practice.models import Assignment, PracticeEntry

_JUST_NOW = timedelta(minutes=1)  # what waited longer for a network was told already that it is kept


@client_required
@uses("microphone")
def note(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """How it went. One that a phone kept until there was a network is answered in few words, for its script."""
    assignment = asked.assignment(request, pk)
    lesson = assignment.lesson
    if lesson is None:
        return redirect("practice")
    form = NoteForm(request.POST or None, request.FILES or None, person=request.user)
    if request.method == "POST" and _is_understood(request, form):
        return _noted(request, assignment, lesson, form)
    if request.method == "POST" and _is_for_a_script(request):
        return JsonResponse({"errors": form.errors}, status=400)
    shown = {
        "assignment": assignment,
        "lesson": lesson,
        "form": form,
        "before": asked.before(request),
        "was_sore": queries.was_sore(request.client, lesson),
        "felt": PracticeEntry.Felt.choices,
        "controls": PracticeEntry.Control.choices,
    }
    return render(request, "practice/note.html", {**shown, "scale": range(11)})


def _is_understood(request: PageRequest, form: NoteForm) -> bool:
    """What waited on a phone is not sent twice: it is noted though its spoken part be gone meanwhile."""
    return form.is_valid() or (_is_for_a_script(request) and set(form.errors) == {"voice"})


def _noted(request: PageRequest, assignment: Assignment, lesson: Lesson, form: NoteForm) -> HttpResponseBase:
    done_at = request.now - form.cleaned_data["ago"]
    entry = actions.note(
        client=request.client,
        lesson=lesson,
        assignment=assignment,
        day=_day(request, done_at),
        recording=queries.recording_heard(lesson, form.cleaned_data["recording"]),
        now=done_at,
        **form.said,
    )
    _say(request, entry, form)
    rests = _rests(assignment, entry)
    goes_to = reverse("practice_lesson", args=[assignment.pk]) if rests else reverse("today")
    is_new = entry.noted_at == done_at  # what was said of it may follow the words
    if is_new and not rests and form.cleaned_data["ago"] < _JUST_NOW:
        messages.success(request, _("Saved. %s can see it.") % request.client.practitioner.name)
    return JsonResponse({"next": goes_to}) if _is_for_a_script(request) else redirect(goes_to)


def _say(request: PageRequest, entry: PracticeEntry, form: NoteForm) -> None:
    """A voice that cannot be kept takes nothing else of the note with it."""
    if voice := form.spoken:
        try:
            voices.say_of(entry=entry, voice=voice, now=request.now)
        except Refused as refusal:
            messages.error(request, _("Your voice was not kept: %s") % refusal.sentence)


def _rests(assignment: Assignment, entry: PracticeEntry) -> bool:
    """Whether the lesson rests after this note: then its page says what to do."""
    assignment.refresh_from_db(fields=["state"])
    return assignment.state == Assignment.State.STOPPED and (
        PracticeEntry.Felt.SHARP in entry.felt or entry.is_sore
    )


def _day(request: PageRequest, moment: datetime) -> date:
    return moment.astimezone(request.client.zone).date()


@client_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Something hurts: one press stops the lesson and tells the practitioner."""
    assignment = asked.assignment(request, pk)
    if request.method == "POST":
        actions.stop(assignment=assignment, now=request.now)
        return _stopped(request, pk)
    if assignment.state != Assignment.State.ACTIVE:
        return redirect("practice_lesson", pk)
    return render(request, "practice/stop.html", {"assignment": assignment, "lesson": assignment.lesson})


def _stopped(request: PageRequest, pk: UUID) -> HttpResponse:
    address = reverse("practice_lesson", args=[pk])
    return JsonResponse({"next": address}) if _is_for_a_script(request) else redirect(address)


def _is_for_a_script(request: PageRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
