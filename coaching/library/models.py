"""The practitioner's recorded lessons."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coaching.media.models import StoredFile
from coaching.people.models import Client, Practitioner


class Recording(models.Model):
    """One uploaded or recorded file with its words. A lesson points at the recording that is heard now.

    Those that it had before stay, as versions of it; one that is of no lesson waits to become one.
    """

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    captions = models.TextField(blank=True, help_text=_("WebVTT."))
    version_of = models.ForeignKey(
        "Lesson", null=True, blank=True, on_delete=models.CASCADE, related_name="versions"
    )
    created_at = models.DateTimeField()


class LessonQuerySet(models.QuerySet["Lesson"]):
    def of(self, practitioner: Practitioner) -> Self:
        return self.filter(practitioner=practitioner)

    def current(self) -> Self:
        """In the library: not taken out of it, and not made for one client."""
        return self.filter(archived_at=None, only_for=None)

    def first_aid(self) -> Self:
        """Lessons that anybody may play without an account."""
        return self.current().filter(open_to_visitors=True)


class Lesson(models.Model):
    class Phase(models.TextChoices):
        UNLEARN = "unlearn", _("Unlearn")
        RELEARN = "relearn", _("Relearn")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="lessons")
    title = models.CharField(_("title"), max_length=120)
    phase = models.CharField(_("phase"), max_length=8, choices=Phase, default=Phase.UNLEARN)
    purpose = models.CharField(_("what it is for"), max_length=250, blank=True)
    position = models.CharField(_("how one lies or sits"), max_length=80, blank=True)
    area = models.CharField(_("part of the body"), max_length=80, blank=True)
    instructions = models.TextField(_("words to read before"), blank=True)
    cautions = models.TextField(_("when to stop or leave it"), blank=True)
    open_to_visitors = models.BooleanField(_("first aid, open to visitors"), default=False)
    follows = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("comes after"),
        help_text=_("The lesson that unlearns first. This one never opens before it."),
    )
    only_for = models.ForeignKey(
        Client,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Made for one client."),
    )
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = LessonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "title"],
                condition=Q(archived_at=None, only_for=None),
                name="library_lesson_title_once",
                violation_error_message=_("You already have a lesson with this title."),
            ),
            models.CheckConstraint(
                condition=Q(only_for=None) | Q(open_to_visitors=False), name="library_made_for_one_is_private"
            ),
            models.CheckConstraint(
                condition=Q(follows=None) | Q(phase="relearn"), name="library_relearn_follows_unlearn"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Cue(models.Model):
    """One stretch of a lesson, in seconds from its start, with the words that stand on the player then."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("Contract")
        RELEASE = "release", _("Release")
        REST = "rest", _("Rest")

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="cues")
    kind = models.CharField(max_length=8, choices=Kind)
    start = models.FloatField()
    end = models.FloatField()
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(condition=Q(start__gte=0, end__gt=F("start")), name="library_cue_has_length"),
            models.UniqueConstraint(fields=["lesson", "start"], name="library_one_cue_at_a_time"),
        ]


class Chapter(models.Model):
    """A part of a lesson with a name, from `start` (seconds) to the next."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="chapters")
    start = models.FloatField()
    title = models.CharField(max_length=120)

    class Meta:
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(condition=Q(start__gte=0), name="library_chapter_in_lesson"),
            models.UniqueConstraint(fields=["lesson", "start"], name="library_one_chapter_at_a_time"),
        ]


class Program(models.Model):
    """An ordered set of lessons with a rule for when each opens."""

    class Opening(models.TextChoices):
        TOGETHER = "together", _("All at once")
        DAY_BY_DAY = "days", _("One after some days")
        IN_TURN = "turn", _("One after the other is done")
        BY_HAND = "hand", _("When you say so")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=120)
    purpose = models.CharField(_("what it is for"), max_length=250, blank=True)
    opening = models.CharField(max_length=8, choices=Opening, default=Opening.IN_TURN)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class ProgramStep(models.Model):
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="steps")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    after_days = models.PositiveSmallIntegerField(default=0, help_text=_("Days from the start of the program."))
    times = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text=_("How often it is done before the next opens.")
    )

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "place"], name="library_one_step_a_place", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["program", "lesson"], name="library_lesson_once_a_program"),
        ]
