"""Links in letters that do one thing for one person with one session, without signing in.

A link names its purpose (as the salt of its signature), the session, the person, the session's sequence number and
the minute in which it was made. It is fresh until the session starts, for 30 days at most, and old after any
change. Whoever has the letter can do what it says, and see nothing but this session.
"""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.booking.models import Appointment
from coaching.outbox.letters import absolute, as_is
from coaching.people.models import Client, Practitioner

LASTS = timedelta(days=30)
_SHAPE = struct.Struct(">16sQHI")  # the session, the person, the sequence number, minutes since 1970


class Purpose(StrEnum):
    """What a link does. A link for one purpose is nothing for another."""

    MOVE = "move"
    CANCEL = "cancel"
    AGAIN = "again"  # book another time for a session that was cancelled
    DONE = "done"  # see what was just done, and take it back
    OFFER = "offer"  # take the time that is held for who waits
    PROPOSED = "proposed"  # take the time that the practitioner proposed


@dataclass(frozen=True)
class Slip:
    """A link that was read: genuine, and of this person's session. Whether it is still fresh is another matter."""

    session: Appointment
    person: User
    sequence: int
    made_at: datetime

    @property
    def reader(self) -> Client | Practitioner:
        """The person as a part of the session."""
        mine = self.session.client.user_id == self.person.pk
        return self.session.client if mine else self.session.practitioner

    def is_fresh(self, now: datetime) -> bool:
        """Whether nothing was changed since, the session has not begun, and the link is younger than 30 days."""
        unchanged = self.session.sequence == self.sequence
        return unchanged and now < self.session.starts_at and now <= self.made_at + LASTS


def path_to(purpose: Purpose, session: Appointment, *, person: User, now: datetime) -> str:
    return reverse(f"link_{purpose}", args=[_token(purpose, session, person, now)])


def url_to(purpose: Purpose, session: Appointment, *, person: User, now: datetime) -> str:
    """The link as a letter needs it."""
    return absolute(path_to(purpose, session, person=person, now=now))


def ways_out(session: Appointment, *, person: User, now: datetime) -> str:
    """For letters: "[Move it](...) or [cancel it](...)". Markdown, in the language that is active."""
    told = {
        "move": url_to(Purpose.MOVE, session, person=person, now=now),
        "cancel": url_to(Purpose.CANCEL, session, person=person, now=now),
        "name": as_is((session.practitioner if _is_client(session, person) else session.client).name),
    }
    return (
        _(
            "Does it not suit you? [Move it](%(move)s) or [cancel it](%(cancel)s), without signing in. "
            "Deleting it from your calendar does not tell %(name)s."
        )
        % told
    )


def read(purpose: Purpose, token: str) -> Slip | None:
    """The slip behind a token; None when it is forged, for another purpose, or of a person without a part in it."""
    try:
        packed = urlsafe_b64decode(Signer(sep=".", salt=_salt(purpose)).unsign(token))
        session_id, person_id, sequence, minutes = _SHAPE.unpack(packed)
    except (BadSignature, ValueError, struct.error):
        return None
    people = ("client__user", "practitioner__user", "session_type__practitioner__user")
    session = Appointment.objects.select_related(*people).filter(pk=UUID(bytes=session_id)).first()
    if session is None:
        return None
    both = {each.pk: each for each in (session.client.user, session.practitioner.user) if each.is_active}
    made_at = datetime.fromtimestamp(minutes * 60, UTC)
    return Slip(session, both[person_id], sequence, made_at) if person_id in both else None


def _token(purpose: Purpose, session: Appointment, person: User, now: datetime) -> str:
    packed = _SHAPE.pack(session.pk.bytes, person.pk or 0, session.sequence, int(now.timestamp() // 60))
    return Signer(sep=".", salt=_salt(purpose)).sign(urlsafe_b64encode(packed).decode())


def _salt(purpose: Purpose) -> str:
    return f"coaching.booking.links:{purpose}"


def _is_client(session: Appointment, person: User) -> bool:
    return session.client.user_id == person.pk
