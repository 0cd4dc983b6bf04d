"""How the practitioner's day is put into words and order. No database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import in_words
from coaching.people.models import Client

MOST_OF_THREE_WEEKS = 14  # days


class Reason(IntEnum):
    """Why somebody needs the practitioner, the most urgent first."""

    SIGN = 1  # a sign that needs a doctor
    UNDECIDED = 2  # such a sign was seen, and lessons wait for a decision
    KNOCKS = 3  # had graduated, and asks to come back
    SORE = 4  # stopped a lesson because something hurt
    ASKS = 5  # asks for a session, or to change one, and it waits for a decision
    WAITS = 6  # wrote, and nobody answered yet
    BARRIER = 7  # said what is in the way of practice
    UNREACHED = 8  # takes no letters any more, and may not know it
    QUIET = 9  # practised, and does not any more
    TOLD = 10  # told the story, and heard nothing since
    UNTOLD = 11  # came in a week ago, and has not told it
    READY = 12  # may need no plan any more

    @property
    def key(self) -> str:
        """Its name among what is set aside."""
        return self.name.lower()


@dataclass(frozen=True)
class Need:
    """One entry of "who needs you": the reason, its evidence, and the one thing to do.

    `newest` is the moment of its last news (`since`, unless said). `read_up_to` is the last message that it shows,
    when it can be answered where it stands. `also` are the client's further reasons, in short.
    """

    client: Client = field(compare=False)
    reason: Reason
    since: datetime
    tag: str
    evidence: str
    verb: str
    url: str
    seen_url: str = ""  # where "I have seen it" is said, for what is more than set aside by it
    newest: datetime | None = None
    read_up_to: int | None = None
    also: tuple[str, ...] = ()

    @property
    def fresh_id(self) -> UUID:
        """Of an answer that is written where it stands."""
        return uuid4()

    @property
    def is_care(self) -> bool:
        return self.reason in (Reason.SIGN, Reason.UNDECIDED)

    @property
    def last_news(self) -> datetime:
        return self.newest or self.since

    @property
    def can_go_aside(self) -> bool:
        """A doctor's sign is decided, not laid away."""
        return not self.is_care

    @property
    def can_be_seen(self) -> bool:
        """Whether having looked at it is enough. Whoever asks for a decision gets one."""
        return self.can_go_aside and self.reason not in (Reason.ASKS, Reason.KNOCKS)


def standing(needs: Sequence[Need], aside: Mapping[tuple[int, str], datetime]) -> list[Need]:
    """Those that were not set aside: `aside` says of a client (by key) and a reason up to which news."""
    return [need for need in needs if not _is_aside(need, aside.get((need.client.pk, need.reason.key)))]


def _is_aside(need: Need, up_to: datetime | None) -> bool:
    return need.can_go_aside and up_to is not None and need.last_news <= up_to


def ranked(needs: Sequence[Need]) -> list[Need]:
    """Most urgent reason first, who waits longest first within it; a client appears once, for the first reason,
    with the others in short."""
    by_client: dict[int, list[Need]] = {}
    for need in sorted(needs, key=lambda need: (need.reason, need.since)):
        by_client.setdefault(need.client.pk, []).append(need)
    return [replace(first, also=_also(first, others)) for first, *others in by_client.values()]


def _also(first: Need, others: Sequence[Need]) -> tuple[str, ...]:
    """Of each further reason one line."""
    tags = {need.reason: need.tag for need in reversed(others) if need.reason != first.reason}
    return tuple(tag[:1].lower() + tag[1:] for _reason, tag in sorted(tags.items()))


def before_that(days: int) -> str:
    """ "Before that, three weeks of most days": on how many of the 21 days before it stopped there was practice."""
    if days >= MOST_OF_THREE_WEEKS:
        return _("Before that, three weeks of most days.")
    said = ngettext("Before that, one day in three weeks.", "Before that, %s days in three weeks.", days)
    return said % in_words(days) if days > 1 else said


def practitioner_headline(sessions: int, needs: int) -> str:
    """ "Three sessions. Four people need a word from you." """
    if not sessions and not needs:
        return _("A quiet day. Nobody needs you just now.")
    if not sessions:
        return f"{_waiting(needs)}."
    meeting = _("One session") if sessions == 1 else _("%s sessions") % counted(sessions)
    return f"{meeting}. {_waiting(needs)}."


def _waiting(needs: int) -> str:
    if not needs:
        return _("Nobody is waiting")
    return (
        _("One person needs a word from you")
        if needs == 1
        else _("%s people need a word from you") % counted(needs)
    )


def client_headline(to_do: int, given: int) -> str:
    """ "One lesson today", counting those that are still to do of the `given` ones."""
    if to_do:
        return _("One lesson today") if to_do == 1 else _("%s lessons today") % counted(to_do)
    return _("Nothing more to do today") if given else _("Nothing to practise yet")


def counted(number: int) -> str:
    """A number as a word that can begin a sentence."""
    return in_words(number).capitalize()
