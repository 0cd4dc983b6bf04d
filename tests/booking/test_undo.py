"""Three minutes to take a change back, and who is written to when."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from coaching.booking import actions
from coaching.booking.models import Appointment, SessionType
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
GRACE = timedelta(minutes=3)


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime) -> Appointment:
    """Booked an hour ago, and its confirmations have arrived."""
    booked = actions.book(
        session_type=coaching, client=teresa, start=wednesday, token=uuid4(), by=teresa.user, now=now - HOUR
    )
    all_sent()
    return booked


def all_sent() -> None:
    Letter.objects.filter(state="waiting").update(state="sent")


def still_true(kind: str, now: datetime) -> int:
    """How many waiting letters of a kind would leave, if a worker looked at them at `now`."""
    waiting = Letter.objects.filter(kind=kind, state="waiting")
    return sum(tell_in_their_words(letter, now) is not None for letter in waiting)


def test_a_move_goes_back_and_nobody_is_written_to(
    session: Appointment, teresa: Client, wednesday: datetime, now: datetime
) -> None:
    actions.move(appointment=session, start=wednesday + 2 * HOUR, by=teresa.user, now=now)
    assert set(Letter.objects.filter(kind="booking.moved").values_list("due_at", flat=True)) == {
        now + GRACE + timedelta(seconds=20)
    }
    back = actions.undo(appointment=session, by=teresa.user, now=now + 2 * MINUTE)
    assert (back.starts_at, back.sequence, back.status) == (wednesday, 2, "confirmed")
    assert [change.what for change in back.changes.all()] == ["booked", "moved", "back"]
    assert Letter.objects.filter(state="waiting").count() == 2  # the two about the move,
    assert still_true("booking.moved", now + GRACE) == 0  # which are not true any more


def test_a_cancelled_session_stands_again(session: Appointment, teresa: Client, now: datetime) -> None:
    actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    again = actions.undo(appointment=session, by=teresa.user, now=now + MINUTE)
    assert (again.status, again.cancelled_at, again.sequence) == ("confirmed", None, 2)
    assert still_true("booking.cancelled", now + GRACE) == 0
    assert not Letter.objects.filter(kind="booking.reopened").exists()


def test_a_booking_that_was_taken_back_is_told_to_those_who_read_of_it(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    booked = actions.book(
        session_type=coaching, client=teresa, start=wednesday, token=uuid4(), by=teresa.user, now=now
    )
    Letter.objects.filter(person=marta.user).update(state="sent")
    undone = actions.undo(appointment=booked, by=teresa.user, now=now + MINUTE)
    assert undone.status == "cancelled"
    assert list(Letter.objects.filter(kind="booking.cancelled").values_list("person", flat=True)) == [marta.user.pk]
    assert still_true("booking.confirmed", now + MINUTE) == 0  # Teresa's waited, and is dropped


def test_near_the_session_letters_leave_at_once_and_so_does_the_word_that_it_stands(
    session: Appointment, marta: Practitioner, wednesday: datetime
) -> None:
    late = wednesday - 30 * MINUTE
    actions.cancel(appointment=session, by=marta.user, why="", now=late)
    assert set(Letter.objects.filter(kind="booking.cancelled").values_list("due_at", flat=True)) == {late}
    all_sent()
    actions.undo(appointment=session, by=marta.user, now=late + MINUTE)
    assert still_true("booking.reopened", late + MINUTE) == 2


def test_a_word_that_had_not_left_yet_is_said_anew(
    teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    """No worker ran: the confirmations still wait when a move is taken back, and are not true as they stand."""
    booked = actions.book(
        session_type=coaching, client=teresa, start=wednesday, token=uuid4(), by=teresa.user, now=now
    )
    actions.move(appointment=booked, start=wednesday + 2 * HOUR, by=teresa.user, now=now + MINUTE)
    actions.undo(appointment=booked, by=teresa.user, now=now + 2 * MINUTE)
    assert still_true("booking.confirmed", now + 2 * MINUTE) == 2
    assert still_true("booking.moved", now + 2 * MINUTE) == 0


@pytest.mark.parametrize("who", ["marta", "teresa"])
def test_only_who_did_it_and_only_for_three_minutes(
    session: Appointment, teresa: Client, marta: Practitioner, wednesday: datetime, now: datetime, who: str
) -> None:
    actions.move(appointment=session, start=wednesday + 2 * HOUR, by=teresa.user, now=now)
    person, moment = (marta.user, now + MINUTE) if who == "marta" else (teresa.user, now + GRACE + MINUTE / 60)
    with pytest.raises(actions.NothingToUndo):
        actions.undo(appointment=session, by=person, now=moment)
    session.refresh_from_db()
    assert session.starts_at == wednesday + 2 * HOUR


def test_what_was_taken_back_is_not_taken_back_again(
    session: Appointment, teresa: Client, wednesday: datetime, now: datetime
) -> None:
    actions.move(appointment=session, start=wednesday + 2 * HOUR, by=teresa.user, now=now)
    actions.undo(appointment=session, by=teresa.user, now=now)
    with pytest.raises(actions.NothingToUndo):
        actions.undo(appointment=session, by=teresa.user, now=now)


@pytest.mark.parametrize("change", ["move", "cancel"])
def test_when_somebody_has_the_old_time_the_change_stays(
    session: Appointment,
    teresa: Client,
    outsider: Client,
    coaching: SessionType,
    wednesday: datetime,
    now: datetime,
    change: str,
) -> None:
    if change == "move":
        actions.move(appointment=session, start=wednesday + 3 * HOUR, by=teresa.user, now=now)
    else:
        actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    cast.appointment(client=outsider, session_type=coaching, start=wednesday)
    with pytest.raises(actions.Taken):
        actions.undo(appointment=session, by=teresa.user, now=now + MINUTE)
    session.refresh_from_db()
    assert session.sequence == 1
    assert session.changes.count() == 2


def test_a_session_outside_the_hours_of_today_goes_back_all_the_same(
    session: Appointment, teresa: Client, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    actions.set_dates(practitioner=marta, first=wednesday.date(), last=wednesday.date(), now=now)
    assert actions.undo(appointment=session, by=teresa.user, now=now + MINUTE).status == "confirmed"
