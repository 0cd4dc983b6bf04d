"""Who waits for a time, and what was offered to them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coaching.booking.models.appointments import Appointment
from coaching.booking.models.types import SessionType
from coaching.people.models import Client


class WaitingPlaceQuerySet(models.QuerySet["WaitingPlace"]):
    def waiting(self) -> Self:
        """In turn: who came first is told first."""
        return self.filter(state=WaitingPlace.State.WAITING).order_by("since", "id")


class WaitingPlace(models.Model):
    """A client's place on the waiting list of a session type.

    When a time opens, the first in turn is told once: `offer` is an appointment in the state "offered", which holds
    that time until its `held_until`. Who lets an offer pass leaves the list and can come back.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        TOLD = "told", _("Told of a time")
        BOOKED = "booked", _("Booked")
        PASSED = "passed", _("Let it pass")
        LEFT = "left", _("Left the list")

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    session_type = models.ForeignKey(SessionType, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    since = models.DateTimeField()
    until = models.DateField(_("no later than"), null=True, blank=True)
    offer = models.OneToOneField(
        Appointment, null=True, blank=True, on_delete=models.SET_NULL, related_name="waiting_place"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    stays = models.BooleanField(
        default=False, db_default=False, help_text=_("Waits for an earlier time, though a session is booked.")
    )
    passed_over = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text=_("What was free when the place was taken, and did not suit: [[first start, last start], ...]"),
    )

    objects = WaitingPlaceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["session_type", "since"], condition=Q(state="waiting"), name="booking_wait_turn")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "session_type"],
                condition=Q(state__in=["waiting", "told"]),
                name="booking_one_waiting_place",
            ),
            models.CheckConstraint(
                condition=~Q(state="told") | Q(offer__isnull=False), name="booking_told_has_offer"
            ),
        ]
