"""How the practitioner's day is put into words and order. No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from django.utils.translation import gettext as _

from accounts.numbers import in_words
from coaching.people.models import Client


class Reason(IntEnum):
    """Why somebody needs the practitioner, the most urgent first."""

    SIGN = 1  # a sign that needs a doctor
    SORE = 2  # stopped a lesson because something hurt
    ASKS = 3  # asks for a session, or to change one, and it waits for a decision
    WAITS = 4  # wrote, and nobody answered yet
    BARRIER = 5  # said what is in the way of practice
    UNREACHED = 6  # takes no letters any more, and may not know it
    QUIET = 7  # practised, and does not any more


@dataclass(frozen=True)
class Need:
    """One entry of "who needs you": the reason, its evidence, and the one thing to do."""

    client: Client = field(compare=False)
    reason: Reason
    since: datetime
    tag: str
    evidence: str
    verb: str
    url: str
    seen_url: str = ""  # where "I have seen it" is said, for what asks for no more

    @property
    def is_care(self) -> bool:
        return self.reason is Reason.SIGN


def ranked(needs: Sequence[Need]) -> list[Need]:
    """Most urgent reason first, who waits longest first within it; a client appears once, for the first reason."""
    first: dict[int, Need] = {}
    for need in sorted(needs, key=lambda need: (need.reason, need.since)):
        first.setdefault(need.client.pk, need)
    return list(first.values())


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
