"""Reminders of sessions: each at its moment, once, and never for something that is not so any more."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.booking.models import Appointment
from coaching.messaging.actions import send
from coaching.messaging.models import Conversation
from coaching.outbox import delivery
from coaching.outbox.models import Letter
from coaching.people.models import Client
from coaching.reminders import actions
from tests import cast
from tests.cast import NOW
from tests.reminders.things import move, session

pytestmark = pytest.mark.django_db

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def sweep(now: datetime) -> int:
    return actions.sweep(now)["sessions"]


def deliver(now: datetime) -> Counter[str]:
    return +delivery.deliver_due(server=None, now=now)


def test_a_session_is_announced_the_day_before_and_an_hour_before(teresa: Client) -> None:
    start = NOW + 3 * DAY
    session(of=teresa, starts_at=start)
    swept = {
        moment: sweep(moment) for moment in (start - DAY - MINUTE, start - DAY, start - 2 * HOUR, start - HOUR)
    }
    assert list(swept.values()) == [0, 1, 0, 1]
    due = Letter.objects.order_by("due_at").values_list("due_at", "not_after", "person")
    assert list(due) == [
        (start - DAY, start - 22 * HOUR, teresa.user.pk),
        (start - HOUR, start - 40 * MINUTE, teresa.user.pk),
    ]


def test_sweeping_twice_posts_nothing_twice(teresa: Client) -> None:
    session(of=teresa, starts_at=NOW + DAY)
    assert [sweep(NOW), sweep(NOW), sweep(NOW + MINUTE)] == [1, 0, 0]


def test_a_sweep_that_slept_does_not_remind_too_late(teresa: Client) -> None:
    start = NOW + DAY
    session(of=teresa, starts_at=start)
    assert sweep(NOW + 2 * HOUR + MINUTE) == 0
    assert sweep(start - 39 * MINUTE) == 0


def test_a_reminder_whose_moment_was_before_the_booking_is_never_posted(teresa: Client) -> None:
    start = NOW + 23 * HOUR
    session(of=teresa, starts_at=start, booked_at=NOW - MINUTE)
    assert sweep(NOW) == 0
    assert sweep(start - HOUR) == 1


def test_a_move_earns_a_new_letter_and_the_old_one_is_dropped(teresa: Client) -> None:
    appointment = session(of=teresa, starts_at=NOW + DAY)
    assert sweep(NOW) == 1
    move(appointment, starts_at=NOW + 3 * DAY, at=NOW + MINUTE)
    assert deliver(NOW + MINUTE) == {"dropped": 1}
    assert sweep(NOW + 2 * DAY) == 1
    assert deliver(NOW + 2 * DAY) == {"kept": 1}


def test_a_move_to_a_near_time_is_not_announced_for_a_moment_that_has_passed(teresa: Client) -> None:
    appointment = session(of=teresa, starts_at=NOW + 3 * DAY)
    move(appointment, starts_at=NOW + 23 * HOUR, at=NOW - MINUTE)
    assert sweep(NOW) == 0


def test_a_cancelled_session_is_not_found_and_its_letter_dropped(teresa: Client) -> None:
    appointment = session(of=teresa, starts_at=NOW + DAY)
    sweep(NOW)
    Appointment.objects.filter(pk=appointment.pk).update(status="cancelled", cancelled_at=NOW)
    assert deliver(NOW + MINUTE) == {"dropped": 1}
    assert sweep(NOW + 23 * HOUR) == 0


def test_the_day_before_is_twenty_four_elapsed_hours_also_when_the_clocks_change(teresa: Client) -> None:
    """Lisbon, 28 March 2027: at one o'clock it is two. Ten o'clock on Sunday is 23 hours after ten on Saturday."""
    lisbon = ZoneInfo("Europe/Lisbon")
    start = datetime(2027, 3, 28, 10, tzinfo=lisbon).astimezone(UTC)
    session(of=teresa, starts_at=start)
    assert sweep(datetime(2027, 3, 27, 8, 59, tzinfo=lisbon)) == 0
    assert sweep(datetime(2027, 3, 27, 9, 0, tzinfo=lisbon)) == 1
    assert deliver(datetime(2027, 3, 27, 9, 0, tzinfo=lisbon)) == {"kept": 1}
    letter = Letter.objects.get()
    assert letter.subject == "Tomorrow at 10:00, with Marta"
    assert "Tomorrow, Sunday 28 March, 10:00, your time in Lisbon. For Marta in Copenhagen" in letter.text
    assert "For Marta in Copenhagen it is 11:00." in letter.text


def test_people_choose_their_hours(teresa: Client, outsider: Client) -> None:
    start = NOW + 2 * DAY
    session(of=teresa, starts_at=start)
    session(of=outsider, starts_at=start + HOUR)
    actions.choose(person=teresa.user, session_hours=[2], paused_until=None, now=NOW)
    actions.choose(person=outsider.user, session_hours=[], paused_until=None, now=NOW)
    assert [sweep(start - DAY), sweep(start - 2 * HOUR), sweep(start - HOUR), sweep(start)] == [0, 1, 0, 0]
    assert Letter.objects.get().person == teresa.user


def test_a_reminder_that_is_not_wanted_any_more_is_dropped(teresa: Client) -> None:
    session(of=teresa, starts_at=NOW + DAY)
    sweep(NOW)
    actions.choose(person=teresa.user, session_hours=[1], paused_until=None, now=NOW)
    assert deliver(NOW) == {"dropped": 1}


def test_a_session_reminder_comes_also_while_paused(teresa: Client) -> None:
    session(of=teresa, starts_at=NOW + DAY)
    actions.choose(person=teresa.user, session_hours=[24], paused_until=NOW + 9 * DAY, now=NOW)
    assert sweep(NOW) == 1
    assert deliver(NOW) == {"kept": 1}


def test_a_reminder_keeps_the_meeting_address_off_the_lock_screen(teresa: Client) -> None:
    appointment = session(of=teresa, starts_at=NOW + DAY)
    appointment.session_type.address = "https://meet.example/secret-room"
    appointment.session_type.save(update_fields=["address"])
    sweep(NOW)
    deliver(NOW)
    letter = Letter.objects.get()
    assert "secret-room" not in letter.text + letter.html
    assert f"/sessions/{appointment.pk}/" in letter.text
    assert letter.why == "You get this the day before each session."


def test_a_sweep_takes_the_same_queries_for_one_session_and_for_thirty(teresa: Client) -> None:
    first, second = NOW + 2 * HOUR, NOW + 4 * HOUR
    session(of=teresa, starts_at=first + DAY)
    sweep(first - HOUR)
    with CaptureQueriesContext(connection) as one:
        assert sweep(first) == 1
    for _n in range(30):
        other = cast.client(of=cast.practitioner())
        session(of=other, starts_at=second + DAY)
    sweep(second - HOUR)
    with CaptureQueriesContext(connection) as many:
        assert sweep(second) == 30
    assert len(many) == len(one)


def test_unread_messages_are_told_after_a_quiet_while_but_not_into_a_pause(
    teresa: Client, outsider: Client
) -> None:
    for client in (teresa, outsider):
        thread, _ = Conversation.objects.get_or_create(client=client)
        send(conversation=thread, author=client.practitioner.user, uuid=uuid4(), words="Hello", now=NOW)
    actions.choose(person=outsider.user, session_hours=[24], paused_until=NOW + DAY, now=NOW)
    assert actions.sweep(NOW + MINUTE)["messages"] == 0
    assert actions.sweep(NOW + HOUR)["messages"] == 1
    assert actions.sweep(NOW + 2 * HOUR)["messages"] == 0
    letter = Letter.objects.get()
    assert (letter.kind, letter.person) == ("messaging.unread", teresa.user)
    assert deliver(NOW + HOUR) == {"kept": 1}
    assert actions.sweep(NOW + DAY)["messages"] == 1  # the pause has ended


def test_the_command_says_what_it_did(teresa: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sweep")
    assert capsys.readouterr().out == "Reminders: none was due.\nLetters: none was due.\n"
