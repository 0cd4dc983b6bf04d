"""The practitioner's inbox: one list over all clients."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.zones import short_day
from coaching.messaging import queries, queries_inbox, rules_desk
from coaching.messaging.markdown import as_line
from coaching.messaging.models import Conversation, called
from coaching.messaging.queries_inbox import Show
from coaching.people.access import PageRequest, member_required

CLIENTS_A_PAGE = 30
_NAMES = {
    Show.ALL: gettext_lazy("All"),
    Show.UNREAD: gettext_lazy("Unread"),
    Show.WAITING: gettext_lazy("Waiting for you"),
    Show.STARRED: gettext_lazy("Starred"),
    Show.ASIDE: gettext_lazy("Set aside"),
}


class _Counted(Paginator):
    """Pages of rows that are counted already."""

    def __init__(self, rows: Any, per_page: int, *, number: int) -> None:
        super().__init__(rows, per_page)
        self._number = number

    @cached_property
    def count(self) -> int:
        return self._number


@require_safe
@member_required
def unread(request: PageRequest) -> HttpResponse:
    """For the navigation of open pages: how many messages the reader has not seen."""
    number = queries.unread_of(request.user, request.now)
    return JsonResponse({"unread": number}, headers={"Cache-Control": "no-store"})


def inbox(request: PageRequest) -> HttpResponse:
    """All conversations, or those that `?show=` names. `?done=` names what was just changed, to undo it."""
    practitioner, now = request.practitioner, request.now
    show = _asked(request)
    counts = queries_inbox.counts(practitioner, now)
    conversations = queries_inbox.inbox(practitioner, now, show)
    page = _Counted(conversations, CLIENTS_A_PAGE, number=counts.of(show)).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(each, now, practitioner.zone) for each in page],
        "show": show.value,
        "parts": [(each.value, name, counts.of(each)) for each, name in _NAMES.items()],
        "counts": counts,
        "moments": rules_desk.moments(now, practitioner.zone),
        "done": _done(request),
        "back": _without_done(request),
        "here": "messages",
    }
    return render(request, "messaging/inbox.html", context)


def _asked(request: PageRequest) -> Show:
    """Nonsense in the address counts as not said."""
    asked = request.GET.get("show", "")
    return Show(asked) if asked in list(Show) else Show.ALL


def _row(each: Conversation, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """What a line of the list says. `since` and `until` are days within a sentence."""
    today = now.astimezone(zone).date()
    return {
        "talk": each,
        "words": as_line(each.last_words or "") or called(each.last_kind),  # type: ignore[attr-defined]
        "since": _within(each.waiting_since, today, zone),
        "until": _within(each.aside_until, today, zone) if each.is_aside(now) else "",
    }


def _within(moment: datetime | None, today: date, zone: ZoneInfo) -> str:
    """A day within a sentence: "today", "Saturday", "12 November"."""
    if moment is None:
        return ""
    day = moment.astimezone(zone).date()
    return short_day(day, today).lower() if abs((today - day).days) <= 1 else short_day(day, today)


def _done(request: PageRequest) -> dict[str, Any] | None:
    """What was just done to whose conversation: "aside-12" or "enough-12". One query when something was."""
    what, _dash, pk = request.GET.get("done", "").partition("-")
    if what not in ("aside", "enough") or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    talks = Conversation.objects.filter(client__practitioner=request.practitioner).select_related("client__user")
    talk = talks.filter(client=int(pk)).first()
    if talk is None:
        return None
    zone = request.practitioner.zone
    is_so = talk.is_aside(request.now) if what == "aside" else talk.let_be_since is not None
    until = _within(talk.aside_until, request.now.astimezone(zone).date(), zone)
    return {"what": what, "talk": talk, "until": until} if is_so else None


def _without_done(request: PageRequest) -> str:
    asked = request.GET.copy()
    asked.pop("done", None)
    return f"{request.path}?{asked.urlencode()}" if asked else request.path
