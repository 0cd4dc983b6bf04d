"""What is due to be said, and what each person chose."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from coaching.booking.models import Appointment, AppointmentChange, AppointmentQuerySet
from coaching.messaging import queries as messaging
from coaching.people.models import Client
from coaching.reminders import rules
from coaching.reminders.models import ReminderChoice


@dataclass(frozen=True)
class DueReminder:
    appointment: Appointment
    hours: int


def choice_of(person: User) -> ReminderChoice:
    """What `person` chose, or the defaults, unsaved."""
    return ReminderChoice.objects.filter(person=person).first() or ReminderChoice(person=person)


def is_paused(person: User, now: datetime) -> bool:
    return ReminderChoice.objects.filter(person=person, paused_until__gt=now).exists()


def due_session_reminders(now: datetime) -> Iterator[DueReminder]:
    """Every reminder of a session whose moment is here. One query, whatever is booked."""
    default = ReminderChoice().session_hours
    for appointment in _near(now):
        row: Any = appointment
        wanted = default if row.chosen is None else row.chosen
        starts_at = appointment.starts_at
        for hours in rules.due_hours(starts_at=starts_at, agreed_at=row.agreed_at, wanted=wanted, now=now):
            yield DueReminder(appointment, hours)


def _near(now: datetime) -> AppointmentQuerySet:
    """Booked sessions that a reminder could be due for, with `agreed_at` and what the client `chose`."""
    settled = (AppointmentChange.What.BOOKED, AppointmentChange.What.MOVED)
    changes = AppointmentChange.objects.filter(appointment=OuterRef("pk"), what__in=settled)
    latest = changes.order_by("-at").values("at")[:1]
    choices = ReminderChoice.objects.filter(person=OuterRef("client__user"))
    return (
        Appointment.objects.confirmed()
        .starting_within(now, now + rules.LONGEST)
        .annotate(
            agreed_at=Greatest("created_at", Coalesce(Subquery(latest), "created_at")),
            chosen=Subquery(choices.values("session_hours")[:1]),
        )
        .select_related("client__user")
    )


def standing_appointment(*, pk: str, starts_at: datetime) -> Appointment | None:
    """The session, as long as it is booked at exactly that time."""
    rows = Appointment.objects.confirmed().filter(pk=pk, starts_at=starts_at)
    return rows.select_related("client__user", "practitioner__user", "session_type").first()


def unread_to_tell(now: datetime) -> list[messaging.Unread]:
    """Who should hear that messages wait. Not those who want quiet (they hear when it ends), nor those who left."""
    unread = messaging.unread_to_tell(now)
    people = [each.person.pk for each in unread]
    paused = ReminderChoice.objects.filter(person__in=people, paused_until__gt=now).values_list("person", flat=True)
    left = Client.objects.filter(user__in=people, status=Client.Status.ENDED).values_list("user", flat=True)
    quiet = {*paused, *left} if people else set()
    return [each for each in unread if each.person.pk not in quiet]
