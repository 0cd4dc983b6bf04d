"""The practitioner's side of practice: giving lessons and changing what was given."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coaching.library import queries as library
from coaching.media.rules import Refused
from coaching.people.access import PageRequest, practitioner_required
from coaching.people.devices import uses
from coaching.people.models import Client
from coaching.practice import actions, giving, histories, queries, rules, unfolding, voices
from coaching.practice.forms import DosageForm
from coaching.practice.forms_giving import GiveForm, Preset
from coaching.practice.models import Assignment
from coaching.practice.refusals import CannotGive
from coaching.practice.rules import AT_MOST

# The further on the way to no plan, the less is proposed.
_LIGHTER = {Client.Stage.FADING: Preset.THREE, Client.Stage.OWN: Preset.NEEDED}
MANY = 8  # lessons and programs: with more than these one wants to look for some


@practitioner_required
@uses("microphone")
def give(request: PageRequest, pk: int) -> HttpResponseBase:
    """For one client: a lesson or a program by one press, at the dosage that stands above. `?q=` finds some."""
    return offer(request, get_object_or_404(_clients(request), pk=pk))


def offer(request: PageRequest, client: Client, *, note: str = "") -> HttpResponseBase:
    """The same page for a client of the practitioner who asks, with the beginning of a note."""
    today = request.now.astimezone(client.zone).date()
    form = GiveForm(
        request.POST or None,
        request.FILES or None,
        client=client,
        initial={"starts_on": today, "preset": _LIGHTER.get(Client.Stage(client.stage), Preset.WEEK), "note": note},
    )
    if request.method == "POST" and form.is_valid() and (given := _given(request, client, form)):
        messages.success(request, _said(given))
        return redirect("client", client.pk)
    return render(request, "practice/give.html", _to_give(request, client, form, today))


def _clients(request: PageRequest) -> QuerySet[Client]:
    return Client.objects.of(request.practitioner).select_related("user", "practitioner__user")


def _to_give(request: PageRequest, client: Client, form: GiveForm, today: date) -> dict[str, Any]:
    wanted = request.GET.get("q", "").strip()[:100]
    offers, programs = giving.offers(client, wanted, today), giving.programs_to_give(client, wanted)
    return {
        "client": client,
        "form": form,
        "offers": offers,
        "programs": programs,
        "active": giving.active_lessons(client, today),
        "most": AT_MOST,
        "wanted": wanted,
        "findable": bool(wanted) or len(offers) + len(programs) > MANY,
        "here": "clients",
    }


def _given(request: PageRequest, client: Client, form: GiveForm) -> Assignment | None:
    lesson, program = form.cleaned_data["lesson"], form.cleaned_data["program"]
    try:
        with transaction.atomic():
            if program:
                given = unfolding.give_program(client=client, program=program, now=request.now, **form.dosage)
            else:
                given = actions.assign(client=client, lesson=lesson, now=request.now, **form.dosage)
            _say(request, given, form)
    except CannotGive as refused:
        form.add_error(None, refused.sentence)
    except Refused as refused:
        form.add_error("voice", refused.sentence)
    else:
        return given
    return None


def _say(request: PageRequest, given: Assignment, form: DosageForm) -> None:
    """The note that was spoken, if any. Raises `Refused`: then nothing is given or changed."""
    if form.spoken:
        voices.say_beside(assignment=given, voice=form.spoken, now=request.now)


def _said(given: Assignment) -> str:
    """ "“Side bend” is given: every day, until 30 November. Teresa gets a letter." """
    until = _(", until %s") % formats.date_format(given.until, "j F") if given.until else ""
    dosage = rules.dosage(str(given.get_rhythm_display()), given.times_a_day)
    return _("“%(what)s” is given: %(dosage)s%(until)s. %(name)s gets a letter.") % {
        "what": given.lesson or given.program,
        "dosage": dosage[:1].lower() + dosage[1:],
        "until": until,
        "name": given.client.name,
    }


def _assignment(request: PageRequest, pk: int, given: UUID) -> Assignment:
    return get_object_or_404(queries.assignments_by(request.practitioner, pk), pk=given)


@practitioner_required
@uses("microphone")
def given(request: PageRequest, pk: int, given: UUID) -> HttpResponseBase:
    """A lesson or a program as it was given: change its dosage, let it rest, go on, end it."""
    assignment = _assignment(request, pk, given)
    form = DosageForm(request.POST or None, request.FILES or None, instance=assignment, person=request.user)
    if request.method == "POST" and form.is_valid() and _changed(request, assignment, form):
        messages.success(request, _("Changed. %s sees it at once.") % assignment.client.name)
        return redirect("client", pk)
    context = {"assignment": assignment, "client": assignment.client, "form": form, "here": "clients"}
    if assignment.program:
        today = request.now.astimezone(assignment.client.zone).date()
        programs = giving.given_programs(
            assignment.client, today, link=lambda part: reverse("given", args=[pk, part.pk]), only=assignment
        )
        return render(request, "practice/given_program.html", {**context, "given": programs[0]})
    shown = {
        "entries": queries.entries_of(assignment),
        "heard": histories.heard(assignment.client, assignment.lesson) if assignment.lesson else None,
    }
    return render(request, "practice/given.html", {**context, **shown})


def _changed(request: PageRequest, assignment: Assignment, form: DosageForm) -> bool:
    try:
        with transaction.atomic():
            changed = actions.change(assignment=assignment, now=request.now, **form.dosage)
            _say(request, changed, form)
    except CannotGive as refused:
        form.add_error(None, refused.sentence)
    except Refused as refused:
        form.add_error("voice", refused.sentence)
    return not form.errors


@practitioner_required
def as_client(request: PageRequest, pk: int, given: UUID) -> HttpResponseBase:
    """A lesson as this client sees it, with the note that stands beside it. Of a program, its lessons."""
    assignment = _assignment(request, pk, given)
    client = assignment.client
    today = request.now.astimezone(client.zone).date()
    context: dict[str, Any] = {"client": client, "here": "clients"}
    if assignment.lesson is None:
        shown = giving.given_programs(client, today, link=lambda part: "", only=assignment)
        return render(request, "practice/program_as_client.html", {**context, "given": shown[0]})
    context |= {
        "lesson": assignment.lesson,
        "transcript": library.transcript(assignment.lesson),
        "scale": range(11),
    }
    return render(request, "library/as_client.html", {**context, "given": queries.as_listed(assignment, today)})


@practitioner_required
@require_POST
def open_next(request: PageRequest, pk: int, given: UUID) -> HttpResponseBase:
    """The next lesson of a program, by the practitioner's hand."""
    assignment = _assignment(request, pk, given)
    try:
        opened = unfolding.open_next(assignment=assignment, now=request.now)
    except CannotGive as refused:
        messages.error(request, refused.sentence)
        return redirect("given", pk, given)
    if opened:
        said = {"lesson": opened.lesson, "name": assignment.client.name}
        messages.success(request, _("“%(lesson)s” is open. %(name)s gets a letter.") % said)
    return redirect("given", pk, given)


@practitioner_required
def pause(request: PageRequest, pk: int, given: UUID) -> HttpResponseBase:
    assignment = _assignment(request, pk, given)
    if request.method != "POST":
        return redirect("given", pk, given)
    actions.pause(assignment=assignment, now=request.now)
    messages.success(request, _("“%s” rests until you say so.") % _what(assignment))
    return redirect("client", pk)


@practitioner_required
def resume(request: PageRequest, pk: int, given: UUID) -> HttpResponseBase:
    assignment = _assignment(request, pk, given)
    if request.method != "POST":
        return redirect("given", pk, given)
    try:
        actions.resume(assignment=assignment, now=request.now)
        messages.success(request, _("%(name)s can go on with “%(lesson)s”.") % _names(assignment))
    except CannotGive as refused:
        messages.error(request, refused.sentence)
    return redirect("client", pk)


@practitioner_required
def end(request: PageRequest, pk: int, given: UUID) -> HttpResponseBase:
    assignment = _assignment(request, pk, given)
    if request.method != "POST":
        return redirect("given", pk, given)
    actions.end(assignment=assignment, now=request.now)
    messages.success(request, _("Ended. %(name)s keeps “%(lesson)s”.") % _names(assignment))
    return redirect("client", pk)


def _what(assignment: Assignment) -> str:
    return str(assignment.lesson or assignment.program)


def _names(assignment: Assignment) -> dict[str, Any]:
    return {"name": assignment.client.name, "lesson": _what(assignment)}


@practitioner_required
@require_POST
def see_barriers(request: PageRequest, pk: int) -> HttpResponseBase:
    """What is in this client's way has been seen: Today shows it no more."""
    client = get_object_or_404(Client.objects.of(request.practitioner).select_related("user"), pk=pk)
    actions.see_barriers(client=client, now=request.now)
    messages.success(request, _("Seen. What %s said stays on their page.") % client.name)
    return redirect("today")
