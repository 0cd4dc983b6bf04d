"""What a reader may see, and how many queries it takes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import BigIntegerField, DateTimeField, Exists, OuterRef, Q, QuerySet, Value

from coaching.booking import rules
from coaching.booking.intervals import Interval
from coaching.booking.models import (
    Appointment,
    AppointmentQuerySet,
    BusyTime,
    DateOverride,
    KeptFree,
    OpeningHours,
    SessionType,
)
from coaching.booking.rules import Hours, Limit, Offer, Slot, Stretch
from coaching.people.models import Client, Practitioner

Reader = Client | Practitioner | None
Audience = SessionType.Audience

_PEOPLE = ("client__user", "practitioner__user", "session_type")
_WITH_WORKLOAD = ("practitioner__user", "practitioner__workload")
_INVITED = SessionType.invited.through.objects.filter(sessiontype=OuterRef("pk"))
# Limits count whole weeks, and no session with its buffers is longer.
_A_WEEK = timedelta(days=7)
_NO_MOMENT = Value(None, output_field=DateTimeField())
_NO_TYPE = Value(None, output_field=BigIntegerField())


def bookable_types(reader: Reader) -> QuerySet[SessionType]:
    """The session types that this reader may book: a visitor those for anyone, a client those of their
    practitioner that are not for others only, a practitioner her own (for a client). In their order."""
    types = SessionType.objects.filter(retired_at=None).select_related(*_WITH_WORKLOAD)
    if reader is None:
        return types.filter(audience=Audience.ANYONE).order_by("practitioner", "rank", "id")
    if isinstance(reader, Practitioner):
        return types.filter(practitioner=reader)
    open_to = ~Q(audience=Audience.INVITED) | Exists(_INVITED.filter(client=reader))
    return types.filter(open_to, practitioner=reader.practitioner_id)


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


def hours_of(
    practitioner: Practitioner, since: datetime, until: datetime, *, session_type: SessionType | None = None
) -> Hours:
    """The opening hours that can matter within [since, until), with what differs on single dates. Two queries.

    Those of a session type are its own when it has any; without a type they are those for all.
    """
    asked = Q(session_type=None) | Q(session_type=session_type) if session_type else Q(session_type=None)
    rows = OpeningHours.objects.filter(asked, practitioner=practitioner).values_list(
        "session_type", "weekday", "opens", "closes"
    )
    weekly: dict[int | None, dict[int, list[Stretch]]] = defaultdict(lambda: defaultdict(list))
    for whose, weekday, opens, closes in rows:
        weekly[whose][weekday].append(Stretch(opens, closes))
    own = weekly.get(session_type.pk) if session_type else None
    zone, margin = practitioner.zone, timedelta(days=2)
    first, last = (since - margin).astimezone(zone).date(), (until + margin).astimezone(zone).date()
    return Hours(zone=zone, weekly=own or weekly[None], dates=_dates(practitioner, first, last))


def _dates(practitioner: Practitioner, first: date, last: date) -> dict[date, list[Stretch]]:
    """A date with any opening is open then; one with none is closed."""
    found: dict[date, list[Stretch]] = defaultdict(list)
    rows = DateOverride.objects.filter(practitioner=practitioner, date__range=(first, last))
    for day, opens, closes in rows.values_list("date", "opens", "closes"):
        found[day] += [Stretch(opens, closes)] if opens is not None and closes is not None else []
    return found


class Taken(NamedTuple):
    """A stretch [start, end) that is not free, buffers counted. A session also says when it starts and of which
    type it is; time that is kept free or busy elsewhere does not."""

    start: datetime
    end: datetime
    session_starts: datetime | None
    session_type: int | None


def taken(
    practitioner: Practitioner, since: datetime, until: datetime, now: datetime, *, but: Appointment | None = None
) -> list[Taken]:
    """What holds the practitioner's time within [since, until): sessions, time kept free, busy times of outside
    calendars. Without one session, to move it. One query."""
    sessions = Appointment.objects.filter(practitioner=practitioner).blocking(since, until, now)
    if but is not None:
        sessions = sessions.exclude(pk=but.pk)
    ours = sessions.values_list("blocked_from", "blocked_until", "starts_at", "session_type")
    others = [
        rows.filter(practitioner=practitioner, starts_at__lt=until, ends_at__gt=since)
        .order_by()
        .values_list("starts_at", "ends_at", _NO_MOMENT, _NO_TYPE)
        for rows in (KeptFree.objects, BusyTime.objects)
    ]
    return [Taken(*row) for row in ours.union(*others, all=True)]


def blocked(
    practitioner: Practitioner, since: datetime, until: datetime, now: datetime, *, but: Appointment | None = None
) -> list[Interval]:
    """What is taken, as intervals. One query."""
    return intervals(taken(practitioner, since, until, now, but=but))


def intervals(rows: Iterable[Taken]) -> list[Interval]:
    return [(row.start, row.end) for row in rows]


def limits_on(session_type: SessionType, rows: Sequence[Taken]) -> list[Limit]:
    """How much a type and its practitioner take on, with what is booked of it among `rows`. No query, when the
    practitioner came with her workload."""
    all_starts = [row.session_starts for row in rows if row.session_starts]
    own_starts = [row.session_starts for row in rows if row.session_starts and row.session_type == session_type.pk]
    workload = getattr(session_type.practitioner, "workload", None)
    return [
        Limit(most=most, booked=starts, weekly=weekly)
        for limited, starts in ((session_type, own_starts), (workload, all_starts))
        if limited is not None
        for most, weekly in ((limited.day_limit, False), (limited.week_limit, True))
        if most is not None
    ]


def free_slots_for(
    *,
    session_type: SessionType,
    since: datetime,
    until: datetime,
    now: datetime,
    but: Appointment | None = None,
    soon: bool = False,
) -> list[Slot]:
    """The free times of a type that start in [since, until). Three queries, whatever is booked; a fourth when the
    practitioner came without her workload.

    `but`: a session that is being moved and does not stand in its own way. `soon`: without notice, for the
    practitioner's own hand.
    """
    offer = offer_of(session_type)
    offer = offer.without_notice() if soon else offer
    since, until = max(since, now), min(until, now + offer.horizon + timedelta(minutes=1))
    if since >= until:
        return []
    practitioner = session_type.practitioner
    rows = taken(practitioner, since - _A_WEEK, until + _A_WEEK, now, but=but)
    return rules.free_slots(
        offer=offer,
        hours=hours_of(practitioner, since, until, session_type=session_type),
        blocked=intervals(rows),
        limits=limits_on(session_type, rows),
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
    practitioner: Practitioner, types: Sequence[SessionType], hours: Hours, now: datetime, *, soon: bool = False
) -> list[tuple[SessionType, list[Slot]]]:
    """Everything that can be booked of each type within `hours`. One query for all of them."""
    offers = [(each, offer_of(each).without_notice() if soon else offer_of(each)) for each in types]
    if not offers:
        return []
    until = now + max(offer.horizon for _, offer in offers) + _A_WEEK
    rows = taken(practitioner, now - _A_WEEK, until, now)
    busy = intervals(rows)
    return [
        (
            each,
            rules.free_slots(
                offer=offer,
                hours=hours,
                blocked=busy,
                limits=limits_on(each, rows),
                since=now,
                until=until,
                now=now,
            ),
        )
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


def later_in_series(session: Appointment) -> AppointmentQuerySet:
    """This session and those after it that were booked together with it and still stand, in order."""
    row = Appointment.objects.filter(series=session.series_id, starts_at__gte=session.starts_at)
    open_still = (Appointment.Status.REQUESTED, Appointment.Status.CONFIRMED)
    return row.filter(status__in=open_still).select_related(*_PEOPLE).order_by("starts_at")
