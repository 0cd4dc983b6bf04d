"""Many hands on one practitioner's time, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection

from coaching.booking import actions
from coaching.booking.models import Appointment, SessionType
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50
QUARTER = timedelta(minutes=15)


def at_once(tries: list[Callable[[], Appointment]]) -> list[Appointment | Exception]:
    """Run them all at the same moment; gives what each returned or raised."""
    start = Barrier(len(tries))

    def attempt(one: Callable[[], Appointment]) -> Appointment | Exception:
        try:
            connection.ensure_connection()
            start.wait(30)
            return one()
        except actions.NotFree as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tries)) as threads:
        return list(threads.map(attempt, tries))


@pytest.fixture
def clients(marta: Practitioner) -> list[Client]:
    return [cast.client(of=marta, name=f"Client {n}") for n in range(10)]


def booking(
    client: Client, session_type: SessionType, start: datetime, now: datetime, token: UUID | None = None
) -> Callable[[], Appointment]:
    return lambda: actions.book(
        session_type=session_type, client=client, start=start, token=token or uuid4(), by=client.user, now=now
    )


def overlaps() -> int:
    """Pairs of standing sessions whose blocked times touch each other's."""
    rows = sorted(Appointment.objects.standing().values_list("blocked_from", "blocked_until"))
    return sum(second[0] < first[1] for first, second in pairwise(rows))


def test_fifty_at_once_on_one_slot_and_one_stands(
    clients: list[Client], coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    results = at_once([booking(clients[n % 10], coaching, wednesday, now) for n in range(MANY)])
    stands = [result for result in results if isinstance(result, Appointment)]
    refused = [result for result in results if isinstance(result, actions.Taken)]
    assert (len(stands), len(refused)) == (1, MANY - 1)
    assert all(refusal.nearest for refusal in refused)
    assert Appointment.objects.count() == 1
    assert Letter.objects.filter(kind="booking.confirmed").count() == 2


def test_overlapping_starts_of_different_types(
    clients: list[Client], coaching: SessionType, first_talk: SessionType, wednesday: datetime, now: datetime
) -> None:
    results = at_once(
        [
            booking(clients[n % 10], (coaching, first_talk)[n % 2], wednesday + (n % 5) * QUARTER, now)
            for n in range(30)
        ]
    )
    stands = [result for result in results if isinstance(result, Appointment)]
    assert 1 <= len(stands) == Appointment.objects.count()
    assert overlaps() == 0


def test_a_form_that_is_sent_many_times_at_once_books_once(
    teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    token = uuid4()
    results = at_once([booking(teresa, coaching, wednesday, now, token) for _ in range(10)])
    assert len({result.pk for result in results if isinstance(result, Appointment)}) == 1
    assert all(isinstance(result, Appointment) for result in results)


def test_moves_against_bookings(
    clients: list[Client], coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    start = wednesday + timedelta(days=1)
    standing = [
        actions.book(
            session_type=coaching,
            client=client,
            start=start + n * 5 * QUARTER,
            token=uuid4(),
            by=client.user,
            now=now,
        )
        for n, client in enumerate(clients[:4])
    ]

    def moving(session: Appointment) -> Callable[[], Appointment]:
        return lambda: actions.move(appointment=session, start=wednesday, by=session.client.user, now=now)

    tries = [moving(session) for session in standing]
    tries += [booking(client, coaching, wednesday + QUARTER, now) for client in clients[4:]]
    results = at_once(tries)
    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert overlaps() == 0
    for session, result in zip(standing, results, strict=False):
        before = session.starts_at
        session.refresh_from_db()
        assert session.starts_at == (wednesday if isinstance(result, Appointment) else before)
