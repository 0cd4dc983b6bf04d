"""What somebody has begun to write, the same on all their devices."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from coaching.booking.models import Appointment
from coaching.library.models import Lesson
from coaching.live.actions import tell
from coaching.messaging import rules
from coaching.messaging.holding import check_part
from coaching.messaging.models import Conversation, Draft, Message

LONGEST = 2 * rules.LONGEST  # characters: one may have begun too much, and shorten it later


@dataclass(frozen=True)
class Begun:
    """What is in the writer: words, and what they are about."""

    words: str
    lesson: Lesson | None = None
    lesson_second: int | None = None
    session: Appointment | None = None
    answers: Message | None = None


class Newer(Exception):
    """Another device has saved something else since."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("there is a newer draft")
        self.draft = draft


def draft_of(conversation: Conversation, person: User) -> Draft:
    """What `person` has begun in it: unsaved, and empty, while there is nothing."""
    empty = Draft(conversation=conversation, person=person)
    if conversation.pk is None:
        return empty
    found = Draft.objects.filter(conversation=conversation, person=person)
    return found.select_related("lesson", "session", "answers__author").first() or empty


def save(*, conversation: Conversation, person: User, begun: Begun, knows: int, now: datetime) -> Draft:
    """Keeps what was `begun` by a device that `knows` the draft of that number. The person's other pages are told.

    Raises `Newer` when there is another by now that says something else; ValueError for somebody who has no part.
    """
    check_part(conversation, person)
    with transaction.atomic():
        if conversation.pk is None:
            conversation.pk = Conversation.objects.get_or_create(client=conversation.client)[0].pk
        Draft.objects.get_or_create(conversation=conversation, person=person, defaults={"saved_at": now})
        draft = Draft.objects.select_for_update().get(conversation=conversation, person=person)
        words = begun.words[:LONGEST]
        if (draft.words, draft.answers_id) == (words, begun.answers and begun.answers.pk) and draft.number >= knows:
            return draft
        if draft.number != knows and not draft.is_empty:
            raise Newer(draft)
        draft.words, draft.number, draft.saved_at = words, max(draft.number, knows) + 1, now
        draft.lesson, draft.lesson_second = begun.lesson, begun.lesson_second if begun.lesson else None
        draft.session, draft.answers = begun.session, begun.answers
        draft.save()
        _tell(draft, now)
    return draft


def end(*, conversation: Conversation, person: User, knows: int | None, now: datetime) -> int:
    """It was sent: the draft that the page knew is empty now. A newer one stays. Returns the draft's number."""
    if conversation.pk is None or knows is None:
        return knows or 0
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(conversation=conversation, person=person).first()
        if draft is None or draft.number > knows or draft.is_empty:
            return draft.number if draft else 0
        draft.words, draft.number, draft.saved_at = "", draft.number + 1, now
        draft.lesson = draft.session = draft.answers = draft.lesson_second = None
        draft.save()
        _tell(draft, now)
    return draft.number


def _tell(draft: Draft, now: datetime) -> None:
    about = {"client": draft.conversation.client_id, "number": draft.number}
    tell(person=draft.person, kind="message.draft", about=about, now=now)
