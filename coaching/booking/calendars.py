"""A session as a calendar object (RFC 5545), sent so that calendars keep it up to date (RFC 5546, RFC 6047).

One UID for life; SEQUENCE grows with each change; the practitioner is the organiser, the client attends.
"""

from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from accounts.models import User
from coaching.booking.models import Appointment

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


def object_of(session: Appointment, *, reader: User, url: str, method: Method, now: datetime) -> bytes:
    """The ICS file for one of the two people. `url` is the session's page; times are on the practitioner's clock,
    with its VTIMEZONE."""
    calendar = Calendar()
    calendar.add("prodid", "-//Coaching portal//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    zone = session.practitioner.zone
    around = timedelta(days=400)  # enough for the two clock changes next to the session
    calendar.add_component(
        Timezone.from_tzinfo(
            zone,
            zone.key,
            first_date=(session.starts_at - around).date(),
            last_date=(session.starts_at + around).date(),
        )
    )
    calendar.add_component(_event(session, reader, url, method, now))
    return calendar.to_ical()


def summary(session: Appointment, *, reader: User) -> str:
    """What the calendar shows: the type, and the other person."""
    other = session.client.user if reader.pk == session.practitioner.user_id else session.practitioner.user
    return _("%(type)s with %(name)s") % {"type": session.session_type.name, "name": other.get_full_name()}


def _event(session: Appointment, reader: User, url: str, method: Method, now: datetime) -> Event:
    event, zone = Event(), session.practitioner.zone
    event.add("uid", session.uid)
    event.add("sequence", session.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", session.starts_at.astimezone(zone))
    event.add("dtend", session.ends_at.astimezone(zone))
    event.add("summary", summary(session, reader=reader))
    event.add("description", _("Move or cancel it here: %s") % url)
    event.add("url", url)
    event.add("location", session.session_type.address or session.session_type.get_place_display())
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    event.add("organizer", _address(session.practitioner.user))
    event.add("attendee", _attendee(session.client.user), encode=False)
    return event


def _address(person: User) -> vCalAddress:
    address = vCalAddress(f"MAILTO:{person.email}")
    address.params["CN"] = vText(person.get_full_name())
    return address


def _attendee(person: User) -> vCalAddress:
    address = _address(person)
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText("ACCEPTED")  # who booked, comes
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    return address
