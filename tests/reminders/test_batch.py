"""What a batch of letters must know is read for all at once, and never older than a second."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Semaphore
from typing import Any
from typing import cast as as_type

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.outbox import claims, letters
from coaching.outbox.lane import Batch
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.reminders import actions
from tests import cast
from tests.cast import NOW
from tests.reminders.things import deliver, move, session

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def remind(marta: Practitioner, number: int) -> list[Letter]:
    """Reminders of so many sessions tomorrow, each of another client, are due."""
    for n in range(number):
        client = cast.client(of=marta, name=f"Client {n}")
        session(of=client, starts_at=NOW + DAY + n * HOUR)
        actions.choose(person=client.user, session_hours=[24 + n], now=NOW - DAY)
    actions.sweep(NOW)
    return list(Letter.objects.order_by("due_at", "key"))


def test_ten_reminders_take_two_queries_more_each_than_one(marta: Practitioner) -> None:
    remind(marta, 1)
    with CaptureQueriesContext(connection) as one:
        assert deliver(NOW) == {"kept": 1}
    remind(cast.practitioner(name="Sten Stranger"), 10)
    with CaptureQueriesContext(connection) as ten:
        assert deliver(NOW) == {"kept": 10}
    assert len(ten) - len(one) <= 2 * 9


def test_a_reminder_that_names_no_session_harms_only_itself(marta: Practitioner, caplog: Any) -> None:
    broken, whole = remind(marta, 2)
    Letter.objects.filter(pk=broken.pk).update(about={})
    assert deliver(NOW) == {"failed": 1, "kept": 1}
    whole.refresh_from_db()
    assert whole.state == "kept"


def test_a_session_that_moved_or_ended_is_not_reminded_of(marta: Practitioner, teresa: Client) -> None:
    moved, stays = (session(of=teresa, starts_at=NOW + DAY + n * HOUR) for n in (0, 2))
    actions.choose(person=teresa.user, session_hours=[24, 26], now=NOW - DAY)
    actions.sweep(NOW)
    move(moved, starts_at=NOW + 3 * DAY, at=NOW)
    assert deliver(NOW) == {"dropped": 1, "kept": 1}
    assert Letter.objects.get(state="kept").about["appointment"] == str(stays.pk)


class Stepping:
    """A clock that goes on by so much each time somebody reads it."""

    def __init__(self, step: timedelta) -> None:
        self._step = step
        self._now = claims.database_now()

    def now(self) -> datetime:
        self._now += self._step
        return self._now


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For how many letters something was looked up, each time."""
    seen: list[int] = []

    def look(some: Sequence[Letter]) -> list[None]:
        seen.append(len(some))
        return [None] * len(some)

    monkeypatch.setattr(letters, "_looks", [])
    letters.Looked(look)
    return seen


@pytest.mark.parametrize(("step", "expected"), [(timedelta(), [3]), (timedelta(seconds=2), [3, 2, 1])])
def test_what_is_older_than_a_second_is_looked_up_again(
    marta: Practitioner, looked: list[int], step: timedelta, expected: list[int]
) -> None:
    remind(marta, 3)
    Letter.objects.update(next_try_at=claims.database_now(), not_after=None)
    clock = as_type("claims.Clock", Stepping(step))
    Batch(Counter(), None, gate=Semaphore(), clock=clock).deliver()
    assert looked == expected
