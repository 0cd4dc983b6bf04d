"""Many people press at the same moment: real server processes, real connections, one practitioner's time."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from coaching.booking import queries, rules
from coaching.booking.models import Appointment, SessionType, WaitingPlace, Workload
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.crowd import Answer, Press, Visitor, all_at_once
from tests.booking.reading import stamp
from tests.booking.test_race import overlaps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
A_FEW = 24


@pytest.fixture
def now() -> datetime:
    """The servers live by the real clock."""
    return timezone.now()


@pytest.fixture
def many(request: pytest.FixtureRequest) -> int:
    return int(request.param)


crowds = pytest.mark.parametrize("many", [50, pytest.param(500, marks=pytest.mark.faults)], indirect=True)


@pytest.fixture
def clients(marta: Practitioner) -> list[Client]:
    return [cast.client(of=marta, name=f"Client {n}") for n in range(8)]


def people(of: Practitioner, presses: int) -> list[Visitor]:
    """So many that nobody presses more often than a person may in an hour."""
    return [Visitor.of(cast.client(of=of, name=f"Person {n}")) for n in range(max(10, presses // 20))]


def books(who: Visitor, kind: SessionType, start: datetime, **more: Any) -> Press:
    return Press(f"/book/{kind.slug}/", who, {"start": stamp(start.astimezone(UTC)), "token": str(uuid4()), **more})


def moves(who: Visitor, session: Appointment, start: datetime) -> Press:
    return Press(f"/sessions/{session.pk}/move/", who, {"start": stamp(start.astimezone(UTC))})


def statuses(answers: Sequence[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def assert_losers_are_told_the_nearest(
    answers: Sequence[Answer], kinds: Sequence[SessionType], starts: Sequence[datetime]
) -> None:
    """Once one stands, nothing else changes: every loser reads the same free times around what they wanted."""
    now = timezone.now()
    free = {kind.pk: queries.all_free_slots(kind, now) for kind in kinds}
    for answer, kind, start in zip(answers, kinds, starts, strict=True):
        if answer.status == 409:
            near = rules.nearest(free[kind.pk], start)
            assert len(near) == 3
            assert all(f'value="{slot.stamp}"' in answer.body for slot in near)


# --- bookings ----------------------------------------------------------------------------------------


@crowds
def test_one_slot_goes_to_one(
    ports: list[int], marta: Practitioner, coaching: SessionType, monday: datetime, many: int
) -> None:
    who = people(marta, many)
    answers = all_at_once(ports, [books(who[n % len(who)], coaching, monday) for n in range(many)])
    assert statuses(answers) == {303: 1, 409: many - 1}
    session = Appointment.objects.get()
    assert [answer.location for answer in answers if answer.status == 303] == [f"/sessions/{session.pk}/"]
    assert Letter.objects.filter(kind="booking.confirmed").count() == 2
    assert_losers_are_told_the_nearest(answers, [coaching] * many, [monday] * many)


@crowds
def test_of_starts_that_overlap_one_stands(
    ports: list[int], marta: Practitioner, coaching: SessionType, monday: datetime, many: int
) -> None:
    """Four starts within an hour, each of an hour: no two of them go together."""
    who = people(marta, many)
    starts = [monday + (n % 4) * QUARTER for n in range(many)]
    answers = all_at_once(ports, [books(who[n % len(who)], coaching, at) for n, at in enumerate(starts)])
    assert statuses(answers) == {303: 1, 409: many - 1}
    assert Appointment.objects.count() == 1
    assert_losers_are_told_the_nearest(answers, [coaching] * many, starts)


@crowds
def test_of_different_types_at_once_one_stands(
    ports: list[int],
    marta: Practitioner,
    coaching: SessionType,
    first_talk: SessionType,
    monday: datetime,
    many: int,
) -> None:
    """A talk of a quarter of an hour lies in the last quarter of the one session, and in the first of the other."""
    who = people(marta, many)
    what = [(coaching, monday), (first_talk, monday + 3 * QUARTER), (coaching, monday + 3 * QUARTER)]
    wanted = [what[n % 3] for n in range(many)]
    answers = all_at_once(ports, [books(who[n % len(who)], *each) for n, each in enumerate(wanted)])
    assert statuses(answers) == {303: 1, 409: many - 1}
    assert Appointment.objects.count() == 1
    assert_losers_are_told_the_nearest(answers, [kind for kind, _ in wanted], [start for _, start in wanted])


def test_a_form_that_is_sent_twenty_times_at_once_books_once(
    ports: list[int], teresa: Client, coaching: SessionType, monday: datetime
) -> None:
    press = books(Visitor.of(teresa), coaching, monday)
    answers = all_at_once(ports, [press] * 20)
    session = Appointment.objects.get()
    assert {(answer.status, answer.location) for answer in answers} == {(303, f"/sessions/{session.pk}/")}
    assert session.changes.count() == 1
    assert Letter.objects.filter(kind="booking.confirmed").count() == 2


@crowds
def test_a_full_day_is_never_overfilled(
    ports: list[int], marta: Practitioner, coaching: SessionType, monday: datetime, many: int
) -> None:
    """Five starts that go together, and two sessions a day."""
    coaching.day_limit = 2
    coaching.save(update_fields=["day_limit"])
    who = people(marta, many)
    starts = [monday + (n % 5) * 5 * QUARTER for n in range(many)]
    answers = all_at_once(ports, [books(who[n % len(who)], coaching, at) for n, at in enumerate(starts)])
    assert statuses(answers) == {303: 2, 409: many - 2}
    # Who lost before the second one stood was told times of that day, too; who comes now is not.
    late = all_at_once(ports, [books(who[0], coaching, at) for at in starts[:5]])
    assert statuses(late) == {409: 5}
    assert_losers_are_told_the_nearest(late, [coaching] * 5, starts[:5])
    assert {slot.start.date() for slot in queries.all_free_slots(coaching, timezone.now())} & {
        monday.date()
    } == set()


def test_a_full_week_of_all_types_is_never_overfilled(
    ports: list[int], marta: Practitioner, coaching: SessionType, first_talk: SessionType, monday: datetime
) -> None:
    Workload.objects.create(practitioner=marta, week_limit=3)
    who, kinds = people(marta, 40), (coaching, first_talk)
    presses = [books(who[n % len(who)], kinds[n % 2], monday + n % 5 * DAY + n % 3 * 2 * HOUR) for n in range(40)]
    answers = all_at_once(ports, presses)
    assert statuses(answers) == {303: 3, 409: 37}
    assert Appointment.objects.count() == 3


# --- moves -------------------------------------------------------------------------------------------


@crowds
def test_moves_against_bookings(
    ports: list[int], marta: Practitioner, clients: list[Client], coaching: SessionType, monday: datetime, many: int
) -> None:
    """Who loses keeps the old time."""
    later = monday + DAY
    standing = [
        cast.appointment(client=client, session_type=coaching, start=later + n // 5 * DAY + n % 5 * 5 * QUARTER)
        for n, client in enumerate(clients)
    ]
    who = people(marta, many)
    presses = [moves(Visitor.of(each.client), each, monday) for each in standing]
    presses += [books(who[n % len(who)], coaching, monday + QUARTER) for n in range(many - len(standing))]
    answers = all_at_once(ports, presses)
    moved = [answer.status == 302 for answer in answers[: len(standing)]]
    booked = statuses(answers)[303]
    assert sum(moved) + booked == 1
    assert statuses(answers)[409] == many - 1
    for before, has_moved in zip(standing, moved, strict=True):
        assert Appointment.objects.get(pk=before.pk).starts_at == (monday if has_moved else before.starts_at)
    assert overlaps() == 0


def test_moves_into_a_full_day(
    ports: list[int], clients: list[Client], coaching: SessionType, monday: datetime
) -> None:
    coaching.day_limit = 1
    coaching.save(update_fields=["day_limit"])
    standing = [
        cast.appointment(client=client, session_type=coaching, start=monday + (n + 1) * DAY)
        for n, client in enumerate(clients[:4])
    ]
    presses = [
        moves(Visitor.of(each.client), each, monday + n * 5 * QUARTER)
        for n, each in enumerate(standing)
        for _ in "12"
    ]
    answers = all_at_once(ports, presses)
    on_monday = Appointment.objects.filter(starts_at__gte=monday - HOUR, starts_at__lt=monday + 10 * HOUR)
    assert on_monday.count() == 1
    assert set(statuses(answers)) == {302, 409}
    assert statuses(answers)[302] in (1, 2)  # the same move twice is the same as once


# --- requests and offers -----------------------------------------------------------------------------


def test_a_request_holds_its_time(
    ports: list[int], marta: Practitioner, coaching: SessionType, monday: datetime
) -> None:
    coaching.by_approval = True
    coaching.save(update_fields=["by_approval"])
    who = people(marta, A_FEW)
    answers = all_at_once(ports, [books(each, coaching, monday) for each in who * 2])
    assert statuses(answers) == {303: 1, 409: len(answers) - 1}
    assert Appointment.objects.get().status == "requested"


def test_her_yes_against_bookings_and_her_no(
    ports: list[int], marta: Practitioner, teresa: Client, coaching: SessionType, monday: datetime
) -> None:
    """Whatever she pressed first holds; the time is never two people's."""
    asked = cast.appointment(client=teresa, session_type=coaching, start=monday, status="requested")
    hers, who = Visitor.of(marta), people(marta, A_FEW)
    answering = [Press(f"/sessions/asked/booking/{asked.pk}/", hers, {"answer": word}) for word in ("yes", "no")]
    answers = all_at_once(ports, [*answering, *(books(each, coaching, monday) for each in who * 2)])
    assert set(statuses(answers)) <= {302, 303, 409}
    assert statuses(answers)[302] == 2
    asked.refresh_from_db()
    booked = statuses(answers)[303]
    assert (asked.status, booked) in [("confirmed", 0), ("cancelled", 0), ("cancelled", 1)]
    assert overlaps() == 0
    assert statuses(answers)[409] == len(who) * 2 - booked


def test_the_waiting_lists_hold_against_bookings(
    ports: list[int], marta: Practitioner, teresa: Client, coaching: SessionType, monday: datetime, now: datetime
) -> None:
    """Whoever is offered a time can take it, however many want it; pressing twice takes it once."""
    offer = cast.appointment(
        client=teresa, session_type=coaching, start=monday, status="offered", held_until=now + HOUR
    )
    WaitingPlace.objects.create(client=teresa, session_type=coaching, since=now, state="told", offer=offer)
    hers, who = Visitor.of(teresa), people(marta, A_FEW)
    takes = [Press(f"/sessions/{offer.pk}/offer/", hers, {"answer": "take"})] * 3
    answers = all_at_once(ports, [*takes, *(books(each, coaching, monday) for each in who * 2)])
    assert statuses(answers) == {302: 3, 409: len(who) * 2}
    assert {answer.location for answer in answers[:3]} == {f"/sessions/{offer.pk}/"}
    offer.refresh_from_db()
    assert (offer.status, offer.changes.count()) == ("confirmed", 1)


def test_a_hold_that_is_let_pass_goes_to_one(
    ports: list[int], marta: Practitioner, teresa: Client, coaching: SessionType, monday: datetime, now: datetime
) -> None:
    """Taking it and letting it pass at the same moment, while others want it."""
    offer = cast.appointment(
        client=teresa, session_type=coaching, start=monday, status="offered", held_until=now + HOUR
    )
    WaitingPlace.objects.create(client=teresa, session_type=coaching, since=now, state="told", offer=offer)
    hers, who = Visitor.of(teresa), people(marta, A_FEW)
    both = [Press(f"/sessions/{offer.pk}/offer/", hers, {"answer": word}) for word in ("take", "pass")]
    answers = all_at_once(ports, [*both, *(books(each, coaching, monday) for each in who * 2)])
    assert max(statuses(answers)) < 500
    standing = Appointment.objects.standing()
    assert standing.count() <= 1
    taken = standing.filter(client=teresa).exists()
    assert taken + statuses(answers)[303] <= 1


# --- rows --------------------------------------------------------------------------------------------


def test_rows_against_bookings(
    ports: list[int], marta: Practitioner, clients: list[Client], coaching: SessionType, monday: datetime
) -> None:
    """A row is booked whole or not at all, and no time twice."""
    starts = [monday + n * 7 * DAY for n in range(4)]
    turns = {f"turn_{n}": stamp(start.astimezone(UTC)) for n, start in enumerate(starts, 1)}
    rows = [
        Press(
            "/book/coaching/repeat/",
            Visitor.of(client),
            {"start": turns["turn_1"], "every": 1, "times": 4, "token": str(uuid4()), **turns},
        )
        for client in clients
    ]
    who = people(marta, A_FEW)
    singles = [books(each, coaching, starts[n % 4] + QUARTER) for n, each in enumerate(who * 2)]
    presses = [press for pair in zip(rows, singles, strict=False) for press in pair] + singles[len(rows) :]
    answers = all_at_once(ports, presses)
    assert set(statuses(answers)) <= {302, 303, 409}
    in_rows = Appointment.objects.filter(series__isnull=False).count()
    assert in_rows == 4 * statuses(answers)[302] in (0, 4)
    assert Appointment.objects.filter(series=None).count() == statuses(answers)[303]
    assert overlaps() == 0
