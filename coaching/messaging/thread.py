"""A conversation as its reader sees it: days, what is new, what the other has seen."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from accounts.models import User
from coaching.messaging import rules
from coaching.messaging.markdown import as_html, as_line
from coaching.messaging.models import Conversation, Message
from coaching.messaging.queries import Stretch


@dataclass(frozen=True)
class Line:
    """One message. `day` stands above it when it is the first of its day, `is_new` above the first unseen one."""

    message: Message
    html: SafeString
    mine: bool
    seen: bool
    day: date | None
    is_new: bool
    may_change: bool = False
    quote: "Quote | None" = None

    @property
    def changeable_until(self) -> datetime:
        return self.message.sent_at + rules.CHANGEABLE

    @property
    def at(self) -> str:
        """Where in the lesson that it points at: "03:12", or empty."""
        return rules.minutes(self.message.lesson_second)


@dataclass(frozen=True)
class Quote:
    """What a message answers: whose it is, and how it begins, as it is now."""

    message: Message
    mine: bool
    words: str


@dataclass(frozen=True)
class Marks:
    """Up to which message each has read, from the reader's side."""

    mine: int
    theirs: int


def marks(conversation: Conversation, reader: User) -> Marks:
    if reader.pk == conversation.client.user_id:
        return Marks(mine=conversation.client_read, theirs=conversation.practitioner_read)
    return Marks(mine=conversation.practitioner_read, theirs=conversation.client_read)


def quote(message: Message | None, reader: User) -> Quote | None:
    if message is None:
        return None
    return Quote(message, mine=message.author_id == reader.pk, words=as_line(message.words) or message.in_short)


def changed_lines(
    messages: list[Message], *, conversation: Conversation, reader: User, now: datetime
) -> list[Line]:
    """Messages that stand somewhere on the page already: no day above them, and none is new."""
    made = lines(Stretch(messages, None), conversation=conversation, reader=reader, now=now)
    return [replace(line, day=None, is_new=False) for line in made]


def lines(stretch: Stretch, *, conversation: Conversation, reader: User, now: datetime) -> list[Line]:
    """The messages of a stretch, on the calendar of the reader's zone."""
    read = marks(conversation, reader)
    made = []
    for before, message in pairwise([stretch.before, *stretch.messages]):
        if message is None:
            continue
        mine = message.author_id == reader.pk
        made.append(
            Line(
                message=message,
                html=as_html(message.words),
                mine=mine,
                seen=message.pk <= read.theirs,
                day=_new_day(before, message, reader.zone),
                is_new=not mine and message.pk > read.mine,
                may_change=mine and not message.removed_at and rules.may_change(message.sent_at, now),
                quote=quote(message.answers, reader),
            )
        )
    return _only_the_first_is_new(made)


def _new_day(before: Message | None, message: Message, zone: ZoneInfo) -> date | None:
    day = _day(message.sent_at, zone)
    return None if before and _day(before.sent_at, zone) == day else day


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _only_the_first_is_new(made: list[Line]) -> list[Line]:
    first = next((line for line in made if line.is_new), None)
    return [line if line is first else replace(line, is_new=False) for line in made]
