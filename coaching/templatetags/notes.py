"""What was written down of a session, on its page: `{% load notes %}`."""

from typing import Any

from django import template

from coaching.booking.models import Appointment
from coaching.journal import queries

register = template.Library()


@register.inclusion_tag("journal/_session.html", takes_context=True)
def session_words(context: dict[str, Any], session: Appointment, hers: bool) -> dict[str, Any]:
    """For the client what was shared and given; for the practitioner the way to the note. Two queries."""
    shared = queries.shared_with(session.client).filter(appointment=session).first()
    return {
        "shared": shared,
        "tasks": queries.tasks_of_session(session),
        "session": session,
        "hers": hers,
        "name": session.practitioner.name,
        "request": context["request"],
    }
