"""What a reader wants of a letter is asked at its last moment: none of it, not now, not so many."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.outbox.models import Letter
from coaching.people import actions as people
from coaching.people.models import Client
from coaching.practice import actions as practice
from coaching.reminders import actions
from tests import cast
from tests.reminders.things import deliver, session

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NIGHT = datetime(2026, 11, 23, 23, tzinfo=UTC)  # in Lisbon, where it is the same time
MORNING = datetime(2026, 11, 24, 7, tzinfo=UTC)


def give(to: Client, now: datetime, title: str = "Arch and flatten") -> None:
    lesson = cast.lesson(of=to.practitioner, title=title)
    practice.assign(client=to, lesson=lesson, starts_on=now.date(), now=now)


def choose(person: Client, **chosen: Any) -> None:
    actions.choose(person=person.user, now=NIGHT - 9 * DAY, **chosen)


def test_a_new_lesson_waits_for_the_end_of_quiet_hours(teresa: Client) -> None:
    give(teresa, NIGHT)
    assert deliver(NIGHT) == {"put_off": 1}
    letter = Letter.objects.get()
    assert (letter.next_try_at, letter.attempts, letter.answer) == (MORNING, 0, "Its reader wants it later.")
    assert deliver(MORNING - HOUR) == {}
    assert deliver(MORNING) == {"kept": 1}


def test_whoever_sleeps_never_is_written_to_at_once(teresa: Client) -> None:
    choose(teresa, quiet_from=None, quiet_until=None)
    give(teresa, NIGHT)
    assert deliver(NIGHT) == {"kept": 1}


def test_a_new_lesson_waits_for_a_pause_to_end(teresa: Client) -> None:
    choose(teresa, paused_until=NIGHT + 3 * DAY)
    give(teresa, NIGHT)
    deliver(NIGHT)
    assert Letter.objects.get().next_try_at == MORNING + 3 * DAY


def test_more_letters_than_wanted_wait_for_tomorrow(teresa: Client) -> None:
    choose(teresa, daily_cap=1)
    noon = NIGHT - 11 * HOUR
    give(teresa, noon, "One")
    give(teresa, noon, "Two")
    assert deliver(noon) == {"kept": 1, "put_off": 1}
    assert Letter.objects.get(state="waiting").next_try_at == MORNING


def test_a_session_reminder_is_never_capped_and_never_waits(teresa: Client) -> None:
    choose(teresa, daily_cap=1, paused_until=NIGHT + 9 * DAY, quiet_from=None, quiet_until=None)
    give(teresa, NIGHT - 2 * DAY)
    session(of=teresa, starts_at=NIGHT + DAY)
    assert actions.sweep(NIGHT)["sessions"] == 1
    assert deliver(NIGHT)["kept"] == 1


def test_a_session_reminder_comes_before_quiet_hours(teresa: Client) -> None:
    """At half past seven; an hour before is half past six, and quiet until seven."""
    session(of=teresa, starts_at=MORNING + HOUR / 2)
    evening = datetime(2026, 11, 23, 20, 50, tzinfo=UTC)
    choose(teresa, session_hours=[1])
    posted = [actions.sweep(evening + n * HOUR / 60)["sessions"] for n in (-1, 0, 1)]
    assert posted == [0, 1, 0]
    assert deliver(evening) == {"kept": 1}
    assert Letter.objects.get().subject == "Tomorrow at 07:30, with Marta"


def test_the_evening_before_at_seven(teresa: Client) -> None:
    session(of=teresa, starts_at=MORNING + 5 * HOUR)
    choose(teresa, session_hours=[], evening_before=time(19))
    seven = NIGHT - 4 * HOUR
    assert [actions.sweep(moment)["sessions"] for moment in (seven - HOUR / 60, seven)] == [0, 1]
    assert deliver(seven) == {"kept": 1}
    assert Letter.objects.get().why == "You get this on the evening before each session."


def test_the_evening_before_is_dropped_when_it_is_not_wanted_any_more(teresa: Client) -> None:
    session(of=teresa, starts_at=MORNING + 5 * HOUR)
    choose(teresa, session_hours=[], evening_before=time(19))
    actions.sweep(NIGHT - 4 * HOUR)
    choose(teresa, evening_before=None)
    assert deliver(NIGHT - 4 * HOUR) == {"dropped": 1}


@pytest.mark.parametrize("topic", ["sessions", "lessons"])
def test_what_is_switched_off_is_neither_posted_nor_sent(teresa: Client, topic: str) -> None:
    choose(teresa, quiet_from=None, quiet_until=None)
    session(of=teresa, starts_at=NIGHT + DAY)
    actions.sweep(NIGHT)
    give(teresa, NIGHT)
    choose(teresa, off=[topic])
    assert deliver(NIGHT) == {"kept": 1, "dropped": 1}
    dropped = Letter.objects.get(state="dropped")
    assert dropped.answer.startswith("Its reader wants no letters")


def test_a_pain_alert_comes_at_night_whatever_is_chosen(teresa: Client) -> None:
    marta = teresa.practitioner.user
    actions.choose(person=marta, now=NIGHT, off=["messages", "stories", "week"], paused_until=NIGHT + 9 * DAY)
    given = cast.assignment(to=teresa, lesson=cast.lesson(of=teresa.practitioner))
    practice.stop(assignment=given, now=NIGHT)
    assert deliver(NIGHT) == {"kept": 1}


def test_asking_costs_a_known_number_of_queries(teresa: Client) -> None:
    choose(teresa, quiet_from=None, quiet_until=None)
    session(of=teresa, starts_at=NIGHT + DAY)
    actions.sweep(NIGHT)
    with CaptureQueriesContext(connection) as asked:
        deliver(NIGHT)
    about_wishes = [q for q in asked if "reminderchoice" in q["sql"] or "wording" in q["sql"]]
    assert len(about_wishes) == 2  # the choice, and whether anybody reworded such letters


def test_who_graduated_hears_of_a_session_but_not_of_practice(teresa: Client) -> None:
    session(of=teresa, starts_at=NIGHT + 11 * HOUR + DAY)
    cast.assignment(to=teresa, lesson=cast.lesson(of=teresa.practitioner))
    people.graduate(client=teresa, now=NIGHT - 3 * DAY)
    posted = actions.sweep(NIGHT + 11 * HOUR)
    assert (posted["sessions"], posted["practice"]) == (1, 0)
