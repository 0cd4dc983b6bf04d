"""A practitioner's own words in one kind of letter. An empty field means: as the house says it."""

from django.db import models

from coaching.people.models import Practitioner


class Wording(models.Model):
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, blank=True)
    greeting = models.CharField(max_length=120, blank=True)
    opening = models.TextField(max_length=600, blank=True)
    closing = models.TextField(max_length=600, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "kind"], name="reminders_one_wording_a_kind")
        ]
