"""What can be booked, when, and what was booked. The database itself refuses two sessions at once."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coaching.people.models import Client, Practitioner


class SessionType(models.Model):
    class Audience(models.TextChoices):
        ANYONE = "anyone", _("Anyone, visitors too")
        CLIENTS = "clients", _("Clients")

    class Place(models.TextChoices):
        VIDEO = "video", _("By video")
        PHONE = "phone", _("By telephone")
        PERSON = "person", _("In person")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="session_types")
    slug = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("in one sentence"), max_length=250, blank=True)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"))
    buffer_before = models.PositiveSmallIntegerField(_("minutes kept free before"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("minutes kept free after"), default=0)
    grid = models.PositiveSmallIntegerField(_("a start every ... minutes"), default=15)
    notice_hours = models.PositiveSmallIntegerField(_("hours of notice"), default=12)
    horizon_days = models.PositiveSmallIntegerField(_("days that can be booked ahead"), default=60)
    audience = models.CharField(_("who may book"), max_length=8, choices=Audience, default=Audience.CLIENTS)
    place = models.CharField(_("where"), max_length=8, choices=Place, default=Place.VIDEO)
    address = models.CharField(_("meeting address, number or room"), max_length=300, blank=True)
    cancel_hours = models.PositiveSmallIntegerField(
        _("can be moved or cancelled until ... hours before"), default=24
    )
    rank = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "slug"], name="booking_type_slug_once"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=480), name="booking_type_length"),
            models.CheckConstraint(condition=Q(grid__gte=5, grid__lte=240), name="booking_type_grid"),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """A weekly rule on the practitioner's wall clock. When `closes` is not after `opens`, it crosses midnight."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(help_text=_("0 is Monday."))
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__gte=0, weekday__lte=6), name="booking_hours_weekday"),
            models.UniqueConstraint(fields=["practitioner", "weekday", "opens"], name="booking_hours_once"),
        ]


class DateOverride(models.Model):
    """What is different on one date of the practitioner's calendar: open instead of the rule, or closed."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="date_overrides")
    date = models.DateField()
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["date", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="booking_override_open_or_closed",
            ),
        ]


class OneNumberRange(Func):
    """int8range(n, n, '[]'): a range of one number. Two of them overlap when the numbers are equal, so an
    exclusion constraint can ask for "the same practitioner" without the btree_gist extension."""

    function = "int8range"
    output_field = models.TextField()

    def __init__(self, number: str) -> None:
        super().__init__(F(number), F(number), Value("[]"))


class InstantRange(Func):
    function = "tstzrange"
    output_field = models.TextField()


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def standing(self) -> Self:
        """Those that hold their time."""
        return self.filter(status__in=Appointment.HOLDING)

    def confirmed(self) -> Self:
        return self.filter(status=Appointment.Status.CONFIRMED)

    def starting_within(self, start: datetime, end: datetime) -> Self:
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def upcoming(self, now: datetime) -> Self:
        return self.standing().filter(ends_at__gt=now).order_by("starts_at")

    def past(self, now: datetime) -> Self:
        return self.filter(ends_at__lte=now).order_by("-starts_at")

    def blocking(self, start: datetime, end: datetime) -> Self:
        """Those that block any time of [start, end), buffers counted."""
        return self.standing().filter(blocked_from__lt=end, blocked_until__gt=start)


class Appointment(models.Model):
    """A coaching session (`session` is Django's word). All instants in UTC.

    `client_zone` and `practitioner_zone` are the zones in which both were told the time when it was booked.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Asked for")
        CONFIRMED = "confirmed", _("Booked")
        HELD = "held", _("Held")
        MISSED = "missed", _("Missed")
        CANCELLED = "cancelled", _("Cancelled")

    HOLDING: ClassVar[tuple[str, ...]] = ("requested", "confirmed", "held")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="appointments")
    session_type = models.ForeignKey(SessionType, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.CONFIRMED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    blocked_from = models.DateTimeField()
    blocked_until = models.DateTimeField()
    client_zone = models.CharField(max_length=64)
    practitioner_zone = models.CharField(max_length=64)
    message = models.TextField(_("what it should be about"), blank=True, max_length=2000)
    token = models.UUIDField(default=uuid.uuid4, help_text=_("Made by the form: the same form books once."))
    sequence = models.PositiveSmallIntegerField(default=0, help_text=_("RFC 5545 section 3.8.7.4."))
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["practitioner", "starts_at"]),
            models.Index(fields=["client", "starts_at"]),
            models.Index(fields=["starts_at"], condition=Q(status="confirmed"), name="booking_confirmed_by_start"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_appointment_has_length"),
            models.CheckConstraint(
                condition=Q(blocked_from__lte=F("starts_at"), blocked_until__gte=F("ends_at")),
                name="booking_block_holds_appointment",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at=None)),
                name="booking_cancelled_has_moment",
            ),
            models.UniqueConstraint(fields=["client", "token"], name="booking_one_a_form"),
            ExclusionConstraint(
                name="booking_one_at_a_time",
                index_type="GIST",
                expressions=[
                    (OneNumberRange("practitioner"), "&&"),
                    (InstantRange(F("blocked_from"), F("blocked_until")), "&&"),
                ],
                condition=Q(status__in=["requested", "confirmed", "held"]),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("session", args=[self.pk])

    @property
    def holds_time(self) -> bool:
        return self.status in self.HOLDING

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def uid(self) -> str:
        """The calendar's UID, one for life (RFC 7986 section 5.3: nothing but unguessable)."""
        return f"{self.id}@portal"


class AppointmentChange(models.Model):
    """What was done to a session, when, by whom and why."""

    class What(models.TextChoices):
        BOOKED = "booked", _("booked")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")
        HELD = "held", _("held")
        MISSED = "missed", _("missed")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=10, choices=What)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    starts_at = models.DateTimeField(help_text=_("When the session starts after this change."))
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]
