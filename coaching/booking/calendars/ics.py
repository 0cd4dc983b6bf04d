"""A session as a calendar object (RFC 5545), sent so that calendars keep it up to date (RFC 5546, RFC 6047).

One UID for life; SEQUENCE grows with each change. Both people attend: a program adds an invitation only to the
calendar of somebody who attends, and Outlook adds none whose organiser is the reader. The organiser is whoever is
to hear the answer: the portal, when it takes in mail; else the practitioner, whose own mailbox then gets what the
client's calendar answers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText, vUri

from accounts.models import User
from coaching.booking.calendars.vtimezone import vtimezone
from coaching.booking.models import Appointment
from coaching.booking.places import Meeting, meeting_of
from coaching.mailroom.addresses import address_for
from coaching.outbox.envelope import sender_address

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
Standing = Literal["NEEDS-ACTION", "ACCEPTED", "TENTATIVE", "DECLINED"]

ANSWERS = "calendar"  # the purpose of the address that hears what calendars answer
_STATUS = {Appointment.Status.CANCELLED: "CANCELLED", Appointment.Status.REQUESTED: "TENTATIVE"}


@dataclass(frozen=True)
class Party:
    """Someone in a calendar object: an address, a name, and what they said so far."""

    email: str
    name: str
    role: str = "REQ-PARTICIPANT"
    standing: Standing = "ACCEPTED"


def object_of(
    session: Appointment,
    *,
    reader: User,
    url: str,
    method: Method,
    now: datetime,
    standing: Standing = "ACCEPTED",
) -> bytes:
    """The ICS file for one of the two people. `url` is the session's page; times are on the practitioner's clock,
    with its VTIMEZONE. `standing` is what is known of the client: who booked it herself comes."""
    calendar = _calendar(method)
    calendar.add_component(vtimezone(session.practitioner.zone, since=session.starts_at, until=session.ends_at))
    event = event_of(session, reader=reader, url=url, stamp=now)
    event.add("organizer", _address(organiser_of(session, reader)))
    if method != "PUBLISH":  # which names no attendees (RFC 5546 section 3.2.1)
        for party in _attending(session, standing):
            event.add("attendee", _attendee(party), encode=False)
    if method == "CANCEL":
        event["status"] = vText("CANCELLED")
    calendar.add_component(event)
    return calendar.to_ical()


def feed_of(sessions: Iterable[tuple[Appointment, datetime]], *, reader: User, name: str, site: str) -> bytes:
    """All of a person's sessions as one calendar to subscribe to: each with the moment of its last change, on its
    practitioner's clock. The same sessions give the same bytes."""
    listed = list(sessions)
    calendar = _calendar("PUBLISH")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, name)
    calendar.add("x-wr-timezone", reader.time_zone)
    calendar.add("refresh-interval", vText("PT1H"), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vText("PT1H"))
    zones = {one.practitioner.zone.key: one.practitioner.zone for one, _at in listed}
    for _key, zone in sorted(zones.items()):
        since, until = min(one.starts_at for one, _at in listed), max(one.ends_at for one, _at in listed)
        calendar.add_component(vtimezone(zone, since=since, until=until))
    for session, changed_at in listed:
        url = f"{site}{session.get_absolute_url()}"
        event = event_of(session, reader=reader, url=url, stamp=changed_at)
        event.add("organizer", _address(organiser_of(session, reader)))
        calendar.add_component(event)
    return calendar.to_ical()


def row_of(sessions: Sequence[Appointment], *, reader: User, site: str, now: datetime) -> bytes:
    """Sessions that were booked, moved or cancelled together (at least one), each with its own UID, as one file.

    It is published, not requested: a request holds one UID only (RFC 5546 section 3.2.2), and what is published may
    be cancelled too (section 3.2.1).
    """
    calendar = _calendar("PUBLISH")
    since, until = min(each.starts_at for each in sessions), max(each.ends_at for each in sessions)
    calendar.add_component(vtimezone(sessions[0].practitioner.zone, since=since, until=until))
    for session in sessions:
        event = event_of(session, reader=reader, url=f"{site}{session.get_absolute_url()}", stamp=now)
        event.add("organizer", _address(organiser_of(session, reader)))
        calendar.add_component(event)
    return calendar.to_ical()


def event_of(session: Appointment, *, reader: User, url: str, stamp: datetime) -> Event:
    """The session as `reader` sees it, without who takes part."""
    event, zone, meeting = Event(), session.practitioner.zone, meeting_of(session)
    event.add("uid", session.uid)
    event.add("sequence", session.sequence)
    event.add("dtstamp", stamp)
    event.add("dtstart", session.starts_at.astimezone(zone))
    event.add("dtend", session.ends_at.astimezone(zone))
    event.add("summary", summary(session, reader=reader))
    event.add("description", _description(meeting, url))
    event.add("url", url)
    event.add("location", meeting.detail or meeting.words)
    if meeting.url:
        event.add("conference", _conference(meeting), encode=False)
    event.add("status", _STATUS.get(Appointment.Status(session.status), "CONFIRMED"))
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    return event


def written_from(session: Appointment, reader: User) -> tuple[object, ...]:
    """All that `event_of` and `organiser_of` look at: the same gives the same event. No words are made for it."""
    kind, her = session.session_type, session.practitioner
    place = (kind.name, kind.place, kind.address, session.room)
    people = (her.user.get_full_name(), her.user.time_zone, session.client.user.get_full_name())
    moments = (session.starts_at, session.ends_at)
    return (session.uid, session.sequence, session.status, *moments, *place, *people, organiser_of(session, reader))


def summary(session: Appointment, *, reader: User) -> str:
    """What the calendar shows: the type, and the other person."""
    other = session.client.user if reader.pk == session.practitioner.user_id else session.practitioner.user
    return _("%(type)s with %(name)s") % {"type": session.session_type.name, "name": other.get_full_name()}


def organiser_of(session: Appointment, reader: User) -> Party:
    """Who invites, and hears the answer."""
    her = session.practitioner.user
    if heard := address_for(ANSWERS):
        return Party(heard, her.get_full_name())
    if reader.pk == her.pk:  # the letter's own sender: nobody is invited by themselves
        return Party(sender_address(), str(session.practitioner.practice))
    return Party(her.email, her.get_full_name())


def _attending(session: Appointment, standing: Standing) -> tuple[Party, Party]:
    her, client = session.practitioner.user, session.client.user
    return (
        Party(client.email, client.get_full_name(), standing=standing),
        Party(her.email, her.get_full_name(), role="CHAIR"),
    )


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Coaching portal//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _description(meeting: Meeting, url: str) -> str:
    return "\n".join([meeting.words, _("Move or cancel it here: %s") % url])


def _conference(meeting: Meeting) -> vUri:
    """How to join, for programs that show a button (RFC 7986 section 5.11)."""
    where = vUri(meeting.url or "")
    where.params["VALUE"] = "URI"
    where.params["FEATURE"] = ["AUDIO", "VIDEO"] if meeting.is_video else "PHONE"
    where.params["LABEL"] = _("Join") if meeting.is_video else _("Call")
    return where


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.email}")
    if party.name:
        address.params["CN"] = vText(party.name)
    return address


def _attendee(party: Party) -> vCalAddress:
    address = _address(party)
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    address.params["ROLE"] = vText(party.role)
    address.params["PARTSTAT"] = vText(party.standing)
    address.params["RSVP"] = vText("TRUE" if party.standing == "NEEDS-ACTION" else "FALSE")
    return address
