"""What a person says and sends in a mail: their new words, and the files that go with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from coaching.mailroom import html
from coaching.mailroom.cutting import own_words
from coaching.mailroom.mail import MOST_PARTS

# Nobody attached these: a program did, for other programs.
_FOR_PROGRAMS = {
    "text/calendar", "application/ics", "application/pgp-signature", "application/pgp-encrypted",
    "application/pgp-keys", "application/pkcs7-signature", "application/x-pkcs7-signature", "application/ms-tnef",
    "text/x-amp-html", "text/x-vcard", "text/vcard",
}  # fmt: skip
_DECORATION = 15 * 1024  # bytes: a picture that is drawn in the text and is smaller is a signature's logo


@dataclass(frozen=True)
class Sent:
    """A file that came with a mail. `name` is the sender's word for it, on one line."""

    name: str
    content: bytes


def words_of(message: Message, *, may_be_nothing: bool = False) -> str:
    """What was written anew: from the plain text, else from the HTML. All of it when nothing would be left, unless
    that `may_be_nothing`."""
    texts = [part for part in _leaves(message) if part.get_content_maintype() == "text" and not _is_file(part)]
    plain = _joined(_plain(part) for part in texts if part.get_content_subtype() == "plain")
    if plain:
        return own_words(plain, may_be_nothing=may_be_nothing)
    pages = [_text(part) for part in texts if part.get_content_subtype() == "html"]
    new = _joined(html.as_text(page) for page in pages)
    if not new and not may_be_nothing:
        new = _joined(html.as_text(page, whole=True) for page in pages)
    return own_words(new, may_be_nothing=may_be_nothing)


def files_of(message: Message) -> list[Sent]:
    """What was attached, in its order; without what mail programs add for each other, and without logos."""
    found = []
    for part in _leaves(message):
        if part.get_content_type() in _FOR_PROGRAMS or not _is_file(part):
            continue
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if not (_is_in_the_text(part) and len(content) < _DECORATION):
            found.append(Sent(_name(part), content))
    return found


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in their order; a mail within the mail is one part."""
    waiting: list[Message] = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting += [each for each in reversed(payload) if isinstance(each, Message)]
        else:
            yield part


def _is_file(part: Message) -> bool:
    if part.get_content_maintype() != "text":
        return True
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _is_in_the_text(part: Message) -> bool:
    """A picture that the HTML names (RFC 2392); what somebody attached has no such name, or says that it is one."""
    named = part.get_content_maintype() == "image" and part.get("Content-ID") is not None
    return named and part.get_content_disposition() != "attachment"


def _name(part: Message) -> str:
    said = part.get_filename() or f"file.{part.get_content_subtype()}"
    return "".join(sign for sign in " ".join(said.split()) if sign.isprintable())[-100:]


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:  # a character set that nobody knows
        return content.decode("utf-8", "replace")


def _plain(part: Message) -> str:
    text = _text(part).replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        return _unfolded(text, glued=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _unfolded(text: str, *, glued: bool) -> str:
    """Paragraphs as they were typed: a line that ends in a space goes on in the next one (RFC 3676)."""
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        if goes_on and not line.startswith(">"):
            lines[-1] += line
        else:
            lines.append(line)
        goes_on = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if goes_on and glued:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _joined(texts: Iterator[str]) -> str:
    return re.sub(r"^\s+\n", "", "\n\n".join(text for text in texts if text.strip()))
