"""The life of one session in a calendar that knows nothing of us but our letters."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import icalendar
import pytest
import vobject

from accounts.models import User
from coaching.booking import actions
from coaching.booking.models import Appointment
from coaching.outbox import envelope
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.outbox.rendering import render
from coaching.people.models import Client, Practitioner


def delivered(person: User, now: datetime) -> list[EmailMessage]:
    """What is in a person's mailbox once all their letters have gone over the wire, the oldest first."""
    box = []
    for letter in Letter.objects.filter(person=person).order_by("posted_at", "pk"):
        if told := tell_in_their_words(letter, now):
            mail = envelope.message(render(told, person=person), to=person.email, key=letter.key, now=now)
            box.append(message_from_bytes(mail.as_bytes(), policy=policy.SMTP))
    return box


def invitation(mail: EmailMessage) -> tuple[str, bytes]:
    """The part that a mail program acts on: the method in its head, and the object."""
    (part,) = (each for each in mail.walk() if each.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return str(part.get_param("method")), content


@dataclass
class Shelf:
    """A calendar as RFC 5546 asks for one: by UID, never going back to an older version. `entries` holds, for each
    UID, its version and when it is."""

    entries: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def take(self, method: str, content: bytes) -> None:
        uid, version, start = self._read(method, content)
        if version < self.entries.get(uid, (0, start))[0]:
            return
        if method == "CANCEL":
            self.entries.pop(uid, None)
        else:
            self.entries[uid] = (version, start)

    def _read(self, method: str, content: bytes) -> tuple[str, int, datetime]:
        raise NotImplementedError


class One(Shelf):
    def _read(self, method: str, content: bytes) -> tuple[str, int, datetime]:
        calendar = icalendar.Calendar.from_ical(content.decode())
        assert calendar["method"] == method
        (event,) = calendar.events
        return str(event["uid"]), int(event["sequence"]), event.start.astimezone(UTC)


class Other(Shelf):
    def _read(self, method: str, content: bytes) -> tuple[str, int, datetime]:
        calendar = vobject.readOne(content.decode())
        assert calendar.method.value == method
        event = calendar.vevent
        return str(event.uid.value), int(event.sequence.value), event.dtstart.value.astimezone(UTC)


@pytest.mark.parametrize("program", [One, Other])
def test_it_comes_moves_in_its_place_and_goes(
    session: Appointment,
    teresa: Client,
    marta: Practitioner,
    wednesday: datetime,
    now: datetime,
    program: type[Shelf],
) -> None:
    shelves = {person: program() for person in (teresa.user, marta.user)}

    def arrives(method: str) -> None:
        for person, shelf in shelves.items():
            mail = delivered(person, now)[-1]
            named, content = invitation(mail)
            assert named == method
            shelf.take(named, content)

    arrives("REQUEST")
    moved = wednesday + timedelta(hours=2)
    actions.move(appointment=session, start=moved, by=marta.user, now=now)
    arrives("REQUEST")
    assert [shelf.entries for shelf in shelves.values()] == [{session.uid: (1, moved)}] * 2
    actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    arrives("CANCEL")
    assert [shelf.entries for shelf in shelves.values()] == [{}, {}]


def test_the_cancellation_names_whom_the_invitation_named(
    session: Appointment, teresa: Client, now: datetime
) -> None:
    def named(content: bytes) -> tuple[str, str, set[str]]:
        event = vobject.readOne(content.decode()).vevent
        return event.uid.value, event.organizer.value, {one.value for one in event.contents["attendee"]}

    before = named(invitation(delivered(teresa.user, now)[-1])[1])
    actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    assert named(invitation(delivered(teresa.user, now)[-1])[1]) == before
