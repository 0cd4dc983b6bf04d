"""What a practitioner keeps beside the conversations: saved answers, when they answer, and when they are away."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from coaching.people.models import Practitioner


class SavedAnswer(models.Model):
    """Words to begin an answer with; `words` have places like {name} in them."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="saved_answers")
    title = models.CharField(max_length=80)
    words = models.TextField(max_length=4000)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint("practitioner", Lower("title"), name="messaging_one_answer_a_title"),
        ]

    def __str__(self) -> str:
        return self.title


class AnsweringHours(models.Model):
    """When messages are usually answered on one weekday, on the practitioner's wall clock."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="answering_hours")
    weekday = models.PositiveSmallIntegerField(help_text=_("0 is Monday."))
    begins = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday"]
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "weekday"], name="messaging_hours_once_a_day"),
            models.CheckConstraint(condition=Q(weekday__gte=0, weekday__lte=6), name="messaging_hours_weekday"),
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="messaging_hours_have_length"),
        ]


class Away(models.Model):
    """Days of the practitioner's calendar, both counted in, on which no message is answered. Ends by itself."""

    practitioner = models.OneToOneField(Practitioner, on_delete=models.CASCADE, related_name="away")
    first = models.DateField()
    last = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="messaging_away_has_length"),
        ]
