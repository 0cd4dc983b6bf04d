"""The one conversation between a client and the practitioner."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coaching.booking.models import Appointment
from coaching.library.models import Lesson
from coaching.media.models import StoredFile
from coaching.messaging.vectors import DEFAULT, DictionaryField, kept_vector
from coaching.people.models import Client
from coaching.practice.models import PracticeEntry


class Conversation(models.Model):
    """`client_read` and `practitioner_read` are the ids of the last messages each has seen.

    `changes` counts what was changed in messages that had been said: an open page that knows a smaller number asks
    for those that changed since. Set aside, it is out of the practitioner's list until `aside_until`, or until
    somebody writes.
    """

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="conversation")
    client_read = models.BigIntegerField(default=0)
    practitioner_read = models.BigIntegerField(default=0)
    changes = models.PositiveBigIntegerField(default=0, db_default=0)
    last_message_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(
        null=True, blank=True, help_text=_("Since when the client waits for an answer; empty: nobody waits.")
    )
    let_be_since = models.DateTimeField(
        null=True, blank=True, help_text=_("Since when the client waited, when it needs no answer after all.")
    )
    starred = models.BooleanField(default=False, db_default=False)
    aside_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["waiting_since"])]

    def is_aside(self, now: datetime) -> bool:
        return self.aside_until is not None and self.aside_until > now


class SearchedManager(models.Manager["Message"]):
    """What is kept for searching alone is not read with each message."""

    def get_queryset(self) -> models.QuerySet["Message"]:
        return super().get_queryset().defer("found_by")


class Message(models.Model):
    """One thing said. The server's order is the order of ids; `uuid` is made by the sender, so it is sent once.

    `change` is the conversation's number of its last change. One that was removed keeps its place, nothing else.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uuid = models.UUIDField()
    words = models.TextField(max_length=10000)
    lesson = models.ForeignKey(Lesson, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lesson_second = models.PositiveIntegerField(null=True, blank=True)
    session = models.ForeignKey(Appointment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    entry = models.ForeignKey(PracticeEntry, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()
    change = models.PositiveBigIntegerField(default=0, db_default=0)
    changed_at = models.DateTimeField(null=True, blank=True, help_text=_("When its author last changed its words."))
    removed_at = models.DateTimeField(null=True, blank=True, help_text=_("When its author removed it for both."))
    dictionary = DictionaryField(default=DEFAULT, db_default=DEFAULT, help_text=_("Of its author’s language."))
    found_by = kept_vector("words")

    objects = SearchedManager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["conversation", "id"]),
            models.Index(fields=["conversation", "change"], condition=Q(change__gt=0), name="messaging_changed"),
            # Whose are unread: without the author, each conversation's messages would be looked through.
            models.Index(fields=["conversation", "author", "id"], name="messaging_unseen"),
            GinIndex(fields=["found_by"], name="messaging_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "uuid"], name="messaging_sent_once"),
            models.CheckConstraint(
                condition=Q(lesson_second=None) | Q(lesson__isnull=False), name="messaging_second_of_a_lesson"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(words="", lesson=None, session=None, entry=None, answers=None),
                name="messaging_removed_says_nothing",
            ),
        ]

    @property
    def in_short(self) -> str:
        """What stands for it in lists and quotes: one without words is called after its first file."""
        if self.removed_at:
            return gettext("A message that was removed")
        return self.words or self._first_file()

    def _first_file(self) -> str:
        if hasattr(self, "first_kind"):  # asked for along with it: queries.FIRST_KIND
            return called(self.first_kind)
        first = next(iter(self.attachments.all()), None)
        return called(first.file.kind if first else None)


def spoken() -> str:
    return gettext("A voice note")


def called(kind: str | None) -> str:
    """What a file of a `StoredFile.Kind` is called in a sentence of its own; what is of none was spoken."""
    names = {
        StoredFile.Kind.IMAGE: gettext("A picture"),
        StoredFile.Kind.VIDEO: gettext("A film"),
        StoredFile.Kind.DOCUMENT: gettext("A document"),
    }
    return names.get(StoredFile.Kind(kind), spoken()) if kind else spoken()


class Attachment(models.Model):
    """A file that goes with a message: a voice note, a film of a movement, a picture, a document."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)
    transcript = models.TextField(blank=True, max_length=10000)
    dictionary = DictionaryField(default=DEFAULT, db_default=DEFAULT)
    found_by = kept_vector("transcript")

    class Meta:
        ordering = ["place"]
        indexes = [GinIndex(fields=["found_by"], name="messaging_transcripts")]
        constraints = [models.UniqueConstraint(fields=["message", "place"], name="messaging_one_file_a_place")]


class Draft(models.Model):
    """What somebody has begun to write, on any of their devices. `number` grows with each save: whoever saves says
    which one they know, so that an older device does not overwrite what is newer."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(default=0)
    words = models.TextField(blank=True)
    lesson = models.ForeignKey(Lesson, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    lesson_second = models.PositiveIntegerField(null=True, blank=True)
    session = models.ForeignKey(Appointment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answers = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "person"], name="messaging_one_draft_each")]

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.lesson_id or self.session_id or self.answers_id)
