"""The practitioner's side of practice: giving lessons and changing what was given."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coaching.people.access import PageRequest, practitioner_required
from coaching.people.models import Client
from coaching.practice import actions, histories, queries
from coaching.practice.forms import DosageForm, GiveForm
from coaching.practice.models import Assignment
from coaching.practice.rules import AT_MOST


@practitioner_required
def give(request: PageRequest, pk: int) -> HttpResponseBase:
    """A lesson for one client: which, how often, from when, until when, and a note."""
    client = get_object_or_404(Client.objects.of(request.practitioner).select_related("user"), pk=pk)
    today = request.now.astimezone(client.zone).date()
    first = {"starts_on": today, "lesson": request.GET.get("lesson")}
    form = GiveForm(request.POST or None, practitioner=request.practitioner, initial=first)
    if request.method == "POST" and form.is_valid() and _given(request, client, form):
        messages.success(request, _("Given. %s gets a letter.") % client.name)
        return redirect("client", client.pk)
    given = queries.assignments_for(client)
    context = {"client": client, "form": form, "given": given, "many": len(given) >= AT_MOST, "here": "clients"}
    return render(request, "practice/give.html", context)


def _given(request: PageRequest, client: Client, form: GiveForm) -> Assignment | None:
    try:
        return actions.assign(client=client, lesson=form.cleaned_data["lesson"], now=request.now, **form.dosage)
    except actions.AlreadyGiven as refused:
        form.add_error("lesson", refused.sentence)
    return None


def _assignment(request: PageRequest, pk: int, given: UUID) -> Assignment:
    return get_object_or_404(queries.assignments_by(request.practitioner, pk), pk=given)


@practitioner_required
def given(request: PageRequest, pk: int, given: UUID) -> HttpResponseBase:
    """One lesson as it was given: change its dosage, let it rest, go on, end it."""
    assignment = _assignment(request, pk, given)
    form = DosageForm(request.POST or None, instance=assignment)
    if request.method == "POST" and form.is_valid():
        actions.change(assignment=assignment, **form.dosage)
        messages.success(request, _("Changed. %s sees it at once.") % assignment.client.name)
        return redirect("client", pk)
    context: dict[str, Any] = {
        "assignment": assignment,
        "client": assignment.client,
        "form": form,
        "here": "clients",
    }
    return render(
        request,
        "practice/given.html",
        {
            **context,
            "entries": queries.entries_of(assignment),
            "heard": histories.heard(assignment.client, assignment.lesson) if assignment.lesson else None,
        },
    )


@practitioner_required
def pause(request: PageRequest, pk: int, given: UUID) -> HttpResponseBase:
    assignment = _assignment(request, pk, given)
    if request.method != "POST":
        return redirect("given", pk, given)
    actions.pause(assignment=assignment)
    messages.success(request, _("“%s” rests until you say so.") % assignment.lesson)
    return redirect("client", pk)


@practitioner_required
def resume(request: PageRequest, pk: int, given: UUID) -> HttpResponseBase:
    assignment = _assignment(request, pk, given)
    if request.method != "POST":
        return redirect("given", pk, given)
    try:
        actions.resume(assignment=assignment, now=request.now)
        messages.success(request, _("%(name)s can go on with “%(lesson)s”.") % _names(assignment))
    except actions.AlreadyGiven as refused:
        messages.error(request, refused.sentence)
    return redirect("client", pk)


@practitioner_required
def end(request: PageRequest, pk: int, given: UUID) -> HttpResponseBase:
    assignment = _assignment(request, pk, given)
    if request.method != "POST":
        return redirect("given", pk, given)
    actions.end(assignment=assignment)
    messages.success(request, _("Ended. %(name)s keeps “%(lesson)s”.") % _names(assignment))
    return redirect("client", pk)


def _names(assignment: Assignment) -> dict[str, Any]:
    return {"name": assignment.client.name, "lesson": assignment.lesson}


@practitioner_required
@require_POST
def see_barriers(request: PageRequest, pk: int) -> HttpResponseBase:
    """What is in this client's way has been seen: Today shows it no more."""
    client = get_object_or_404(Client.objects.of(request.practitioner).select_related("user"), pk=pk)
    actions.see_barriers(client=client, now=request.now)
    messages.success(request, _("Seen. What %s said stays on their page.") % client.name)
    return redirect("today")
