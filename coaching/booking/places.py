"""Where a session takes place. The only reader of a type's address: letters, calendar files, the session's page and
Today ask here, so that a room of our own can take its place later."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from coaching.booking.models import Appointment, SessionType

ROOM = "{room}"
_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-/]{3,}\d")
_BETWEEN = re.compile(r"[^\d+]")


@dataclass(frozen=True)
class Meeting:
    """Where two people meet.

    `kind` is a SessionType.Place ("video", "phone", "person"), `words` say it to a person ("By telephone:
    +351 ..."), `detail` is the bare address, number or room ("" while it is not known), and `url` opens it
    (https: for video, tel: for the telephone), or is None.
    """

    kind: str
    words: str
    detail: str
    url: str | None

    @property
    def label(self) -> str:
        """What a link to it is called: a web address by its host alone."""
        return urlsplit(self.url).netloc if self.is_video and self.url else self.detail

    @property
    def is_video(self) -> bool:
        return self.kind == SessionType.Place.VIDEO

    @property
    def is_phone(self) -> bool:
        return self.kind == SessionType.Place.PHONE

    @property
    def is_in_person(self) -> bool:
        return self.kind == SessionType.Place.PERSON


def meeting_of(session: Appointment) -> Meeting:
    """Where this session takes place; {room} in the type's address is the session's own unguessable room."""
    session_type = session.session_type
    detail = session_type.address.strip().replace(ROOM, session.room.hex)
    return Meeting(
        kind=session_type.place,
        words=_words(session_type.get_place_display(), detail),
        detail=detail,
        url=_url(session_type.place, detail),
    )


def _words(place: str, detail: str) -> str:
    return _("%(place)s: %(detail)s") % {"place": place, "detail": detail} if detail else place


def _url(kind: str, detail: str) -> str | None:
    if kind == SessionType.Place.VIDEO:
        return detail if detail.startswith("https://") else None
    if kind == SessionType.Place.PHONE:
        return number_in(detail)
    return None


def number_in(words: str) -> str | None:
    """ "tel:+351210000000" for a number in the words (RFC 3966 section 5.1.1); None when there is none."""
    found = _NUMBER.search(words)
    return f"tel:{_BETWEEN.sub('', found[0])}" if found else None
