"""What every change of a conversation begins and ends with: who may, one at a time, and both people told."""

from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.models import User
from coaching.live.actions import tell
from coaching.messaging.models import Conversation, Message


def check_part(conversation: Conversation, person: User) -> None:
    """Raises ValueError for somebody who has no part in it."""
    if person not in (conversation.client.user, conversation.client.practitioner.user):
        raise ValueError("Only the two people of a conversation write and read in it.")


def hold(conversation: Conversation) -> Conversation:
    """The conversation, made if this is its first word, and held until the transaction ends.

    So its messages become visible in the order of their ids, and the same words sent twice at once meet here.
    """
    if conversation.pk is None:
        conversation.pk = Conversation.objects.get_or_create(client=conversation.client)[0].pk
    people = Conversation.objects.select_related("client__user", "client__practitioner__user")
    return people.select_for_update(of=("self",)).get(pk=conversation.pk)


def tell_both(conversation: Conversation, *, kind: str, about: dict[str, Any], now: datetime) -> None:
    """`about` holds ids; whose conversation it is, is added."""
    people = (conversation.client.user, conversation.client.practitioner.user)
    for person in sorted(people, key=lambda user: user.pk):
        tell(person=person, kind=kind, about={"client": conversation.client_id, **about}, now=now)


def note_change(message: Message, conversation: Conversation, now: datetime) -> None:
    """Something of a message that was said is different now. Call it while the conversation is held."""
    Conversation.objects.filter(pk=conversation.pk).update(changes=F("changes") + 1)
    conversation.refresh_from_db(fields=["changes"])
    Message.objects.filter(pk=message.pk).update(change=conversation.changes)
    tell_both(conversation, kind="message.changed", about={"message": message.pk}, now=now)
