"""What can be booked: session types, what they ask, and how much a practitioner wants to take on."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coaching.people.models import Client, Practitioner


class SessionType(models.Model):
    class Audience(models.TextChoices):
        ANYONE = "anyone", _("Anyone, visitors too")
        CLIENTS = "clients", _("Clients")
        INVITED = "invited", _("Only clients that you choose")

    class Place(models.TextChoices):
        VIDEO = "video", _("By video")
        PHONE = "phone", _("By telephone")
        PERSON = "person", _("In person")

    class Later(models.TextChoices):
        """What a client can still do after the policy's deadline."""

        ASK = "ask", _("They can ask you to move or cancel it")
        COUNTS = "counts", _("They can cancel it, and it counts as missed")

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
    day_limit = models.PositiveSmallIntegerField(_("at most ... of these a day"), null=True, blank=True)
    week_limit = models.PositiveSmallIntegerField(_("at most ... of these a week"), null=True, blank=True)
    audience = models.CharField(_("who may book"), max_length=8, choices=Audience, default=Audience.CLIENTS)
    invited = models.ManyToManyField(Client, blank=True, related_name="+")
    by_approval = models.BooleanField(_("you approve each booking"), default=False, db_default=False)
    needs_story = models.BooleanField(_("the story is told first"), default=False, db_default=False)
    place = models.CharField(_("where"), max_length=8, choices=Place, default=Place.VIDEO)
    address = models.CharField(
        _("meeting address, number or room"),
        max_length=300,
        blank=True,
        help_text=_("Write {room} where each session shall have a room of its own."),
    )
    before_confirming = models.CharField(_("said before they confirm"), max_length=500, blank=True, db_default="")
    cancel_hours = models.PositiveSmallIntegerField(
        _("can be moved or cancelled until ... hours before"), default=24
    )
    most_moves = models.PositiveSmallIntegerField(_("can be moved ... times"), null=True, blank=True)
    later = models.CharField(
        _("what can be done later"), max_length=8, choices=Later, default=Later.ASK, db_default=Later.ASK
    )
    rank = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "slug"], name="booking_type_slug_once"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=480), name="booking_type_length"),
            models.CheckConstraint(condition=Q(grid__gte=5, grid__lte=240), name="booking_type_grid"),
            models.CheckConstraint(
                condition=(Q(day_limit=None) | Q(day_limit__gte=1)) & (Q(week_limit=None) | Q(week_limit__gte=1)),
                name="booking_type_limits",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class Question(models.Model):
    """What a session type asks whoever books it. The answers are kept with the words that were asked."""

    session_type = models.ForeignKey(SessionType, on_delete=models.CASCADE, related_name="questions")
    words = models.CharField(_("question"), max_length=200)
    required = models.BooleanField(_("has to be answered"), default=False)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["rank", "id"]


class Workload(models.Model):
    """How many sessions of any type a practitioner takes on her local day and week (it begins on Monday)."""

    practitioner = models.OneToOneField(Practitioner, on_delete=models.CASCADE, related_name="workload")
    day_limit = models.PositiveSmallIntegerField(_("sessions a day at most"), null=True, blank=True)
    week_limit = models.PositiveSmallIntegerField(_("sessions a week at most"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(day_limit=None) | Q(day_limit__gte=1)) & (Q(week_limit=None) | Q(week_limit__gte=1)),
                name="booking_workload_limits",
            ),
        ]
