"""The practitioner's programs."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coaching.library.models import Program, ProgramStep
from coaching.library.programs import actions, queries, words
from coaching.library.programs import rules as openings
from coaching.library.programs.forms import ProgramForm, StepsForm
from coaching.people.access import PageRequest, practitioner_required


@practitioner_required
def programs(request: PageRequest) -> HttpResponseBase:
    found = list(queries.every_program_of(request.practitioner))
    context = {
        "programs": [program for program in found if not program.archived_at],
        "away": [program for program in found if program.archived_at],
        "here": "library",
    }
    return render(request, "library/programs.html", context)


@practitioner_required
def new(request: PageRequest) -> HttpResponseBase:
    form = ProgramForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.make(practitioner=request.practitioner, now=request.now, **form.words)
        return redirect("program", made.pk)
    return render(request, "library/program_words.html", {"form": form, "here": "library"})


def _program(request: PageRequest, pk: int) -> Program:
    return get_object_or_404(queries.every_program_of(request.practitioner), pk=pk)


@practitioner_required
def program(request: PageRequest, pk: int) -> HttpResponseBase:
    """Its lessons in order, to be put into another one."""
    found = _program(request, pk)
    return _shown(request, found, StepsForm(program=found))


def _shown(request: PageRequest, found: Program, form: StepsForm) -> HttpResponseBase:
    steps = list(found.steps.all())
    lessons = {step.lesson_id: step.lesson for step in steps}
    missing = openings.missing(queries.as_rules(steps))
    context = {
        "program": found,
        "steps": steps,
        "form": form,
        "numbers": {name: form[name].value() for name in form.fields} if form.is_bound else {},
        "opening": words.opening_in_words(found.opening),
        "missing": [(lessons[lesson], lessons[lesson].follows) for lesson, _first in missing],
        "lessons": list(queries.can_be_added(found)),
        "here": "library",
    }
    return render(request, "library/program.html", context)


@practitioner_required
def edit(request: PageRequest, pk: int) -> HttpResponseBase:
    found = _program(request, pk)
    form = ProgramForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(program=found, **form.words)
            return redirect("program", pk)
        except actions.OutOfOrder as wrong:
            form.add_error("opening", wrong.sentence)
    return render(request, "library/program_words.html", {"form": form, "program": found, "here": "library"})


@practitioner_required
@require_POST
def add(request: PageRequest, pk: int) -> HttpResponseBase:
    found = _program(request, pk)
    lesson = queries.can_be_added(found).filter(pk=_number(request.POST.get("lesson"))).first()
    if lesson:
        actions.add(program=found, lesson=lesson)
        messages.success(request, _("“%s” is in the program.") % lesson)
    else:
        messages.error(request, _("Choose a lesson that is not in the program yet."))
    return redirect("program", pk)


@practitioner_required
@require_POST
def steps(request: PageRequest, pk: int) -> HttpResponseBase:
    """The order and the numbers, as a form sends them; its buttons move one lesson ("up", "down", "remove")."""
    found = _program(request, pk)
    form = StepsForm(request.POST, program=found)
    if not form.is_valid():
        return _refused(request, found, _("That number does not fit: days go to 730, times from 1 to 99."))
    try:
        said = _arranged(request, found, form)
    except actions.OutOfOrder as wrong:
        return _refused(request, found, wrong.sentence)
    if _wants_data(request):
        return JsonResponse({"said": said})
    messages.success(request, said)
    return redirect("program", pk)


def _arranged(request: PageRequest, found: Program, form: StepsForm) -> str:
    """What was done, in words. Raises `OutOfOrder`."""
    order = form.cleaned_data["order"]
    actions.arrange(program=found, order=order, after_days=form.numbers("days"), times=form.numbers("times"))
    for button, by in (("up", -1), ("down", 1)):
        if step := _step(found, request.POST.get(button)):
            actions.move(program=found, step=step, by=by)
            return _place_in_words(found, step.pk)
    if step := _step(found, request.POST.get("remove")):
        actions.remove(program=found, step=step)
        return _("“%s” is out of the program. Whoever has it keeps it.") % step.lesson
    if step := _step(found, request.POST.get("moved")):
        return _place_in_words(found, step.pk)
    return _("Saved.")


def _step(found: Program, pk: str | None) -> ProgramStep | None:
    return next((step for step in found.steps.all() if str(step.pk) == pk), None)


def _place_in_words(found: Program, pk: int) -> str:
    order = list(ProgramStep.objects.filter(program=found).select_related("lesson"))
    place = next(number for number, step in enumerate(order, 1) if step.pk == pk)
    return _("“%(lesson)s” is now number %(place)s of %(all)s.") % {
        "lesson": order[place - 1].lesson,
        "place": place,
        "all": len(order),
    }


def _refused(request: PageRequest, found: Program, sentence: str) -> HttpResponseBase:
    if _wants_data(request):
        return JsonResponse({"said": sentence}, status=409)
    messages.error(request, sentence)
    return redirect("program", found.pk)


def _wants_data(request: PageRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


@practitioner_required
@require_POST
def duplicate(request: PageRequest, pk: int) -> HttpResponseBase:
    copy = actions.duplicate(program=_program(request, pk), now=request.now)
    messages.success(request, _("This is the copy: change what differs."))
    return redirect("edit_program", copy.pk)


@practitioner_required
@require_POST
def archive(request: PageRequest, pk: int) -> HttpResponseBase:
    found = _program(request, pk)
    actions.archive(program=found, now=request.now)
    messages.success(request, _("“%s” is put away. Clients who have it go on with it.") % found)
    return redirect("programs")


@practitioner_required
@require_POST
def bring_back(request: PageRequest, pk: int) -> HttpResponseBase:
    actions.bring_back(program=_program(request, pk))
    return redirect("program", pk)


@practitioner_required
def as_client(request: PageRequest, pk: int) -> HttpResponseBase:
    """The program as a client meets it on its first day."""
    found = _program(request, pk)
    steps = list(found.steps.all())
    opened = openings.first_days(found.opening, queries.as_rules(steps), request.now.date())
    context: dict[str, Any] = {
        "program": found,
        "rows": [
            {"lesson": step.lesson, "opens": _opens(request, found, step, before, opened)}
            for step, before in zip(steps, [None, *steps], strict=False)
        ],
        "here": "library",
    }
    return render(request, "library/program_as_client.html", context)


def _opens(
    request: PageRequest, found: Program, step: ProgramStep, before: ProgramStep | None, opened: dict[int, Any]
) -> str:
    if opened.get(step.lesson_id) == request.now.date():
        return ""
    return words.opens_in_words(found.opening, step, before, None, who=request.practitioner.name)


def _number(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 10 else 0
