"""Signed addresses in letters: they work without signing in, for one thing only, and nobody can make one up.

They do not run out: a letter may be opened after months, and whoever wants no more letters must not be sent away.
"""

from dataclasses import dataclass
from datetime import date

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import User
from coaching.outbox.letters import absolute
from coaching.people.models import Client
from coaching.reminders.topics import Topic

_STOP = Signer(salt="coaching.reminders.stop", sep=".")
_BARRIER = Signer(salt="coaching.reminders.barrier", sep=".")


@dataclass(frozen=True)
class Stop:
    person: int
    topic: Topic


@dataclass(frozen=True)
class Question:
    """What is in the way? Asked of a client on a day of their calendar."""

    client: int
    asked_on: date


def stopping(person: User, topic: Topic) -> str:
    """The address that stops letters of a topic: a page for people, one click for mail programs (RFC 8058)."""
    return absolute(reverse("stop_letters", args=[_STOP.sign(f"{person.pk}.{topic}")]))


def answering(client: Client, asked_on: date) -> str:
    """The address at which a client says what is in the way."""
    return absolute(reverse("barrier", args=[barrier_token(client, asked_on)]))


def barrier_token(client: Client, asked_on: date) -> str:
    return _BARRIER.sign(f"{client.pk}.{asked_on.isoformat()}")


def read_stop(token: str) -> Stop | None:
    """None when we did not make this token."""
    try:
        person, topic = _STOP.unsign(token).split(".")
        return Stop(int(person), Topic(topic))
    except (BadSignature, ValueError):
        return None


def read_question(token: str) -> Question | None:
    """None when we did not make this token."""
    try:
        client, day = _BARRIER.unsign(token).split(".")
        return Question(int(client), date.fromisoformat(day))
    except (BadSignature, ValueError):
        return None
