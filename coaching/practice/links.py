"""The link in a letter by which a client says how it was, without signing in.

It is signed, for this one purpose, names the client, the assignment and the day of the letter, and runs out two
weeks after it. Whoever has it can note a practice of this one lesson, and sees no more than its title.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from coaching.outbox.letters import absolute
from coaching.practice.models import Assignment

LASTS = timedelta(days=14)
_AFTER = Signer(salt="coaching.practice.after", sep=".")


@dataclass(frozen=True)
class Asked:
    """How was it? Asked of a client about one assignment, on a day of their calendar."""

    client: int
    assignment: UUID
    on: date

    def is_over(self, today: date) -> bool:
        return today > self.on + LASTS


def saying_after(assignment: Assignment, on: date) -> str:
    """The address for a letter of the day `on`."""
    return absolute(reverse("practice_after", args=[after_token(assignment, on)]))


def after_token(assignment: Assignment, on: date) -> str:
    return _AFTER.sign(f"{assignment.client_id}.{assignment.pk.hex}.{on:%Y%m%d}")


def read_after(token: str) -> Asked | None:
    """None when we did not make this token."""
    try:
        client, assignment, on = _AFTER.unsign(token).split(".")
        return Asked(int(client), UUID(assignment), date(int(on[:4]), int(on[4:6]), int(on[6:])))
    except (BadSignature, ValueError):
        return None
