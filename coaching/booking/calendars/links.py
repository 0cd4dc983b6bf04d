"""A session, ready to be put into somebody's calendar: one press for each of the big programs, a file for the
others."""

from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.booking.calendars.ics import summary
from coaching.booking.models import Appointment
from coaching.booking.places import meeting_of
from coaching.outbox.letters import absolute

_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.live.com/calendar/0/action/compose"


@dataclass(frozen=True)
class Link:
    name: str
    url: str
    away: bool  # leads to another site


def add_to_calendar(session: Appointment, *, reader: User, brief: bool = False) -> list[Link]:
    """The links for `booking/_add_to_calendar.html`, given to it as `add_to_calendar`. `brief`: for where addresses
    are read as they are; the place is then left to the session's page. No query beyond the session's people and
    type."""
    title, meeting = summary(session, reader=reader), meeting_of(session)
    start, end = session.starts_at.astimezone(UTC), session.ends_at.astimezone(UTC)
    page = absolute(session.get_absolute_url())
    about, where = (page, "") if brief else (f"{meeting.words}\n{page}", meeting.detail or meeting.words)
    google = {
        "action": "TEMPLATE",
        "text": title,
        "dates": f"{start:%Y%m%dT%H%M%SZ}/{end:%Y%m%dT%H%M%SZ}",
        "details": about,
        "location": where,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "body": about,
        "location": where,
    }
    return [
        Link(_("Google"), f"{_GOOGLE}?{_query(google)}", away=True),
        Link(_("Outlook.com"), f"{_OUTLOOK}?{_query(outlook)}", away=True),
        Link(_("Apple and others"), reverse("session_calendar", args=[session.pk]), away=False),
    ]


def _query(known: dict[str, str]) -> str:
    return urlencode({key: value for key, value in known.items() if value}, safe=":/")
