"""Who answers for which mail. Rooms register theirs; `actions.take_in` asks."""

from collections.abc import Callable
from datetime import datetime

from coaching.mailroom.addresses import purpose_of
from coaching.mailroom.mail import Mail
from coaching.mailroom.models import IncomingMail

Outcome = IncomingMail.Outcome
Take = Callable[[Mail, datetime], Outcome]
Knows = Callable[[Mail], bool]

# Filled once, while the rooms are imported (see coaching/letters.py); never changed afterwards.
_takes: dict[str, Take] = {}
_known_by_sight: list[tuple[Knows, str]] = []


def answers(purpose: str, *, also: Knows | None = None) -> Callable[[Take], Take]:
    """Register who takes mail for `address_for(purpose)`, and mail to any other address that `also` knows by sight.

    The function gives what became of the mail. It runs inside the transaction that notes the mail as taken in: when
    it raises, nothing has happened and the mail comes again.
    """

    def register(take: Take) -> Take:
        if _takes.setdefault(purpose, take) is not take:
            raise ValueError(f"Two rooms take mail for {purpose}.")
        if also:
            _known_by_sight.append((also, purpose))
        return take

    return register


def who_takes(mail: Mail) -> Take | None:
    """Who answers for this mail: by its address, else by what it is."""
    for address in mail.recipients:
        found = purpose_of(address)
        if found and found[0] in _takes:
            return _takes[found[0]]
    return next((_takes[purpose] for knows, purpose in _known_by_sight if knows(mail)), None)
