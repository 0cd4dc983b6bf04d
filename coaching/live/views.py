"""The stream of events to an open page, and the same by asking again and again."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from time import monotonic

from django.http import HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from coaching.live import hub, queries
from coaching.live.models import Event
from coaching.live.wire import Whisper
from coaching.people.access import PageRequest, member_required

# A page whose line breaks comes back after RETRY; one that was signed out elsewhere is refused after LIFE.
RETRY_MILLISECONDS = 3000
LIFE_SECONDS = 15 * 60


@require_GET
@member_required
def stream(request: PageRequest) -> HttpResponseBase:
    """Server-sent events (WHATWG HTML 9.2), from after `Last-Event-ID` or `?since=`, else from now on."""
    response = StreamingHttpResponse(
        _lines(request.user.pk, _since(request)), content_type="text/event-stream; charset=utf-8"
    )
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


@require_GET
@member_required
def since(request: PageRequest) -> JsonResponse:
    """The same for pages that cannot hold a stream: {"last": id, "events": [{"id", "kind", "about"}]}."""
    seen = _since(request)
    if seen is None:
        return JsonResponse({"last": queries.last_id(request.user.pk), "events": []}, headers=_NOT_KEPT)
    events = queries.after({request.user.pk: seen})
    last = events[-1].pk if events else seen
    told = [{"id": event.pk, "kind": event.kind, "about": event.about} for event in events]
    return JsonResponse({"last": last, "events": told}, headers=_NOT_KEPT)


_NOT_KEPT = {"Cache-Control": "no-store"}


async def _lines(person_id: int, seen: int | None) -> AsyncIterator[str]:
    live = hub.current()
    if live.closed:  # the server is stopping
        return
    if seen is None:
        seen = await live.read(queries.last_id, person_id)
    # The id comes first: a page that is cut off before its first event asks again from here, not from then on.
    yield f"retry: {RETRY_MILLISECONDS}\nid: {seen}\nevent: here\ndata: {{}}\n\n"
    until = monotonic() + LIFE_SECONDS
    async with aclosing(live.events(person_id, seen)) as events:
        async for event in events:
            yield _told(event) if event else ":\n\n"
            if monotonic() > until:
                return


def _told(event: Event | Whisper) -> str:
    data = json.dumps({"kind": event.kind, "about": event.about})
    if isinstance(event, Whisper):  # no id: what is asked for again begins where it did before
        return f"data: {data}\n\n"
    return f"id: {event.pk}\ndata: {data}\n\n"


def _since(request: HttpRequest) -> int | None:
    """Where the page stopped. Nonsense counts as not said."""
    for given in (
        request.headers.get("Last-Event-ID", ""),
        request.GET.get("since", ""),
        request.GET.get("id", ""),
    ):
        if given.isascii() and given.isdigit() and len(given) < 19:
            return int(given)
    return None
