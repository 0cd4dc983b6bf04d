"""The client's side: the kit for when it comes back, and knocking at the door that stays open."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coaching.library.models import Lesson
from coaching.people.access import PageRequest, client_required
from coaching.practice import graduating, kit
from coaching.practice.graduating import NotNow


@client_required
@require_http_methods(["GET", "HEAD"])
def kit_page(request: PageRequest) -> HttpResponseBase:
    """It is back: what to do first, then what to take. Without a kit the practice's first aid stands there."""
    kept = kit.of(request.client)
    aid = [] if kept else list(_first_aid(request))
    return render(request, "practice/kit.html", {"kept": kept, "first_aid": aid, "here": "today"})


def _first_aid(request: PageRequest) -> list[Lesson]:
    lessons = Lesson.objects.of(request.client.practitioner).first_aid()
    return list(lessons.select_related("recording__file").prefetch_related("cues")[: kit.MOST])


@client_required
@require_POST
def knock(request: PageRequest) -> HttpResponseBase:
    """A graduate would like to come back, or thought better of it (`undo`)."""
    client = request.client
    if "undo" in request.POST:
        graduating.step_back(client=client, now=request.now)
        messages.success(request, _("Taken back. The door stays open."))
        return redirect("today")
    with suppress(NotNow):  # whoever is back already need not knock
        graduating.knock(client=client, now=request.now)
    return redirect("today")
