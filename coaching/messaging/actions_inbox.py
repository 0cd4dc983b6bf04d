"""What a practitioner does with a conversation besides answering: star it, set it aside, let it be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from coaching.live.actions import tell
from coaching.messaging.models import Conversation


def star(*, conversation: Conversation, starred: bool, now: datetime) -> None:
    with _held(conversation, now) as held:
        held.starred = starred


def set_aside(*, conversation: Conversation, until: datetime, now: datetime) -> None:
    """Out of the list until that moment, or until somebody writes. Raises ValueError for a moment that is past."""
    if until <= now:
        raise ValueError("A conversation is set aside until a moment that is still to come.")
    with _held(conversation, now) as held:
        held.aside_until = until


def bring_back(*, conversation: Conversation, now: datetime) -> None:
    with _held(conversation, now) as held:
        held.aside_until = None


def let_be(*, conversation: Conversation, now: datetime) -> None:
    """What the client wrote last needs no answer: nobody waits any more."""
    with _held(conversation, now) as held:
        if held.waiting_since is not None:
            held.let_be_since, held.waiting_since = held.waiting_since, None


def wait_after_all(*, conversation: Conversation, now: datetime) -> None:
    """Undo `let_be`: the client waits again, since when they did. Nothing happens when somebody wrote meanwhile."""
    with _held(conversation, now) as held:
        if held.let_be_since is not None:
            held.waiting_since, held.let_be_since = held.let_be_since, None


_FIELDS = ("starred", "aside_until", "waiting_since", "let_be_since")


@contextmanager
def _held(conversation: Conversation, now: datetime) -> Iterator[Conversation]:
    """The conversation as it is, held against whoever writes meanwhile; kept, and told to the practitioner's open
    pages, when something about it changed."""
    with transaction.atomic():
        people = Conversation.objects.select_related("client__practitioner__user")
        held = people.select_for_update(of=("self",)).get(pk=conversation.pk)
        before = _values(held)
        yield held
        changed = [name for name, value in _values(held).items() if value != before[name]]
        if changed:
            held.save(update_fields=changed)
            about = {"client": held.client_id}
            tell(person=held.client.practitioner.user, kind="inbox.changed", about=about, now=now)
    for name, value in _values(held).items():
        setattr(conversation, name, value)


def _values(conversation: Conversation) -> dict[str, Any]:
    return {name: getattr(conversation, name) for name in _FIELDS}
