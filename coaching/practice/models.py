"""What a client does alone: lessons given, what was played, and how it went."""

import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coaching.library.models import Lesson, Program, Recording
from coaching.media.models import StoredFile
from coaching.people.models import Client


def _zero_to_ten(*names: str) -> Q:
    condition = Q()
    for name in names:
        condition &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0, f"{name}__lte": 10})
    return condition


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def of(self, client: Client) -> Self:
        return self.filter(client=client)

    def running(self, day: date) -> Self:
        """Those that are a client's to do on `day` of the client's calendar."""
        return self.filter(state=Assignment.State.ACTIVE, starts_on__lte=day).filter(
            Q(until=None) | Q(until__gte=day)
        )


class Assignment(models.Model):
    """A lesson or a program given to one client. Dates are days of the client's calendar.

    Each lesson of a program that has opened is an assignment of its own, `part_of` the program's.
    """

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("Every day")
        MOST_DAYS = "most_days", _("Most days")
        THREE_A_WEEK = "three_a_week", _("Three times a week")
        EVERY_SECOND_DAY = "second_day", _("Every second day")
        WHEN_NEEDED = "when_needed", _("Whenever you need it")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        STOPPED = "stopped", _("Stopped")  # something hurt: waits for the practitioner
        ENDED = "ended", _("Ended")

    class Why(models.TextChoices):
        """Why a lesson waits for the practitioner."""

        HURTS = "hurts", _("Something hurt")
        SORE = "sore", _("Sore for more than a day, or more and more")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="assignments")
    lesson = models.ForeignKey(Lesson, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rhythm = models.CharField(_("how often"), max_length=12, choices=Rhythm, default=Rhythm.MOST_DAYS)
    times_a_day = models.PositiveSmallIntegerField(default=1)
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts")
    note = models.TextField(_("a note"), blank=True, max_length=2000)
    voice = models.ForeignKey(
        StoredFile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The note, spoken."),
    )
    starts_on = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_why = models.CharField(max_length=5, choices=Why, blank=True, default="", db_default="")
    created_at = models.DateTimeField()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "created_at"]
        indexes = [models.Index(fields=["client", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(lesson=None, program__isnull=False) | Q(lesson__isnull=False, program=None),
                name="practice_lesson_or_program",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("starts_on")), name="practice_assignment_days"
            ),
            models.CheckConstraint(
                condition=Q(times_a_day__gte=1, times_a_day__lte=12), name="practice_times_a_day"
            ),
            models.CheckConstraint(condition=Q(part_of=None) | Q(program=None), name="practice_part_is_a_lesson"),
            models.UniqueConstraint(
                fields=["client", "lesson"],
                condition=Q(state="active"),
                name="practice_lesson_given_once",
                violation_error_message=_("This lesson is already given: change it instead."),
            ),
        ]

    @property
    def is_when_needed(self) -> bool:
        return self.rhythm == self.Rhythm.WHEN_NEEDED

    def is_running(self, day: date) -> bool:
        """Like `AssignmentQuerySet.running`, of one that is there."""
        has_begun = self.state == self.State.ACTIVE and self.starts_on <= day
        return has_begun and (self.until is None or day <= self.until)


class PracticeEntry(models.Model):
    """One doing of a lesson, as the client says it.

    Tension (`before`, `after`) goes from 0 (at ease) to 10 (as tense as it gets), ease of moving from 0 (stiff) to
    10 (as easy as can be), soreness from 0 (none) to 10.
    """

    class Felt(models.TextChoices):
        SOFTER = "softer", _("Softer")
        WARMER = "warmer", _("Warmer")
        LONGER = "longer", _("Longer on one side")
        NOTHING = "nothing", _("Nothing new")
        SORE = "sore", _("A little sore")
        SHARP = "sharp", _("Sharper pain")

    class Control(models.TextChoices):
        """Whether the effort of the movement could be turned down and up at will."""

        DOWN = "down", _("Turn it down")
        UP = "up", _("Turn it up")
        BOTH = "both", _("Both")
        NEITHER = "neither", _("Neither yet")

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="practice_entries")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(
        Assignment, null=True, blank=True, on_delete=models.SET_NULL, related_name="entries"
    )
    day = models.DateField(help_text=_("Of the client's calendar."))
    before = models.SmallIntegerField(null=True, blank=True)
    after = models.SmallIntegerField(null=True, blank=True)
    ease_before = models.SmallIntegerField(null=True, blank=True)
    ease_after = models.SmallIntegerField(null=True, blank=True)
    soreness = models.SmallIntegerField(null=True, blank=True)
    control = models.CharField(max_length=7, choices=Control, blank=True, default="", db_default="")
    felt = ArrayField(models.CharField(max_length=8, choices=Felt), default=list, blank=True)
    words = models.TextField(blank=True, max_length=2000)
    voice = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text=_("Said instead.")
    )
    recording = models.ForeignKey(
        Recording,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The version of the lesson that was done."),
    )
    token = models.UUIDField(default=uuid.uuid4, help_text=_("Made by the form: the same form notes once."))
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["-noted_at"]
        indexes = [
            models.Index(fields=["client", "-noted_at"]),
            models.Index(fields=["client", "day"]),
            models.Index(fields=["assignment", "day"]),
        ]
        constraints = [
            models.CheckConstraint(condition=_zero_to_ten("before", "after"), name="practice_tension_0_to_10"),
            models.CheckConstraint(
                condition=_zero_to_ten("ease_before", "ease_after", "soreness"), name="practice_ease_0_to_10"
            ),
            models.UniqueConstraint(fields=["client", "token"], name="practice_one_entry_a_form"),
        ]

    @property
    def felt_words(self) -> list[str]:
        """What was noticed, in words."""
        return [str(self.Felt(felt).label) for felt in self.felt if felt in self.Felt.values]

    @property
    def is_sore(self) -> bool:
        return bool(self.soreness) or self.Felt.SORE in self.felt

    @property
    def is_rated(self) -> bool:
        return self.before is not None and self.after is not None


class Listening(models.Model):
    """One sitting with a lesson, and what of it was heard.

    `uuid` is made by the player. Each report holds the whole sitting as far as it has come, `told` counts them: a
    report that comes late, twice or out of order changes nothing. `spans` are pairs of seconds, in the order in
    which they were heard: the same seconds heard again are a further span.
    """

    uuid = models.UUIDField()
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="listenings")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="+")
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="+")
    spans = ArrayField(ArrayField(models.FloatField(), size=2), default=list, blank=True)
    heard = models.FloatField(default=0, help_text=_("Seconds of all spans together."))
    finished = models.BooleanField(default=False, help_text=_("Whether the end was reached."))
    told = models.PositiveIntegerField(default=0)
    day = models.DateField(help_text=_("Of the client's calendar, when it began."))
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ["-began_at"]
        indexes = [models.Index(fields=["client", "-began_at"]), models.Index(fields=["client", "lesson", "day"])]
        constraints = [
            models.UniqueConstraint(fields=["client", "uuid"], name="practice_one_row_a_sitting"),
            models.CheckConstraint(condition=Q(heard__gte=0), name="practice_heard_positive"),
        ]


class Playback(models.Model):
    """Where a client stopped listening, in seconds, and how much was heard in all sittings together."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="playbacks")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="+")
    position = models.FloatField(default=0)
    heard = models.FloatField(default=0, help_text=_("Seconds played in all, repeats counted."))
    finished = models.PositiveIntegerField(default=0, help_text=_("How often it was played to the end."))
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "lesson"], name="practice_one_playback_a_lesson"),
            models.CheckConstraint(condition=Q(position__gte=0, heard__gte=0), name="practice_playback_positive"),
        ]


class BarrierQuerySet(models.QuerySet["Barrier"]):
    def open(self, now: datetime) -> Self:
        """Said within the last two weeks, and not practised since, nor seen by the practitioner."""
        since = PracticeEntry.objects.filter(
            client=models.OuterRef("client"), noted_at__gt=models.OuterRef("said_at")
        )
        recent = self.filter(said_at__gt=now - Barrier.LASTS, said_at__lte=now, seen_at=None)
        return recent.exclude(models.Exists(since))


class Barrier(models.Model):
    """What a client says is in the way of practice, when asked. One answer a question (`asked_on`, their day)."""

    class Why(models.TextChoices):
        SORE = "sore", _("It made me sore")
        TIME = "time", _("I have no time for it")
        UNSURE = "unsure", _("I am not sure I do it right")
        NOTHING = "nothing", _("I notice no change")
        PLACE = "place", _("I have no quiet place")
        BETTER = "better", _("I do not need it just now")

    LASTS = timedelta(days=14)

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="barriers")
    asked_on = models.DateField()
    why = models.CharField(max_length=8, choices=Why)
    said_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True, help_text=_("By the practitioner."))

    objects = BarrierQuerySet.as_manager()

    class Meta:
        ordering = ["-said_at"]
        indexes = [models.Index(fields=["client", "-said_at"])]
        constraints = [
            models.UniqueConstraint(fields=["client", "asked_on"], name="practice_one_barrier_a_question")
        ]
