"""What a calendar program answers to an invitation (METHOD:REPLY, RFC 5546 section 3.2.3), read without believing
it.

Google and Outlook also let people propose another time (METHOD:COUNTER, section 3.2.7). That is no decline, but it
waits for the practitioner all the same.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from icalendar import Calendar

Entry = Any  # a component whose values may be of any kind: nobody has checked them
MOST_BYTES = 200_000
_UID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@portal", re.IGNORECASE)
_METHOD = re.compile(rb"^METHOD:(REPLY|COUNTER)\s*$", re.IGNORECASE | re.MULTILINE)
_ANSWERS = {"ACCEPTED": "accepted", "TENTATIVE": "tentative", "DECLINED": "declined"}


@dataclass(frozen=True)
class Reply:
    """One person's answer to one invitation. `attendee` in lower case; `sequence` is that of the invitation, or
    None where the program does not say; `stamped_at` when the program wrote it; `proposes` the other time that it
    asks for, as an instant."""

    session: UUID
    attendee: str
    answer: str
    sequence: int | None
    comment: str
    stamped_at: datetime | None
    proposes: datetime | None = None


def is_reply(content: bytes) -> bool:
    """Whether a calendar object answers an invitation, at first sight."""
    return bool(_METHOD.search(content[:MOST_BYTES]))


def first_reply(calendars: Iterable[bytes], *, sender: str) -> Reply | None:
    """The answer in the first of these objects that holds one; None for whatever else. `sender` is whose mail it
    is, in lower case: a proposal may name everybody who was invited."""
    return next((found for content in calendars if (found := read(content, sender=sender))), None)


def read(content: bytes, *, sender: str) -> Reply | None:
    if len(content) > MOST_BYTES or not is_reply(content):
        return None
    try:
        return _read(content, sender)
    except Exception:  # noqa: BLE001  (a hostile object fails in ways that no parser has listed)
        return None


def _read(content: bytes, sender: str) -> Reply | None:
    calendar = Calendar.from_ical(content.decode("utf-8", errors="replace"))
    events = [part for part in calendar.subcomponents if part.name == "VEVENT"]
    found = _UID.fullmatch(str(events[0].get("uid", "")).strip()) if len(events) == 1 else None
    attendee = _who(events[0], sender) if found else None
    if found is None or attendee is None:
        return None
    proposal = str(calendar.get("method", "")).upper() == "COUNTER"
    answer = "tentative" if proposal else _ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper())
    if answer is None:
        return None
    return Reply(
        session=UUID(found[1]),
        attendee=_bare(attendee),
        answer=answer,
        sequence=_sequence(events[0]),
        comment=_comment(events[0]),
        stamped_at=_instant(events[0], "dtstamp"),
        proposes=_instant(events[0], "dtstart") if proposal else None,
    )


def _who(event: Entry, sender: str) -> Any | None:
    """The attendee who is the sender, else the only one."""
    given = event.get("attendee")
    attendees = given if isinstance(given, list) else [given] if given is not None else []
    same = [one for one in attendees if _bare(one) == sender]
    return (same or attendees)[0] if same or len(attendees) == 1 else None


def _bare(address: Any) -> str:
    return re.sub(r"^mailto:", "", str(address).strip().strip('"'), flags=re.IGNORECASE).strip().lower()[:254]


def _sequence(event: Entry) -> int | None:
    given = event.get("sequence")
    return min(max(int(given), 0), 32767) if given is not None else None


def _comment(event: Entry) -> str:
    given = event.get("comment")
    words = given if isinstance(given, list) else [given] if given is not None else []
    return " ".join(" ".join(str(one) for one in words).split())[:500].replace("\x00", "")


def _instant(event: Entry, name: str) -> datetime | None:
    given = event.get(name)
    moment = getattr(given, "dt", None)
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None
