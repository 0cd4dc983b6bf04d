"""Finding what was said: every word, transcript and file name of the reader's own conversations."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django_ratelimit.core import is_ratelimited

from coaching.messaging import searching
from coaching.messaging.forms_desk import SearchForm
from coaching.people.access import PageRequest, member_required, who
from coaching.people.models import Client, Practitioner

SEARCHES = "60/m"  # nobody who looks for something meets this


@require_safe
@member_required
def search(request: PageRequest) -> HttpResponse:
    """`?q=` in all of the reader's conversations or, a practitioner's, in one (`?client=`), in either order."""
    reader, asked = who(request), SearchForm.asked(request.GET)
    if reader is None:
        raise Http404
    whose = _whose(reader, asked["client"])
    limited = bool(asked["q"]) and is_ratelimited(
        request, group="messaging.search", key="user", rate=SEARCHES, increment=True
    )
    found = None
    if asked["q"] and not limited:
        found = searching.search(
            searching.within(reader, whose),
            asked["q"],
            language=request.user.language,
            best_first=asked["order"] == "best",
            older_than=asked["before"],
        )
    context: dict[str, Any] = {
        **asked,
        "whose": whose,
        "found": found,
        "limited": limited,
        "reader": reader,
        "reader_is_client": isinstance(reader, Client),
        "here": "messages",
    }
    return render(request, "messaging/search.html", context, status=429 if limited else 200)


def _whose(reader: Client | Practitioner, pk: int | None) -> Client | None:
    if pk is None or isinstance(reader, Client):
        return None
    return get_object_or_404(Client.objects.of(reader).select_related("user"), pk=pk)
