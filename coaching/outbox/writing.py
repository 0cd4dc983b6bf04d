"""Step 2: whether a letter may still leave, and what exactly leaves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from coaching.outbox import envelope, letters, pushing
from coaching.outbox.models import Letter, Suppression
from coaching.outbox.rendering import Rendered, plain, render, sender_for

State = Letter.State


@dataclass(frozen=True)
class Sealed:
    """A letter as it leaves: to whom, with which bytes, and its words for the log."""

    to: str
    content: bytes
    words: dict[str, str]
    message_id: str

    def at_the_fence(self) -> dict[str, Any]:
        """What is kept with "handing over", so that the very same bytes could leave once more."""
        return {**self.words, "email": self.to, "message_id": self.message_id, "wire": self.content}


def why_not(letter: Letter, wish: letters.Wish, now: datetime, *, refused_before: int) -> tuple[str, str] | None:
    """Why the letter must not leave any more: the state that it comes to, and a sentence.

    `refused_before` counts how often its address refused us.
    """
    if letter.is_too_late(now):
        return State.EXPIRED, _("It would have come too late to be of use.")
    if letter.person and not letter.person.is_active:
        return State.DROPPED, _("This account is closed.")
    if wish.refusal:
        return State.DROPPED, wish.refusal
    if refused_before >= Suppression.ENOUGH:
        return State.FAILED, _("This address does not take our letters; nothing more is sent there.")
    return None


def seal(letter: Letter, now: datetime) -> Sealed | None:
    """The letter as it is true at `now`; None when there is nothing true to say. One that left before, and whose
    end nobody knows, leaves with the bytes that it had. Raises ValueError for an address that cannot be one."""
    if letter.channel == Letter.Channel.PUSH:
        return _seal_push(letter, now)
    rendered = _write(letter, now)
    if rendered is None:
        return None
    message_id = envelope.message_id(letter.key)
    if letter.wire is not None:
        return Sealed(letter.email, bytes(letter.wire), _words(rendered), message_id)
    to = address(letter)
    content = envelope.message(rendered, to=to, key=letter.key, now=now).as_bytes()
    return Sealed(to, content, _words(rendered), message_id)


def _seal_push(letter: Letter, now: datetime) -> Sealed | None:
    """To no address: its device is known by the letter. For the log, what the phone shows."""
    told = letters.tell_in_their_words(letter, now)
    if told is None:
        return None
    said = {"subject": told.subject[:250], "text": told.line, "html": "", "why": plain(told.why)[:300]}
    return Sealed("", pushing.content(letter, told), said, "")


def address(letter: Letter) -> str:
    """The person's address of today; account letters may be about an address that is not theirs yet."""
    if letter.person and letter.kind != letters.ACCOUNT:
        return letter.person.email
    return letter.email


def _write(letter: Letter, now: datetime) -> Rendered | None:
    if letter.kind == letters.ACCOUNT:
        sender = sender_for(letter.person)
        return Rendered(letter.subject, letter.text, letter.html, why=letter.why, sender=sender.name)
    told = letters.tell_in_their_words(letter, now)
    return render(told, person=letter.person) if told else None


def _words(rendered: Rendered) -> dict[str, str]:
    return {
        "subject": rendered.subject[:250],
        "text": rendered.text,
        "html": rendered.html,
        "why": rendered.why[:300],
    }
