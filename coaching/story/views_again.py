"""The client says anew where it is felt, and how well things go: one page each, offered and never demanded."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coaching.people.access import PageRequest, client_required
from coaching.story import again, felt, figure, queries
from coaching.story.forms import HowForm, WhereForm
from coaching.story.forms_again import ActivitiesForm
from coaching.story.steps import Telling


@require_http_methods(["GET", "HEAD", "POST"])
@client_required
def body(request: PageRequest) -> HttpResponseBase:
    """Where it is felt today; how strongly comes next, where something is."""
    telling = Telling(request.client, request.now)
    first = {"parts": [mark.part for mark in telling.marks]}
    form = WhereForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        marks = felt.marked(form.cleaned_data["parts"], telling.marks)
        again.draw_anew(client=request.client, marks=marks, now=request.now)
        return redirect("story_body_how") if marks else _done(request)
    context = {"form": form, "views": figure.views()}
    return render(request, "story/body.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@client_required
def body_how(request: PageRequest) -> HttpResponseBase:
    """How strongly, in each part that is marked."""
    telling = Telling(request.client, request.now)
    if not telling.marks:
        return redirect("story_body")
    form = HowForm(request.POST if request.method == "POST" else None, marks=telling.marks)
    if request.method == "POST" and form.is_valid():
        again.draw_anew(client=request.client, marks=felt.described(telling.marks, form.how), now=request.now)
        return _done(request)
    return render(request, "story/body_how.html", {"form": form}, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@client_required
def activities(request: PageRequest) -> HttpResponseBase:
    """How well each of the three goes today."""
    found = queries.activities_of(request.client)
    if not found:
        return redirect("story_step", "wish")
    day = queries.day_of(request.client, request.now)
    form = ActivitiesForm(request.POST if request.method == "POST" else None, activities=found, day=day)
    if request.method == "POST" and form.is_valid():
        again.rate_activities(client=request.client, values=form.values, now=request.now)
        return _done(request)
    return render(request, "story/activities.html", {"form": form}, status=422 if request.method == "POST" else 200)


def _done(request: PageRequest) -> HttpResponseBase:
    messages.success(request, _("Saved. %s sees it too.") % request.client.practitioner.name)
    return redirect("progress")
