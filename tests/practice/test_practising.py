"""Giving, doing, noting, stopping: what changes, who is told, and that a retry changes nothing more."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.library.models import Lesson
from coaching.live.models import Event
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice import actions, queries
from coaching.practice.models import Assignment, PracticeEntry
from coaching.story.actions import rate_reserve
from coaching.story.models import ReserveRating
from coaching.story.queries import ratings
from tests import cast


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(of=marta, position="lying on your back")


@pytest.fixture
def given(teresa: Client, lesson: Lesson) -> Assignment:
    return cast.assignment(to=teresa, lesson=lesson)


def _assign(teresa: Client, lesson: Lesson, now: datetime) -> Assignment:
    return actions.assign(client=teresa, lesson=lesson, note="Slowly.", starts_on=now.date(), now=now)


def test_a_lesson_given_is_told_in_a_letter_without_the_note(teresa: Client, lesson: Lesson, now: datetime) -> None:
    _assign(teresa, lesson, now)
    letter = Letter.objects.get(kind="practice.assigned")
    told = tell_in_their_words(letter, now)
    assert told
    assert (letter.person, told.subject) == (teresa.user, "Marta has a lesson for you")
    assert told.paragraphs[1] == "14 minutes. Most days, from 23 November."
    assert "Slowly" not in str(told)


def test_a_letter_about_a_lesson_that_was_ended_is_no_longer_true(
    teresa: Client, lesson: Lesson, now: datetime
) -> None:
    actions.end(assignment=_assign(teresa, lesson, now), now=now)
    assert tell_in_their_words(Letter.objects.get(), now) is None


def test_the_same_lesson_is_not_given_twice(teresa: Client, lesson: Lesson, now: datetime) -> None:
    _assign(teresa, lesson, now)
    with pytest.raises(actions.AlreadyGiven) as refused:
        _assign(teresa, lesson, now)
    assert refused.value.sentence == "Teresa has “Arch and flatten” already: change it instead."
    assert (Assignment.objects.count(), Letter.objects.count()) == (1, 1)


def _note(teresa: Client, given: Assignment, now: datetime, **said: object) -> PracticeEntry:
    lesson = given.lesson
    assert lesson
    said.setdefault("token", uuid4())
    return actions.note(
        client=teresa, lesson=lesson, assignment=given, day=now.date(), before=6, after=3, now=now, **said
    )


def test_one_form_notes_once(teresa: Client, given: Assignment, now: datetime) -> None:
    token = uuid4()
    first = _note(teresa, given, now, token=token, felt=["softer"])
    again = _note(teresa, given, now + timedelta(seconds=2), token=token, felt=["warmer"])
    assert first == again
    assert PracticeEntry.objects.get().felt == ["softer"]
    assert Event.objects.filter(kind="practice.noted", person=teresa.practitioner.user).count() == 1


def test_sharper_pain_stops_the_lesson_and_tells_the_practitioner_once(
    teresa: Client, given: Assignment, now: datetime
) -> None:
    token = uuid4()
    for _ in range(2):
        _note(teresa, given, now, token=token, felt=["sharp"])
    given.refresh_from_db()
    assert (given.state, given.stopped_at) == ("stopped", now)
    letter = Letter.objects.get()
    assert (letter.kind, letter.person) == ("practice.stopped", teresa.practitioner.user)
    told = tell_in_their_words(letter, now)
    assert told
    assert told.subject == "A lesson was stopped"
    assert Event.objects.filter(kind="practice.stopped").count() == 1


def test_stopping_twice_tells_once(given: Assignment, now: datetime) -> None:
    assert actions.stop(assignment=given, now=now) is True
    assert actions.stop(assignment=given, now=now + timedelta(seconds=1)) is False
    assert Letter.objects.count() == 1


def test_a_lesson_goes_on_when_the_practitioner_says_so(given: Assignment, now: datetime) -> None:
    actions.stop(assignment=given, now=now)
    actions.resume(assignment=given, now=now)
    given.refresh_from_db()
    assert (given.state, given.stopped_at) == ("active", None)
    letters = {letter.kind: tell_in_their_words(letter, now) for letter in Letter.objects.all()}
    assert letters["practice.stopped"] is None
    assert letters["practice.resumed"]


def test_a_lesson_that_rests_for_the_practitioner_waits_for_nobody(given: Assignment, now: datetime) -> None:
    actions.pause(assignment=given, now=now)
    given.refresh_from_db()
    assert (given.state, given.stopped_at) == ("stopped", None)
    assert not Letter.objects.exists()


def test_a_week_has_one_rating_and_the_last_one_holds(teresa: Client, now: datetime) -> None:
    for value in (4, 6):
        rate_reserve(client=teresa, week=now.date() + timedelta(days=2), value=value, now=now)
    rating = ReserveRating.objects.get()
    assert (rating.week, rating.value) == (now.date(), 6)
    assert [week.value for week in ratings(teresa, now.date())] == [6]


def test_today_holds_at_most_four_the_open_ones_first(teresa: Client, marta: Practitioner, now: datetime) -> None:
    lessons = [cast.lesson(of=marta, title=f"Lesson {number}") for number in range(6)]
    given = [cast.assignment(to=teresa, lesson=one) for one in lessons]
    Assignment.objects.filter(pk=given[0].pk).update(rhythm="when_needed")
    cast.entry(by=teresa, lesson=lessons[1], after=3)
    found = queries.today(teresa, now.date())
    assert [one.lesson.title for one in found] == ["Lesson 2", "Lesson 3", "Lesson 4", "Lesson 1"]
    assert (found[0].standing, found[0].dosage, found[0].is_done, found[3].is_done) == (
        "Day 9 of 14",
        "Most days",
        False,
        True,
    )


def test_today_leaves_out_what_is_over_resting_or_not_begun(
    teresa: Client, outsider: Client, marta: Practitioner, now: datetime
) -> None:
    day = now.date()
    for number, fields in enumerate(
        [
            {"starts_on": day + timedelta(days=1), "until": None},
            {"starts_on": day - timedelta(days=9), "until": day - timedelta(days=1)},
            {"state": "stopped"},
            {"state": "ended"},
        ]
    ):
        cast.assignment(to=teresa, lesson=cast.lesson(of=marta, title=f"Lesson {number}"), **fields)
    cast.assignment(to=outsider, lesson=cast.lesson(of=marta, title="Not Teresa's"))
    assert queries.today(teresa, day) == []


def test_today_asks_as_often_for_one_as_for_many(teresa: Client, marta: Practitioner, now: datetime) -> None:
    counts = []
    for wanted in (1, 30):
        for number in range(Assignment.objects.count(), wanted):
            cast.assignment(to=teresa, lesson=cast.lesson(of=marta, title=f"Lesson {number}"))
        with CaptureQueriesContext(connection) as asked:
            queries.today(teresa, now.date())
        counts.append(len(asked))
    assert counts == [4, 4]
