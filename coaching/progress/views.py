"""How it goes: for the client, and for the practitioner who works with them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.wall import monday_of
from coaching.people.access import PageRequest, client_required, practitioner_required
from coaching.people.models import Client
from coaching.progress import queries, rules
from coaching.progress.forms import RatingForm
from coaching.progress.sections import headline, sections
from coaching.story import actions
from coaching.story.comparing import compare


@client_required
def progress(request: PageRequest) -> HttpResponseBase:
    shown = _shown(request, request.client)
    found = shown["found"]
    monday = monday_of(found.period.today)
    shown["rated_now"] = next((each.value for each in found.reserve if each.day == monday), None)
    return render(request, "progress/progress.html", {**shown, "scale": range(11), "here": "progress"})


@practitioner_required
def progress_of(request: PageRequest, pk: int) -> HttpResponseBase:
    client = client_of(request, pk)
    shown = _shown(request, client, name=client.name)
    note_reading(request, client, shown["found"])
    return render(request, "progress/progress_of.html", {**shown, "here": "clients"})


@client_required
def rate(request: PageRequest) -> HttpResponseBase:
    """This week's reserve capacity."""
    form = RatingForm(request.POST)
    if request.method != "POST":
        return redirect("progress")
    if form.is_valid():
        week = request.now.astimezone(request.client.zone).date()
        actions.rate_reserve(client=request.client, week=week, value=form.cleaned_data["value"], now=request.now)
        messages.success(request, _("Rated: %s this week.") % form.cleaned_data["value"])
    else:
        messages.error(request, _("A rating is a number from 0 to 10."))
    return redirect("progress")


def client_of(request: PageRequest, pk: int) -> Client:
    """One of the practitioner's own, with what their papers name. One query."""
    related = ("user", "story", "practitioner__user", "practitioner__practice")
    return get_object_or_404(Client.objects.of(request.practitioner).select_related(*related), pk=pk)


def note_reading(request: PageRequest, client: Client, found: queries.Numbers) -> None:
    """What the client wants to be able to do is told in the story: the client can see that it was read."""
    story = getattr(client, "story", None)
    if story and (found.wanted or found.maps):
        actions.note_reading(story=story, practitioner=request.practitioner, now=request.now)


def _shown(request: PageRequest, client: Client, name: str = "") -> dict[str, Any]:
    period = queries.period_of(client, request.GET.get("period", ""), request.now)
    found = queries.numbers(client, period, request.now)
    return {
        "client": client,
        "found": found,
        "compared": compare(found.maps, request.GET.dict()),
        "headline": headline(found),
        "by_reserve": bool(found.reserve),
        "sections": sections(found, name),
        "periods": _periods(period),
    }


def _periods(shown: rules.Period) -> list[dict[str, object]]:
    """The periods to choose from."""
    words = {"6-weeks": _("six weeks"), "3-months": _("three months"), "all": _("everything")}
    return [{"key": key, "words": words[key], "is_shown": key == shown.key} for key in rules.PERIODS]
