"""What stands around a conversation: when it is answered, what can be done with it: `{% load talking %}`."""

from typing import Any

from django import template
from django.urls import reverse

from accounts.zones import day_in_words
from coaching.messaging import rules_desk
from coaching.messaging.models import Conversation
from coaching.messaging.reaching import reach_of
from coaching.people.models import Practitioner

register = template.Library()


@register.inclusion_tag("messaging/_before_writing.html", takes_context=True)
def before_writing(context: dict[str, Any], practitioner: Practitioner) -> dict[str, Any]:
    """When the practitioner answers, on the reader's clock, and what to do in an emergency. One query."""
    request = context["request"]
    now, zone = request.now, request.user.zone
    reach, today = reach_of(practitioner), now.astimezone(practitioner.zone).date()
    return {
        "other": practitioner,
        "away": reach.is_away(now),
        "soon": reach.is_soon_away(now),
        "first": day_in_words(reach.first, today) if reach.first else "",
        "last": day_in_words(reach.last, today) if reach.last else "",
        "note": reach.note,
        "hours": reach.hours_on(zone, now),
        "zone": zone,
    }


@register.inclusion_tag("messaging/_talk_keys.html", takes_context=True)
def talk_keys(context: dict[str, Any], talk: Conversation) -> dict[str, Any]:
    """Star, set aside and needs no answer, for a conversation in which something was said."""
    request = context["request"]
    moments = rules_desk.moments(request.now, request.user.zone)
    return {
        "talk": talk,
        "moments": moments,
        "back": request.get_full_path(),
        "search_url": f"{reverse('message_search')}?client={talk.client_id}",
        "request": request,
        "csrf_token": context["csrf_token"],
    }
