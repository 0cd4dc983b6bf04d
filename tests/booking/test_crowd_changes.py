"""She changes her hours while people press: each booking decides on what is true when its turn comes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from coaching.booking import actions
from coaching.booking.models import Appointment, SessionType
from coaching.booking.rules import Stretch
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.crowd import PATIENCE, Answer, Press, Visitor, all_at_once
from tests.booking.test_crowd import books, moves, statuses
from tests.live.site import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]

HOUR = timedelta(hours=1)
A_FEW = 12
Change = Callable[[SessionType, datetime], None]


@pytest.fixture
def now() -> datetime:
    """The servers live by the real clock."""
    return timezone.now()


def while_she_changes(change: Callable[[], None], ports: list[int], presses: list[Press]) -> list[Answer]:
    """Everybody presses before her change is through, and waits for it."""
    with ThreadPoolExecutor(1) as aside:
        with transaction.atomic():
            change()
            answers = aside.submit(all_at_once, ports, presses)
            wait_until(lambda: _waiting() == len(presses), PATIENCE)
        return answers.result()


def _waiting() -> int:
    """How many wait for her. PostgreSQL would else show those of the first look until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def keeps_it_free(kind: SessionType, monday: datetime) -> None:
    now = timezone.now()
    actions.keep_free(practitioner=kind.practitioner, starts_at=monday, ends_at=monday + HOUR, now=now)


def takes_the_day_off(kind: SessionType, monday: datetime) -> None:
    day = monday.date()
    actions.set_dates(practitioner=kind.practitioner, first=day, last=day, now=timezone.now())


def opens_in_the_afternoon_only(kind: SessionType, monday: datetime) -> None:
    afternoons = {weekday: [Stretch(time(13), time(17))] for weekday in range(5)}
    actions.set_hours(practitioner=kind.practitioner, weekly=afternoons, now=timezone.now())


def gives_the_type_hours_of_its_own(kind: SessionType, monday: datetime) -> None:
    saturdays = {5: [Stretch(time(9), time(17))]}
    actions.set_hours(practitioner=kind.practitioner, weekly=saturdays, session_type=kind, now=timezone.now())


def takes_on_one_a_day(kind: SessionType, monday: datetime) -> None:
    actions.set_workload(practitioner=kind.practitioner, day_limit=1, week_limit=None, now=timezone.now())


def limits_the_type(kind: SessionType, monday: datetime) -> None:
    actions.change_type(session_type=kind, fields={"week_limit": 1}, now=timezone.now())


def asks_for_more_notice(kind: SessionType, monday: datetime) -> None:
    actions.change_type(session_type=kind, fields={"notice_hours": 24 * 21}, now=timezone.now())


def offers_it_no_more(kind: SessionType, monday: datetime) -> None:
    actions.retire_type(session_type=kind, now=timezone.now())


@pytest.mark.parametrize(
    "change",
    [
        keeps_it_free,
        takes_the_day_off,
        opens_in_the_afternoon_only,
        gives_the_type_hours_of_its_own,
        takes_on_one_a_day,
        limits_the_type,
        asks_for_more_notice,
        offers_it_no_more,
    ],
)
def test_who_comes_a_moment_after_her_change_is_refused(
    ports: list[int], marta: Practitioner, teresa: Client, coaching: SessionType, monday: datetime, change: Change
) -> None:
    """One session stands already on that day, at two in the afternoon."""
    cast.appointment(client=teresa, session_type=coaching, start=monday + 4 * HOUR)
    who = [Visitor.of(cast.client(of=marta, name=f"Person {n}")) for n in range(A_FEW)]
    presses = [books(each, coaching, monday) for each in who]
    answers = while_she_changes(lambda: change(coaching, monday), ports, presses)
    assert statuses(answers) == {409: A_FEW}
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("change", [keeps_it_free, takes_the_day_off, opens_in_the_afternoon_only])
def test_a_move_a_moment_after_her_change_keeps_the_old_time(
    ports: list[int], teresa: Client, coaching: SessionType, monday: datetime, change: Change
) -> None:
    later = monday + 28 * HOUR
    session = cast.appointment(client=teresa, session_type=coaching, start=later)
    answers = while_she_changes(
        lambda: change(coaching, monday), ports, [moves(Visitor.of(teresa), session, monday)] * 3
    )
    assert statuses(answers) == {409: 3}
    session.refresh_from_db()
    assert session.starts_at == later


def test_what_she_wants_to_approve_from_now_on_is_a_request(
    ports: list[int], teresa: Client, coaching: SessionType, monday: datetime
) -> None:
    now = timezone.now()
    answers = while_she_changes(
        lambda: actions.change_type(session_type=coaching, fields={"by_approval": True}, now=now),
        ports,
        [books(Visitor.of(teresa), coaching, monday)],
    )
    assert statuses(answers) == {303: 1}
    assert Appointment.objects.get().status == "requested"
