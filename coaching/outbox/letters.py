"""Which letters there are, and how each is told. Rooms register theirs; the outbox asks just before sending.

    @tells("booking.confirmed", sample=example)
    def confirmed(letter: Letter, now: datetime) -> Told | None:
        ...

None means "no longer true": the letter is dropped.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar

from django.conf import settings
from django.utils import timezone, translation

from accounts.models import User
from coaching.outbox.models import Letter
from coaching.people.models import Practitioner

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
    names and other people's words through `as_is` first. `after` follows the action, `why` is the foot.

    `greeting` (plain words) stands instead of "Dear ...,". `values` are what a practitioner's own wording may name
    ("time": "14:15"), fit for a lock screen. `way_out` is where letters like this one are stopped, by one click.
    `of` writes to somebody who is nobody's client yet; else it is known from the reader. `reply_to` is where
    answers go, instead of to the practitioner. `in_full` tells the same with what somebody said to the reader,
    for those who want that in their letters; `line` is then the beginning of it, for a phone.
    """

    subject: str
    paragraphs: list[str]
    action: Action | None = None
    after: list[str] = field(default_factory=list)
    why: str = ""
    greeting_name: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    preheader: str = ""
    greeting: str = ""
    values: dict[str, str] = field(default_factory=dict)
    way_out: str = ""
    of: Practitioner | None = None
    reply_to: str = ""
    in_full: Callable[[], "Told"] | None = None
    line: str = ""


@dataclass(frozen=True)
class Wish:
    """What its reader wants of a letter now: not at all (`refusal` says why), later, or as it is; `on_phone` where
    they have a phone that is told of it."""

    refusal: str = ""
    until: datetime | None = None
    on_phone: bool = False


class Wishes(Protocol):
    """Who knows what people want; asked just before a letter leaves."""

    def wish(self, letter: Letter, now: datetime) -> Wish: ...

    def way_out(self, letter: Letter) -> str:
        """The address that stops letters like it (RFC 8058); "" for those that always come."""

    def in_full(self, letter: Letter) -> bool:
        """Whether its reader wants others' words in letters like it."""


T = TypeVar("T")


class Looked(Generic[T]):
    """Something that letters must know before they leave, looked up for all of a batch at once.

    `look` gets the letters and gives what each must know, in their order. Who asks for a letter that nobody looked
    anything up for, gets it looked up then. The outbox looks again when what it knows is older than a second.
    """

    def __init__(self, look: Callable[[Sequence[Letter]], Sequence[T]]) -> None:
        self._look = look
        _looks.append(self)

    def of(self, letter: Letter) -> T:
        known: dict[Any, T] = getattr(letter, "looked", {})
        return known[self] if self in known else self._look([letter])[0]

    def look(self, letters: Sequence[Letter]) -> None:
        for letter, found in zip(letters, self._look(letters), strict=True):
            vars(letter).setdefault("looked", {})[self] = found


Reword = Callable[[Letter, Told], Told]
Sample = Callable[[Practitioner, datetime], Told]
Tell = Callable[[Letter, datetime], Told | None]

# Filled once, while the rooms are imported (see coaching/letters.py); never changed afterwards.
_tells: dict[str, Tell] = {}
_samples: dict[str, Sample] = {}
_wishes: list[Wishes] = []
_rewords: list[Reword] = []
_looks: list[Looked[Any]] = []


def tells(kind: str, *, sample: Sample) -> Callable[[Tell], Tell]:
    """Register how letters of `kind` are told. `sample` tells an example, for the practitioner to look at."""

    def register(tell: Tell) -> Tell:
        if _tells.setdefault(kind, tell) is not tell:
            raise ValueError(f"Two rooms tell letters of the kind {kind}.")
        _samples[kind] = sample
        return tell

    return register


def asks(wishes: Wishes) -> None:
    """Register who knows what people want."""
    _wishes.append(wishes)


def rewords(reword: Reword) -> Reword:
    """Register who puts a practitioner's own words into a letter."""
    _rewords.append(reword)
    return reword


def look_up(letters: Sequence[Letter]) -> None:
    """Read the truth for all of them. As many queries for one letter as for twenty."""
    for looked in _looks:
        looked.look(letters)


def kinds() -> list[str]:
    """Every kind of letter that some room tells."""
    return sorted(_tells)


def sample_of(kind: str) -> Sample:
    """How an example of `kind` is told. Raises LookupError for a kind that no room tells."""
    return _samples[kind]


def wish(letter: Letter, now: datetime) -> Wish:
    """What its reader wants of this letter at `now`."""
    found = [wishes.wish(letter, now) for wishes in _wishes]
    until = max((each.until for each in found if each.until), default=None)
    refusal = next((each.refusal for each in found if each.refusal), "")
    return Wish(refusal, until, any(each.on_phone for each in found))


def tell_in_their_words(letter: Letter, now: datetime) -> Told | None:
    """What `letter` says at `now`, in its reader's language and zone.

    Raises LookupError for a kind that no room tells.
    """
    with speaking_to(letter.person):
        told = _tells[letter.kind](letter, now)
        return told and _as_wished(letter, told)


def _as_wished(letter: Letter, told: Told) -> Told:
    """With the practitioner's words, what the reader wants to read at once, and the way out."""
    if told.in_full and any(wishes.in_full(letter) for wishes in _wishes):
        told = told.in_full()
    for reword in _rewords:
        told = reword(letter, told)
    way_out = next(filter(None, (wishes.way_out(letter) for wishes in _wishes)), "")
    return replace(told, way_out=way_out)


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
