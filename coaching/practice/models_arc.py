"""The way to doing without a plan: what is kept for when it comes back, and having graduated."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coaching.library.models import Lesson
from coaching.people.models import Client
from coaching.practice.models import Assignment


class KitLesson(models.Model):
    """A lesson of the first aid that a client keeps for when it comes back, with a line of when to take it."""

    MOST = 6  # of one client: in pain nobody chooses from many

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="kit")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(_("when to take it"), max_length=200, blank=True)
    place = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["place", "pk"]
        constraints = [models.UniqueConstraint(fields=["client", "lesson"], name="practice_kit_lesson_once")]


class Graduation(models.Model):
    """That a client needed no plan any more from one moment on, until they came back (None: they have not)."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="graduations")
    at = models.DateTimeField()
    words = models.TextField(_("a word to take along"), blank=True, max_length=2000)
    before = models.JSONField(
        default=dict, db_default={}, blank=True, help_text=_("What each lesson was given as, to take it back.")
    )
    seen_at = models.DateTimeField(null=True, blank=True, help_text=_("When the client first read of it."))
    asked_back_at = models.DateTimeField(null=True, blank=True, help_text=_("When the client knocked again."))
    came_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(came_back_at=None), name="practice_graduated_once"
            )
        ]


class Agreed(models.Model):
    """What was asked for by an assignment from one day of the client's calendar to another, both counted (no end:
    as long as the assignment says). A change of dosage ends one and begins the next: what was agreed stays true."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="agreed")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    rhythm = models.CharField(max_length=12, choices=Assignment.Rhythm)
    times_a_day = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["begins_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")), name="practice_agreed_days"
            ),
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(ends_on=None), name="practice_agreed_one_open"
            ),
        ]
