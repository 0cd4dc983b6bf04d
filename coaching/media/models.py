"""Private files. Who may read one is decided by the room that holds it; nothing here has an address of its own."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """One file as it was taken in, and what was made of it.

    `path` is relative to MEDIA_ROOT and unguessable. `media_type` was found from the bytes, not from the name.
    """

    class Kind(models.TextChoices):
        AUDIO = "audio", _("Sound")
        VIDEO = "video", _("Film")
        IMAGE = "image", _("Picture")
        DOCUMENT = "document", _("Document")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be prepared")
        WORKING = "working", _("Being prepared")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    media_type = models.CharField(max_length=80)
    name = models.CharField(max_length=200, help_text=_("What the person called it."))
    path = models.CharField(max_length=200, unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    duration = models.FloatField(null=True, blank=True, help_text=_("Seconds; of sound and film only."))
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    failure = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text=_("How often a worker began to prepare it."))
    claim = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["created_at"], condition=~Q(state="ready"), name="media_files_to_prepare")]

    @property
    def minutes(self) -> int:
        """Length in whole minutes, at least one."""
        return max(1, round((self.duration or 0) / 60))


class Rendition(models.Model):
    """A version of a file made for listening: its sound levelled and in a format that every phone plays."""

    class Form(models.TextChoices):
        SOUND = "sound", _("Sound")
        FILM = "film", _("Film")
        POSTER = "poster", _("Picture")

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="renditions")
    form = models.CharField(max_length=8, choices=Form)
    media_type = models.CharField(max_length=80)
    path = models.CharField(max_length=200, unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "form"], name="media_one_rendition_a_form")]
