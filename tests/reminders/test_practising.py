"""Practice letters: one a day at the client's own time, fewer when it goes well, a question when it does not."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.library.models import Lesson
from coaching.outbox.models import Letter, Suppression
from coaching.people import actions as people
from coaching.people.models import Client
from coaching.practice import actions as practice
from coaching.practice.models import PracticeEntry
from coaching.reminders import actions
from coaching.reminders.models import ReminderChoice, SweepMark
from tests import cast
from tests.reminders.things import deliver

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday, nine o'clock in Lisbon
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _no_note_to_the_practitioner(teresa: Client) -> None:
    actions.choose(person=teresa.practitioner.user, off=["week"], now=NINE - DAY)


@pytest.fixture
def lesson(teresa: Client) -> Lesson:
    return cast.lesson(of=teresa.practitioner)


@pytest.fixture
def given(teresa: Client, lesson: Lesson) -> Any:
    until = (NINE + 60 * DAY).date()
    return cast.assignment(to=teresa, lesson=lesson, rhythm="daily", until=until)


def sweep(now: datetime) -> int:
    return actions.sweep(now)["practice"]


def practised(by: Client, lesson: Lesson, at: datetime, **fields: Any) -> PracticeEntry:
    day = at.astimezone(by.zone).date()
    return PracticeEntry.objects.create(client=by, lesson=lesson, day=day, noted_at=at, **fields)


def choose(person: Client, **chosen: Any) -> None:
    actions.choose(person=person.user, now=NINE - DAY, **chosen)


def the_letter() -> Letter:
    return Letter.objects.filter(kind__startswith="reminder.").latest("pk")


def test_practice_is_announced_at_nine_once(teresa: Client, given: Any) -> None:
    assert [sweep(NINE - MINUTE), sweep(NINE), sweep(NINE + MINUTE), sweep(NINE + HOUR)] == [0, 1, 0, 0]
    assert deliver(NINE) == {"kept": 1}
    letter = the_letter()
    assert (letter.kind, letter.person, letter.due_at) == ("reminder.practice", teresa.user, NINE)
    assert letter.subject == "One lesson today"
    assert "Arch and flatten, 14 minutes" in letter.text
    assert f"/practice/{given.pk}/" in letter.text
    assert "You get this at 09:00" in letter.why


def test_all_lessons_of_a_day_come_in_one_letter(teresa: Client, given: Any) -> None:
    second = cast.lesson(of=teresa.practitioner, title="Side bend")
    cast.assignment(to=teresa, lesson=second, rhythm="most_days")
    when_needed = cast.lesson(of=teresa.practitioner, title="First aid")
    cast.assignment(to=teresa, lesson=when_needed, rhythm="when_needed")
    assert sweep(NINE) == 1
    deliver(NINE)
    letter = the_letter()
    assert letter.subject == "Two lessons today"
    assert "Arch and flatten" in letter.text
    assert "Side bend" in letter.text
    assert "First aid" not in letter.text


def test_no_subject_or_preheader_names_a_lesson(teresa: Client, given: Any) -> None:
    sweep(NINE)
    deliver(NINE)
    letter = the_letter()
    hidden = letter.html.split("display:none", 1)[1].split("</div>", 1)[0]
    assert "When it suits you." in hidden
    assert "Arch" not in letter.subject + hidden


def test_people_choose_days_and_times(teresa: Client, given: Any) -> None:
    choose(teresa, practice_days=[1, 5], practice_at=time(17, 30), practice_at_weekend=time(11))
    tuesday, saturday = NINE + DAY, NINE + 5 * DAY
    moments = [NINE, tuesday, tuesday + 8.5 * HOUR, saturday, saturday + 2 * HOUR]
    assert [sweep(moment) for moment in moments] == [0, 0, 1, 0, 1]


def test_nine_is_nine_where_the_client_is(outsider: Client) -> None:
    cast.assignment(to=outsider, lesson=cast.lesson(of=outsider.practitioner), rhythm="daily")
    in_kathmandu = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
    assert [sweep(in_kathmandu - MINUTE), sweep(in_kathmandu)] == [0, 1]


def test_a_letter_planned_for_quiet_hours_waits_for_their_end(teresa: Client, given: Any) -> None:
    choose(teresa, practice_at=time(6), quiet_from=time(22), quiet_until=time(8))
    assert [sweep(NINE - 3 * HOUR), sweep(NINE - HOUR)] == [0, 1]


@pytest.mark.parametrize(
    "away",
    [
        {"off": ["practice"]},
        {"paused_until": NINE + DAY},
        {"practice_days": []},
        {"practice_days": [6]},
    ],
)
def test_who_wants_none_gets_none(teresa: Client, given: Any, away: dict[str, Any]) -> None:
    choose(teresa, **away)
    assert sweep(NINE) == 0


def test_who_graduated_left_or_bounced_gets_none(teresa: Client, given: Any, outsider: Client) -> None:
    Suppression.objects.create(email=teresa.user.email, reason="550", refusals=2, created_at=NINE - DAY)
    assert sweep(NINE) == 0
    Suppression.objects.all().delete()
    people.graduate(client=teresa, now=NINE)
    assert sweep(NINE + DAY) == 0
    people.end(client=teresa, now=NINE)
    assert sweep(NINE + 2 * DAY) == 0
    people.resume(client=teresa, now=NINE)
    assert sweep(NINE + 3 * DAY) == 1


def test_what_is_over_or_not_begun_is_not_asked_for(teresa: Client, lesson: Lesson) -> None:
    given = cast.assignment(to=teresa, lesson=lesson, starts_on=(NINE + DAY).date(), until=(NINE + DAY).date())
    assert [sweep(NINE + n * DAY) for n in range(3)] == [0, 1, 0]
    practice.end(assignment=given, now=NINE)
    assert deliver(NINE + DAY) == {"dropped": 1}


def test_a_letter_is_dropped_when_it_was_done_or_stopped_meanwhile(
    teresa: Client, given: Any, lesson: Lesson
) -> None:
    sweep(NINE)
    practised(teresa, lesson, NINE)
    assert deliver(NINE + MINUTE) == {"dropped": 1}
    sweep(NINE + DAY)
    practice.stop(assignment=given, now=NINE + DAY)
    Letter.objects.filter(kind="practice.stopped").delete()
    assert deliver(NINE + DAY) == {"dropped": 1}


@pytest.mark.parametrize("change", ["graduate", "end"])
def test_a_letter_is_dropped_when_its_reader_left_meanwhile(teresa: Client, given: Any, change: str) -> None:
    sweep(NINE)
    getattr(people, change)(client=teresa, now=NINE)
    assert deliver(NINE) == {"dropped": 1}


def test_a_letter_that_could_not_leave_in_its_part_of_the_day_is_not_sent(teresa: Client, given: Any) -> None:
    sweep(NINE)
    assert deliver(NINE + 3 * HOUR + MINUTE) == {"expired": 1}


def test_four_letters_without_practice_become_one_question(teresa: Client, given: Any) -> None:
    PracticeEntry.objects.all().delete()
    kinds = []
    for n in range(12):
        if sweep(NINE + n * DAY):
            kinds.append(the_letter().kind)
        deliver(NINE + n * DAY)
    assert kinds == ["reminder.practice"] * 4 + ["reminder.barrier"]
    letter = the_letter()
    assert (letter.state, letter.subject) == ("kept", "What is in the way?")
    assert "/reminders/why/" in letter.text
    assert "It would help Marta" in letter.text


def test_after_an_answer_a_week_passes_before_the_next_reminder(teresa: Client, given: Any) -> None:
    for n in range(5):
        sweep(NINE + n * DAY)
        deliver(NINE + n * DAY)
    practice.say_barrier(client=teresa, asked_on=(NINE + 4 * DAY).date(), why="time", now=NINE + 4 * DAY + HOUR)
    assert [sweep(NINE + n * DAY) for n in range(5, 12)] == [0] * 6 + [1]


def test_practice_that_goes_well_is_left_alone(teresa: Client, given: Any, lesson: Lesson) -> None:
    for n in range(1, 29):
        practised(teresa, lesson, NINE - n * DAY)
    assert sweep(NINE) == 0


def test_relief_is_followed_up_after_a_day_and_a_week(teresa: Client, given: Any, lesson: Lesson) -> None:
    choose(teresa, off=["practice"])
    practised(teresa, lesson, NINE, before=7, after=3)
    assert [sweep(NINE + n * DAY) for n in range(9)] == [0, 1, 0, 0, 0, 0, 0, 1, 0]
    assert list(Letter.objects.order_by("pk").values_list("kind", "about__ago")) == [
        ("reminder.relief", 1),
        ("reminder.relief", 7),
    ]
    assert deliver(NINE + 7 * DAY) == {"expired": 1, "kept": 1}
    letter = the_letter()
    assert letter.subject == "How is it a week later?"
    assert "Arch and flatten" in letter.text


def test_a_following_up_is_dropped_when_the_lesson_was_stopped(teresa: Client, given: Any, lesson: Lesson) -> None:
    choose(teresa, off=["practice"])
    practised(teresa, lesson, NINE, before=7, after=3)
    sweep(NINE + DAY)
    practice.pause(assignment=given, now=NINE + DAY)
    assert deliver(NINE + DAY) == {"dropped": 1}


def test_relief_takes_the_place_of_the_days_reminder(teresa: Client, given: Any, lesson: Lesson) -> None:
    practised(teresa, lesson, NINE, before=7, after=3)
    assert sweep(NINE + DAY) == 1
    assert the_letter().kind == "reminder.relief"


def test_a_clock_that_ran_ahead_and_was_put_right_loses_no_letter(teresa: Client, given: Any) -> None:
    sweep(NINE + 10 * HOUR)
    assert sweep(NINE) == 1


def test_after_an_outage_what_is_still_useful_is_posted(teresa: Client, given: Any) -> None:
    sweep(NINE - DAY)
    Letter.objects.all().delete()
    assert sweep(NINE + 2 * HOUR) == 1
    SweepMark.objects.all().delete()
    Letter.objects.all().delete()
    assert sweep(NINE + 3 * HOUR + MINUTE) == 0


def test_a_sweep_takes_the_same_queries_for_one_client_and_for_thirty(teresa: Client, given: Any) -> None:
    ReminderChoice.objects.create(person=teresa.user, updated_at=NINE)
    cast.assignment(to=cast.client(of=teresa.practitioner), lesson=given.lesson, rhythm="daily")
    sweep(NINE - MINUTE)
    with CaptureQueriesContext(connection) as one:
        assert sweep(NINE) == 2
    for n in range(30):
        other = cast.client(of=teresa.practitioner, name=f"Client {n}")
        cast.assignment(to=other, lesson=given.lesson, rhythm="daily", until=None)
        practised(other, given.lesson, NINE - 3 * DAY)
        if n % 2:
            ReminderChoice.objects.create(person=other.user, updated_at=NINE)
    with CaptureQueriesContext(connection) as many:
        assert sweep(NINE + DAY) == 32
    assert len(many) == len(one)


def test_the_stage_decides_how_many_letters_leave(teresa: Client, given: Any) -> None:
    people.set_stage(client=teresa, stage="fading", since=NINE - DAY)
    assert [sweep(NINE + n * DAY) for n in range(8)] == [1, 0, 0, 0, 1, 0, 0, 0]
    people.set_stage(client=teresa, stage="own", since=NINE + 8 * DAY)
    assert [sweep(NINE + n * DAY) for n in range(8, 15)] == [0] * 7
    people.set_stage(client=teresa, stage="learning", since=NINE + 15 * DAY)
    assert sweep(NINE + 15 * DAY) == 1


def test_a_letter_that_waits_is_dropped_when_its_reader_goes_on_alone(teresa: Client, given: Any) -> None:
    assert sweep(NINE) == 1
    people.set_stage(client=teresa, stage="own", since=NINE)
    assert deliver(NINE) == {"dropped": 1}
