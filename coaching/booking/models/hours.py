"""When a practitioner is open: rules on her wall clock, single dates, and stretches that she keeps free."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coaching.booking.models.types import SessionType
from coaching.people.models import Practitioner


class OpeningHours(models.Model):
    """A weekly rule on the practitioner's wall clock. When `closes` is not after `opens`, it crosses midnight.

    A session type that has rules of its own follows only these; the others follow the rules without a type.
    """

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="opening_hours")
    session_type = models.ForeignKey(
        SessionType, null=True, blank=True, on_delete=models.CASCADE, related_name="opening_hours"
    )
    weekday = models.PositiveSmallIntegerField(help_text=_("0 is Monday."))
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__gte=0, weekday__lte=6), name="booking_hours_weekday"),
            models.UniqueConstraint(
                fields=["practitioner", "session_type", "weekday", "opens"],
                nulls_distinct=False,
                name="booking_hours_once",
            ),
        ]


class DateOverride(models.Model):
    """What is different on one date of the practitioner's calendar: open instead of the weekly rule, or closed; or,
    where it `adds`, open besides."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="date_overrides")
    date = models.DateField()
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    adds = models.BooleanField(default=False, db_default=False, help_text=_("The weekly rule holds as well."))
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["date", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(adds=False) | Q(opens__isnull=False), name="booking_adds_open_time"),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="booking_override_open_or_closed",
            ),
        ]


class KeptFreeQuerySet(models.QuerySet["KeptFree"]):
    def overlapping(self, start: datetime, end: datetime) -> Self:
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class KeptFree(models.Model):
    """A stretch of time that the practitioner blocked for herself: nobody books it. Instants in UTC."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(_("a note for yourself"), max_length=120, blank=True)

    objects = KeptFreeQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["practitioner", "ends_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_kept_free_has_length"),
        ]
