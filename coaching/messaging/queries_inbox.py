"""The practitioner's conversations, who waits longest first."""

from django.db.models import F, OuterRef, QuerySet, Subquery

from coaching.messaging.models import Conversation, Message
from coaching.messaging.queries import UNSEEN_BY_PRACTITIONER, how_many
from coaching.people.models import Practitioner


def inbox(practitioner: Practitioner) -> QuerySet[Conversation]:
    """All conversations: those who wait for an answer first, the longest waiting on top, then by the last word.

    Each with `unread` (their messages that the practitioner has not seen), `last_words` and `last_author`.
    One query.
    """
    last = Message.objects.filter(conversation=OuterRef("pk")).order_by("-id")
    return (
        Conversation.objects.filter(client__practitioner=practitioner, last_message_at__isnull=False)
        .select_related("client__user")
        .annotate(
            unread=how_many(UNSEEN_BY_PRACTITIONER),
            last_words=Subquery(last.values("words")[:1]),
            last_author=Subquery(last.values("author_id")[:1]),
        )
        .order_by(F("waiting_since").asc(nulls_last=True), "-last_message_at")
    )


def waiting_for(practitioner: Practitioner) -> QuerySet[Conversation]:
    """Conversations in which a client waits for an answer, the longest waiting first."""
    return (
        Conversation.objects.filter(client__practitioner=practitioner, waiting_since__isnull=False)
        .select_related("client__user")
        .order_by("waiting_since")
    )
