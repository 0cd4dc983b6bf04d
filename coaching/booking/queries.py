"""What a reader may see, and how many queries it takes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from coaching.booking import rules
from coaching.booking.models import (
    Appointment,
    AppointmentQuerySet,
    BusyTime,
    DateOverride,
    KeptFree,
    OpeningHours,
    SessionType,
)
from coaching.booking.rules import Hours, Interval, Offer, Slot, Stretch
from coaching.people.models import Client, Practitioner

Reader = Client | Practitioner | None

_PEOPLE = ("client__user", "practitioner__user", "session_type")


def bookable_types(reader: Reader) -> QuerySet[SessionType]:
    """The session types that this reader may book: a visitor those for anyone, a client all of their practitioner,
    a practitioner her own (for a client). In their order."""
    types = SessionType.objects.filter(retired_at=None).select_related("practitioner__user")
    if reader is None:
        return types.filter(audience=SessionType.Audience.ANYONE).order_by("practitioner", "rank", "id")
    practitioner = reader.practitioner_id if isinstance(reader, Client) else reader.pk
    return types.filter(practitioner=practitioner)


def appointments_of(client: Client) -> AppointmentQuerySet:
    return Appointment.objects.filter(client=client).select_related(*_PEOPLE)


def appointments_with(practitioner: Practitioner) -> AppointmentQuerySet:
    return Appointment.objects.filter(practitioner=practitioner).select_related(*_PEOPLE)


def appointments_for(reader: Client | Practitioner) -> AppointmentQuerySet:
    """Whatever this person has a part in."""
    return appointments_of(reader) if isinstance(reader, Client) else appointments_with(reader)


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


def hours_of(practitioner: Practitioner, since: datetime, until: datetime) -> Hours:
    """The opening hours that can matter within [since, until), with what differs on single dates. Two queries."""
    weekly: dict[int, list[Stretch]] = defaultdict(list)
    for weekday, opens, closes in OpeningHours.objects.filter(practitioner=practitioner).values_list(
        "weekday", "opens", "closes"
    ):
        weekly[weekday].append(Stretch(opens, closes))
    zone, margin = practitioner.zone, timedelta(days=2)
    first, last = (since - margin).astimezone(zone).date(), (until + margin).astimezone(zone).date()
    return Hours(zone=zone, weekly=weekly, dates=_dates(practitioner, first, last))


def _dates(practitioner: Practitioner, first: date, last: date) -> dict[date, list[Stretch]]:
    """A date with any opening is open then; one with none is closed."""
    found: dict[date, list[Stretch]] = defaultdict(list)
    rows = DateOverride.objects.filter(practitioner=practitioner, date__range=(first, last))
    for day, opens, closes in rows.values_list("date", "opens", "closes"):
        found[day] += [Stretch(opens, closes)] if opens is not None and closes is not None else []
    return found


def blocked(
    practitioner: Practitioner, since: datetime, until: datetime, now: datetime, *, but: Appointment | None = None
) -> list[Interval]:
    """What holds the practitioner's time within [since, until), buffers counted, without one session (to move it).
    One query."""
    taken = Appointment.objects.filter(practitioner=practitioner).blocking(since, until, now)
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    kept, busy = (
        times.objects.filter(practitioner=practitioner, starts_at__lt=until, ends_at__gt=since)
        for times in (KeptFree, BusyTime)
    )
    return list(
        taken.values_list("blocked_from", "blocked_until").union(
            kept.order_by().values_list("starts_at", "ends_at"), busy.values_list("starts_at", "ends_at"), all=True
        )
    )


def free_slots_for(
    *,
    session_type: SessionType,
    since: datetime,
    until: datetime,
    now: datetime,
    but: Appointment | None = None,
    soon: bool = False,
) -> list[Slot]:
    """The free times of a type that start in [since, until). Three queries, whatever is booked.

    `but`: a session that is being moved and does not stand in its own way. `soon`: without notice, for the
    practitioner's own hand.
    """
    offer = offer_of(session_type)
    offer = offer.without_notice() if soon else offer
    since, until = max(since, now), min(until, now + offer.horizon + timedelta(minutes=1))
    if since >= until:
        return []
    practitioner = session_type.practitioner
    reach = offer.length + offer.before + offer.after
    return rules.free_slots(
        offer=offer,
        hours=hours_of(practitioner, since, until),
        blocked=blocked(practitioner, since - reach, until + reach, now, but=but),
        since=since,
        until=until,
        now=now,
    )


def all_free_slots(
    session_type: SessionType, now: datetime, *, but: Appointment | None = None, soon: bool = False
) -> list[Slot]:
    """Everything that can be booked from now to the horizon."""
    until = now + timedelta(days=session_type.horizon_days, minutes=1)
    return free_slots_for(session_type=session_type, since=now, until=until, now=now, but=but, soon=soon)


def free_slots_by_type(
    practitioner: Practitioner, types: Sequence[SessionType], hours: Hours, now: datetime
) -> list[tuple[SessionType, list[Slot]]]:
    """Everything that can be booked of each type. One query for all of them."""
    offers = [(each, offer_of(each)) for each in types]
    if not offers:
        return []
    until = now + max(offer.horizon for _, offer in offers) + timedelta(days=1)
    taken = blocked(practitioner, now - timedelta(days=1), until, now)
    return [
        (each, rules.free_slots(offer=offer, hours=hours, blocked=taken, since=now, until=until, now=now))
        for each, offer in offers
    ]


def outside_hours(practitioner: Practitioner, hours: Hours, now: datetime) -> list[Appointment]:
    """Coming sessions that lie outside the opening hours (they stay). One query."""
    coming = list(appointments_with(practitioner).upcoming(now).filter(starts_at__gt=now))
    if not coming:
        return []
    until = max(session.ends_at for session in coming)
    open_time = rules.open_intervals(hours, now, until)
    return [
        session
        for session in coming
        if not any(start <= session.starts_at and session.ends_at <= end for start, end in open_time)
    ]


def coming_overrides(practitioner: Practitioner, today: date) -> QuerySet[DateOverride]:
    return DateOverride.objects.filter(practitioner=practitioner, date__gte=today)


def overlapping_week(practitioner: Practitioner, since: datetime, until: datetime) -> AppointmentQuerySet:
    """The sessions of a week, as they stand in the diary: without those that were cancelled."""
    return (
        appointments_with(practitioner)
        .filter(~Q(status=Appointment.Status.CANCELLED), starts_at__lt=until, ends_at__gt=since)
        .order_by("starts_at")
    )
