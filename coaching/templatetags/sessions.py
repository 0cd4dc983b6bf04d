"""Coming to a session, the same way on its page and on Today: `{% load sessions %}`."""

from datetime import timedelta
from typing import Any

from django import template

from coaching.booking.attending import SOON, attend
from coaching.booking.models import Appointment
from coaching.booking.places import Meeting, meeting_of, number_in
from coaching.people.models import Practitioner

register = template.Library()


@register.inclusion_tag("booking/_attend.html", takes_context=True)
def way_in(context: dict[str, Any], session: Appointment) -> dict[str, Any]:
    """The countdown and, from a quarter of an hour before, the one big button. Empty when there is nothing to come
    to."""
    return _way_in(context, session)


@register.inclusion_tag("booking/_soon.html", takes_context=True)
def session_soon(context: dict[str, Any], session: Appointment | None) -> dict[str, Any]:
    """On Today: the way in, above everything else, from an hour before. Empty without a session within a day."""
    now = context["request"].now
    if session is None or session.starts_at - now > SOON:
        return {"at": None}
    is_soon = session.starts_at - now <= timedelta(hours=1)
    return {**_way_in(context, session), "is_soon": is_soon, "says_where": True}


def _way_in(context: dict[str, Any], session: Appointment) -> dict[str, Any]:
    hers = isinstance(context["house"].person, Practitioner)
    attendance = attend(session, context["request"].now)
    return {
        "session": session,
        "at": attendance,
        "hers": hers,
        "other": session.client if hers else session.practitioner,
        "call": _call(session, attendance.meeting, hers=hers) if attendance else None,
        "house": context["house"],
        "now": context["request"].now,
    }


@register.filter
def meeting(session: Appointment) -> Meeting:
    """Where it takes place."""
    return meeting_of(session)


def _call(session: Appointment, meeting: Meeting, *, hers: bool) -> dict[str, str | None] | None:
    """Who calls whom by telephone: {"who": "you" or "other", "url": the number that the reader can press}.

    A number in the type's address is the practitioner's, and the client calls; without one she calls the client.
    """
    if not meeting.is_phone:
        return None
    client_calls = meeting.url is not None
    if hers:
        written = " ".join([session.message, *(str(each["answer"]) for each in session.answers)])
        return {"who": "other" if client_calls else "you", "url": None if client_calls else number_in(written)}
    return {"who": "you" if client_calls else "other", "url": meeting.url}
