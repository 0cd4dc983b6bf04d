"""How much is taken on, who may book, and what waits for a word."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest

from coaching.booking import actions, queries
from coaching.booking.models import Appointment, KeptFree, OpeningHours, SessionType, Workload
from coaching.live.models import Event
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
Status = Appointment.Status


def book(client: Client, session_type: SessionType, start: datetime, now: datetime, **more: object) -> Appointment:
    asked = {"token": uuid4(), "by": client.user, **more}
    return actions.book(session_type=session_type, client=client, start=start, now=now, **asked)  # type: ignore[arg-type]


def kinds_for(person: Client | Practitioner) -> list[str]:
    return sorted(Letter.objects.filter(person=person.user).values_list("kind", flat=True))


# --- limits ------------------------------------------------------------------------------------------


def test_a_full_day_takes_nobody_else(
    teresa: Client, outsider: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    coaching.day_limit = 1
    coaching.save(update_fields=["day_limit"])
    book(outsider, coaching, wednesday, now)
    with pytest.raises(actions.Taken) as refusal:
        book(teresa, coaching, wednesday + 3 * HOUR, now)
    assert {slot.start.date() for slot in refusal.value.nearest}.isdisjoint({wednesday.date()})
    book(teresa, coaching, wednesday + DAY, now)


def test_a_limit_of_one_type_leaves_the_others_free(
    teresa: Client,
    outsider: Client,
    coaching: SessionType,
    first_talk: SessionType,
    wednesday: datetime,
    now: datetime,
) -> None:
    coaching.day_limit = 1
    coaching.save(update_fields=["day_limit"])
    book(outsider, coaching, wednesday, now)
    assert book(teresa, first_talk, wednesday + 3 * HOUR, now).status == Status.CONFIRMED


def test_the_practitioners_limit_counts_every_type(
    marta: Practitioner,
    teresa: Client,
    outsider: Client,
    coaching: SessionType,
    first_talk: SessionType,
    wednesday: datetime,
    now: datetime,
) -> None:
    Workload.objects.create(practitioner=marta, week_limit=2)
    book(outsider, coaching, wednesday, now)
    book(outsider, first_talk, wednesday + DAY, now)
    with pytest.raises(actions.Taken) as refusal:
        book(teresa, first_talk, wednesday + 3 * HOUR, now)
    next_monday = (wednesday + timedelta(days=5)).date()
    assert min(slot.start.date() for slot in refusal.value.nearest) == next_monday


def test_a_session_that_moves_does_not_count_against_itself(
    teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    coaching.day_limit = 1
    coaching.save(update_fields=["day_limit"])
    session = book(teresa, coaching, wednesday, now)
    moved = actions.move(appointment=session, start=wednesday + 3 * HOUR, by=teresa.user, now=now)
    assert moved.starts_at == wednesday + 3 * HOUR


def test_limits_count_the_practitioners_day_and_not_the_clients(
    teresa: Client, outsider: Client, now: datetime
) -> None:
    """Open around the clock in Adelaide: 23:30 there and 00:30 after it are two days, though one in Lisbon."""
    adelaide = cast.practitioner(name="Ada Delaide", zone="Australia/Adelaide")
    for weekday in range(7):
        OpeningHours.objects.create(practitioner=adelaide, weekday=weekday, opens=time(0), closes=time(0))
    kind = cast.session_type(of=adelaide, minutes=30, day_limit=1)
    client = cast.client(of=adelaide, name="Anton")
    late = datetime(2026, 11, 26, 13, 0, tzinfo=now.tzinfo)  # 23:30 in Adelaide
    book(client, kind, late, now)
    assert book(client, kind, late + HOUR, now).starts_at == late + HOUR
    with pytest.raises(actions.Taken):
        book(client, kind, late - 2 * HOUR, now)


@pytest.mark.django_db
def test_a_week_with_an_hour_more_counts_from_its_first_minute_to_its_last(now: datetime) -> None:
    """Copenhagen's last week of October 2026 has 169 hours."""
    marta = cast.practitioner()
    cast.opening(of=marta, opens=time(0), closes=time(0), days=range(7))
    kind = cast.session_type(of=marta, minutes=15, week_limit=1, horizon_days=365)
    early, client = datetime(2026, 10, 1, tzinfo=now.tzinfo), cast.client(of=marta, name="Anton")
    first = datetime(2026, 10, 19, tzinfo=marta.zone)
    last = datetime(2026, 10, 25, 23, 45, tzinfo=marta.zone)
    for booked, wanted in ((first, last), (last, first)):
        session = book(client, kind, booked, early)
        with pytest.raises(actions.Taken):
            book(client, kind, wanted, early)
        actions.cancel(appointment=session, by=client.user, why="", now=early)


def test_what_is_taken_back_does_not_overfill_a_day(
    teresa: Client, outsider: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    """Cancelled, and another booked the day's last place meanwhile, at another hour."""
    coaching.day_limit = 1
    coaching.save(update_fields=["day_limit"])
    session = book(teresa, coaching, wednesday, now)
    actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    book(outsider, coaching, wednesday + 3 * HOUR, now)
    with pytest.raises(actions.Taken):
        actions.undo(appointment=session, by=teresa.user, now=now)
    session.refresh_from_db()
    assert session.status == Status.CANCELLED


def test_what_is_offered_no_more_cannot_be_booked_from_a_page_that_was_open(
    teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    page = SessionType.objects.select_related("practitioner__workload").get(pk=coaching.pk)
    actions.retire_type(session_type=coaching, now=now)
    with pytest.raises(actions.NotFree):
        book(teresa, page, wednesday, now)


def test_a_limit_that_was_set_a_moment_ago_holds_for_a_page_that_was_open(
    teresa: Client, outsider: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    page = SessionType.objects.select_related("practitioner__workload").get(pk=coaching.pk)
    assert queries.limits_on(page, []) == []
    book(outsider, coaching, wednesday, now)
    actions.set_workload(practitioner=marta, day_limit=1, week_limit=None, now=now)
    with pytest.raises(actions.Taken):
        book(teresa, page, wednesday + 3 * HOUR, now)


# --- what is not free ----------------------------------------------------------------------------------


def test_time_that_is_kept_free_is_not_offered(
    marta: Practitioner, teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    KeptFree.objects.create(practitioner=marta, starts_at=wednesday + HOUR, ends_at=wednesday + 2 * HOUR)
    with pytest.raises(actions.Taken):
        book(teresa, coaching, wednesday, now)  # its quarter of an hour afterwards would run into it
    assert book(teresa, coaching, wednesday + 2 * HOUR, now).starts_at == wednesday + 2 * HOUR


def test_a_type_with_hours_of_its_own_follows_only_these(
    marta: Practitioner,
    teresa: Client,
    coaching: SessionType,
    first_talk: SessionType,
    wednesday: datetime,
    now: datetime,
) -> None:
    OpeningHours.objects.create(
        practitioner=marta, session_type=first_talk, weekday=3, opens=time(18), closes=time(19)
    )
    talks = queries.free_slots_for(session_type=first_talk, since=wednesday, until=wednesday + 2 * DAY, now=now)
    assert [f"{slot.start.astimezone(marta.zone):%a %H:%M}" for slot in talks] == [
        "Thu 18:00",
        "Thu 18:15",
        "Thu 18:30",
        "Thu 18:45",
    ]
    evening = wednesday + DAY + 7 * HOUR
    assert not [slot for slot in queries.all_free_slots(coaching, now) if slot.start == evening]


def test_an_offer_holds_its_time_until_its_moment_passes(
    teresa: Client, outsider: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    offer = cast.appointment(
        client=outsider, session_type=coaching, start=wednesday, status="offered", held_until=now + HOUR
    )
    with pytest.raises(actions.Taken):
        book(teresa, coaching, wednesday, now)
    booked = book(teresa, coaching, wednesday, now + HOUR)
    offer.refresh_from_db()
    assert (booked.starts_at, offer.status, offer.held_until) == (wednesday, Status.CANCELLED, None)


# --- by approval ---------------------------------------------------------------------------------------


@pytest.fixture
def asked(teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime) -> Appointment:
    coaching.by_approval = True
    coaching.save(update_fields=["by_approval"])
    return book(teresa, coaching, wednesday, now, message="The shoulder")


def test_where_she_approves_a_booking_is_a_request_and_holds_its_time(
    asked: Appointment, teresa: Client, marta: Practitioner, outsider: Client, wednesday: datetime, now: datetime
) -> None:
    assert asked.status == Status.REQUESTED
    assert kinds_for(teresa) == kinds_for(marta) == ["booking.requested"]
    with pytest.raises(actions.Taken):
        book(outsider, asked.session_type, wednesday, now)


def test_her_own_hand_needs_no_approval(
    asked: Appointment, marta: Practitioner, outsider: Client, wednesday: datetime, now: datetime
) -> None:
    later = book(outsider, asked.session_type, wednesday + DAY, now, by=marta.user)
    assert later.status == Status.CONFIRMED


def test_an_approved_request_is_a_booked_session(
    asked: Appointment, teresa: Client, marta: Practitioner, now: datetime
) -> None:
    for _ in range(2):
        session = actions.approve(appointment=asked, by=marta.user, now=now)
    assert (session.status, session.sequence) == (Status.CONFIRMED, 1)
    assert [change.what for change in session.changes.all()] == ["asked", "approved"]
    assert kinds_for(teresa) == ["booking.confirmed", "booking.requested"]


def test_a_refused_request_frees_its_time_and_says_why(
    asked: Appointment, teresa: Client, marta: Practitioner, outsider: Client, wednesday: datetime, now: datetime
) -> None:
    session = actions.refuse(appointment=asked, by=marta.user, why="I am travelling.", now=now)
    assert session.status == Status.CANCELLED
    assert kinds_for(teresa) == ["booking.refused", "booking.requested"]
    assert kinds_for(marta) == ["booking.requested"]
    book(outsider, asked.session_type, wednesday, now, by=marta.user)
    with pytest.raises(actions.Settled):
        actions.approve(appointment=asked, by=marta.user, now=now)


def test_a_request_that_nobody_answered_lapses_when_its_time_comes(
    asked: Appointment, teresa: Client, marta: Practitioner, wednesday: datetime
) -> None:
    assert actions.let_requests_lapse(now=wednesday - HOUR) == 0
    assert actions.let_requests_lapse(now=wednesday) == 1
    assert actions.let_requests_lapse(now=wednesday) == 0
    asked.refresh_from_db()
    assert (asked.status, asked.changes.last().by) == (Status.CANCELLED, None)
    assert "booking.refused" in kinds_for(teresa)
    assert "booking.refused" in kinds_for(marta)


def test_a_request_can_be_taken_back_after_the_deadline(
    asked: Appointment, teresa: Client, wednesday: datetime
) -> None:
    session = actions.cancel(appointment=asked, by=teresa.user, why="", now=wednesday - HOUR)
    assert (session.status, session.late) == (Status.CANCELLED, False)


# --- the policy ----------------------------------------------------------------------------------------


def test_after_so_many_moves_a_client_asks(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    coaching.most_moves = 1
    coaching.save(update_fields=["most_moves"])
    session = book(teresa, coaching, wednesday, now)
    actions.move(appointment=session, start=wednesday + DAY, by=teresa.user, now=now)
    with pytest.raises(actions.TooLate):
        actions.move(appointment=session, start=wednesday + 2 * DAY, by=teresa.user, now=now)
    actions.move(appointment=session, start=wednesday + 2 * DAY, by=marta.user, now=now)


@pytest.mark.parametrize(("hours", "late"), [(25, False), (23, True)])
def test_where_it_counts_a_late_cancellation_is_noted_as_late(
    hours: int, late: bool, teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    coaching.later = SessionType.Later.COUNTS
    coaching.save(update_fields=["later"])
    session = book(teresa, coaching, wednesday, now)
    session = actions.cancel(appointment=session, by=teresa.user, why="", now=wednesday - hours * HOUR)
    assert (session.status, session.late) == (Status.CANCELLED, late)
    assert Event.objects.filter(person=teresa.user, kind="booking.changed").count() == 2


# --- who may book --------------------------------------------------------------------------------------


def test_a_type_for_chosen_clients_is_there_for_them_alone(
    teresa: Client, outsider: Client, marta: Practitioner, coaching: SessionType
) -> None:
    coaching.audience = SessionType.Audience.INVITED
    coaching.save(update_fields=["audience"])
    coaching.invited.add(teresa)
    assert queries.bookable_types(teresa).filter(pk=coaching.pk).exists()
    assert queries.bookable_types(marta).filter(pk=coaching.pk).exists()
    assert not queries.bookable_types(outsider).filter(pk=coaching.pk).exists()
    assert not queries.bookable_types(None).filter(pk=coaching.pk).exists()
