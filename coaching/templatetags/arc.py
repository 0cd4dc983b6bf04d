"""The way to doing without a plan, where pages of several rooms show it: `{% load arc %}`."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from coaching.booking.models import Appointment, WaitingPlace
from coaching.people.models import Client
from coaching.practice import arc as arcs
from coaching.practice import graduating
from coaching.practice.arc import Arc
from coaching.practice.models_arc import Graduation

register = template.Library()

# The release line in three parts: a rise, a long release, a rest; and where the sun stands on each.
_PARTS = ("M4 44C22 44 26 10 54 10H107", "M107 10C160 10 150 44 213 44", "M213 44H316")
_SUNS = {"learning": (64, 10), "fading": (156, 27), "own": (267, 44), "graduated": (310, 44)}


@register.simple_tag(takes_context=True)
def arc_of(context: dict[str, Any], client: Client) -> Arc:
    """Where a client stands, and what the weeks speak for; for the practitioner's pages. At most one query."""
    return arcs.of(client, context["request"].now)


@register.simple_tag
def arc_line(stage: str) -> SafeString:
    """The release line with the sun where somebody stands; the words below it say the same."""
    here = list(_SUNS).index(stage)
    kinds = ["rl" if place <= here else "rl ahead" for place in range(len(_PARTS))]
    return format_html(
        '<svg viewBox="0 0 320 54" aria-hidden="true"><path class="{}" d="{}"/><path class="{}" d="{}"/>'
        '<path class="{}" d="{}"/><circle class="rl-now" cx="{}" cy="{}" r="6"/></svg>',
        *(part for pair in zip(kinds, _PARTS, strict=True) for part in pair),
        *_SUNS[stage],
    )


@register.simple_tag(takes_context=True)
def graduation_of(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """The graduation that holds, and whether it can be taken back. At most one query."""
    now = context["request"].now
    found = arcs.graduation_of(client, now) or Graduation(client=client, at=client.graduated_at or client.since)
    return {"it": found, "may_take_back": bool(found.pk) and graduating.may_take_back(found, now)}


@register.simple_tag(takes_context=True)
def booked_of(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """What is booked of a client and stays, and where they wait. Two queries."""
    now = context["request"].now
    coming = Appointment.objects.filter(client=client).upcoming(now).select_related("session_type", "series")
    states = (WaitingPlace.State.WAITING, WaitingPlace.State.TOLD)
    sessions = list(coming.order_by("starts_at")[:12])
    return {
        "sessions": sessions,
        "in_a_row": next((each for each in sessions if each.series_id), None),
        "waits": list(WaitingPlace.objects.filter(client=client, state__in=states).select_related("session_type")),
    }
