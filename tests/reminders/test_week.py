"""Monday's note to the practitioner."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest

from coaching.messaging.actions import send
from coaching.messaging.models import Conversation
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice import actions as practice
from coaching.reminders import actions
from coaching.story import actions as story
from tests import cast
from tests.reminders.things import deliver, session

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # half past seven in Copenhagen
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def weeks(now: datetime) -> int:
    return actions.sweep(now)["weeks"]


def note(now: datetime) -> Letter:
    weeks(now)
    deliver(now)
    return Letter.objects.get(kind="reminder.week")


def test_it_comes_on_mondays_at_half_past_seven(marta: Practitioner) -> None:
    assert [weeks(MONDAY + n * MINUTE) for n in (-1, 0, 1)] == [0, 1, 0]
    assert [weeks(MONDAY + n * DAY) for n in range(1, 8)] == [0] * 6 + [1]


def test_it_names_each_person_once_with_the_most_urgent_reason(teresa: Client, outsider: Client) -> None:
    given = cast.assignment(to=teresa, lesson=cast.lesson(of=teresa.practitioner))
    practice.stop(assignment=given, now=MONDAY - DAY)
    for client in (teresa, outsider):
        thread, _ = Conversation.objects.get_or_create(client=client)
        send(conversation=thread, author=client.user, uuid=uuid4(), words="My secret knee", now=MONDAY - DAY)
    session(of=teresa, starts_at=MONDAY + 2 * DAY)
    letter = note(MONDAY)
    assert letter.subject == "Two people need a word from you"
    assert letter.text.count("Teresa Almada") == 1
    assert "Teresa Almada stopped a lesson" in letter.text
    assert "Olaf Outsider waits for an answer" in letter.text
    assert "Nobody practised in the last seven days." in letter.text
    assert "One session is booked for the next seven days." in letter.text
    assert "knee" not in letter.text + letter.subject + letter.html


def test_what_is_in_the_way_and_silence_stand_in_it(teresa: Client, outsider: Client) -> None:
    practice.say_barrier(client=teresa, asked_on=(MONDAY - DAY).date(), why="time", now=MONDAY - DAY)
    lesson = cast.lesson(of=teresa.practitioner)
    cast.assignment(to=outsider, lesson=lesson)
    cast.entry(by=outsider, lesson=lesson, days_ago=9)
    text = note(MONDAY).text
    assert "Teresa Almada said what is in the way of practice" in text
    assert "Olaf Outsider has not practised for over a week" in text


def test_a_doctors_sign_stands_first(teresa: Client, outsider: Client) -> None:
    thread, _ = Conversation.objects.get_or_create(client=outsider)
    send(conversation=thread, author=outsider.user, uuid=uuid4(), words="Hello", now=MONDAY - 3 * DAY)
    story.answer_signs(client=teresa, signs=["fever"], now=MONDAY - DAY)
    text = note(MONDAY).text
    assert text.index("Teresa Almada please") < text.index("Olaf Outsider waits")
    assert "fever" not in text


def test_a_quiet_week_says_so(teresa: Client) -> None:
    letter = note(MONDAY)
    assert letter.subject == "Nobody is waiting for you"
    assert "No session is booked" in letter.text


def test_nobody_hears_of_anothers_clients(teresa: Client, outsider: Client) -> None:
    stranger = cast.practitioner(name="Sten Stranger", zone="Europe/Copenhagen")
    cast.client(of=stranger, name="Sue")
    thread, _ = Conversation.objects.get_or_create(client=teresa)
    send(conversation=thread, author=teresa.user, uuid=uuid4(), words="Hello", now=MONDAY - DAY)
    weeks(MONDAY)
    deliver(MONDAY)
    theirs = Letter.objects.get(kind="reminder.week", person=stranger.user)
    assert "Teresa" not in theirs.text


def test_without_clients_there_is_no_note(marta: Practitioner) -> None:
    weeks(MONDAY)
    assert deliver(MONDAY) == {"dropped": 1}


def test_it_can_be_switched_off_and_waits_for_quiet_hours(teresa: Client) -> None:
    marta = teresa.practitioner
    actions.choose(person=marta.user, quiet_from=time(21), quiet_until=time(9), now=MONDAY - DAY)
    assert [weeks(MONDAY), weeks(MONDAY + 90 * MINUTE)] == [0, 1]
    actions.choose(person=marta.user, off=["week"], now=MONDAY)
    assert weeks(MONDAY + 7 * DAY + 90 * MINUTE) == 0
