"""What a person wants to be reminded of. Nobody who never chose has a row: the defaults are in the fields."""

from datetime import time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coaching.reminders.clocks import Quiet
from coaching.reminders.rules import PracticeWish, SessionWish
from coaching.reminders.wording.models import Wording

__all__ = ["ReminderChoice", "SweepMark", "Wording"]


def _day_and_hour() -> list[int]:
    return [24, 1]


def _every_day() -> list[int]:
    return list(range(7))


class ReminderChoice(models.Model):
    """Times are read on the person's wall clock, whatever their zone is when the moment comes."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    off = ArrayField(
        models.CharField(max_length=10),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Topics that the person wants no mail of."),
    )
    on_phone = ArrayField(
        models.CharField(max_length=10),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Topics that the person hears of on their devices instead of by mail."),
    )
    words_by_mail = models.BooleanField(
        default=False, db_default=False, help_text=_("Letters about messages show what they say.")
    )
    words_on_phone = models.BooleanField(
        default=False, db_default=False, help_text=_("A phone shows the beginning of a message.")
    )
    session_hours = ArrayField(
        models.PositiveSmallIntegerField(), default=_day_and_hour, help_text=_("Hours before each session.")
    )
    evening_before = models.TimeField(null=True, blank=True)
    practice_days = ArrayField(
        models.PositiveSmallIntegerField(),
        default=_every_day,
        db_default=_every_day(),
        blank=True,
        help_text=_("0 is Monday."),
    )
    practice_at = models.TimeField(default=time(9), db_default=time(9))
    practice_at_weekend = models.TimeField(null=True, blank=True)
    quiet_from = models.TimeField(null=True, blank=True, default=time(21))
    quiet_until = models.TimeField(null=True, blank=True, default=time(7))
    daily_cap = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=3,
        db_default=3,
        help_text=_("Letters a day at most; those before a session do not count."),
    )
    paused_until = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until")),
                name="reminders_quiet_from_and_until",
            ),
            models.CheckConstraint(condition=Q(daily_cap=None) | Q(daily_cap__gte=1), name="reminders_cap_of_one"),
        ]

    @property
    def quiet(self) -> Quiet | None:
        return Quiet(self.quiet_from, self.quiet_until) if self.quiet_from and self.quiet_until else None

    def session_wish(self, zone: ZoneInfo) -> SessionWish:
        return SessionWish(zone, tuple(self.session_hours), self.evening_before, self.quiet)

    def practice_wish(self, zone: ZoneInfo) -> PracticeWish:
        days = tuple(self.practice_days)
        return PracticeWish(zone, days, self.practice_at, self.practice_at_weekend, self.quiet)


class SweepMark(models.Model):
    """Up to which moment a sweep has thought of everybody. Who sweeps holds the row: two never think at once."""

    name = models.CharField(max_length=20, unique=True)
    until = models.DateTimeField()
