"""Saved answers: where they are written, and where one is chosen for a client."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coaching.messaging import actions_desk, saved
from coaching.messaging.forms_desk import SavedAnswerForm
from coaching.messaging.models_desk import SavedAnswer
from coaching.people.access import PageRequest, practitioner_required
from coaching.people.models import Client


@require_safe
@practitioner_required
def saved_answers(request: PageRequest) -> HttpResponse:
    found = SavedAnswer.objects.filter(practitioner=request.practitioner)
    return render(request, "messaging/saved_answers.html", {"answers": found, "here": "messages"})


@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
def new_answer(request: PageRequest) -> HttpResponse:
    return _write(request, SavedAnswer(practitioner=request.practitioner))


@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
def saved_answer(request: PageRequest, pk: int) -> HttpResponse:
    """One answer: a POST saves it, or throws it away (`away`)."""
    answer = get_object_or_404(SavedAnswer.objects.filter(practitioner=request.practitioner), pk=pk)
    if "away" in request.POST:
        actions_desk.throw_answer_away(answer=answer)
        messages.success(request, _("“%s” is thrown away.") % answer.title)
        return redirect("saved_answers")
    return _write(request, answer)


def _write(request: PageRequest, answer: SavedAnswer) -> HttpResponse:
    form = SavedAnswerForm(request.POST if request.method == "POST" else None, instance=answer)
    if request.method == "POST" and form.is_valid():
        try:
            actions_desk.save_answer(answer=answer, now=request.now, **form.cleaned_data)
        except actions_desk.TitleTaken:
            form.add_error("title", _("You have a saved answer of this name already."))
        else:
            messages.success(request, _("Saved. It is at hand in every conversation."))
            return redirect("saved_answers")
    places = saved.examples(request.practitioner, request.now)
    context = {"form": form, "answer": answer, "places": places, "here": "messages"}
    return render(request, "messaging/saved_answer.html", context, status=422 if form.errors else 200)


@require_safe
@practitioner_required
def answers_for(request: PageRequest, pk: int) -> HttpResponse:
    """The saved answers as they would be said to this client; the one that `?answer=` names, ready to be changed
    and sent."""
    people = Client.objects.of(request.practitioner).select_related("user", "practitioner__practice")
    client = get_object_or_404(people, pk=pk)
    filled = saved.answers_for(client, request.now)
    chosen = request.GET.get("answer", "")
    context = {
        "client": client,
        "filled": filled,
        "chosen": next((each for each in filled if str(each.answer.pk) == chosen), None),
        "uuid": uuid4(),
        "here": "messages",
    }
    return render(request, "messaging/answers_for.html", context)
