"""The practitioner words the questions of the story, puts them in order, and takes them away."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coaching.people.access import PageRequest, practitioner_required
from coaching.story import asking, queries
from coaching.story.forms import QuestionForm
from coaching.story.models import StoryQuestion


@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
def questions(request: PageRequest) -> HttpResponseBase:
    """Those of one's own, and a field for another."""
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asking.ask(practitioner=request.practitioner, **form.cleaned_data)
        messages.success(request, _("Asked from now on."))
        return redirect("story_questions")
    context = {"questions": queries.questions_of(request.practitioner), "form": form, "here": "settings"}
    return render(request, "story/questions.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
def question(request: PageRequest, pk: int) -> HttpResponseBase:
    found = _question(request, pk)
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=_worded(found))
    if request.method == "POST" and form.is_valid():
        asking.word_anew(question=found, now=request.now, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("story_questions")
    context = {"question": found, "answered": found.answers.count(), "form": form, "here": "settings"}
    return render(request, "story/question.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@practitioner_required
def move(request: PageRequest, pk: int) -> HttpResponseBase:
    asking.move(question=_question(request, pk), by=-1 if request.POST.get("by") == "-1" else 1)
    return redirect("story_questions")


@require_POST
@practitioner_required
def take_away(request: PageRequest, pk: int) -> HttpResponseBase:
    asking.take_away(question=_question(request, pk), now=request.now)
    messages.success(request, _("Asked no more. What was answered stays with the stories."))
    return redirect("story_questions")


def _question(request: PageRequest, pk: int) -> StoryQuestion:
    return get_object_or_404(queries.questions_of(request.practitioner), pk=pk)


def _worded(question: StoryQuestion) -> dict[str, str]:
    return {"words": question.words, "help": question.help}
