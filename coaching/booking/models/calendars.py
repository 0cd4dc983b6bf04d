"""Calendars outside: feeds that people subscribe to, busy times that are read, replies that come by mail."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coaching.booking.models.appointments import Appointment
from coaching.people.models import Practitioner

STALE_AFTER = timedelta(days=1)


class CalendarFeed(models.Model):
    """A person's private address for a calendar program to subscribe to. Whoever has the address can read it;
    making a new one ends the old one."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True, help_text=_("When a calendar program last asked."))
    digest = models.CharField(max_length=64, blank=True, db_default="", help_text=_("Of what it was told then."))
    changed_at = models.DateTimeField(null=True, blank=True, help_text=_("When that last became different."))


class BusyCalendarQuerySet(models.QuerySet["BusyCalendar"]):
    def due(self, now: datetime) -> Self:
        return self.filter(next_try_at__lte=now).order_by("next_try_at", "id")

    def stale(self, now: datetime) -> Self:
        """Those whose busy times nobody has been able to check for a day."""
        before = now - STALE_AFTER
        return self.filter(Q(fresh_at__lt=before) | Q(fresh_at=None, added_at__lt=before))


class BusyCalendar(models.Model):
    """A practitioner's other calendar, read by its secret ICS address. What is busy there cannot be booked here.

    `fresh_at` is the moment of which its busy times tell; when reading fails, they stay, and the page says how old
    they are. They are written out until `covers_until`, and on the clock of `zone` where the calendar names none.
    """

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="busy_calendars")
    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("secret address"), max_length=1000)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    added_at = models.DateTimeField()
    fresh_at = models.DateTimeField(null=True, blank=True)
    covers_until = models.DateTimeField(null=True, blank=True)
    zone = models.CharField(max_length=64, blank=True, db_default="")
    next_try_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True, help_text=_("Why the last reading failed, in words."))

    objects = BusyCalendarQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "url"], name="booking_busy_calendar_once"),
        ]


class BusyTime(models.Model):
    """One busy stretch of an outside calendar, recurrences written out, apart from the others. Instants in UTC."""

    calendar = models.ForeignKey(BusyCalendar, on_delete=models.CASCADE, related_name="times")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["practitioner", "ends_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_busy_time_has_length"),
        ]


class CalendarReplyQuerySet(models.QuerySet["CalendarReply"]):
    def open(self, now: datetime) -> Self:
        """Those that wait for the practitioner: of a session that still stands, at the time that they answer to."""
        coming = (Appointment.Status.REQUESTED, Appointment.Status.CONFIRMED)
        return self.filter(
            settled_at=None,
            sequence=F("appointment__sequence"),
            appointment__status__in=coming,
            appointment__ends_at__gt=now,
        )


class CalendarReply(models.Model):
    """What a person's calendar program answered to an invitation (RFC 5546 section 3.2.3). A decline changes
    nothing by itself: it waits until the practitioner has decided. `attendee` is the address that answered; only
    the client's own counts as the client's word."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        TENTATIVE = "tentative", _("Perhaps")
        DECLINED = "declined", _("Declined")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="replies")
    answer = models.CharField(max_length=10, choices=Answer)
    sequence = models.PositiveSmallIntegerField(help_text=_("Of the invitation that it answers."))
    comment = models.CharField(max_length=500, blank=True)
    message_id = models.CharField(max_length=250, unique=True)
    attendee = models.EmailField(blank=True, db_default="")
    stamped_at = models.DateTimeField(null=True, blank=True, help_text=_("When the program wrote it."))
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarReplyQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["appointment"], condition=Q(settled_at=None), name="booking_replies_open")]

    @property
    def said(self) -> str:
        """What was answered, and by whom, in a sentence. Asks for the session with its two people."""
        client, her = self.appointment.client, self.appointment.practitioner.user
        if self.attendee == her.email.lower():
            return gettext("Your own calendar declined the session with %s.") % client
        if self.attendee not in ("", client.user.email.lower()):
            who = {"address": self.attendee, "name": client}
            return gettext("Somebody at %(address)s declined the session with %(name)s.") % who
        if self.answer == self.Answer.TENTATIVE:
            return gettext("%s asks for another time, in the calendar.") % client
        return gettext("%s declined the session in the calendar.") % client
