"""What other rooms' pages say of a client's story: `{% load stories %}`."""

from typing import Any

from django import template

from coaching.people.models import Client
from coaching.story import queries

register = template.Library()


@register.inclusion_tag("story/_lessons_wait.html")
def lessons_wait(client: Client, for_practitioner: bool = False) -> dict[str, Any]:
    """A notice while a safety sign holds this client's lessons back; otherwise nothing. One query."""
    if story := queries.stories_held().filter(client=client).first():
        story.client = client  # so that the notice need not ask for the story
    return {"held": story is not None, "client": client, "for_practitioner": for_practitioner}


@register.inclusion_tag("story/_notices.html")
def story_notices(client: Client) -> dict[str, Any]:
    """For the client: that lessons wait, and that what they agreed to has a new wording. One query for both."""
    return {"standing": queries.standing(client), "client": client}
