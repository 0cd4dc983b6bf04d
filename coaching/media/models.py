"""Private files. Who may read one is decided by the room that holds it; nothing here has an address of its own."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _


def _words_of(name: str) -> Func:
    """The words in a file's name: PostgreSQL would take "left_hip.mp4" for one word, the name of a host."""
    return Func(F(name), Value("._-"), Value("   "), function="translate", output_field=models.TextField())


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
    named_by = models.GeneratedField(
        expression=SearchVector(_words_of("name"), config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    path = models.CharField(max_length=200, unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    duration = models.FloatField(null=True, blank=True, help_text=_("Seconds; of sound and film only."))
    begin = models.FloatField(null=True, blank=True, help_text=_("Seconds cut from the start are not heard."))
    end = models.FloatField(null=True, blank=True, help_text=_("Where it ends, in seconds of the original."))
    peaks = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("How loud, 0 to 100, evenly spread."),
    )
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    failure = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text=_("How often a worker began to prepare it."))
    progress = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("Of its preparation, in percent.")
    )
    made = models.JSONField(
        default=dict, db_default={}, blank=True, help_text=_("What its preparation found and has done so far.")
    )
    claim = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], condition=~Q(state="ready"), name="media_files_to_prepare"),
            GinIndex(fields=["named_by"], name="media_names"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(begin=None) | (Q(begin__gte=0) & (Q(end=None) | Q(end__gt=F("begin")))),
                name="media_cut_leaves_something",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="media_progress_in_percent"),
        ]

    @property
    def is_cut(self) -> bool:
        """Part of what came in is not to be heard."""
        return self.begin is not None or self.end is not None

    @property
    def is_heard(self) -> bool:
        """Its levelled sound is there, though a film may still be in the making."""
        return "sound" in self.made.get("done", [])

    def made_as(self, form: str) -> "Rendition | None":
        """The rendition of a form; no query where `renditions` were fetched along."""
        return next((each for each in self.renditions.all() if each.form == form), None)

    @property
    def minutes(self) -> int:
        """Length in whole minutes, at least one."""
        return max(1, round((self.duration or 0) / 60))


class Rendition(models.Model):
    """A version of a file made for listening: its sound levelled and in a format that every phone plays."""

    class Form(models.TextChoices):
        SOUND = "sound", _("Sound")
        FILM = "film", _("Film")
        SMALL_FILM = "small", _("Film for a phone")
        POSTER = "poster", _("Picture")
        SMALL_PICTURE = "smallpic", _("Picture for a conversation")

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="renditions")
    form = models.CharField(max_length=8, choices=Form)
    media_type = models.CharField(max_length=80)
    path = models.CharField(max_length=200, unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "form"], name="media_one_rendition_a_form")]


class Upload(models.Model):
    """A file on its way in, which may break off and go on (tus 1.0). How much has come is its size on the disk.

    `path` is relative to MEDIA_ROOT. Once all has come, `file` is what was kept, or `refusal` says why nothing was.
    A file that no room has taken by `expires_at` goes again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=12, help_text=_("What it is for: which kinds of file may come in."))
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(help_text=_("Bytes in all, as announced."))
    begin = models.FloatField(null=True, blank=True)
    end = models.FloatField(null=True, blank=True)
    path = models.CharField(max_length=200, unique=True)
    file = models.OneToOneField(StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    refusal = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True, help_text=_("When a room took the file as its own."))

    class Meta:
        indexes = [models.Index(fields=["expires_at"], condition=Q(taken_at=None), name="media_uploads_to_clear")]
