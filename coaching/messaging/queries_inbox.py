"""The practitioner's conversations, who waits longest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, F, Min, Q, QuerySet, Subquery

from coaching.messaging.models import Conversation
from coaching.messaging.queries import (
    LAST_AUTHOR,
    LAST_KIND,
    LAST_WORDS,
    UNSEEN_BY_PRACTITIONER,
    how_many,
)
from coaching.people.models import Practitioner


class Show(StrEnum):
    """What of the inbox is shown. What is set aside stands there alone, and with a star."""

    ALL = "all"
    UNREAD = "unread"
    WAITING = "waiting"
    STARRED = "starred"
    ASIDE = "aside"


def inbox(practitioner: Practitioner, now: datetime, show: Show = Show.ALL) -> QuerySet[Conversation]:
    """Conversations: those who wait for an answer first, the longest waiting on top, then by the last word; what is
    set aside in the order in which it comes back.

    Each with `unread` (their messages that the practitioner has not seen), `last_words`, `last_kind` (of a file,
    where there are no words) and `last_author`.
    One query.
    """
    by_wait = (F("waiting_since").asc(nulls_last=True), F("last_message_at").desc())
    return (
        _spoken(practitioner)
        .filter(_MEANT[show](now))
        .select_related("client__user")
        .annotate(
            unread=how_many(UNSEEN_BY_PRACTITIONER),
            last_words=LAST_WORDS,
            last_kind=LAST_KIND,
            last_author=LAST_AUTHOR,
        )
        .order_by(*(["aside_until"] if show is Show.ASIDE else by_wait), "pk")
    )


@dataclass(frozen=True)
class Counts:
    """How many conversations each part of the inbox holds; `returns` is when the next one comes back."""

    all: int
    unread: int
    waiting: int
    starred: int
    aside: int
    returns: datetime | None

    def of(self, show: Show) -> int:
        number: int = getattr(self, show.value)
        return number


def counts(practitioner: Practitioner, now: datetime) -> Counts:
    """One query."""
    numbers = {show.value: Count("pk", filter=meant(now)) for show, meant in _MEANT.items()}
    returns = Min("aside_until", filter=_MEANT[Show.ASIDE](now))
    return Counts(**_spoken(practitioner).aggregate(**numbers, returns=returns))


def waiting_for(practitioner: Practitioner, now: datetime) -> QuerySet[Conversation]:
    """Conversations in which a client waits for an answer, the longest waiting first; none that is set aside."""
    return (
        Conversation.objects.filter(_here(now), client__practitioner=practitioner, waiting_since__isnull=False)
        .select_related("client__user")
        .order_by("waiting_since")
    )


def _spoken(practitioner: Practitioner) -> QuerySet[Conversation]:
    """Those in which something was said, with `newest_unseen` for a filter."""
    # Not Exists: for that PostgreSQL would read all messages there are instead of walking the index.
    unseen = UNSEEN_BY_PRACTITIONER.order_by("-id").values("id")[:1]
    conversations = Conversation.objects.filter(client__practitioner=practitioner, last_message_at__isnull=False)
    return conversations.alias(newest_unseen=Subquery(unseen))


def _here(now: datetime) -> Q:
    return Q(aside_until=None) | Q(aside_until__lte=now)


_MEANT: dict[Show, Callable[[datetime], Q]] = {
    Show.ALL: _here,
    Show.UNREAD: lambda now: _here(now) & Q(newest_unseen__isnull=False),
    Show.WAITING: lambda now: _here(now) & Q(waiting_since__isnull=False),
    Show.STARRED: lambda now: Q(starred=True),
    Show.ASIDE: lambda now: Q(aside_until__gt=now),
}
