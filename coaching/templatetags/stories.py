"""What other rooms' pages say of a client's story: `{% load stories %}`."""

from typing import Any

from django import template

from coaching.people.models import Client
from coaching.story import queries

register = template.Library()


@register.inclusion_tag("story/_lessons_wait.html")
def lessons_wait(client: Client, for_practitioner: bool = False) -> dict[str, Any]:
    """A notice while a safety sign holds this client's lessons back; otherwise nothing. One query, one more for the
    practitioner while it does."""
    return {"held": queries.holds_back(client), "client": client, "for_practitioner": for_practitioner}


@register.inclusion_tag("story/_agree_anew.html")
def agree_anew(client: Client) -> dict[str, Any]:
    """A notice for who told the story and has not agreed to the wording of today; otherwise nothing. One query."""
    return {"asks": queries.asks_agreement(client), "client": client}
