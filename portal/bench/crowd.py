"""Many people with many sessions ahead of them, for measuring reminders: they are counted, never read."""

import itertools
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from accounts import zones
from accounts.models import User
from coaching.booking.models import Appointment, SessionType
from coaching.library.actions import add_lesson
from coaching.media.models import StoredFile
from coaching.people.models import Client, Practice, Practitioner
from coaching.practice.models import Assignment
from coaching.reminders.models import ReminderChoice

AT_ONCE = 5000
LENGTH = timedelta(minutes=30)
# Places whose clocks all show UTC: what comes at nine comes to everybody at once.
ZONES = (
    *("Africa/Abidjan", "Africa/Accra", "Africa/Bamako", "Africa/Banjul", "Africa/Bissau", "Africa/Conakry"),
    *("Africa/Dakar", "Africa/Freetown", "Africa/Lome", "Africa/Monrovia", "Africa/Nouakchott"),
    *("Africa/Ouagadougou", "America/Danmarkshavn", "Atlantic/Reykjavik", "Atlantic/St_Helena"),
)


@dataclass(frozen=True)
class Sizes:
    practitioners: int = 500
    clients: int = 5_000
    sessions: int = 100_000


def gather(sizes: Sizes, *, first: datetime, now: datetime) -> None:
    """Everybody has a lesson to practise at nine every day. Sessions follow each other from `first` on, half an
    hour each, day and night. Half of the clients want to be reminded at every moment there is."""
    practice = Practice.objects.create(name="Bench", created_at=now)
    users = _users("practitioner", sizes.practitioners)
    rows = [Practitioner(user=user, practice=practice, created_at=now) for user in users]
    practitioners = Practitioner.objects.bulk_create(rows, AT_ONCE)
    clients = _clients(practitioners, sizes.clients, now)
    _give_a_lesson(practitioners[0], clients, now)
    types = [SessionType(practitioner=each, slug="bench", name="Session", minutes=30) for each in practitioners]
    kinds = {each.practitioner_id: each for each in SessionType.objects.bulk_create(types, AT_ONCE)}
    Appointment.objects.bulk_create(_sessions(clients, kinds, sizes.sessions, first, now), AT_ONCE)
    ReminderChoice.objects.bulk_create(
        ReminderChoice(
            person=each.user, session_hours=[48, 24, 12, 3, 2, 1], evening_before=time(19), updated_at=now
        )
        for each in clients[: len(clients) // 2]
    )


def _users(name: str, number: int) -> list[User]:
    zones = itertools.cycle(ZONES)
    return User.objects.bulk_create(
        (User(email=f"{name}{n}@bench.example", name=f"{name} {n}", time_zone=next(zones)) for n in range(number)),
        AT_ONCE,
    )


def _clients(practitioners: Sequence[Practitioner], number: int, now: datetime) -> list[Client]:
    theirs = itertools.cycle(practitioners)
    rows = [Client(user=user, practitioner=next(theirs), since=now) for user in _users("client", number)]
    return Client.objects.bulk_create(rows, AT_ONCE)


def _give_a_lesson(practitioner: Practitioner, clients: Sequence[Client], now: datetime) -> None:
    user = practitioner.user
    file = StoredFile.objects.create(
        kind="audio", media_type="audio/mp4", name="bench", path="bench", size=1, created_at=now, created_by=user
    )
    lesson = add_lesson(practitioner=practitioner, title="Bench", file=file, phase="unlearn", now=now)
    given = {"lesson": lesson, "rhythm": Assignment.Rhythm.DAILY, "starts_on": now.date(), "created_at": now}
    Assignment.objects.bulk_create((Assignment(client=each, **given) for each in clients), AT_ONCE)


def _sessions(
    clients: Sequence[Client], kinds: dict[int, SessionType], number: int, first: datetime, now: datetime
) -> Iterator[Appointment]:
    """One after the other with each practitioner, her clients in turn."""
    for n, client in zip(range(number), itertools.cycle(clients), strict=False):
        start = first + n // len(kinds) * LENGTH
        yield Appointment(
            id=uuid.uuid4(),
            practitioner_id=client.practitioner_id,
            client=client,
            session_type=kinds[client.practitioner_id],
            starts_at=start,
            ends_at=start + LENGTH,
            blocked_from=start,
            blocked_until=start + LENGTH,
            client_zone="Africa/Abidjan",
            practitioner_zone="Africa/Abidjan",
            client_offset=0,
            practitioner_offset=0,
            zone_edition=zones.EDITION,
            created_at=now,
        )
