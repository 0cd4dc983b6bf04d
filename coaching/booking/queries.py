"""What a reader may see, and how many queries it takes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypedDict

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.lookup import Lookup
from coaching.booking import rules, times
from coaching.booking.intervals import Interval
from coaching.booking.models import (
    Appointment,
    AppointmentQuerySet,
    DateOverride,
    OpeningHours,
    SessionType,
    WaitingPlace,
    Workload,
)
from coaching.booking.rules import Hours, Limit, Offer, Slot
from coaching.people.models import Client, Practitioner

Reader = Client | Practitioner | None
Audience = SessionType.Audience

_PEOPLE = ("client__user", "practitioner__user", "session_type")
_WITH_WORKLOAD = ("practitioner__user", "practitioner__workload")
_INVITED = SessionType.invited.through.objects.filter(sessiontype=OuterRef("pk"))
_OFFERED = Appointment.Status.OFFERED
# Limits count whole weeks, the one in which clocks go back is longer than seven days, and no session is longer.
MARGIN = timedelta(days=8)


def bookable_types(reader: Reader) -> QuerySet[SessionType]:
    """The session types that this reader may book: a visitor those for anyone that ask for no story, a
    client those of their practitioner that are not for others only, a practitioner her own (for a client). In their
    order."""
    types = SessionType.objects.filter(retired_at=None).select_related(*_WITH_WORKLOAD)
    if reader is None:
        return types.filter(audience=Audience.ANYONE, needs_story=False).order_by("practitioner", "rank", "id")
    if isinstance(reader, Practitioner):
        return types.filter(practitioner=reader)
    open_to = ~Q(audience=Audience.INVITED) | Exists(_INVITED.filter(client=reader))
    return types.filter(open_to, practitioner=reader.practitioner_id)


def bookable_type(reader: Reader, slug: str) -> SessionType | None:
    """The first of `bookable_types` with this slug, and the practitioner with her workload. One query."""
    if reader is None:
        return _FOR_VISITORS.first(slug)
    if isinstance(reader, Practitioner):
        return _FOR_PRACTITIONERS.first(reader.pk, slug)
    return _FOR_CLIENTS.first(reader.pk, reader.practitioner_id, slug)


_FOR_VISITORS = Lookup(lambda slug: bookable_types(None).filter(slug=slug), "?")
_FOR_PRACTITIONERS = Lookup(lambda pk, slug: bookable_types(Practitioner(pk=pk)).filter(slug=slug), -1, "?")
_FOR_CLIENTS = Lookup(
    lambda pk, practitioner, slug: bookable_types(Client(pk=pk, practitioner_id=practitioner)).filter(slug=slug),
    *(-1, -2, "?"),
)


def types_of(practitioner: Practitioner) -> QuerySet[SessionType]:
    """All her session types with what they ask, those that are no longer offered too."""
    types = SessionType.objects.filter(practitioner=practitioner).select_related("practitioner__user")
    return types.annotate(
        asks=Count("questions", distinct=True),
        invites=Count("invited", distinct=True),
        has_hours=Exists(OpeningHours.objects.filter(session_type=OuterRef("pk"))),
    )


def appointments_of(client: Client) -> AppointmentQuerySet:
    """Without what is only offered to them: that has a page of its own."""
    return Appointment.objects.filter(client=client).exclude(status=_OFFERED).select_related(*_PEOPLE)


def appointments_with(practitioner: Practitioner) -> AppointmentQuerySet:
    return Appointment.objects.filter(practitioner=practitioner).select_related(*_PEOPLE)


def appointments_for(reader: Client | Practitioner) -> AppointmentQuerySet:
    """Whatever this person has a part in."""
    return appointments_of(reader) if isinstance(reader, Client) else appointments_with(reader)


def type_of(session: Appointment) -> SessionType:
    """What kind of session it is, with the practitioner who came with it. No query."""
    session.session_type.practitioner = session.practitioner
    return session.session_type


def next_session_of(reader: Client | Practitioner, now: datetime) -> Appointment | None:
    """The session that runs or comes next."""
    return appointments_for(reader).upcoming(now).first()


def offer_of(session_type: SessionType) -> Offer:
    """A session type as the rules see it."""
    return Offer(
        length=timedelta(minutes=session_type.minutes),
        grid=timedelta(minutes=session_type.grid),
        before=timedelta(minutes=session_type.buffer_before),
        after=timedelta(minutes=session_type.buffer_after),
        notice=timedelta(hours=session_type.notice_hours),
        horizon=timedelta(days=session_type.horizon_days),
    )


def limits_on(session_type: SessionType, rows: Sequence[times.Taken]) -> list[Limit]:
    """How much a type and its practitioner take on, with what is booked of it among `rows`. No query, when the
    practitioner came with her workload."""
    return limits_with(session_type, rows, workload_of(session_type.practitioner))


def workload_of(practitioner: Practitioner) -> Workload | None:
    workload: Workload | None = getattr(practitioner, "workload", None)
    return workload


def limits_with(session_type: SessionType, rows: Sequence[times.Taken], workload: Workload | None) -> list[Limit]:
    all_starts = [row.session_starts for row in rows if row.session_starts]
    own_starts = [row.session_starts for row in rows if row.session_starts and row.session_type == session_type.pk]
    return [
        Limit(most=most, booked=starts, weekly=weekly)
        for limited, starts in ((session_type, own_starts), (workload, all_starts))
        if limited is not None
        for most, weekly in ((limited.day_limit, False), (limited.week_limit, True))
        if most is not None
    ]


class Deciding(TypedDict):
    """All that `rules.free_slots` asks for."""

    offer: Offer
    hours: Hours
    blocked: list[Interval]
    limits: list[Limit]
    since: datetime
    until: datetime
    now: datetime


def what_decides(
    *,
    session_type: SessionType,
    since: datetime,
    until: datetime,
    now: datetime,
    but: times.But = None,
    soon: bool = False,
) -> Deciding | None:
    """What decides which times of a type that start in [since, until) are free; None when none can be. Two
    queries, whatever is booked; a third when the practitioner came without her workload.

    `but`: a session that is being moved and does not stand in its own way. `soon`: without notice, for the
    practitioner's own hand.
    """
    offer = offer_of(session_type)
    offer = offer.without_notice() if soon else offer
    since, until = max(since, now), min(until, now + offer.horizon + timedelta(minutes=1))
    if since >= until:
        return None
    practitioner = session_type.practitioner
    rows = times.taken(practitioner, since - MARGIN, until + MARGIN, now, but=but)
    return Deciding(
        offer=offer,
        hours=times.hours_of(practitioner, since, until, session_type=session_type),
        blocked=times.intervals(rows),
        limits=limits_on(session_type, rows),
        since=since,
        until=until,
        now=now,
    )


def free_slots_for(
    *,
    session_type: SessionType,
    since: datetime,
    until: datetime,
    now: datetime,
    but: times.But = None,
    soon: bool = False,
) -> list[Slot]:
    """The free times of a type that start in [since, until): those of `what_decides`."""
    decides = what_decides(session_type=session_type, since=since, until=until, now=now, but=but, soon=soon)
    return rules.free_slots(**decides) if decides else []


def all_free_slots(
    session_type: SessionType, now: datetime, *, but: Appointment | None = None, soon: bool = False
) -> list[Slot]:
    """Everything that can be booked from now to the horizon."""
    until = now + timedelta(days=session_type.horizon_days, minutes=1)
    return free_slots_for(session_type=session_type, since=now, until=until, now=now, but=but, soon=soon)


def free_slots_by_type(
    practitioner: Practitioner, types: Sequence[SessionType], since: datetime, until: datetime, now: datetime
) -> list[tuple[SessionType, list[Slot]]]:
    """What the practitioner's own hand can book of each of her types that starts in [since, until). Two queries
    for all of them."""
    timetable = times.timetable_of(practitioner, since, until)
    rows = times.taken(practitioner, since - MARGIN, until + MARGIN, now)
    busy = times.intervals(rows)
    return [
        (
            each,
            rules.free_slots(
                offer=offer_of(each).without_notice(),
                hours=timetable.hours(each.pk),
                blocked=busy,
                limits=limits_on(each, rows),
                since=max(since, now),
                until=until,
                now=now,
            ),
        )
        for each in types
    ]


def coming_with(practitioner: Practitioner, now: datetime) -> AppointmentQuerySet:
    """The sessions that have not begun yet, the next one first."""
    return appointments_with(practitioner).upcoming(now).filter(starts_at__gt=now)


def coming_overrides(practitioner: Practitioner, today: date) -> QuerySet[DateOverride]:
    return DateOverride.objects.filter(practitioner=practitioner, date__gte=today)


def later_in_series(session: Appointment) -> AppointmentQuerySet:
    """This session and those after it that were booked together with it and still stand, in order."""
    row = Appointment.objects.filter(series=session.series_id, starts_at__gte=session.starts_at)
    open_still = (Appointment.Status.REQUESTED, Appointment.Status.CONFIRMED)
    return row.filter(status__in=open_still).select_related(*_PEOPLE).order_by("starts_at")


def offer_to(client: Client, now: datetime) -> Appointment | None:
    """The time that is held for a client who waits. One query."""
    held = Appointment.objects.filter(client=client, status=_OFFERED, held_until__gt=now)
    return held.select_related(*_PEOPLE).first()


def places_of(client: Client) -> QuerySet[WaitingPlace]:
    """Where the client waits, or was told of a time. One query."""
    open_places = (WaitingPlace.State.WAITING, WaitingPlace.State.TOLD)
    return WaitingPlace.objects.filter(client=client, state__in=open_places).select_related(
        "session_type__practitioner__user", "client__user", "offer"
    )


def offers_of(client: Client) -> AppointmentQuerySet:
    """What is or was offered to the client from the waiting list: held still, or booked by now."""
    mine = Appointment.objects.filter(client=client, waiting_place__isnull=False)
    return mine.exclude(status=Appointment.Status.CANCELLED).select_related(*_PEOPLE)


def coming_of_type(client: Client, session_type: SessionType, now: datetime) -> Appointment | None:
    """The client's next session of this type. One query."""
    return appointments_of(client).filter(session_type=session_type, starts_at__gt=now).upcoming(now).first()
