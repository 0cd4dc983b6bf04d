"""Booking, moving, cancelling, marking."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from coaching.booking import actions, queries
from coaching.booking.models import Appointment, OpeningHours, SessionType
from coaching.booking.rules import Stretch
from coaching.live.models import Event
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast

HOUR = timedelta(hours=1)


def book(client: Client, session_type: SessionType, start: datetime, now: datetime, **more: object) -> Appointment:
    asked = {"token": uuid4(), "by": client.user, **more}
    return actions.book(session_type=session_type, client=client, start=start, now=now, **asked)  # type: ignore[arg-type]


def kinds() -> list[str]:
    return sorted(Letter.objects.values_list("kind", flat=True))


def test_a_booked_session_stands_with_its_history_its_letters_and_its_events(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    session = book(teresa, coaching, wednesday, now, message="The shoulder")
    session.refresh_from_db()
    assert (session.starts_at, session.ends_at) == (wednesday, wednesday + HOUR)
    assert session.blocked_until == wednesday + timedelta(minutes=75)
    assert (session.client_zone, session.practitioner_zone) == ("Europe/Lisbon", "Europe/Copenhagen")
    change = session.changes.get()
    assert (change.what, change.by, change.at, change.starts_at) == ("booked", teresa.user, now, wednesday)
    assert set(Letter.objects.values_list("person", "kind")) == {
        (teresa.user.pk, "booking.confirmed"),
        (marta.user.pk, "booking.confirmed"),
    }
    assert set(Event.objects.values_list("person", flat=True)) == {teresa.user.pk, marta.user.pk}


def test_the_same_form_books_once(
    teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    token = uuid4()
    first = book(teresa, coaching, wednesday, now, token=token)
    again = book(teresa, coaching, wednesday, now, token=token)
    assert first == again
    assert Appointment.objects.count() == 1
    assert len(kinds()) == 2


def test_a_taken_time_is_refused_with_the_nearest_free_ones(
    teresa: Client, outsider: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    book(outsider, coaching, wednesday, now)
    with pytest.raises(actions.Taken) as refusal:
        book(teresa, coaching, wednesday, now)
    near = [slot.start for slot in refusal.value.nearest]
    # The outsider's hour and its quarter after it are closed on both sides: 09:45 and 12:15 are the next.
    assert near == [
        wednesday - timedelta(minutes=90),
        wednesday - timedelta(minutes=75),
        wednesday + timedelta(minutes=75),
    ]
    assert not teresa.appointments.exists()
    assert len(kinds()) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        timedelta(minutes=7),  # off the grid
        timedelta(hours=8),  # out of hours
        timedelta(hours=5, minutes=15),  # would run past closing
        timedelta(days=3),  # a Saturday
        timedelta(days=-3),  # past
        timedelta(days=-1, hours=-1),  # tomorrow at nine is 23 hours away, but:
        timedelta(days=70),  # beyond the horizon
    ],
)
def test_what_is_not_listed_is_refused(
    teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime, wrong: timedelta
) -> None:
    coaching.notice_hours = 24
    coaching.save(update_fields=["notice_hours"])
    with pytest.raises(actions.NotFree) as refusal:
        book(teresa, coaching, wednesday + wrong, now)
    assert not isinstance(refusal.value, actions.Taken)
    assert not Appointment.objects.exists()


def test_another_practitioners_type_cannot_be_booked(
    stranger: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    with pytest.raises(actions.NotFree):
        book(stranger, coaching, wednesday, now)


def test_the_practitioner_needs_no_notice(
    teresa: Client, marta: Practitioner, coaching: SessionType, now: datetime
) -> None:
    soon = now + HOUR
    with pytest.raises(actions.NotFree):
        book(teresa, coaching, soon, now)
    assert book(teresa, coaching, soon, now, by=marta.user).starts_at == soon


def test_the_database_itself_refuses_an_overlap_of_two_types(
    teresa: Client, outsider: Client, coaching: SessionType, first_talk: SessionType, wednesday: datetime
) -> None:
    cast.appointment(client=teresa, session_type=coaching, start=wednesday)
    with pytest.raises(IntegrityError, match="booking_one_at_a_time"), transaction.atomic():
        cast.appointment(client=outsider, session_type=first_talk, start=wednesday + HOUR)  # in the buffer
    cast.appointment(client=outsider, session_type=first_talk, start=wednesday + timedelta(minutes=75))


def test_a_cancelled_time_is_free_again(
    teresa: Client, outsider: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    session = book(teresa, coaching, wednesday, now)
    cancelled = actions.cancel(appointment=session, by=teresa.user, why="A cold", now=now)
    assert (cancelled.status, cancelled.cancelled_at, cancelled.sequence) == ("cancelled", now, 1)
    assert session.changes.last().why == "A cold"  # type: ignore[union-attr]
    assert kinds().count("booking.cancelled") == 2
    book(outsider, coaching, wednesday, now)


def test_cancelling_twice_is_the_same_as_once(
    teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    session = book(teresa, coaching, wednesday, now)
    for _ in range(2):
        actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    assert session.changes.count() == 2
    assert kinds().count("booking.cancelled") == 2


def test_too_late_for_the_client_is_not_too_late_for_the_practitioner(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    session = book(teresa, coaching, wednesday, now)
    late = wednesday - timedelta(hours=23)
    with pytest.raises(actions.TooLate):
        actions.cancel(appointment=session, by=teresa.user, why="", now=late)
    with pytest.raises(actions.TooLate):
        actions.move(appointment=session, start=wednesday + 3 * HOUR, by=teresa.user, now=late)
    assert actions.cancel(appointment=session, by=marta.user, why="", now=late).status == "cancelled"


def test_moving_keeps_the_session_and_frees_the_old_time(
    teresa: Client, outsider: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    session = book(teresa, coaching, wednesday, now)
    half_an_hour_later = wednesday + timedelta(minutes=30)  # overlaps itself, which does not matter
    moved = actions.move(appointment=session, start=half_an_hour_later, by=teresa.user, now=now)
    assert (moved.pk, moved.starts_at, moved.sequence) == (session.pk, half_an_hour_later, 1)
    assert [change.what for change in session.changes.all()] == ["booked", "moved"]
    assert kinds().count("booking.moved") == 2
    book(outsider, coaching, wednesday - timedelta(minutes=45), now)


def test_a_failed_move_keeps_the_old_time(
    teresa: Client, outsider: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    session = book(teresa, coaching, wednesday, now)
    book(outsider, coaching, wednesday + 2 * HOUR, now)
    for wrong in (wednesday + 2 * HOUR, wednesday + timedelta(minutes=7)):
        with pytest.raises(actions.NotFree) as refusal:
            actions.move(appointment=session, start=wrong, by=teresa.user, now=now)
        assert refusal.value.nearest
    session.refresh_from_db()
    assert (session.starts_at, session.sequence, session.changes.count()) == (wednesday, 0, 1)


def test_what_is_cancelled_or_over_cannot_be_changed(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    session = book(teresa, coaching, wednesday, now)
    with pytest.raises(actions.Settled):
        actions.move(appointment=session, start=wednesday + 48 * HOUR, by=marta.user, now=wednesday + HOUR)
    actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    with pytest.raises(actions.Settled):
        actions.move(appointment=session, start=wednesday + HOUR, by=teresa.user, now=now)
    with pytest.raises(actions.Settled):
        actions.mark(appointment=session, held=True, by=marta.user, now=wednesday + HOUR)


def test_marking_held_or_missed_after_it_began(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    session = book(teresa, coaching, wednesday, now)
    with pytest.raises(actions.Settled):
        actions.mark(appointment=session, held=True, by=marta.user, now=now)
    after = wednesday + HOUR
    assert actions.mark(appointment=session, held=False, by=marta.user, now=after).status == "missed"
    assert actions.mark(appointment=session, held=True, by=marta.user, now=after).status == "held"
    actions.mark(appointment=session, held=True, by=marta.user, now=after)
    assert [change.what for change in session.changes.all()] == ["booked", "missed", "held"]


def test_hours_and_dates_say_when_it_is_free(marta: Practitioner, coaching: SessionType, now: datetime) -> None:
    actions.set_hours(
        practitioner=marta, weekly={1: [Stretch(time(9), time(11)), Stretch(time(14), time(15))]}, now=now
    )
    assert OpeningHours.objects.filter(practitioner=marta).count() == 2
    closed, open_late = date(2026, 12, 1), date(2026, 12, 2)
    actions.set_dates(practitioner=marta, first=closed, last=closed, note="Away", now=now)
    actions.set_dates(
        practitioner=marta, first=open_late, last=open_late, stretches=[Stretch(time(23), time(1))], now=now
    )

    def days() -> set[date]:
        slots = queries.free_slots_for(session_type=coaching, since=now, until=now + timedelta(days=14), now=now)
        return {slot.start.astimezone(marta.zone).date() for slot in slots}

    assert days() == {date(2026, 11, 24), open_late, date(2026, 12, 3)}  # the third: midnight, of the late hours
    actions.clear_dates(practitioner=marta, first=closed, last=open_late, now=now)
    assert days() == {date(2026, 11, 24), closed}


def test_setting_up_the_types_twice_leaves_them_as_they_are(marta: Practitioner) -> None:
    first = actions.set_up_types(practitioner=marta)
    assert [each.slug for each in first] == ["first-talk", "check-in", "coaching"]
    assert [each.minutes for each in first] == [15, 30, 60]
    SessionType.objects.filter(slug="coaching").update(minutes=50)
    assert [each.minutes for each in actions.set_up_types(practitioner=marta)] == [15, 30, 50]


def test_availability_costs_two_queries_whatever_is_booked(
    teresa: Client,
    coaching: SessionType,
    now: datetime,
    wednesday: datetime,
    django_assert_num_queries: object,
) -> None:
    for booked in (0, 25):
        for n in range(booked):
            start = wednesday + timedelta(days=7 * (n // 5), hours=0) + (n % 5) * timedelta(minutes=75)
            cast.appointment(client=teresa, session_type=coaching, start=start)
        known = queries.bookable_types(teresa).get(pk=coaching.pk)
        with django_assert_num_queries(2):  # type: ignore[operator]
            queries.all_free_slots(known, now)
