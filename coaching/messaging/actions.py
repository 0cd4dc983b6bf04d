"""Saying something, and having seen it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.library.models import Lesson
from coaching.live.actions import tell
from coaching.media import actions as media
from coaching.media import rules as media_rules
from coaching.media.models import StoredFile, Upload
from coaching.messaging import rules
from coaching.messaging.models import Conversation, Message


def send(
    *,
    conversation: Conversation,
    author: User,
    uuid: UUID,
    words: str,
    lesson: Lesson | None = None,
    lesson_second: int | None = None,
    files: Sequence[UploadedFile | Upload] = (),
    now: datetime,
) -> Message:
    """Say `words` in a conversation, once for each `uuid`, however often and from how many sides it is tried.

    Beside `files` (at most `rules.MOST_FILES` of the author's) there need be none; they are taken in once, with the
    message, all of them or none.

    The conversation may be new and unsaved. `lesson_second` counts from the start of `lesson`. Both people's open
    pages are told. Raises rules.Refused with a sentence for the author, ValueError for someone who has no part in
    the conversation or a lesson of another practitioner.
    """
    _check_part(conversation, author, lesson)
    words = rules.clean(words, may_be_empty=bool(files))
    rules.check_number(len(files))
    with transaction.atomic():
        conversation = _hold(conversation)
        if sent := conversation.messages.filter(uuid=uuid).first():
            return _same(sent, author)
        message = conversation.messages.create(
            author=author,
            uuid=uuid,
            words=words,
            lesson=lesson,
            lesson_second=lesson_second if lesson else None,
            sent_at=now,
        )
        for place, file in enumerate(files):
            _attach(message, file, place, now)
        _note_who_waits(conversation, author, now)
        about = {"client": conversation.client_id, "message": message.pk}
        _tell_both(conversation, kind="message.new", about=about, now=now)
    return message


def read(*, conversation: Conversation, reader: User, up_to: int, now: datetime) -> None:
    """`reader` has seen the messages up to the id `up_to`. Never goes back; both people's pages are told."""
    _check_part(conversation, reader, None)
    last = Message.objects.filter(conversation=conversation, id__lte=up_to).order_by("id").last()
    if last is None:
        return
    side = "client_read" if reader == conversation.client.user else "practitioner_read"
    with transaction.atomic():
        behind = Conversation.objects.filter(pk=conversation.pk, **{f"{side}__lt": last.pk})
        if behind.update(**{side: last.pk}):
            setattr(conversation, side, last.pk)
            about = {"client": conversation.client_id, "reader": reader.pk, "message": last.pk}
            _tell_both(conversation, kind="message.seen", about=about, now=now)


def _check_part(conversation: Conversation, person: User, lesson: Lesson | None) -> None:
    client = conversation.client
    if person not in (client.user, client.practitioner.user):
        raise ValueError("Only the two people of a conversation write and read in it.")
    if lesson is not None and lesson.practitioner_id != client.practitioner_id:
        raise ValueError("A message points at lessons of its own practitioner only.")


def _hold(conversation: Conversation) -> Conversation:
    """The conversation, made if this is its first word, and held until the transaction ends.

    So its messages become visible in the order of their ids, and the same words sent twice at once meet here.
    """
    if conversation.pk is None:
        conversation.pk = Conversation.objects.get_or_create(client=conversation.client)[0].pk
    people = Conversation.objects.select_related("client__user", "client__practitioner__user")
    return people.select_for_update(of=("self",)).get(pk=conversation.pk)


def _attach(message: Message, given: UploadedFile | Upload, place: int, now: datetime) -> None:
    try:
        file = media.take_in(upload=given, by=message.author, kinds=list(StoredFile.Kind), now=now)
    except media_rules.Refused as refusal:
        raise rules.Refused(refusal.sentence) from refusal
    message.attachments.create(file=file, place=place)


def _same(sent: Message, author: User) -> Message:
    if sent.author_id != author.pk:
        raise rules.Refused(_("This was not sent. Write it once more, please."))
    return sent


def _note_who_waits(conversation: Conversation, author: User, now: datetime) -> None:
    """A client waits from the first unanswered message on; any answer ends it."""
    if author == conversation.client.user:
        conversation.waiting_since = conversation.waiting_since or now
    else:
        conversation.waiting_since = None
    conversation.last_message_at = now
    conversation.save(update_fields=["waiting_since", "last_message_at"])


def _tell_both(conversation: Conversation, *, kind: str, about: dict[str, int], now: datetime) -> None:
    people = (conversation.client.user, conversation.client.practitioner.user)
    for person in sorted(people, key=lambda user: user.pk):
        tell(person=person, kind=kind, about=about, now=now)
