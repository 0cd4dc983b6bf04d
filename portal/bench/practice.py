"""A practice whose diary is as full as one asks, for measuring booking."""

import itertools
import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import connection

from accounts.models import User
from accounts.wall import first_instant
from coaching.booking.models import Appointment, OpeningHours, SessionType, Workload
from coaching.people.models import Client, Practice, Practitioner

AHEAD = 92  # days
STARTS = (time(9), time(10, 15), time(14), time(15, 15))  # four each weekday
LENGTH, KEPT_AFTER = timedelta(minutes=60), timedelta(minutes=15)
CLIENTS = 400


def furnish(now: datetime) -> SessionType:
    """A practitioner in Lisbon, open on weekdays from nine to half past twelve and from two to six; an hour that
    leaves a quarter of an hour free after it, with limits a day and a week that nobody reaches; and her clients."""
    practice = Practice.objects.create(name="Bench", created_at=now)
    hers = User.objects.create_user(email="practitioner@bench.example", name="Bea Bench", time_zone="Europe/Lisbon")
    practitioner = Practitioner.objects.create(user=hers, practice=practice, created_at=now)
    OpeningHours.objects.bulk_create(
        OpeningHours(practitioner=practitioner, weekday=day, opens=opens, closes=closes)
        for day in range(5)
        for opens, closes in ((time(9), time(12, 30)), (time(14), time(18)))
    )
    Workload.objects.create(practitioner=practitioner, day_limit=8, week_limit=40)
    users = User.objects.bulk_create(
        User(email=f"client{n}@bench.example", name=f"Client {n}", time_zone="Europe/Berlin")
        for n in range(CLIENTS)
    )
    Client.objects.bulk_create(Client(user=user, practitioner=practitioner, since=now) for user in users)
    return SessionType.objects.create(
        practitioner=practitioner,
        slug="coaching",
        name="Coaching session",
        audience="anyone",
        minutes=round(LENGTH.total_seconds() / 60),
        buffer_after=round(KEPT_AFTER.total_seconds() / 60),
        horizon_days=AHEAD,
    )


def fill(session_type: SessionType, number: int, now: datetime) -> None:
    """`number` sessions instead of those that are there: four each weekday ahead, the rest on weekdays before."""
    Appointment.objects.all().delete()
    clients = itertools.cycle(Client.objects.order_by("pk"))
    rows = itertools.islice(zip(_starts(session_type, now), clients, strict=False), number)
    Appointment.objects.bulk_create((_session(session_type, who, start, now) for start, who in rows), 1000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _starts(session_type: SessionType, now: datetime) -> Iterator[datetime]:
    zone = session_type.practitioner.zone
    today = now.astimezone(zone).date()
    for day in itertools.chain(_days(today, 1, AHEAD), _days(today, -1, 100 * 365)):
        if day.weekday() < 5:
            yield from (first_instant(datetime.combine(day, at), zone) for at in STARTS)


def _days(today: date, step: int, number: int) -> Iterator[date]:
    return (today + timedelta(days=step * n) for n in range(1, number + 1))


def _session(session_type: SessionType, client: Client, start: datetime, now: datetime) -> Appointment:
    return Appointment(
        id=uuid.uuid4(),
        practitioner=session_type.practitioner,
        client=client,
        session_type=session_type,
        status="confirmed" if start > now else "held",
        starts_at=start,
        ends_at=start + LENGTH,
        blocked_from=start,
        blocked_until=start + LENGTH + KEPT_AFTER,
        client_zone="Europe/Berlin",
        practitioner_zone="Europe/Lisbon",
        created_at=min(start, now),
    )
