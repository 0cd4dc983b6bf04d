"""What was agreed stays true, whatever is changed, rested, resumed or ended later."""

from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from coaching.library.models import Lesson
from coaching.people.models import Client, Practitioner
from coaching.practice import actions
from coaching.practice.models import Assignment
from coaching.practice.models_arc import Agreed
from coaching.practice.unfolding import give_program
from tests import cast

DAY = timedelta(days=1)
FIRST = cast.NOW.date()


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(of=marta)


@pytest.fixture
def given(teresa: Client, lesson: Lesson, now: datetime) -> Assignment:
    return actions.assign(client=teresa, lesson=lesson, rhythm="daily", starts_on=FIRST, now=now)


def _spans() -> list[tuple[int, int | None, str]]:
    """Begin and end in days after the first one, and the rhythm."""
    found = Agreed.objects.order_by("begins_on", "assignment__created_at")
    return [
        ((span.begins_on - FIRST).days, (span.ends_on - FIRST).days if span.ends_on else None, span.rhythm)
        for span in found
    ]


def _change(
    given: Assignment,
    days: int,
    *,
    rhythm: str = "",
    note: str = "",
    starts_on: date | None = None,
    until: date | None = None,
) -> None:
    given.refresh_from_db()
    actions.change(
        assignment=given,
        rhythm=rhythm or given.rhythm,
        times_a_day=given.times_a_day,
        note=note or given.note,
        starts_on=starts_on or given.starts_on,
        until=until or given.until,
        now=cast.NOW + days * DAY,
    )


def test_giving_a_lesson_agrees_on_its_dosage_from_its_first_day(given: Assignment) -> None:
    assert _spans() == [(0, None, "daily")]


def test_another_dosage_ends_one_span_and_begins_the_next(given: Assignment) -> None:
    _change(given, 5, rhythm="most_days")
    assert _spans() == [(0, 4, "daily"), (5, None, "most_days")]


def test_a_dosage_changed_twice_on_a_day_is_the_last_one(given: Assignment) -> None:
    _change(given, 5, rhythm="most_days")
    _change(given, 5, rhythm="three_a_week")
    assert _spans() == [(0, 4, "daily"), (5, None, "three_a_week")]
    _change(given, 0, rhythm="second_day")
    assert _spans() == [(0, None, "second_day")]


def test_another_note_or_another_end_that_lies_ahead_changes_no_span(given: Assignment) -> None:
    _change(given, 5, note="Slowly.", until=FIRST + 20 * DAY)
    assert _spans() == [(0, None, "daily")]


def test_a_first_day_moved_ahead_leaves_a_gap(given: Assignment) -> None:
    _change(given, 5, starts_on=FIRST + 9 * DAY)
    assert _spans() == [(0, 4, "daily"), (9, None, "daily")]


def test_what_ran_out_and_goes_on_later_was_not_asked_for_between(given: Assignment) -> None:
    _change(given, 1, until=FIRST + 6 * DAY)
    _change(given, 10, until=FIRST + 20 * DAY)
    assert _spans() == [(0, 6, "daily"), (10, None, "daily")]


@pytest.mark.parametrize("how", ["stop", "pause", "end"])
def test_a_lesson_that_rests_or_ended_is_not_asked_for_until_it_is_resumed(given: Assignment, how: str) -> None:
    getattr(actions, how)(assignment=given, now=cast.NOW + 3 * DAY)
    assert _spans() == [(0, 3, "daily")]
    actions.resume(assignment=given, now=cast.NOW + 8 * DAY)
    assert _spans() == [(0, 3, "daily"), (8, None, "daily")]


def test_a_change_while_it_rests_begins_when_it_is_resumed(given: Assignment) -> None:
    actions.stop(assignment=given, now=cast.NOW + 3 * DAY)
    _change(given, 5, rhythm="three_a_week")
    assert _spans() == [(0, 3, "daily")]
    actions.resume(assignment=given, now=cast.NOW + 8 * DAY)
    assert _spans() == [(0, 3, "daily"), (8, None, "three_a_week")]


def test_the_lessons_of_a_program_are_what_it_asks_for(
    marta: Practitioner, teresa: Client, lesson: Lesson, now: datetime
) -> None:
    program = cast.program(of=marta, lessons=[lesson, cast.lesson(of=marta, title="Side bend")], opening="together")
    whole = give_program(client=teresa, program=program, rhythm="daily", starts_on=FIRST, now=now)
    _change(whole, 4, rhythm="most_days")
    actions.pause(assignment=whole, now=cast.NOW + 6 * DAY)
    actions.resume(assignment=whole, now=cast.NOW + 9 * DAY)
    actions.end(assignment=whole, now=cast.NOW + 11 * DAY)
    each = [(0, 3, "daily"), (4, 6, "most_days"), (9, 11, "most_days")]
    assert sorted(_spans()) == sorted(2 * each)


def test_a_day_is_the_clients_own(marta: Practitioner, lesson: Lesson) -> None:
    hana = cast.client(of=marta, name="Hana Mori", zone="Asia/Tokyo")
    late = cast.NOW.replace(hour=20)  # the next day in Tokyo
    given = actions.assign(client=hana, lesson=lesson, rhythm="daily", starts_on=FIRST, now=cast.NOW)
    actions.end(assignment=given, now=late)
    assert _spans() == [(0, 1, "daily")]


@pytest.mark.parametrize(
    ("fields", "ends"),
    [
        ({}, None),
        ({"state": "stopped", "stopped_at": cast.NOW - 2 * DAY}, date(2026, 11, 21)),
        ({"state": "stopped"}, date(2026, 11, 20)),
        ({"state": "ended"}, date(2026, 11, 20)),
        ({"state": "ended", "until": date(2026, 11, 18)}, date(2026, 11, 18)),
    ],
)
def test_older_assignments_are_filled_in_as_far_as_they_tell(
    teresa: Client, lesson: Lesson, fields: dict[str, object], ends: date | None
) -> None:
    given = cast.assignment(to=teresa, lesson=lesson, **{"until": None, **fields})
    cast.entry(by=teresa, lesson=lesson, assignment=given, days_ago=3)
    fill = import_module("coaching.migrations.0022_fill_agreed").fill
    fill(apps, None)
    fill(apps, None)
    span = Agreed.objects.get()
    assert (span.begins_on, span.ends_on, span.rhythm) == (given.starts_on, ends, "most_days")


@pytest.mark.django_db
def test_a_lesson_that_was_stopped_while_its_page_stood_open_asks_for_nothing(teresa: Client) -> None:
    lesson = cast.lesson(of=teresa.practitioner)
    shown = actions.assign(client=teresa, lesson=lesson, starts_on=cast.NOW.date(), now=cast.NOW)
    actions.stop(assignment=Assignment.objects.get(), now=cast.NOW)
    actions.change(
        assignment=shown,
        rhythm="daily",
        times_a_day=2,
        note="",
        starts_on=shown.starts_on,
        until=None,
        now=cast.NOW,
    )
    assert not Agreed.objects.filter(ends_on=None).exists()
