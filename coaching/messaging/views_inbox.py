"""The practitioner's inbox: one list over all clients."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from accounts.zones import short_day
from coaching.messaging import queries_inbox
from coaching.messaging.markdown import as_line
from coaching.messaging.models import spoken
from coaching.people.access import PageRequest

CLIENTS_A_PAGE = 30


def inbox(request: PageRequest) -> HttpResponse:
    page = Paginator(queries_inbox.inbox(request.practitioner), CLIENTS_A_PAGE).get_page(request.GET.get("page"))
    zone, today = request.practitioner.zone, request.now.astimezone(request.practitioner.zone).date()
    rows = [
        (each, as_line(each.last_words) or spoken(), _since(each.waiting_since, today, zone))  # type: ignore[attr-defined]
        for each in page
    ]
    waiting = queries_inbox.waiting_for(request.practitioner).count()
    return render(
        request, "messaging/inbox.html", {"page": page, "rows": rows, "waiting": waiting, "here": "messages"}
    )


def _since(moment: datetime | None, today: date, zone: ZoneInfo) -> str:
    """A day within a sentence: "today", "Saturday", "12 November"."""
    if moment is None:
        return ""
    day = moment.astimezone(zone).date()
    return short_day(day, today).lower() if (today - day).days <= 1 else short_day(day, today)
