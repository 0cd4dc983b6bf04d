"""One message that came in, as the rooms see it. Everything in it is somebody else's word."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses
from hashlib import sha256

from coaching.mailroom.rules import Hand, hand_of

MOST_BYTES = 10 * 1024 * 1024
MOST_PARTS = 100
_CALENDARS = ("text/calendar", "application/ics")


class Unreadable(Exception):
    """It is no message that we can read."""


@dataclass(frozen=True)
class Mail:
    """`key` is the same for the same message, however often it comes. `sender` is the one address of From, in lower
    case, "" when there is none or more than one; nothing proves that it is true. `calendars` are the bytes of the
    calendar objects in it."""

    key: str
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    hand: Hand
    calendars: tuple[bytes, ...]
    message: EmailMessage


def parse(content: bytes) -> EmailMessage:
    """Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable("It is too large.")
    try:
        return BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    except Exception as error:  # the parser is not safe against everything that it can be sent
        raise Unreadable(type(error).__name__) from error


def opened(message: EmailMessage, *, recipients: Iterable[str] = ()) -> Mail:
    """What is in a message. `recipients`: whom the mail server says it is for; who is named in its head comes
    after. Raises Unreadable."""
    try:
        headers = {name.lower(): str(value) for name, value in message.items()}
        sender = _only(headers.get("from", ""))
        return Mail(
            key=_key(headers),
            message_id=headers.get("message-id", "").strip()[:250],
            sender=sender,
            recipients=tuple(dict.fromkeys([*(each.lower() for each in recipients if each), *_named(headers)])),
            hand=hand_of(headers, sender=sender, content_type=message.get_content_type()),
            calendars=tuple(_calendars(message)),
            message=message,
        )
    except Exception as error:  # headers are parsed when they are read, and fail in many ways
        raise Unreadable(type(error).__name__) from error


def _only(header: str) -> str:
    found = {address.lower() for _name, address in getaddresses([header]) if "@" in address}
    return found.pop() if len(found) == 1 else ""


def _named(headers: dict[str, str]) -> list[str]:
    # Without those that are not there: the email package of Python 3.11.2 finds nobody behind an empty one.
    values = [headers[name] for name in ("delivered-to", "x-original-to", "to", "cc") if headers.get(name)]
    return [address.lower() for _name, address in getaddresses(values) if "@" in address]


def _key(headers: dict[str, str]) -> str:
    known = headers.get("message-id", "").strip()
    words = known or "\n".join(headers.get(name, "") for name in ("from", "date", "subject", "to"))
    return sha256(words.encode(errors="replace")).hexdigest()


def _calendars(message: Message) -> Iterator[bytes]:
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            raise Unreadable("It has too many parts.")
        if part.get_content_type() in _CALENDARS:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield content
