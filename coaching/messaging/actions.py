"""Saying something, and having seen it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.booking.models import Appointment
from coaching.library.models import Lesson
from coaching.live.wire import whisper
from coaching.media import actions as media
from coaching.media import rules as media_rules
from coaching.media.models import StoredFile, Upload
from coaching.messaging import rules
from coaching.messaging.holding import check_part, hold, tell_both
from coaching.messaging.models import Conversation, Message
from coaching.messaging.vectors import dictionary_of
from coaching.practice.models import PracticeEntry

Given = UploadedFile | Upload


def send(
    *,
    conversation: Conversation,
    author: User,
    uuid: UUID,
    words: str,
    lesson: Lesson | None = None,
    lesson_second: int | None = None,
    session: Appointment | None = None,
    answers: Message | None = None,
    entry: PracticeEntry | None = None,
    files: Sequence[Given] = (),
    now: datetime,
) -> Message:
    """Say `words` in a conversation, once for each `uuid`, however often and from how many sides it is tried.

    Beside `files` (at most `rules.MOST_FILES` of the author's) there need be none; they are taken in once, with the
    message, all of them or none. `answers` is the message that this one is about; it may have been removed.
    `entry` is what the client noted of one doing, when this is a word about it.

    The conversation may be new and unsaved. `lesson_second` counts from the start of `lesson`. Both people's open
    pages are told. Raises rules.Refused with a sentence for the author, ValueError for someone who has no part in
    the conversation, a lesson of another practitioner, a session or a practice of another client or another's
    message.
    """
    check_part(conversation, author)
    _check_pointing(conversation, lesson, session, answers, entry)
    words = rules.clean(words, may_be_empty=bool(files))
    rules.check_number(len(files))
    with _all_or_nothing() as taken:
        conversation = hold(conversation)
        if sent := conversation.messages.filter(uuid=uuid).first():
            return _same(sent, author)
        message = conversation.messages.create(
            author=author,
            uuid=uuid,
            words=words,
            lesson=lesson,
            lesson_second=lesson_second if lesson else None,
            session=session,
            answers=answers,
            entry=entry,
            sent_at=now,
            dictionary=dictionary_of(author.language),
        )
        for file in files:
            taken.append(_attach(message, file, len(taken), now))
        _note_who_waits(conversation, author, now)
        tell_both(conversation, kind="message.new", about={"message": message.pk}, now=now)
    return message


@contextmanager
def _all_or_nothing() -> Iterator[list[StoredFile]]:
    """A transaction, and the files that are taken in by it: what lies on the disk of them goes when it fails."""
    taken: list[StoredFile] = []
    try:
        with transaction.atomic():
            yield taken
    except BaseException:
        for each in taken:  # their rows are gone already
            media.drop(file=each)
        raise


def sent_already(conversation: Conversation, author: User, uuid: UUID | None) -> Message | None:
    """What `author` sent under this number before; its files may be long past finding."""
    if conversation.pk is None or uuid is None:
        return None
    return conversation.messages.filter(uuid=uuid, author=author).first()


def read(*, conversation: Conversation, reader: User, up_to: int, now: datetime) -> None:
    """`reader` has seen the messages up to the id `up_to`. Never goes back; both people's pages are told."""
    check_part(conversation, reader)
    last = Message.objects.filter(conversation=conversation, id__lte=up_to).order_by("id").last()
    if last is None:
        return
    side = "client_read" if reader == conversation.client.user else "practitioner_read"
    with transaction.atomic():
        behind = Conversation.objects.filter(pk=conversation.pk, **{f"{side}__lt": last.pk})
        if behind.update(**{side: last.pk}):
            setattr(conversation, side, last.pk)
            tell_both(conversation, kind="message.seen", about={"reader": reader.pk, "message": last.pk}, now=now)


def type_(*, conversation: Conversation, author: User) -> None:
    """`author` is just writing: the other's open pages show it for a few seconds. Nothing of it is kept."""
    check_part(conversation, author)
    client = conversation.client
    other = client.practitioner.user if author == client.user else client.user
    whisper(other.pk, "message.typing", {"client": client.pk})


def _check_pointing(
    conversation: Conversation,
    lesson: Lesson | None,
    session: Appointment | None,
    answers: Message | None,
    entry: PracticeEntry | None,
) -> None:
    client = conversation.client
    if lesson is not None and lesson.practitioner_id != client.practitioner_id:
        raise ValueError("A message points at lessons of its own practitioner only.")
    if session is not None and session.client_id != client.pk:
        raise ValueError("A message points at sessions of its own client only.")
    if entry is not None and entry.client_id != client.pk:
        raise ValueError("A message points at the practice of its own client only.")
    if answers is not None and answers.conversation_id != conversation.pk:
        raise ValueError("A message answers one of its own conversation only.")


def _attach(message: Message, given: Given, place: int, now: datetime) -> StoredFile:
    try:
        file = media.take_in(upload=given, by=message.author, kinds=list(StoredFile.Kind), now=now)
    except media_rules.Refused as refusal:
        raise rules.Refused(refusal.sentence) from refusal
    message.attachments.create(file=file, place=place, dictionary=message.dictionary)
    return file


def _same(sent: Message, author: User) -> Message:
    if sent.author_id != author.pk:
        raise rules.Refused(_("This was not sent. Write it once more, please."))
    return sent


def _note_who_waits(conversation: Conversation, author: User, now: datetime) -> None:
    """A client waits from the first unanswered message on; any answer ends it. Whoever writes ends what was set
    aside."""
    if author == conversation.client.user:
        conversation.waiting_since = conversation.waiting_since or now
    else:
        conversation.waiting_since = None
    conversation.last_message_at = now
    conversation.let_be_since = conversation.aside_until = None
    conversation.save(update_fields=["waiting_since", "last_message_at", "let_be_since", "aside_until"])
