"""What a reader may see, and how many queries it takes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import BigIntegerField, Count, DateTimeField, Exists, OuterRef, Q, QuerySet, Value

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
    WaitingPlace,
    Workload,
)
from coaching.booking.rules import Hours, Limit, Offer, Slot, Stretch
from coaching.booking.timetable import Timetable
from coaching.people.models import Client, Practitioner

Reader = Client | Practitioner | None
But = Appointment | Sequence[Appointment] | None
Audience = SessionType.Audience

_PEOPLE = ("client__user", "practitioner__user", "session_type")
_WITH_WORKLOAD = ("practitioner__user", "practitioner__workload")
_INVITED = SessionType.invited.through.objects.filter(sessiontype=OuterRef("pk"))
_OFFERED = Appointment.Status.OFFERED
# Limits count whole weeks, the one in which clocks go back is longer than seven days, and no session is longer.
MARGIN = timedelta(days=8)
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
    weekly = _weeks(OpeningHours.objects.filter(asked, practitioner=practitioner))
    own = weekly.get(session_type.pk) if session_type else None
    dates, more = _dates(practitioner, since, until)
    return Hours(zone=practitioner.zone, weekly=own or weekly.get(None, {}), dates=dates, more=more)


def timetable_of(practitioner: Practitioner, since: datetime, until: datetime) -> Timetable:
    """All the opening hours that can matter within [since, until): those for all, and those of single types. Two
    queries."""
    weekly = _weeks(OpeningHours.objects.filter(practitioner=practitioner))
    dates, more = _dates(practitioner, since, until)
    own = {kind: week for kind, week in weekly.items() if kind is not None}
    return Timetable(zone=practitioner.zone, for_all=weekly.get(None, {}), own=own, dates=dates, more=more)


def _weeks(rows: QuerySet[OpeningHours]) -> dict[int | None, dict[int, list[Stretch]]]:
    """The weeks of session types (None: of all), each as {weekday: stretches}."""
    weeks: dict[int | None, dict[int, list[Stretch]]] = {}
    for kind, weekday, opens, closes in rows.values_list("session_type", "weekday", "opens", "closes"):
        weeks.setdefault(kind, {}).setdefault(weekday, []).append(Stretch(opens, closes))
    return weeks


def _dates(
    practitioner: Practitioner, since: datetime, until: datetime
) -> tuple[dict[date, list[Stretch]], dict[date, list[Stretch]]]:
    """What replaces the weekly rule on single dates, and what is open besides. A date that is replaced by no
    stretch is closed."""
    zone, margin = practitioner.zone, timedelta(days=2)
    first, last = (since - margin).astimezone(zone).date(), (until + margin).astimezone(zone).date()
    replaced: dict[date, list[Stretch]] = {}
    more: dict[date, list[Stretch]] = {}
    rows = DateOverride.objects.filter(practitioner=practitioner, date__range=(first, last))
    for day, opens, closes, adds in rows.values_list("date", "opens", "closes", "adds"):
        found = (more if adds else replaced).setdefault(day, [])
        if opens is not None and closes is not None:
            found.append(Stretch(opens, closes))
    return replaced, more


class Taken(NamedTuple):
    """A stretch [start, end) that is not free, buffers counted. A session also says when it starts and of which
    type it is; time that is kept free or busy elsewhere does not."""

    start: datetime
    end: datetime
    session_starts: datetime | None
    session_type: int | None


def taken(
    practitioner: Practitioner, since: datetime, until: datetime, now: datetime, *, but: But = None
) -> list[Taken]:
    """What holds the practitioner's time within [since, until): sessions, time kept free, busy times of outside
    calendars. Without the session, or the sessions, that are to move. One query."""
    sessions = Appointment.objects.filter(practitioner=practitioner).blocking(since, until, now)
    if but is not None:
        moving = [but] if isinstance(but, Appointment) else but
        sessions = sessions.exclude(pk__in=[each.pk for each in moving])
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
    return limits_with(session_type, rows, workload_of(session_type.practitioner))


def workload_of(practitioner: Practitioner) -> Workload | None:
    workload: Workload | None = getattr(practitioner, "workload", None)
    return workload


def limits_with(session_type: SessionType, rows: Sequence[Taken], workload: Workload | None) -> list[Limit]:
    all_starts = [row.session_starts for row in rows if row.session_starts]
    own_starts = [row.session_starts for row in rows if row.session_starts and row.session_type == session_type.pk]
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
    but: But = None,
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
    rows = taken(practitioner, since - MARGIN, until + MARGIN, now, but=but)
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
    practitioner: Practitioner, types: Sequence[SessionType], since: datetime, until: datetime, now: datetime
) -> list[tuple[SessionType, list[Slot]]]:
    """What the practitioner's own hand can book of each of her types that starts in [since, until). Three queries
    for all of them."""
    timetable = timetable_of(practitioner, since, until)
    rows = taken(practitioner, since - MARGIN, until + MARGIN, now)
    busy = intervals(rows)
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
