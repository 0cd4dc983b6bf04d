"""Whose page of which conversation it is: the same pages for a client and for the practitioner."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from coaching.booking.models import Appointment
from coaching.library.models import Lesson
from coaching.messaging import queries, rules, thread
from coaching.messaging.drafts import Begun
from coaching.messaging.models import Conversation, Message
from coaching.people.access import PageRequest
from coaching.people.models import Client, Practitioner


@dataclass(frozen=True)
class Desk:
    """Who sits where: the reader, the other, and the addresses of this conversation for this reader."""

    conversation: Conversation
    me: User
    other: Client | Practitioner
    url: str
    news_url: str
    seen_url: str
    draft_url: str
    typing_url: str

    @property
    def key(self) -> str:
        """Names this conversation in the browser."""
        return str(self.conversation.client.pk)


@dataclass(frozen=True)
class About:
    """What something that is being written is about, as far as its writer may point at it."""

    lesson: Lesson | None = None
    second: int | None = None
    session: Appointment | None = None
    answers: Message | None = None

    def begun(self, words: str) -> Begun:
        return Begun(words, self.lesson, self.second, self.session, self.answers)

    @property
    def is_empty(self) -> bool:
        return not (self.lesson or self.session or self.answers)

    @property
    def initial(self) -> dict[str, object]:
        """As hidden fields of a form."""
        return {
            "lesson": self.lesson and self.lesson.pk,
            "at": self.second if self.lesson else None,
            "session": self.session and self.session.pk,
            "answers": self.answers and self.answers.pk,
        }

    def quote(self, reader: User) -> "thread.Quote | None":
        return thread.quote(self.answers, reader)


def about(
    desk: Desk,
    *,
    lesson: int | None = None,
    at: int | None = None,
    session: UUID | None = None,
    answers: int | None = None,
) -> About:
    """By the ids that an address or a form names; what the reader may not point at counts as not said."""
    client = desk.conversation.client
    pointed = queries.lesson_to_point_at(client, desk.me, lesson) if lesson else None
    return About(
        lesson=pointed,
        second=at if pointed else None,
        session=queries.session_to_point_at(client, session) if session else None,
        answers=queries.message_to_answer(desk.conversation, answers) if answers else None,
    )


def of_client(client: Client) -> Desk:
    """The client's own."""
    return _desk(client, client.user, client.practitioner)


def of_practitioner(practitioner: Practitioner, pk: int) -> Desk:
    """The practitioner's, with the client of that number; Http404 when it is none of theirs."""
    clients = Client.objects.of(practitioner).select_related("user", "practitioner__user")
    client = get_object_or_404(clients, pk=pk)
    return _desk(client, practitioner.user, client)


def of_reader(reader: Client | Practitioner, conversation: Conversation) -> Desk:
    """The reader's, of a conversation that was found as one of theirs."""
    client = conversation.client
    return of_client(client) if isinstance(reader, Client) else of_practitioner(reader, client.pk)


def _desk(client: Client, me: User, other: Client | Practitioner) -> Desk:
    conversation = queries.conversation_of(client)
    conversation.client = client  # looked up already, with the people's names
    names = ("message_news", "message_seen", "message_draft", "message_typing")
    if isinstance(other, Practitioner):
        addresses = [reverse("messages"), *(reverse(name) for name in names)]
    else:
        addresses = [
            reverse("conversation", args=[client.pk]),
            *(reverse(f"{n}_of", args=[client.pk]) for n in names),
        ]
    return Desk(conversation, me, other, *addresses)


def wants_json(request: PageRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def back_to(desk: Desk, message: Message | None = None) -> HttpResponseRedirect:
    """To the end of the conversation, or to where a message stands in it."""
    if message is None:
        return HttpResponseRedirect(f"{desk.url}#last", status=303)
    later = desk.conversation.messages.filter(id__gt=message.pk).order_by("id")
    behind = list(later.values_list("id", flat=True)[: rules.PAGE])
    before = f"?before={behind[-1]}" if len(behind) == rules.PAGE else ""
    return HttpResponseRedirect(f"{desk.url}{before}#m{message.pk}", status=303)
