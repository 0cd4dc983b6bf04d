"""Today for somebody who needs no plan any more: what they keep, what changed, and the door that stays open."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from coaching.home import queries
from coaching.people.access import PageRequest
from coaching.people.models import Client
from coaching.practice import arc_rules, graduating, kit
from coaching.practice import queries as practice
from coaching.practice.models import Assignment
from coaching.story import queries as stories


def graduates_today(request: PageRequest) -> HttpResponse:
    """Nothing is asked here. Reading it closes the practitioner's way back."""
    client, now = request.client, request.now
    graduation = graduating.latest(client)
    if graduation:
        graduating.see(graduation=graduation, now=now)
    return render(request, "home/today_graduate.html", {"graduation": graduation, **_kept(client, now)})


def _kept(client: Client, now: datetime) -> dict[str, Any]:
    kept, day = kit.of(client), now.astimezone(client.zone).date()
    in_kit = [one.assignment for one in kept]
    given = [one for one in practice.assignments_of(client) if one.state != Assignment.State.STOPPED]
    rated = [(week.week, week.value) for week in stories.ratings(client, day) if week.value is not None]
    return {
        "here": "today",
        "kept": kept,
        "others": practice.kept(given, in_kit),
        "changed": arc_rules.what_changed(rated),
        "session": queries.next_session(client, now),
        "word": queries.last_word(client),
    }
