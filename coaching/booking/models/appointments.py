"""What was booked. The database itself refuses two sessions at once."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coaching.booking.models.types import SessionType
from coaching.people.models import Client, Practitioner


class Series(models.Model):
    """Sessions that were booked together: every so many weeks, at the same time on the clock of `zone`."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    session_type = models.ForeignKey(SessionType, on_delete=models.PROTECT, related_name="+")
    every_weeks = models.PositiveSmallIntegerField()
    zone = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1, every_weeks__lte=8), name="booking_series_weeks"
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
        """Those that take place, took place or are asked for: what people call their sessions."""
        return self.filter(status__in=Appointment.STANDING)

    def holding(self, now: datetime) -> Self:
        """Those that hold their time: the standing ones, and offers to the waiting list that still hold."""
        offered = Q(status=Appointment.Status.OFFERED, held_until__gt=now)
        return self.filter(Q(status__in=Appointment.STANDING) | offered)

    def confirmed(self) -> Self:
        return self.filter(status=Appointment.Status.CONFIRMED)

    def starting_within(self, start: datetime, end: datetime) -> Self:
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def upcoming(self, now: datetime) -> Self:
        return self.standing().filter(ends_at__gt=now).order_by("starts_at")

    def past(self, now: datetime) -> Self:
        return self.filter(ends_at__lte=now).order_by("-starts_at")

    def told_before(self, edition: str) -> Self:
        """Those whose two times were told by older zone data than `edition`."""
        return self.filter(zone_edition__lt=edition)

    def blocking(self, start: datetime, end: datetime, now: datetime) -> Self:
        """Those that block any time of [start, end), buffers counted."""
        return self.holding(now).filter(blocked_from__lt=end, blocked_until__gt=start)


class Appointment(models.Model):
    """A coaching session (`session` is Django's word). All instants in UTC.

    `client_zone` and `practitioner_zone` are the zones in which both were told the time when it was booked. The
    two offsets (minutes ahead of UTC at the start) say what these zones' clocks were to show, by the zone data of
    `zone_edition` ("2026b"; "" as long as nobody has noted it).
    """

    class Status(models.TextChoices):
        OFFERED = "offered", _("Offered")  # held for somebody on the waiting list, until `held_until`
        REQUESTED = "requested", _("Asked for")  # waits for the practitioner's word
        CONFIRMED = "confirmed", _("Booked")
        HELD = "held", _("Held")
        MISSED = "missed", _("Missed")
        CANCELLED = "cancelled", _("Cancelled")

    STANDING: ClassVar[tuple[str, ...]] = ("requested", "confirmed", "held")

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
    client_offset = models.SmallIntegerField(null=True, blank=True)
    practitioner_offset = models.SmallIntegerField(null=True, blank=True)
    zone_edition = models.CharField(max_length=8, blank=True, default="", db_default="")
    message = models.TextField(_("what it should be about"), blank=True, max_length=2000)
    answers = models.JSONField(
        default=list, db_default=[], blank=True, help_text=_('[{"asked": ..., "answer": ...}, ...]')
    )
    agreed = models.TextField(_("what was agreed"), blank=True, db_default="", max_length=4000)
    room = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    series = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.SET_NULL, related_name="appointments"
    )
    held_until = models.DateTimeField(null=True, blank=True, help_text=_("Until when an offer holds its time."))
    token = models.UUIDField(default=uuid.uuid4, help_text=_("Made by the form: the same form books once."))
    sequence = models.PositiveSmallIntegerField(default=0, help_text=_("RFC 5545 section 3.8.7.4."))
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(
        default=False, db_default=False, help_text=_("Cancelled after the deadline: it counts as missed.")
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["practitioner", "starts_at"]),
            models.Index(fields=["client", "starts_at"]),
            # What holds time from a moment on, read from the index alone: past sessions are never looked at.
            models.Index(
                fields=["practitioner", "blocked_until"],
                include=["blocked_from", "starts_at", "session_type", "status", "held_until", "id"],
                condition=Q(status__in=["offered", "requested", "confirmed", "held"]),
                name="booking_holding",
            ),
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
            models.CheckConstraint(
                condition=Q(status="offered", held_until__isnull=False)
                | (~Q(status="offered") & Q(held_until=None)),
                name="booking_offer_holds_until",
            ),
            models.UniqueConstraint(fields=["client", "token"], name="booking_one_a_form"),
            ExclusionConstraint(
                name="booking_one_at_a_time",
                index_type="GIST",
                expressions=[
                    (OneNumberRange("practitioner"), "&&"),
                    (InstantRange(F("blocked_from"), F("blocked_until")), "&&"),
                ],
                condition=Q(status__in=["offered", "requested", "confirmed", "held"]),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("session", args=[self.pk])

    @property
    def stands(self) -> bool:
        return self.status in self.STANDING

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def change_until(self) -> datetime:
        """Until when the client can move or cancel it alone; what is only asked for, until it begins."""
        asked_only = self.status == self.Status.REQUESTED
        return self.starts_at - timedelta(hours=0 if asked_only else self.session_type.cancel_hours)

    @property
    def uid(self) -> str:
        """The calendar's UID, one for life (RFC 7986 section 5.3: nothing but unguessable)."""
        return f"{self.id}@portal"


class AppointmentChange(models.Model):
    """What was done to a session, when, by whom and why."""

    class What(models.TextChoices):
        ASKED = "asked", _("asked for")
        BOOKED = "booked", _("booked")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")
        HELD = "held", _("held")
        MISSED = "missed", _("missed")
        REOPENED = "reopened", _("booked again")  # a cancellation that was taken back
        BACK = "back", _("moved back")  # a move that was taken back
        CLOCKS = "clocks", _("kept at its hour")  # the rules of a zone's clock changed

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=10, choices=What)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    starts_at = models.DateTimeField(help_text=_("When the session starts after this change."))
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    def open(self) -> Self:
        return self.filter(answered_at=None)


class ChangeRequest(models.Model):
    """After the policy's deadline a client asks; the practitioner decides. The session stands meanwhile."""

    class Wish(models.TextChoices):
        MOVE = "move", _("move")
        CANCEL = "cancel", _("cancel")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="requests")
    wish = models.CharField(max_length=8, choices=Wish)
    wanted = models.DateTimeField(null=True, blank=True, help_text=_("When the client would like to come instead."))
    why = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    proposed = models.DateTimeField(
        null=True, blank=True, help_text=_("Another time that the practitioner proposed with her answer.")
    )

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(answered_at=None), name="booking_one_open_request"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, granted=None) | Q(answered_at__isnull=False, granted__isnull=False),
                name="booking_request_answered",
            ),
        ]
