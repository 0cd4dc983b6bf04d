"""The waiting list against everybody else, each with a database connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from coaching.booking import actions
from coaching.booking.models import Appointment, SessionType, WaitingPlace
from coaching.booking.rules import Stretch
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


def at_once(tries: list[Callable[[], Any]]) -> list[Any]:
    """Run them all at the same moment; gives what each returned or raised."""
    start = Barrier(len(tries))

    def attempt(one: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(30)
            return one()
        except (actions.NotFree, actions.Passed, actions.NothingToUndo) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tries)) as threads:
        return list(threads.map(attempt, tries))


@pytest.fixture
def clients(marta: Practitioner) -> list[Client]:
    return [cast.client(of=marta, name=f"Client {n}") for n in range(8)]


@pytest.fixture
def one_hour(marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime) -> Callable[[], None]:
    """Marta has no time; calling it opens one hour."""
    actions.set_dates(practitioner=marta, first=now.date(), last=now.date() + timedelta(days=61), now=now)
    one = wednesday.astimezone(marta.zone)

    def open_it() -> None:
        stretches = [Stretch(one.time(), (one + HOUR).time())]
        actions.set_dates(practitioner=marta, first=one.date(), last=one.date(), stretches=stretches, now=now)

    return open_it


def holding(now: datetime) -> int:
    return Appointment.objects.holding(now).count()


def test_eight_sweeps_at_once_offer_one_hour_to_one_person(
    clients: list[Client], coaching: SessionType, one_hour: Callable[[], None], now: datetime
) -> None:
    for n, client in enumerate(clients):
        actions.join(client=client, session_type=coaching, now=now - HOUR + timedelta(minutes=n))
    one_hour()
    assert sum(at_once([lambda: actions.sweep(now=now)] * 8)) == 1
    assert WaitingPlace.objects.get(state="told").client == clients[0]
    assert Letter.objects.filter(kind="booking.offered").count() == 1
    assert holding(now) == 1


def test_the_hold_against_bookings(
    clients: list[Client], coaching: SessionType, one_hour: Callable[[], None], wednesday: datetime, now: datetime
) -> None:
    actions.join(client=clients[0], session_type=coaching, now=now)
    one_hour()

    def book(client: Client) -> Callable[[], Any]:
        return lambda: actions.book(
            session_type=coaching, client=client, start=wednesday, token=uuid4(), by=client.user, now=now
        )

    results = at_once([lambda: actions.sweep(now=now), *(book(client) for client in clients[1:])])
    booked = sum(isinstance(result, Appointment) for result in results)
    assert booked + results[0] == 1
    assert holding(now) == 1


def test_accepting_against_the_end_of_the_hold(
    clients: list[Client], coaching: SessionType, one_hour: Callable[[], None], wednesday: datetime, now: datetime
) -> None:
    """One taps "Take it" while the sweep's clock, and another person's booking, are past the end of the hold."""
    actions.join(client=clients[0], session_type=coaching, now=now - HOUR)
    actions.join(client=clients[1], session_type=coaching, now=now - HOUR / 2)
    one_hour()
    actions.sweep(now=now)
    offer = WaitingPlace.objects.get(state="told").offer
    assert offer is not None
    over = now + 2 * HOUR
    moments = [over - timedelta(seconds=1)] * 3
    results = at_once(
        [
            *(lambda at=at: actions.accept(offer=offer, by=clients[0].user, now=at) for at in moments),
            lambda: actions.sweep(now=over),
            lambda: actions.book(
                session_type=coaching,
                client=clients[2],
                start=wednesday,
                token=uuid4(),
                by=clients[2].user,
                now=over,
            ),
        ]
    )
    accepted = {result.pk for result in results[:3] if isinstance(result, Appointment)}
    others = int(results[3]) + isinstance(results[4], Appointment)
    assert len(accepted) + others == 1
    assert holding(over) == 1
    if accepted:
        assert Appointment.objects.get(pk=offer.pk).client == clients[0]


def test_undo_against_bookings_of_the_old_time(
    clients: list[Client], coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    mine = actions.book(
        session_type=coaching, client=clients[0], start=wednesday, token=uuid4(), by=clients[0].user, now=now
    )
    actions.cancel(appointment=mine, by=clients[0].user, why="", now=now)

    def book(client: Client) -> Callable[[], Any]:
        return lambda: actions.book(
            session_type=coaching, client=client, start=wednesday, token=uuid4(), by=client.user, now=now
        )

    undo = lambda: actions.undo(appointment=mine, by=clients[0].user, now=now)  # noqa: E731
    results = at_once([undo, undo, *(book(client) for client in clients[1:])])
    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert Appointment.objects.standing().filter(starts_at=wednesday).count() == 1
