"""Which letters there are, and how each is told. Rooms register theirs; the outbox asks just before sending.

    @tells("booking.confirmed")
    def confirmed(letter: Letter, now: datetime) -> Told | None:
        ...

None means "no longer true": the letter is dropped.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone, translation

from accounts.models import User
from coaching.outbox.models import Letter

# Letters of this kind come with their words (sign-in codes and the like, from `mail.OutboxBackend`).
ACCOUNT = "account"


@dataclass(frozen=True)
class Action:
    """The one thing that a letter asks for. `url` is absolute."""

    label: str
    url: str


@dataclass(frozen=True)
class Attachment:
    """A file. With a `method` (REQUEST, CANCEL; RFC 6047) it is a calendar object that mail programs act on."""

    name: str
    media_type: str
    content: bytes
    method: str = ""


@dataclass(frozen=True)
class Told:
    """What a letter says. `paragraphs`, `after` and `why` may hold **bold** and [links](url) in Markdown: put
    names and other people's words through `as_is` first. `after` follows the action, `why` is the foot."""

    subject: str
    paragraphs: list[str]
    action: Action | None = None
    after: list[str] = field(default_factory=list)
    why: str = ""
    greeting_name: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    preheader: str = ""


Tell = Callable[[Letter, datetime], Told | None]
Pause = Callable[[User, datetime], bool]

# Filled once, while the rooms are imported (see coaching/letters.py); never changed afterwards.
_tells: dict[str, Tell] = {}
_pauseable: set[str] = set()
_pauses: list[Pause] = []


def tells(kind: str, *, pauseable: bool = False) -> Callable[[Tell], Tell]:
    """Register how letters of `kind` are told. A pauseable kind is dropped while its reader wants quiet."""

    def register(tell: Tell) -> Tell:
        if _tells.setdefault(kind, tell) is not tell:
            raise ValueError(f"Two rooms tell letters of the kind {kind}.")
        if pauseable:
            _pauseable.add(kind)
        return tell

    return register


def pauses(ask: Pause) -> Pause:
    """Register who knows whether a person has paused what can be paused."""
    _pauses.append(ask)
    return ask


def is_paused(letter: Letter, now: datetime) -> bool:
    person = letter.person
    return person is not None and letter.kind in _pauseable and any(ask(person, now) for ask in _pauses)


def tell_in_their_words(letter: Letter, now: datetime) -> Told | None:
    """What `letter` says at `now`, in its reader's language and zone.

    Raises LookupError for a kind that no room tells.
    """
    with speaking_to(letter.person):
        return _tells[letter.kind](letter, now)


@contextmanager
def speaking_to(person: User | None) -> Iterator[None]:
    """Words and dates come out as `person` reads them; in the house's language and UTC for nobody in particular."""
    language, zone = (person.language, person.zone) if person else (settings.LANGUAGE_CODE, UTC)
    with translation.override(language), timezone.override(zone):
        yield


def absolute(path: str) -> str:
    """The address of one of our pages as a letter needs it: "https://.../sessions/"."""
    return f"{settings.SITE_URL}{path}"


def as_is(words: str) -> str:
    """Someone's own words on one line, with every sign that Markdown would read made harmless."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~:&])", r"\\\1", " ".join(words.split()))
