"""What a reader may see of calendars outside, and how many queries it takes."""

from datetime import UTC, datetime, time

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from coaching.booking.calendars import ics, rules
from coaching.booking.models import (
    Appointment,
    AppointmentChange,
    BusyCalendar,
    BusyCalendarQuerySet,
    CalendarFeed,
    CalendarReply,
    CalendarReplyQuerySet,
)
from coaching.people.models import Practitioner

_STANDING: dict[str, ics.Standing] = {
    CalendarReply.Answer.ACCEPTED: "ACCEPTED",
    CalendarReply.Answer.TENTATIVE: "TENTATIVE",
    CalendarReply.Answer.DECLINED: "DECLINED",
}
_WHEN = ("asked", "booked", "approved", "moved", "reopened")  # changes that say when it is


def feed_by(token: str) -> CalendarFeed | None:
    """The feed of this secret, unless its person's account is closed. One query."""
    return CalendarFeed.objects.select_related("person").filter(token=token, person__is_active=True).first()


def feed_for(person: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(person=person).first()


def sessions_in_feed(person: User, now: datetime) -> list[tuple[Appointment, datetime]]:
    """What stands in a person's feed: what they have a part in, from 90 days ago on, asked-for ones too; neither
    what was cancelled nor what is only offered. Each with the moment of its last change. One query."""
    day = datetime.combine(
        (now - rules.FEED_PAST).date(), time(), UTC
    )  # the same all day, so that the answer is too
    apart = (Appointment.Status.CANCELLED, Appointment.Status.OFFERED)
    found = (
        Appointment.objects.filter(Q(client__user=person) | Q(practitioner__user=person), ends_at__gte=day)
        .exclude(status__in=apart)
        .select_related("client__user", "practitioner__user", "practitioner__practice", "session_type")
        .annotate(changed_at=Greatest("created_at", Coalesce(Max("changes__at"), "created_at")))
        .order_by("starts_at", "pk")
    )
    return [(session, session.changed_at) for session in found]


def answer_of(session: Appointment) -> CalendarReply | None:
    """What the client's own calendar answered last to the session as it stands. One query."""
    theirs = CalendarReply.objects.filter(appointment=session, attendee=session.client.user.email.lower())
    return theirs.filter(sequence=session.sequence).order_by("-at", "-id").first()


def standing_of(session: Appointment) -> ics.Standing:
    """What is known of the client's coming, for the invitation: what their calendar answered to this version, else
    that they chose this time themselves. Two queries at most."""
    if answered := answer_of(session):
        return _STANDING[answered.answer]
    chose = AppointmentChange.objects.filter(appointment=session, what__in=_WHEN).order_by("-at", "-id")
    by = chose.values_list("by", flat=True).first()
    return "NEEDS-ACTION" if by is not None and by == session.practitioner.user_id else "ACCEPTED"


def busy_calendars(practitioner: Practitioner) -> BusyCalendarQuerySet:
    return BusyCalendar.objects.filter(practitioner=practitioner)


def stale_calendars(practitioner: Practitioner, now: datetime) -> QuerySet[BusyCalendar]:
    """Her other calendars that could not be read for a day: what is busy there may be booked here. One query."""
    return busy_calendars(practitioner).stale(now)


def open_replies(practitioner: Practitioner, now: datetime) -> CalendarReplyQuerySet:
    """What calendars declined, or asked to be moved, and what she has not decided yet; the oldest first. One
    query."""
    people = ("appointment__client__user", "appointment__practitioner__user", "appointment__session_type")
    return (
        CalendarReply.objects.open(now)
        .filter(appointment__practitioner=practitioner)
        .select_related(*people)
        .order_by("at", "id")
    )
