"""What a reader may see of conversations, and how many queries it takes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from accounts.models import User
from coaching.booking.models import Appointment
from coaching.library.models import Lesson, ProgramStep
from coaching.messaging import rules
from coaching.messaging.models import Attachment, Conversation, Message
from coaching.people.models import Client, Practitioner
from coaching.practice.models import PracticeEntry

# How long after a first letter about unread messages another may come, if more was written.
CLIENTS_BUNDLE = timedelta(days=1)
PRACTITIONERS_BUNDLE = timedelta(hours=4)
PHONES_BUNDLE = timedelta(hours=1)


# For lists: of what kind the first file of a message is (`Message.in_short`), what was said last in a conversation.
FIRST_KIND = Subquery(Attachment.objects.filter(message=OuterRef("pk")).order_by("place").values("file__kind")[:1])
_LAST = Message.objects.filter(conversation=OuterRef("pk"), removed_at=None).order_by("-id")
LAST_WORDS = Subquery(_LAST.values("words")[:1])
LAST_ID = Subquery(_LAST.values("id")[:1])
LAST_AUTHOR = Subquery(_LAST.values("author_id")[:1])
_LAST_ID = Message.objects.filter(conversation=OuterRef(OuterRef("pk")), removed_at=None).order_by("-id")
LAST_KIND = Subquery(
    Attachment.objects.filter(message=Subquery(_LAST_ID.values("id")[:1]))
    .order_by("place")
    .values("file__kind")[:1]
)


def conversation_of(client: Client) -> Conversation:
    """The conversation of `client`: unsaved while nothing has been said. One query."""
    return Conversation.objects.filter(client=client).first() or Conversation(client=client)


def messages_of(conversation: Conversation) -> QuerySet[Message]:
    """Its messages in the server's order, with all that a page shows of each: five queries."""
    if conversation.pk is None:
        return Message.objects.none()
    files = Attachment.objects.select_related("file")
    return (
        Message.objects.filter(conversation=conversation)
        .select_related("lesson__recording__file", "session", "answers", "entry__lesson")
        .prefetch_related(
            "lesson__cues",
            Prefetch("attachments", files.prefetch_related("file__renditions")),
            Prefetch("answers__attachments", files),
        )
        .order_by("id")
    )


def messages_for(reader: Client | Practitioner) -> QuerySet[Message]:
    """Those of the reader's own conversations, also those that were removed."""
    messages = Message.objects.filter(conversation__in=_conversations_for(reader))
    return messages.select_related("conversation__client__user", "conversation__client__practitioner__user")


def attachments_for(reader: Client | Practitioner) -> QuerySet[Attachment]:
    """What came with the messages of the reader's own conversations that are still there."""
    own = Attachment.objects.filter(message__conversation__in=_conversations_for(reader), message__removed_at=None)
    return own.select_related(
        "file", "message__conversation__client__user", "message__conversation__client__practitioner__user"
    )


def _conversations_for(reader: Client | Practitioner) -> QuerySet[Conversation]:
    own = {"client": reader} if isinstance(reader, Client) else {"client__practitioner": reader}
    return Conversation.objects.filter(**own)


@dataclass(frozen=True)
class Stretch:
    """Some messages on end, oldest first; `before` is the message just older than these, if there is one."""

    messages: list[Message]
    before: Message | None


def stretch(conversation: Conversation, *, older_than: int | None = None) -> Stretch:
    """The newest page of messages, or the page older than a message's id."""
    found = messages_of(conversation)
    if older_than is not None:
        found = found.filter(id__lt=older_than)
    newest = list(found.reverse()[: rules.PAGE + 1])[::-1]
    return Stretch(newest[1:], newest[0]) if len(newest) > rules.PAGE else Stretch(newest, None)


def stretch_after(conversation: Conversation, message_id: int) -> Stretch:
    """What was said after a message, at most one page of it."""
    found = messages_of(conversation)
    return Stretch(list(found.filter(id__gt=message_id)[: rules.PAGE]), found.filter(id__lte=message_id).last())


def changed_since(conversation: Conversation, number: int, *, up_to: int) -> list[Message]:
    """Messages up to the id `up_to` that changed after the conversation's change of that number: at most one page,
    the oldest changes first."""
    changed = messages_of(conversation).filter(change__gt=number, id__lte=up_to)
    return list(changed.order_by("change")[: rules.PAGE])


def unread_of(user: User, now: datetime) -> int:
    """How many messages of others this person has not seen; for a practitioner, over all clients but those that are
    set aside. One query."""
    conversations, unread = _unread_in(user, now)
    return conversations.aggregate(unread=Sum(unread))["unread"] or 0


def unread_sum(user: User, now: datetime) -> QuerySet[Conversation, Any]:
    """The same as a row {"n": ...} of its own, None for 0: for a query that counts other things too."""
    conversations, unread = _unread_in(user, now)
    return conversations.order_by().values(everything=Value(1)).annotate(n=Sum(unread)).values("n")


def _unread_in(user: User, now: datetime) -> tuple[QuerySet[Conversation], Case]:
    """A person's conversations, and how many messages each holds that they have not seen."""
    as_client = Q(client__in=Client.objects.filter(user=user).values("pk"))
    as_practitioner = Q(client__in=Client.objects.filter(practitioner__user=user).values("pk"))
    unread = Case(When(as_client, then=how_many(UNSEEN_BY_CLIENT)), default=how_many(UNSEEN_BY_PRACTITIONER))
    here = Q(aside_until=None) | Q(aside_until__lte=now)
    return Conversation.objects.filter(as_client | as_practitioner & here), unread


def still_unread(user: User, *, conversations: Iterable[int]) -> list[Conversation]:
    """Those of these conversations in which `user` has something unread."""
    own = Conversation.objects.filter(pk__in=conversations).select_related(
        "client__user", "client__practitioner__user"
    )
    return [
        *own.filter(Exists(UNSEEN_BY_CLIENT), client__user=user),
        *own.filter(Exists(UNSEEN_BY_PRACTITIONER), client__practitioner__user=user),
    ]


def unseen_messages(conversation: Conversation, reader: User) -> QuerySet[Message]:
    """What was said to `reader` in it that they have not seen, in the server's order, with its files."""
    is_client = reader.pk == conversation.client.user_id
    seen = conversation.client_read if is_client else conversation.practitioner_read
    said = Message.objects.filter(conversation=conversation, id__gt=seen, removed_at=None)
    unseen = said.exclude(author=reader)
    return unseen.prefetch_related("attachments__file").order_by("id")


def lesson_to_point_at(client: Client, reader: User, lesson_id: int) -> Lesson | None:
    """A lesson that `reader` can point at in this client's conversation.

    The practitioner at any of their own; the client only at those that they were given and at the open ones.
    """
    lessons = Lesson.objects.of(client.practitioner).filter(pk=lesson_id, archived_at=None)
    lessons = lessons.filter(Q(only_for=None) | Q(only_for=client))
    if reader.pk == client.user_id:
        given = client.assignments.all()
        in_program = ProgramStep.objects.filter(program__in=given.values("program"))
        lessons = lessons.filter(
            Q(open_to_visitors=True) | Q(pk__in=given.values("lesson")) | Q(pk__in=in_program.values("lesson"))
        )
    return lessons.first()


def message_to_answer(conversation: Conversation, message_id: int) -> Message | None:
    """One of this conversation; it may have been removed since its answer was begun."""
    found = Message.objects.filter(conversation=conversation.pk, pk=message_id)
    return found.prefetch_related("attachments__file").first()


def session_to_point_at(client: Client, session_id: UUID) -> Appointment | None:
    """A session of this client's, whatever became of it."""
    return Appointment.objects.filter(client=client, pk=session_id).first()


def entry_to_point_at(client: Client, entry_id: int) -> PracticeEntry | None:
    """What this client noted of one doing. One query."""
    return PracticeEntry.objects.filter(client=client, pk=entry_id).select_related("lesson").first()


@dataclass(frozen=True)
class Unread:
    """Messages that a person should be told of by letter, once for each `key`; the first was sent at `since`."""

    person: User
    key: str
    conversations: list[int]
    since: datetime


def unread_to_tell(now: datetime, *, by_phone: Collection[int] | None = None) -> list[Unread]:
    """Who has messages unread, the last of them for a quiet while. One bundled entry for each person.

    With `by_phone` only those of these people (ids of users), after the short while that a phone waits.
    """
    return [*_clients_to_tell(now, by_phone), *_practitioners_to_tell(now, by_phone)]


def _clients_to_tell(now: datetime, by_phone: Collection[int] | None) -> list[Unread]:
    quiet = _gone_quiet(UNSEEN_BY_CLIENT, now, soon=by_phone is not None).select_related("client__user")
    if by_phone is not None:
        quiet = quiet.filter(client__user__in=by_phone)
    return [_unread(each.client.user, [each], CLIENTS_BUNDLE, by_phone) for each in quiet]


def _practitioners_to_tell(now: datetime, by_phone: Collection[int] | None) -> list[Unread]:
    quiet = _gone_quiet(UNSEEN_BY_PRACTITIONER, now, soon=by_phone is not None)
    quiet = quiet.exclude(aside_until__gt=now)  # told of when it comes back
    if by_phone is not None:
        quiet = quiet.filter(client__practitioner__user__in=by_phone)
    by_person: dict[User, list[Conversation]] = {}
    for each in quiet.select_related("client__practitioner__user"):
        by_person.setdefault(each.client.practitioner.user, []).append(each)
    bundles = by_person.items()
    return [_unread(person, found, PRACTITIONERS_BUNDLE, by_phone) for person, found in bundles]


def _gone_quiet(unseen: QuerySet[Message], now: datetime, *, soon: bool) -> QuerySet[Conversation]:
    """Conversations that went quiet with something unseen: with `first_id`, and `first` and `newest` (moments)."""
    oldest, newest = unseen.order_by("id"), unseen.order_by("-id")
    return (
        Conversation.objects.filter(last_message_at__lte=now - (rules.SOON if soon else rules.QUIET))
        # Not Exists: for that PostgreSQL would read all messages there are instead of walking the index.
        .alias(last_id=Subquery(newest.values("id")[:1]))
        .filter(last_id__isnull=False)
        .annotate(
            first_id=Subquery(oldest.values("id")[:1]),
            first=Subquery(oldest.values("sent_at")[:1]),
            newest=Subquery(newest.values("sent_at")[:1]),
        )
        .order_by("pk")
    )


def _unread(
    person: User, conversations: list[Conversation], every: timedelta, by_phone: Collection[int] | None
) -> Unread:
    first_id = min(each.first_id for each in conversations)  # type: ignore[attr-defined]
    first = min(each.first for each in conversations)  # type: ignore[attr-defined]
    newest = max(each.newest for each in conversations)  # type: ignore[attr-defined]
    bundle = rules.bundle(first=first, newest=newest, every=every if by_phone is None else PHONES_BUNDLE)
    way = "unread" if by_phone is None else "phone"
    key = f"messaging.{way}:{person.pk}:{first_id}:{bundle}"
    return Unread(person, key, [each.pk for each in conversations], since=first)


# Messages of the conversation in the outer query; each is a short walk along the index (conversation, id).
UNSEEN_BY_PRACTITIONER = Message.objects.filter(
    conversation=OuterRef("pk"),
    id__gt=OuterRef("practitioner_read"),
    author=OuterRef("client__user"),
    removed_at=None,
)
UNSEEN_BY_CLIENT = Message.objects.filter(
    conversation=OuterRef("pk"), id__gt=OuterRef("client_read"), removed_at=None
).exclude(author=OuterRef("client__user"))


def how_many(messages: QuerySet[Message]) -> Coalesce:
    """The number of `messages`, which refer to the outer query's conversation."""
    number = messages.order_by().values("conversation").annotate(number=Count("*")).values("number")
    return Coalesce(Subquery(number), 0)
