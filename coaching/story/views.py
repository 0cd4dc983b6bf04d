"""The client tells the story in a few calm steps; the practitioner reads it."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.people.access import PageRequest, client_required, member_required, practitioner_required
from coaching.people.actions import choose_path as choose_path_of
from coaching.people.models import Client
from coaching.story import actions, comparing, figure, queries, rules, steps, timeline
from coaching.story.forms import DecisionForm, PathForm
from coaching.story.happenings import TooMany
from coaching.story.models import Story
from coaching.story.steps import Telling
from coaching.story.suggesting import Accident, Suggestion, Told, suggest

_AFTER = "after_story"  # in the session: where a client came from who tells the story first


@require_http_methods(["GET", "HEAD"])
@member_required
def story(request: PageRequest) -> HttpResponseBase:
    """The client's own story at a glance: what is told, what is left, who read it."""
    if not hasattr(request, "client"):
        return redirect("clients")
    telling = Telling(request.client, request.now)
    own = telling.story
    if after := _own_path(request):
        if own.told_at:
            return redirect(after)
        request.session[_AFTER] = after
    return render(
        request,
        "story/story.html",
        {
            **_told(request.client, own, request),
            "addable": telling.titles(telling.addable(own)),
            "story": own,
            "practitioner": request.client.practitioner,
            "next_step": telling.left(own),
            "is_begun": bool(own.answered),
            "pages": len(telling.names),
            "goes_on": _AFTER in request.session and own.told_at is None,
            "signs": rules.signs_of(own.signs),
            "consent": telling.consents[0] if telling.consents else None,
            "agreed": telling.has_agreed,
            "readings": queries.readings_of(own),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@client_required
def step(request: PageRequest, name: str) -> HttpResponseBase:
    """One question of the story. What is sent is saved, then the next one follows."""
    telling = Telling(request.client, request.now)
    asked = steps.step(name, telling)
    if asked is None:
        raise Http404
    if name == "how" and not telling.marks:
        return redirect("story_step", "where")
    form = asked.form(request.POST if request.method == "POST" else None, telling)
    if request.method == "POST" and form.is_valid() and (saved := _saved(asked, form, telling)):
        return redirect("story_step", name) if getattr(form, "stays", False) else _on(name, saved, telling)
    place = telling.names.index(name)
    shown = {
        **asked.shown,
        "form": form,
        "story": telling.story,
        "practitioner": request.client.practitioner,
        "number": place + 1,
        "count": len(telling.names),
        "before": telling.names[place - 1] if place else None,
        "may_stay_empty": _may_stay_empty(name, telling),
    }
    return render(request, asked.template, shown, status=422 if request.method == "POST" else 200)


def _saved(asked: steps.Step, form: BaseForm, telling: Telling) -> Story | None:
    """None, with the reason on the form, where there is no room for one more."""
    try:
        return asked.save(form, telling)
    except TooMany as refused:
        form.add_error(None, refused.sentence)
        return None


def _may_stay_empty(name: str, telling: Telling) -> bool:
    return name not in telling.story.answered and (name in rules.MAY_STAY_EMPTY or name in telling.questions)


def _on(name: str, saved: Story, telling: Telling) -> HttpResponseBase:
    """To the next open question; when there is none, to the whole story."""
    if name == "signs" and saved.signs:
        return redirect("story_what_to_do")
    left = "how" if name == "where" and "how" not in saved.answered else telling.left(saved)
    return redirect("story_step", left) if left else redirect("story")


@require_GET
@client_required
def what_to_do(request: PageRequest) -> HttpResponseBase:
    """What to do now about the safety signs that were answered with yes."""
    telling = Telling(request.client, request.now)
    if not telling.story.signs:
        return redirect("story")
    signs = rules.signs_of(telling.story.signs)
    context = {
        "story": telling.story,
        "practitioner": request.client.practitioner,
        "now": [sign for sign in signs if sign.urgency is rules.Urgency.NOW],
        "soon": [sign for sign in signs if sign.urgency is rules.Urgency.SOON],
        "next_step": telling.left(telling.story),
    }
    return render(request, "story/what_to_do.html", context)


@require_POST
@client_required
def hand_over(request: PageRequest) -> HttpResponseBase:
    """This is my story: now the practitioner reads it."""
    telling = Telling(request.client, request.now)
    if left := telling.left(telling.story):
        return redirect("story_step", left)
    actions.hand_over(client=request.client, now=request.now)
    return redirect(request.session.pop(_AFTER, None) or "story")


def _own_path(request: PageRequest) -> str:
    """Where to go on once the story is told: a page of this house, or nothing."""
    after = request.GET.get("next", "")
    is_ours = after.startswith("/") and url_has_allowed_host_and_scheme(after, allowed_hosts=None)
    return after if is_ours else ""


@require_GET
@practitioner_required
def story_of(request: PageRequest, pk: int) -> HttpResponseBase:
    """A client's story, for the practitioner. That it was opened is remembered and shown to the client."""
    return _shown(request, _client(request, pk), DecisionForm())


def _shown(request: PageRequest, client: Client, form: DecisionForm) -> HttpResponseBase:
    told = queries.story_of(client)
    if told.told_at or told.signs:
        actions.note_reading(story=told, practitioner=request.practitioner, now=request.now)
    shown = _told(client, told, request)
    first = {"decision": told.decision, "words": told.decision_words}
    context = {
        **shown,
        "form": form if form.is_bound else DecisionForm(initial=first),
        "here": "clients",
        "client": client,
        "story": told,
        "signs": rules.signs_of(told.signs),
        "suggestion": _suggestion(told, shown["line"], queries.day_of(client, request.now).year),
        "paths": Client.Path.choices,
        "consent": queries.latest_consent(client),
    }
    return render(request, "story/story_of.html", context, status=422 if form.errors else 200)


@require_POST
@practitioner_required
def decide(request: PageRequest, pk: int) -> HttpResponseBase:
    """Whether lessons go on, after a yes to a safety question."""
    client = _client(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _shown(request, client, form)
    if actions.decide(client=client, now=request.now, **form.cleaned_data):
        messages.success(request, _("Decided. %s gets a letter.") % client.name)
    return redirect("story_of", pk)


@require_POST
@practitioner_required
def signs_seen(request: PageRequest, pk: int) -> HttpResponseBase:
    client = _client(request, pk)
    told = queries.story_of(client)
    if told.pk:
        told.client = client
        actions.see_signs(story=told, now=request.now)
    return redirect("today") if request.POST.get("back") == reverse("today") else redirect("story_of", pk)


@require_POST
@practitioner_required
def choose_path(request: PageRequest, pk: int) -> HttpResponseBase:
    client = _client(request, pk)
    form = PathForm(request.POST)
    if form.is_valid():
        choose_path_of(client=client, path=form.cleaned_data["path"], now=request.now)
        messages.success(request, _("Saved: %s.") % client.get_path_display())
    return redirect("story_of", pk)


def _client(request: PageRequest, pk: int) -> Client:
    clients = Client.objects.of(request.practitioner).select_related("user")
    return get_object_or_404(clients, pk=pk)


def _suggestion(story: Story, line: timeline.Line | None, year: int) -> Suggestion:
    happened = [shape.happened for shape in line.shapes] if line else []
    told = Told(
        accidents=[Accident(each.words, each.year) for each in happened if each.kind == "accident"],
        has_stress=any(each.kind == "stress" for each in happened),
        year=year,
    )
    return suggest(cause=story.cause, signs=story.signs, told=told)


def _told(client: Client, story: Story, request: PageRequest) -> dict[str, Any]:
    """What is told besides the story's own words: the line of years, the newest map with the sides of the figure
    that it marks and what changed since an earlier one, the first reserve, the answers to the practitioner's
    questions, and what the client wants to be able to do. Six queries."""
    maps = queries.maps_of(client)
    marks = maps[-1].felt if maps else []
    return {
        "line": timeline.drawn(queries.happenings_of(story), queries.day_of(client, request.now)),
        "compared": comparing.compare(maps, request.GET.dict()),
        "reserve": queries.reserve_at_first(client),
        "marks": marks,
        "views": figure.views({mark.part for mark in marks}),
        "answers": queries.answers_of(story),
        "activities": queries.activities_of(client),
    }
