"""The pages of notes: the practitioner writes, shares and gives lessons on one page, by its buttons."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import zones
from coaching.booking import queries as booking
from coaching.journal import actions, beginnings, giving, queries
from coaching.journal.forms import NoteForm
from coaching.journal.models import SessionNote, SessionTask
from coaching.people.access import PageRequest, practitioner_required
from coaching.people.models import Client


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
def session_note(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """The note of one session. It is there as soon as something is written."""
    session = get_object_or_404(booking.appointments_with(request.practitioner), pk=pk)
    return _note(request, queries.note_of(session))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
def note(request: PageRequest, pk: int) -> HttpResponseBase:
    return _note(request, get_object_or_404(queries.notes_by(request.practitioner), pk=pk))


@require_POST
@practitioner_required
def new_note(request: PageRequest, pk: int) -> HttpResponseBase:
    """A note between sessions."""
    client = get_object_or_404(Client.objects.of(request.practitioner), pk=pk)
    return redirect("note", actions.begin(client=client, now=request.now).pk)


def _note(request: PageRequest, found: SessionNote) -> HttpResponseBase:
    if request.method != "POST":
        return _page(request, found)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _not_kept(request, found, form)
    said = form.cleaned_data
    try:
        kept = actions.save(
            note=found, words=said["words"], draft=said["draft"], knows=said["knows"], now=request.now
        )
        if said["begin_with"]:
            kept = _begin_with(request, kept, said["begin_with"])
    except actions.Newer as newer:
        return _newer(request, found, newer.note, form)
    except actions.Unreadable as refused:
        form.add_error(None, refused.sentence)
        return _not_kept(request, found, form, refused.sentence)
    if _wants_json(request) and not said["do"]:
        clock = zones.clock(request.now, request.practitioner.zone)
        return JsonResponse({"changes": kept.changes, "saved": _("Saved, %s") % clock})
    kept.appointment = found.appointment
    return _pressed(request, kept, form)


def _pressed(request: PageRequest, kept: SessionNote, form: NoteForm) -> HttpResponseBase:
    """What was pressed beside saving, each by its name."""
    said = form.cleaned_data
    if said["undo"]:
        _undo(request, kept, said["undo"])
    elif giving.is_pressed(request.POST):
        if problem := giving.give(request, kept):
            return _page(request, kept, problem=problem, wanted=giving.wanted(request.POST), status=422)
    elif said["do"] == "find":
        return _page(request, kept, wanted=giving.wanted(request.POST))
    elif said["do"] == "share":
        _share(request, kept)
    elif said["do"] == "take_back":
        actions.take_back(note=kept, now=request.now)
        messages.success(request, _("Taken back. %s reads it no more.") % kept.client.name)
    return HttpResponseRedirect(_back(request, kept), status=303)


def _share(request: PageRequest, kept: SessionNote) -> None:
    if actions.share(note=kept, now=request.now):
        messages.success(request, _("Shared. %s is told by a letter that says nothing of it.") % kept.client.name)
    else:
        messages.warning(request, _("Write something for %s first.") % kept.client.name)


def _undo(request: PageRequest, kept: SessionNote, pk: int) -> None:
    if task := queries.task_by(request.practitioner, kept, pk):
        actions.undo_task(task=task, now=request.now)
        messages.success(request, _("“%s” is not asked for any more.") % task.assignment.lesson)


def _begin_with(request: PageRequest, kept: SessionNote, key: str) -> SessionNote:
    chosen = next((each for each in beginnings.beginnings(request.practitioner) if each.key == key), None)
    if chosen is None:
        return kept
    words = beginnings.begun_with(kept.words, chosen)[:20000]
    return actions.save(note=kept, words=words, draft=kept.draft, knows=kept.changes, now=request.now)


def _newer(request: PageRequest, found: SessionNote, newer: SessionNote, form: NoteForm) -> HttpResponse:
    """Somebody (herself, elsewhere) wrote meanwhile: both stand on the page, and she says which holds."""
    if _wants_json(request):
        both = {"changes": newer.changes, "words": newer.words, "draft": newer.draft}
        return JsonResponse(both, status=409)
    mine = {"words": form.cleaned_data["words"], "draft": form.cleaned_data["draft"], "knows": newer.changes}
    newer.appointment = found.appointment
    return _page(request, newer, form=NoteForm(initial=mine), newer=newer, status=409)


def _not_kept(request: PageRequest, found: SessionNote, form: NoteForm, why: str = "") -> HttpResponse:
    if _wants_json(request):
        said = why or _("This is more than a note holds. Shorten it, please.")
        return JsonResponse({"error": said}, status=422)
    return _page(request, found, form=form, status=422)


def _page(
    request: PageRequest, found: SessionNote, *, form: NoteForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    wanted = more.pop("wanted", "")
    context = {
        **about(request, found),
        **giving.to_give(found.client, wanted, request.now),
        **more,
        "here": "clients",
        "is_page": True,
    }
    if form:
        context["form"] = form
    return render(request, "journal/note.html", context, status=status)


def about(
    request: PageRequest,
    found: SessionNote,
    *,
    tasks: list[SessionTask] | None = None,
    begins: list[beginnings.Beginning] | None = None,
) -> dict[str, Any]:
    """What `journal/_note.html` shows. Two queries, none when its tasks and beginnings are known."""
    first = {"words": found.words, "draft": found.draft, "knows": found.changes}
    return {
        "note": found,
        "client": found.client,
        "form": NoteForm(initial=first),
        "note_url": address_of(found),
        "tasks": queries.tasks_of(found) if tasks is None else tasks,
        "beginnings": beginnings.beginnings(request.practitioner) if begins is None else begins,
        "is_shared_as_it_stands": bool(found.shared) and found.shared == found.draft,
    }


def address_of(found: SessionNote) -> str:
    if found.appointment_id:
        return reverse("session_note", args=[found.appointment_id])
    return reverse("note", args=[found.pk])


def _back(request: PageRequest, kept: SessionNote) -> str:
    """To where it was pressed: the client's page, or the note's own."""
    if request.POST.get("back") == "client":
        return f"{reverse('client', args=[kept.client_id])}#note"
    return address_of(kept)


def _wants_json(request: PageRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
