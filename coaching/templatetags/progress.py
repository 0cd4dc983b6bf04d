"""How it goes, on pages of other rooms: `{% load progress %}`."""

from typing import Any

from django import template

from coaching.people.models import Client
from coaching.progress.glance import glance

register = template.Library()


@register.inclusion_tag("progress/_glance.html", takes_context=True)
def since_last_session(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """What was so since the last session, for the practitioner who prepares the next one. Two queries."""
    day = context["request"].now.astimezone(client.zone).date()
    return {"client": client, "glance": glance(client, day)}
