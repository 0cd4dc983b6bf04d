"""What becomes of a message after it was said: its words changed, itself removed, a voice note written down."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.media import actions as media
from coaching.media.followers import follows
from coaching.messaging import rules
from coaching.messaging.holding import check_part, hold, note_change
from coaching.messaging.models import Attachment, Conversation, Message


def change(*, message: Message, author: User, words: str, now: datetime) -> Message:
    """Other words for a message, within `rules.CHANGEABLE` of its sending; both people's open pages are told.

    Raises rules.Refused with a sentence for the author, ValueError for anybody else.
    """
    if message.author_id != author.pk:
        raise ValueError("Only its author changes a message.")
    with transaction.atomic():
        conversation = hold(message.conversation)
        message = conversation.messages.get(pk=message.pk)
        if message.removed_at:
            raise rules.Refused(_("You removed this message. Write it anew."))
        if not rules.may_change(message.sent_at, now):
            raise rules.Refused(_("A message can be changed for five minutes. Say what is different in a new one."))
        words = rules.clean(words, may_be_empty=message.attachments.exists())
        if words != message.words:
            message.words, message.changed_at = words, now
            message.save(update_fields=["words", "changed_at"])
            note_change(message, conversation, now)
    return message


def remove(*, message: Message, author: User, now: datetime) -> None:
    """For both: its place stays, and nothing that was in it. Doing it twice is free. ValueError for anybody else.

    From the same moment on nobody reaches its files; then they go from the disk, by `clear_removed` if this process
    should end before.
    """
    if message.author_id != author.pk:
        raise ValueError("Only its author removes a message.")
    with transaction.atomic():
        conversation = hold(message.conversation)
        removed = conversation.messages.filter(pk=message.pk, removed_at=None).update(
            words="",
            lesson=None,
            lesson_second=None,
            session=None,
            entry=None,
            answers=None,
            changed_at=None,
            removed_at=now,
        )
        if not removed:
            return
        Attachment.objects.filter(message=message.pk).update(transcript="")
        _note_who_still_waits(conversation)
        note_change(message, conversation, now)
        transaction.on_commit(partial(_drop_files, message.pk))


def clear_removed() -> int:
    """Removes files of removed messages whose process ended too early. Returns of how many messages."""
    left = Attachment.objects.filter(message__removed_at__isnull=False)
    messages = set(left.values_list("message_id", flat=True)[:100])
    for message_id in messages:
        _drop_files(message_id)
    return len(messages)


def transcribe(*, attachment: Attachment, by: User, words: str, now: datetime) -> None:
    """What is said in a voice note, in words: by its author or the practitioner; empty takes it away.

    Raises rules.Refused with a sentence, ValueError for somebody who has no part in the conversation.
    """
    message = attachment.message
    check_part(message.conversation, by)
    if by.pk not in (message.author_id, message.conversation.client.practitioner.user_id):
        raise ValueError("A voice note is written down by its author or the practitioner.")
    words = rules.clean(words, may_be_empty=True)
    with transaction.atomic():
        conversation = hold(message.conversation)
        still = Attachment.objects.filter(pk=attachment.pk, message__removed_at=None)
        if still.exclude(transcript=words).update(transcript=words):
            note_change(message, conversation, now)


@follows
def show_how_far(file_id: UUID, now: datetime) -> None:
    """A film or a voice note is prepared further: the pages that show its message are told."""
    found = Attachment.objects.filter(file=file_id, message__removed_at=None).select_related(
        "message__conversation"
    )
    for attachment in found:
        with transaction.atomic():
            note_change(attachment.message, hold(attachment.message.conversation), now)


def _drop_files(message_id: int) -> None:
    for attachment in Attachment.objects.filter(message=message_id).select_related("file"):
        attachment.delete()
        media.drop(file=attachment.file)


def _note_who_still_waits(conversation: Conversation) -> None:
    """A client who takes back all that is unanswered waits no longer."""
    if conversation.waiting_since is None:
        return
    client = conversation.client.user
    answer = conversation.messages.exclude(author=client).order_by("-id").values_list("id", flat=True).first()
    asked = conversation.messages.filter(author=client, removed_at=None, id__gt=answer or 0)
    conversation.waiting_since = asked.order_by("id").values_list("sent_at", flat=True).first()
    conversation.save(update_fields=["waiting_since"])
