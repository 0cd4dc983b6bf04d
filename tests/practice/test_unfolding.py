"""A program given to a client: its lessons open as its rule says, each told once, none too early."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.library.models import Lesson, Program
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice import actions, queries, unfolding
from coaching.practice.models import Assignment
from coaching.practice.refusals import AlreadyGiven, NothingInIt, TooEarly, TooShort
from tests import cast
from tests.conftest import signed_in


@pytest.fixture
def lessons(marta: Practitioner) -> list[Lesson]:
    return cast.lessons(of=marta)


@pytest.fixture
def program(marta: Practitioner, lessons: list[Lesson]) -> Program:
    return cast.program(of=marta, lessons=lessons)


def _give(teresa: Client, program: Program, now: datetime, opening: str = "turn", **fields: object) -> Assignment:
    Program.objects.filter(pk=program.pk).update(opening=opening)
    program.refresh_from_db()
    fields.setdefault("starts_on", now.date())
    return unfolding.give_program(client=teresa, program=program, now=now, **fields)


def _open(given: Assignment, day: date) -> list[str]:
    running = given.parts.running(day).select_related("lesson").order_by("starts_on", "created_at")
    return [str(part.lesson) for part in running]


def _note(teresa: Client, given: Assignment, title: str, now: datetime, **said: object) -> None:
    part = given.parts.get(lesson__title=title)
    said.setdefault("token", uuid4())
    actions.note(
        client=teresa, lesson=part.lesson, assignment=part, day=now.date(), before=6, after=3, now=now, **said
    )


def _told() -> list[str]:
    return sorted(Letter.objects.values_list("kind", flat=True))


def test_the_page_to_give_says_how_long_a_program_goes_on_and_who_has_it(
    as_marta: Browser, teresa: Client, program: Program, now: datetime
) -> None:
    page = reverse("give", args=[teresa.pk])
    Program.objects.update(opening="hand")
    assert "It goes on until you end it." in as_marta.get(page).content.decode()
    given = _give(teresa, program, now)
    told = as_marta.get(page).content.decode()
    assert "It goes on until each lesson was done." in told
    assert f'name="program" value="{program.pk}"' not in told
    assert reverse("given", args=[teresa.pk, given.pk]) in told


def test_all_at_once_is_one_letter(teresa: Client, program: Program, now: datetime) -> None:
    given = _give(teresa, program, now, "together", rhythm="three_a_week")
    assert len(_open(given, now.date())) == 3
    assert {part.rhythm for part in given.parts.all()} == {"three_a_week"}
    told = tell_in_their_words(Letter.objects.get(), now)
    assert told
    assert told.subject == "Marta has a program for you"
    assert told.paragraphs[1] == "Three lessons. Three times a week, from 23 November."


def test_day_by_day_opens_each_on_its_day_and_tells_of_it_that_morning(
    teresa: Client, program: Program, now: datetime
) -> None:
    given = _give(teresa, program, now, "days")
    today = now.date()
    assert _open(given, today) == ["Arch and flatten"]
    assert _open(given, today + timedelta(days=6)) == ["Arch and flatten"]
    assert len(_open(given, today + timedelta(days=14))) == 3
    letters = Letter.objects.filter(kind="practice.opened").order_by("due_at")
    due = [letter.due_at.astimezone(teresa.zone) for letter in letters]
    assert [(moment.date() - today).days for moment in due] == [7, 14]
    assert {moment.hour for moment in due} == {8}
    assert tell_in_their_words(letters[0], due[0])
    actions.end(assignment=given, now=now)
    assert tell_in_their_words(letters[0], due[0]) is None


def test_in_turn_the_next_opens_when_one_was_done_often_enough(
    teresa: Client, program: Program, now: datetime
) -> None:
    program.steps.filter(place=1).update(times=2)
    given = _give(teresa, program, now)
    token = uuid4()
    for _ in range(2):  # the same form sent twice is one doing
        _note(teresa, given, "Arch and flatten", now, token=token)
    assert _open(given, now.date()) == ["Arch and flatten"]
    for minutes in range(3):
        _note(teresa, given, "Arch and flatten", now + timedelta(minutes=minutes))
    assert _open(given, now.date()) == ["Arch and flatten", "Side bend"]
    assert _told() == ["practice.assigned", "practice.opened"]
    letter = tell_in_their_words(Letter.objects.get(kind="practice.opened"), now)
    assert letter
    assert letter.subject == "The next lesson from Marta is open"
    _note(teresa, given, "Side bend", now)
    assert len(_open(given, now.date())) == 3


def test_in_turn_the_next_opens_when_the_practitioner_ends_one(
    teresa: Client, program: Program, now: datetime
) -> None:
    given = _give(teresa, program, now)
    actions.end(assignment=given.parts.get(lesson__title="Arch and flatten"), now=now)
    assert _open(given, now.date()) == ["Side bend"]
    assert _told() == ["practice.assigned", "practice.opened"]
    actions.end(assignment=given, now=now)
    assert _open(given, now.date()) == []


def test_in_turn_nothing_opens_while_one_hurts(teresa: Client, program: Program, now: datetime) -> None:
    given = _give(teresa, program, now)
    _note(teresa, given, "Arch and flatten", now, felt=["sharp"])
    assert given.parts.count() == 1


def test_by_hand_the_practitioner_opens_the_next(
    as_marta: Browser, teresa: Client, program: Program, now: datetime
) -> None:
    given = _give(teresa, program, now, "hand")
    _note(teresa, given, "Arch and flatten", now)
    assert given.parts.count() == 1
    address = reverse("open_next", args=[teresa.pk, given.pk])
    assert as_marta.get(address).status_code == 405
    page = as_marta.post(address, follow=True).content.decode()
    assert "“Side bend” is open. Teresa gets a letter." in page
    assert "Open “Roll and reach” now" in page
    for _ in range(2):
        as_marta.post(address)
    assert given.parts.count() == 3


def test_a_lesson_that_the_client_has_becomes_a_part(
    teresa: Client, program: Program, lessons: list[Lesson], now: datetime
) -> None:
    has = cast.assignment(to=teresa, lesson=lessons[0], rhythm="daily")
    given = _give(teresa, program, now)
    has.refresh_from_db()
    assert (has.part_of, has.rhythm) == (given, "daily")
    assert Assignment.objects.filter(lesson=lessons[0]).count() == 1


def test_what_was_done_before_the_program_counts_and_is_told_in_the_same_letter(
    teresa: Client, program: Program, lessons: list[Lesson], now: datetime
) -> None:
    has = cast.assignment(to=teresa, lesson=lessons[0])
    cast.entry(by=teresa, lesson=lessons[0], assignment=has)
    given = _give(teresa, program, now)
    assert {str(part.lesson) for part in given.parts.all()} == {"Arch and flatten", "Side bend"}
    assert _told() == ["practice.assigned"]


def test_a_lesson_that_hurts_stays_stopped_when_a_program_brings_it(
    teresa: Client, program: Program, lessons: list[Lesson], now: datetime
) -> None:
    hurts = cast.assignment(to=teresa, lesson=lessons[0], state="stopped", stopped_at=now)
    given = _give(teresa, program, now, "together")
    hurts.refresh_from_db()
    assert (hurts.state, hurts.part_of) == ("stopped", given)
    assert _open(given, now.date()) == ["Side bend", "Roll and reach"]


def test_what_cannot_be_given_is_refused(
    teresa: Client, marta: Practitioner, program: Program, lessons: list[Lesson], now: datetime
) -> None:
    with pytest.raises(TooShort):
        _give(teresa, program, now, "days", until=now.date() + timedelta(days=13))
    with pytest.raises(NothingInIt):
        _give(teresa, cast.program(of=marta, lessons=[], title="Empty"), now)
    with pytest.raises(TooEarly):
        _give(teresa, cast.program(of=marta, lessons=lessons[2:], title="Too early"), now)
    _give(teresa, program, now)
    with pytest.raises(AlreadyGiven):
        _give(teresa, program, now)
    assert Assignment.objects.filter(program__isnull=False).count() == 1


def test_a_program_rests_goes_on_and_ends_with_its_lessons(teresa: Client, program: Program, now: datetime) -> None:
    given = _give(teresa, program, now, "together")
    hurts = given.parts.get(lesson__title="Side bend")
    actions.stop(assignment=hurts, now=now)
    actions.pause(assignment=given, now=now)
    assert _open(given, now.date()) == []
    actions.resume(assignment=given, now=now)
    assert _open(given, now.date()) == ["Arch and flatten", "Roll and reach"]  # what hurt waits for its own word
    actions.end(assignment=given, now=now)
    assert set(given.parts.values_list("state", flat=True)) == {"ended"}
    assert _told() == ["practice.assigned", "practice.resumed", "practice.stopped"]


def test_another_first_day_moves_the_lessons_along(
    as_marta: Browser, teresa: Client, program: Program, now: datetime
) -> None:
    given = _give(teresa, program, now, "days")
    later = now.date() + timedelta(days=2)
    typed = {"rhythm": "daily", "times_a_day": 2, "starts_on": later.isoformat(), "note": "Slowly."}
    as_marta.post(reverse("given", args=[teresa.pk, given.pk]), typed)
    days = [(part.starts_on - later).days for part in given.parts.order_by("starts_on")]
    assert days == [0, 7, 14]
    assert {part.times_a_day for part in given.parts.all()} == {2}
    typed["until"] = (later + timedelta(days=3)).isoformat()
    page = as_marta.post(reverse("given", args=[teresa.pk, given.pk]), typed).content.decode()
    assert "The last lesson opens on 9 December: the last day lies after that." in page


# --- what people see --------------------------------------------------------------------------------------


def test_the_client_sees_what_is_open_and_when_the_next_opens(
    as_teresa: Browser, teresa: Client, program: Program, now: datetime
) -> None:
    given = _give(teresa, program, now, note="In this order.")
    page = as_teresa.get(reverse("practice")).content.decode()
    assert "One of three open." in page
    assert "Opens when “Arch and flatten” was done once" in page
    assert "“In this order.”" in page
    assert page.count("Arch and flatten</a>") == 1
    part = given.parts.get()
    assert reverse("practice_lesson", args=[part.pk]) in page


def test_a_lesson_that_has_not_opened_cannot_be_opened(
    as_teresa: Browser, teresa: Client, program: Program, lessons: list[Lesson], now: datetime
) -> None:
    _give(teresa, program, now)
    assert as_teresa.get(reverse("play_at", args=[lessons[1].pk])).status_code == 404
    assert [str(todo.lesson) for todo in queries.today(teresa, now.date())] == ["Arch and flatten"]


def test_the_practitioner_gives_a_program_with_one_press(
    as_marta: Browser, teresa: Client, program: Program
) -> None:
    typed = {"preset": "three", "starts_on": cast.NOW.date().isoformat(), "program": program.pk}
    page = as_marta.post(reverse("give", args=[teresa.pk]), typed, follow=True).content.decode()
    assert "“Out of a tight back” is given: three times a week." in page
    assert "One of three open" in page
    given = Assignment.objects.get(program=program)
    shown = as_marta.get(reverse("given_as_client", args=[teresa.pk, given.pk])).content.decode()
    assert "This is what Teresa sees." in shown
    assert "One of three open." in shown


def test_another_practitioner_opens_nothing(teresa: Client, program: Program, now: datetime) -> None:
    given = _give(teresa, program, now, "hand")
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    assert stranger.post(reverse("open_next", args=[teresa.pk, given.pk])).status_code == 404
    assert given.parts.count() == 1


def test_pages_ask_as_often_for_six_programs_as_for_one(
    as_teresa: Browser, as_marta: Browser, marta: Practitioner, teresa: Client, now: datetime
) -> None:
    as_teresa.get(reverse("practice"))
    as_marta.get(reverse("today"))
    counts: list[tuple[int, int]] = []
    for wanted in (1, 6):
        for number in range(Program.objects.count(), wanted):
            inside = [cast.lesson(of=marta, title=f"Lesson {number} {n}") for n in range(3)]
            _give(teresa, cast.program(of=marta, lessons=inside, title=f"Program {number}"), now, "together")
        asked = []
        for browser, address in ((as_teresa, reverse("practice")), (as_marta, reverse("client", args=[teresa.pk]))):
            with CaptureQueriesContext(connection) as seen:
                browser.get(address)
            asked.append(len(seen))
        counts.append((asked[0], asked[1]))
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 12
