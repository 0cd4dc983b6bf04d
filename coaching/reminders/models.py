"""What each person wants to be reminded of. Nobody who never chose has a row: the defaults are in the fields."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


def _day_and_hour() -> list[int]:
    return [24, 1]


class ReminderChoice(models.Model):
    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_hours = ArrayField(
        models.PositiveSmallIntegerField(), default=_day_and_hour, help_text=_("Hours before each session.")
    )
    paused_until = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()
