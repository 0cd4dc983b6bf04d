"""Invitations as calendar programs read them, by two readers that share no code."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.conf import LazySettings
from icalendar import Calendar
from icalendar.timezone import tzp

from accounts.models import User
from coaching.booking import actions
from coaching.booking.calendars import ics
from coaching.booking.calendars.queries import standing_of
from coaching.booking.calendars.vtimezone import vtimezone
from coaching.booking.models import Appointment, CalendarReply
from coaching.outbox import envelope
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.outbox.rendering import render
from coaching.people.models import Client, Practitioner

URL = "https://portal.example/sessions/1/"


def written(session: Appointment, reader: User, method: ics.Method = "REQUEST", **more: Any) -> bytes:
    now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    return ics.object_of(session, reader=reader, url=URL, method=method, now=now, **more)


def seen(content: bytes) -> Any:
    """The one event, as a second reader sees it."""
    return vobject.readOne(content.decode()).vevent


def test_a_second_reader_sees_the_same_hours(session: Appointment, teresa: Client) -> None:
    event = seen(written(session, teresa.user))
    assert event.uid.value == session.uid
    assert event.sequence.value == "0"
    assert event.dtstart.value.astimezone(UTC) == session.starts_at
    assert event.dtend.value.astimezone(UTC) == session.ends_at
    assert event.status.value == "CONFIRMED"


def test_lines_are_folded_and_end_as_they_must(session: Appointment, teresa: Client) -> None:
    session.session_type.address = "https://meet.example/" + "ä" * 90
    content = written(session, teresa.user)
    assert all(len(line) <= 75 and line.decode() is not None for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert seen(content).location.value == session.session_type.address


def test_it_rings_no_bell_of_its_own(session: Appointment, teresa: Client) -> None:
    """Reminders are the portal's, at the times that each person chose; programs add what their owner likes."""
    for method in ("REQUEST", "PUBLISH", "CANCEL"):
        assert b"VALARM" not in written(session, teresa.user, method)  # type: ignore[arg-type]


def test_other_people_who_share_the_calendar_do_not_read_it(session: Appointment, teresa: Client) -> None:
    event = seen(written(session, teresa.user))
    assert event.contents["class"][0].value == "PRIVATE"
    assert event.transp.value == "OPAQUE"


def test_signs_that_mean_something_in_a_file_are_escaped(session: Appointment, teresa: Client) -> None:
    session.session_type.name = 'Talk; short, "calm"\\quiet\nATTENDEE:mailto:evil@example.org'
    content = written(session, teresa.user)
    assert seen(content).summary.value == f"{session.session_type.name} with Marta Lindqvist"
    assert b"\r\nATTENDEE:mailto:evil" not in content


def test_the_place_stands_where_programs_look_for_it(session: Appointment, teresa: Client) -> None:
    session.session_type.address = "https://meet.example/{room}"
    event = seen(written(session, teresa.user))
    room = f"https://meet.example/{session.room.hex}"
    assert event.location.value == room
    assert (event.conference.value, event.conference.params["FEATURE"]) == (room, ["AUDIO", "VIDEO"])
    assert room in event.description.value
    assert URL in event.description.value
    session.session_type.place, session.session_type.address = "person", "Torvegade 1"
    event = seen(written(session, teresa.user))
    assert event.location.value == "Torvegade 1"
    assert not hasattr(event, "conference")


def organiser(content: bytes) -> str:
    return str(seen(content).organizer.value)


def test_without_incoming_mail_the_practitioner_hears_the_answer_and_nobody_invites_themselves(
    session: Appointment, teresa: Client, marta: Practitioner
) -> None:
    assert organiser(written(session, teresa.user)) == f"mailto:{marta.user.email}"
    assert organiser(written(session, marta.user)) == f"mailto:{envelope.sender_address()}"


def test_with_incoming_mail_the_portal_hears_the_answer_in_her_name(
    session: Appointment, teresa: Client, marta: Practitioner, settings: LazySettings
) -> None:
    settings.INBOUND_EMAIL = "reply@in.example"
    for reader in (teresa.user, marta.user):
        content = written(session, reader)
        assert organiser(content) == "mailto:reply+calendar@in.example"
        assert seen(content).organizer.params["CN"] == ["Marta Lindqvist"]


def test_both_attend_and_the_client_is_asked_only_when_she_did_not_choose(
    session: Appointment, teresa: Client, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    assert standing_of(session) == "ACCEPTED"
    actions.move(appointment=session, start=wednesday + timedelta(hours=2), by=marta.user, now=now)
    session.refresh_from_db()
    assert standing_of(session) == "NEEDS-ACTION"
    attending = seen(written(session, teresa.user, standing=standing_of(session))).contents["attendee"]
    asked = {one.value: (one.params["PARTSTAT"], one.params["RSVP"], one.params["ROLE"]) for one in attending}
    assert asked == {
        f"mailto:{teresa.user.email}": (["NEEDS-ACTION"], ["TRUE"], ["REQ-PARTICIPANT"]),
        f"mailto:{marta.user.email}": (["ACCEPTED"], ["FALSE"], ["CHAIR"]),
    }


@pytest.mark.parametrize(("answer", "standing"), [("declined", "DECLINED"), ("tentative", "TENTATIVE")])
def test_an_invitation_that_is_sent_again_remembers_the_answer(
    session: Appointment, teresa: Client, now: datetime, answer: str, standing: str
) -> None:
    CalendarReply.objects.create(
        appointment=session, answer=answer, sequence=0, message_id="1", attendee=teresa.user.email, at=now
    )
    assert standing_of(session) == standing
    session.sequence = 1
    assert standing_of(session) == "ACCEPTED"


def test_what_is_only_asked_for_is_tentative(session: Appointment, teresa: Client) -> None:
    session.status = "requested"
    assert seen(written(session, teresa.user, "PUBLISH")).status.value == "TENTATIVE"


def test_a_file_to_download_invites_nobody(session: Appointment, teresa: Client) -> None:
    content = written(session, teresa.user, "PUBLISH")
    assert "attendee" not in seen(content).contents
    assert vobject.readOne(content.decode()).method.value == "PUBLISH"


def test_the_letter_carries_it_where_mail_programs_look_for_it(
    session: Appointment, teresa: Client, now: datetime
) -> None:
    letter = Letter.objects.get(kind="booking.confirmed", person=teresa.user)
    told = tell_in_their_words(letter, now)
    assert told is not None
    mail = envelope.message(render(told, person=teresa.user), to=teresa.user.email, key=letter.key, now=now)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    inline, attached = list(mail.walk())[4:]
    assert (inline.get_param("method"), inline.get_content_charset()) == ("REQUEST", "utf-8")
    assert attached.get_filename() == "session.ics"
    assert inline["Content-Transfer-Encoding"] == "base64"  # nothing on the way folds or re-codes it
    assert inline.get_payload(decode=True) == attached.get_payload(decode=True)
    assert b"\r\nMETHOD:REQUEST\r\n" in inline.get_payload(decode=True)  # in both places (RFC 6047 section 2.4)


_AROUND = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC))
_WORLD = [
    "Europe/Copenhagen", "Europe/Dublin", "America/New_York", "America/Santiago", "Australia/Lord_Howe",
    "Asia/Kathmandu", "Pacific/Chatham", "Africa/Casablanca", "America/Vancouver", "Asia/Gaza", "America/Nuuk",
]  # fmt: skip


@pytest.mark.parametrize("name", _WORLD)
def test_the_zone_that_is_written_down_shows_what_the_clocks_show(name: str) -> None:
    since, until = _AROUND
    zone = ZoneInfo(name)
    component = vtimezone(zone, since=since, until=until)
    read_back = tzp.create_timezone(Calendar.from_ical(component.to_ical()))
    moment = since
    while moment < until:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        there = read_back.localize(wall) if hasattr(read_back, "localize") else wall.replace(tzinfo=read_back)
        twice_or_never = wall.replace(tzinfo=zone).utcoffset() != wall.replace(tzinfo=zone, fold=1).utcoffset()
        assert twice_or_never or there.utcoffset() == moment.astimezone(zone).utcoffset(), moment
        moment += timedelta(hours=5)


@pytest.mark.parametrize("name", ["Europe/Copenhagen", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe"])
def test_a_zone_with_one_rule_is_written_as_yearly_rules_which_is_all_that_outlook_reads(name: str) -> None:
    since, until = _AROUND
    text = vtimezone(ZoneInfo(name), since=since, until=until).to_ical().decode()
    assert len(re.findall(r"RRULE:FREQ=YEARLY;", text)) == 2
    assert "RDATE" not in text
    summer, winter = text.split("BEGIN:STANDARD")
    assert "BEGIN:DAYLIGHT" in summer
    offsets = re.findall(r"TZOFFSETTO:([+-]\d+)", summer) + re.findall(r"TZOFFSETTO:([+-]\d+)", winter)
    assert int(offsets[0]) > int(offsets[1])
