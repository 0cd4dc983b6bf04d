"""The client tells the story in a few calm steps; the practitioner reads it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.people.access import PageRequest, client_required, member_required, practitioner_required
from coaching.people.models import Client
from coaching.story import actions, figure, queries, rules
from coaching.story.felt import Mark
from coaching.story.forms import ANSWER_FORMS, ConsentForm, HowForm, PathForm, SignsForm, WhereForm, WishForm
from coaching.story.models import Story


@require_http_methods(["GET", "HEAD"])
@member_required
def story(request: PageRequest) -> HttpResponseBase:
    """The client's own story at a glance: what is told, what is left, who read it."""
    if not hasattr(request, "client"):
        return redirect("clients")
    own = queries.story_of(request.client)
    agreed = queries.has_agreed(request.client)
    return render(
        request,
        "story/story.html",
        {
            **_felt(request.client),
            "story": own,
            "practitioner": request.client.practitioner,
            "next_step": rules.next_step(_answered(own, agreed=agreed)),
            "is_begun": bool(own.answered),
            "signs": rules.signs_of(own.signs),
            "consent": queries.latest_consent(request.client),
            "agreed": agreed,
            "readings": queries.readings_of(own),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@client_required
def step(request: PageRequest, name: str) -> HttpResponseBase:
    """One question of the story. What is sent is saved, then the next one follows."""
    if name not in rules.STEPS:
        raise Http404
    own = queries.story_of(request.client)
    marks = (
        queries.map_to_draw(own, queries.day_of(request.client, request.now)).felt
        if name in ("where", "how")
        else []
    )
    if name == "how" and not marks:
        return redirect("story_step", "where")
    form = _form(request, name, own, marks)
    if request.method == "POST" and form.is_valid():
        return _saved(request, name, form)
    place = rules.STEPS.index(name)
    return render(
        request,
        f"story/step_{name}.html",
        {
            "form": form,
            "story": own,
            "practitioner": request.client.practitioner,
            "number": place + 1,
            "count": len(rules.STEPS),
            "before": rules.STEPS[place - 1] if place else None,
            "is_last": place + 1 == len(rules.STEPS),
            "views": figure.views() if name == "where" else [],
            "consent_text": f"story/consent/{rules.CONSENT_VERSION}.html",
        },
        status=422 if request.method == "POST" else 200,
    )


@require_GET
@client_required
def what_to_do(request: PageRequest) -> HttpResponseBase:
    """What to do now about the safety signs that were answered with yes."""
    own = queries.story_of(request.client)
    if not own.signs:
        return redirect("story")
    signs = rules.signs_of(own.signs)
    context = {
        "story": own,
        "practitioner": request.client.practitioner,
        "now": [sign for sign in signs if sign.urgency is rules.Urgency.NOW],
        "soon": [sign for sign in signs if sign.urgency is rules.Urgency.SOON],
        "next_step": rules.next_step(_answered(own, agreed=queries.has_agreed(request.client))),
    }
    return render(request, "story/what_to_do.html", context)


@require_POST
@client_required
def hand_over(request: PageRequest) -> HttpResponseBase:
    """This is my story: now the practitioner reads it."""
    own = queries.story_of(request.client)
    left = rules.next_step(_answered(own, agreed=queries.has_agreed(request.client)))
    if left:
        return redirect("story_step", left)
    actions.hand_over(client=request.client, now=request.now)
    return redirect("story")


@require_GET
@practitioner_required
def story_of(request: PageRequest, pk: int) -> HttpResponseBase:
    """A client's story, for the practitioner. That it was opened is remembered and shown to the client."""
    client = _client(request, pk)
    told = queries.story_of(client)
    if told.told_at or told.signs:
        actions.note_reading(story=told, practitioner=request.practitioner, now=request.now)
    context = {
        **_felt(client),
        "here": "clients",
        "client": client,
        "story": told,
        "signs": rules.signs_of(told.signs),
        "suggestion": rules.suggest(cause=told.cause, signs=told.signs),
        "paths": Client.Path.choices,
        "consent": queries.latest_consent(client),
    }
    return render(request, "story/story_of.html", context)


@require_POST
@practitioner_required
def signs_seen(request: PageRequest, pk: int) -> HttpResponseBase:
    client = _client(request, pk)
    told = queries.story_of(client)
    if told.pk:
        told.client = client
        actions.see_signs(story=told, now=request.now)
    return redirect("story_of", pk)


@require_POST
@practitioner_required
def choose_path(request: PageRequest, pk: int) -> HttpResponseBase:
    client = _client(request, pk)
    form = PathForm(request.POST)
    if form.is_valid():
        actions.choose_path(client=client, path=form.cleaned_data["path"])
        messages.success(request, _("Saved: %s.") % client.get_path_display())
    return redirect("story_of", pk)


def _client(request: PageRequest, pk: int) -> Client:
    clients = Client.objects.of(request.practitioner).select_related("user")
    return get_object_or_404(clients, pk=pk)


def _felt(client: Client) -> dict[str, Any]:
    """The newest map with the sides of the figure that it marks, and what the client wants to be able to do."""
    newest = queries.newest_map(client)
    marks = newest.felt if newest else []
    views = figure.views({mark.part for mark in marks})
    return {"marks": marks, "views": views, "activities": queries.activities_of(client)}


def _answered(own: Story, *, agreed: bool) -> set[str]:
    """The steps that need nothing more. A new wording of the consent is asked again."""
    return {step for step in own.answered if step != "consent" or agreed}


def _form(request: PageRequest, name: str, own: Story, marks: list[Mark]) -> forms.BaseForm:
    data = request.POST if request.method == "POST" else None
    if name == "signs":
        return SignsForm(data, initial={"signs": own.signs, "none": "signs" in own.answered and not own.signs})
    if name == "where":
        return WhereForm(data, initial={"where": own.where, "parts": [mark.part for mark in marks]})
    if name == "how":
        return HowForm(data, marks=marks)
    if name == "wish":
        return WishForm(data, initial={"wish": own.wish}, activities=queries.activities_of(request.client))
    if name == "consent":
        return ConsentForm(data)
    return ANSWER_FORMS[name](data, instance=own)


def _saved(request: PageRequest, name: str, form: forms.BaseForm) -> HttpResponseBase:
    client, said = request.client, form.cleaned_data
    if name == "signs":
        saved = actions.answer_signs(client=client, signs=said["signs"], now=request.now)
        return redirect("story_what_to_do") if saved.signs else _on(client, saved)
    if isinstance(form, WishForm):
        wanted = actions.want(client=client, activities=form.activities, words=said["wish"], now=request.now)
        return _on(client, wanted)
    if isinstance(form, HowForm):
        return _on(client, actions.say_how(client=client, how=form.how, now=request.now))
    if name == "where":
        saved = actions.mark(client=client, parts=said["parts"], words=said["where"], now=request.now)
        return redirect("story_step", "how") if "how" not in saved.answered else _on(client, saved)
    if name == "consent":
        return _on(client, actions.agree(client=client, version=rules.CONSENT_VERSION, now=request.now))
    return _on(client, actions.answer(client=client, step=name, now=request.now, **said))


def _on(client: Client, saved: Story) -> HttpResponseBase:
    """To the next open question; when there is none, to the whole story."""
    left = rules.next_step(_answered(saved, agreed=queries.has_agreed(client)))
    return redirect("story_step", left) if left else redirect("story")
