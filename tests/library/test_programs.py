"""Programs: an order that may be, days that go on, and pages that put lessons into their places."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from coaching.library.models import Lesson, Program
from coaching.library.programs import actions, rules
from coaching.library.programs.rules import Opened, Step
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.conftest import signed_in

MONDAY = date(2026, 11, 23)


@st.composite
def _steps(draw: st.DrawFn) -> list[Step]:
    """Programs in a good order: who follows stands below, days go on."""
    count = draw(st.integers(1, 8))
    days = sorted(draw(st.lists(st.integers(0, 60), min_size=count, max_size=count)))
    return [
        Step(
            lesson,
            follows=draw(st.none() | st.integers(0, lesson - 1)) if lesson else None,
            after_days=days[lesson],
            times=draw(st.integers(1, 3)),
        )
        for lesson in range(count)
    ]


@given(_steps(), st.sampled_from(["together", "days", "turn", "hand"]))
def test_a_lesson_never_opens_before_the_one_that_it_follows(steps: list[Step], opening: str) -> None:
    assert rules.too_early(steps) is None
    first = rules.first_days(opening, steps, MONDAY)
    opened = dict.fromkeys(first, Opened())
    for step in steps:
        if step.lesson in first and step.follows is not None:
            assert first[step.follows] <= first[step.lesson]
    while (lesson := rules.next_unopened(steps, opened)) is not None:
        follows = next(step.follows for step in steps if step.lesson == lesson)
        assert follows is None or follows in opened
        opened[lesson] = Opened()
    assert set(opened) == {step.lesson for step in steps}


@given(_steps(), st.randoms(use_true_random=False))
def test_in_turn_everything_opens_once_all_is_done(steps: list[Step], chance: object) -> None:
    opened: dict[int, Opened] = {steps[0].lesson: Opened()}
    for _ in range(100):
        done = {lesson: Opened(done=each.done + 1) for lesson, each in opened.items()}
        opened = done
        if (lesson := rules.next_in_turn(steps, opened)) is not None:
            before = steps[: [step.lesson for step in steps].index(lesson)]
            assert all(opened[step.lesson].done >= step.times for step in before)
            opened[lesson] = Opened()
    assert len(opened) == len(steps)


@given(st.permutations(range(6)))
def test_whatever_stands_wrong_is_named(order: list[int]) -> None:
    """Lesson 5 follows lesson 0: that alone decides."""
    steps = [Step(lesson, follows=0 if lesson == 5 else None) for lesson in order]
    expected = (5, 0) if order.index(5) < order.index(0) else None
    assert rules.too_early(steps) == expected


def test_nothing_opens_in_turn_while_one_waits_for_a_word() -> None:
    steps = [Step(1), Step(2), Step(3)]
    assert rules.next_in_turn(steps, {1: Opened(done=1)}) == 2
    assert rules.next_in_turn(steps, {1: Opened(done=1, waits=True)}) is None
    assert rules.next_in_turn(steps, {1: Opened(ended=True)}) == 2


def test_each_lesson_has_its_days_before_the_last_one_of_the_program() -> None:
    steps = [Step(1), Step(2, after_days=14)]
    assert rules.last_day("days", steps, MONDAY, 7) == MONDAY + timedelta(days=20)
    assert rules.last_day("together", steps, MONDAY, 7) == MONDAY + timedelta(days=6)
    assert rules.last_day("turn", steps, MONDAY, 7) is None


# --- made and changed -------------------------------------------------------------------------------------


@pytest.fixture
def lessons(marta: Practitioner) -> list[Lesson]:
    return cast.lessons(of=marta)


@pytest.fixture
def program(marta: Practitioner, lessons: list[Lesson]) -> Program:
    return cast.program(of=marta, lessons=lessons)


def _titles(program: Program) -> list[str]:
    return [str(step.lesson) for step in program.steps.select_related("lesson")]


def _press(browser: Browser, program: Program, name: str, title: str, **more: object) -> str:
    step = program.steps.get(lesson__title=title)
    address = reverse("program_steps", args=[program.pk])
    return browser.post(address, {name: step.pk, **more}, follow=True).content.decode()


def test_a_program_is_made_and_filled(as_marta: Browser, lessons: list[Lesson]) -> None:
    as_marta.post(reverse("new_program"), {"title": "A week", "purpose": "Softly.", "opening": "days"})
    program = Program.objects.get()
    for lesson in [*reversed(lessons), lessons[0]]:
        as_marta.post(reverse("add_to_program", args=[program.pk]), {"lesson": lesson.pk})
    # "Roll and reach" came first, and the lesson that it follows was put above it.
    assert _titles(program) == ["Arch and flatten", "Roll and reach", "Side bend"]
    assert list(program.steps.values_list("after_days", flat=True)) == [0, 7, 14]


def test_lessons_move_by_buttons_and_the_page_says_where_to(as_marta: Browser, program: Program) -> None:
    assert "“Side bend” is now number 1 of 3." in _press(as_marta, program, "up", "Side bend")
    assert _titles(program) == ["Side bend", "Arch and flatten", "Roll and reach"]
    assert "“Side bend” is now number 2 of 3." in _press(as_marta, program, "down", "Side bend")
    _press(as_marta, program, "remove", "Side bend")
    assert _titles(program) == ["Arch and flatten", "Roll and reach"]


def test_an_order_that_cannot_be_is_refused_in_one_sentence(as_marta: Browser, program: Program) -> None:
    _press(as_marta, program, "up", "Roll and reach")
    page = _press(as_marta, program, "up", "Roll and reach")
    assert "“Roll and reach” comes after “Arch and flatten”: put it below." in page
    assert _titles(program) == ["Arch and flatten", "Roll and reach", "Side bend"]


def test_days_stay_with_the_places_and_only_go_on(as_marta: Browser, program: Program) -> None:
    Program.objects.update(opening="days")
    _press(as_marta, program, "up", "Side bend")
    assert list(program.steps.values_list("after_days", flat=True)) == [0, 7, 14]
    days = {f"days-{step.pk}": day for step, day in zip(program.steps.all(), (0, 9, 3), strict=True)}
    page = as_marta.post(reverse("program_steps", args=[program.pk]), days, follow=True).content.decode()
    assert "“Roll and reach” would open before the lesson above it" in page
    assert list(program.steps.values_list("after_days", flat=True)) == [0, 7, 14]


def test_a_script_is_answered_with_words(as_marta: Browser, program: Program) -> None:
    keys = list(program.steps.values_list("pk", flat=True))
    address = reverse("program_steps", args=[program.pk])

    def send(order: list[int], moved: int) -> tuple[int, str]:
        typed = {"order": ",".join(map(str, order)), "moved": moved}
        answer = as_marta.post(address, typed, headers={"Accept": "application/json"})
        return answer.status_code, answer.json()["said"]

    assert send([keys[1], keys[0], keys[2]], keys[1]) == (200, "“Side bend” is now number 1 of 3.")
    assert send([keys[2], keys[1], keys[0]], keys[2]) == (
        409,
        "“Roll and reach” comes after “Arch and flatten”: put it below.",
    )
    assert _titles(program) == ["Side bend", "Arch and flatten", "Roll and reach"]


@pytest.mark.parametrize("typed", [{"order": "x,1,999999"}, {"order": "1" * 3000}, {"times-0": "x"}])
def test_nonsense_changes_nothing(as_marta: Browser, program: Program, typed: dict[str, str]) -> None:
    before = _titles(program)
    assert as_marta.post(reverse("program_steps", args=[program.pk]), typed).status_code == 302
    assert _titles(program) == before


def test_how_often_is_between_once_and_99_times(as_marta: Browser, program: Program) -> None:
    step = program.steps.all()[0]
    address = reverse("program_steps", args=[program.pk])
    as_marta.post(address, {f"times-{step.pk}": "4"})
    page = as_marta.post(address, {f"times-{step.pk}": "0"}, follow=True).content.decode()
    assert "That number does not fit" in page
    step.refresh_from_db()
    assert step.times == 4


def test_a_program_without_the_lesson_that_comes_first_says_so(as_marta: Browser, program: Program) -> None:
    page = _press(as_marta, program, "remove", "Arch and flatten")
    assert "comes after “Arch and flatten”, which is not in this program" in page


def test_a_copy_is_a_program_of_its_own(as_marta: Browser, program: Program) -> None:
    as_marta.post(reverse("duplicate_program", args=[program.pk]))
    copy = Program.objects.latest("pk")
    assert (str(copy), _titles(copy)) == ("Out of a tight back (2)", _titles(program))


def test_what_is_put_away_comes_back(as_marta: Browser, program: Program, teresa: Client) -> None:
    as_marta.post(reverse("archive_program", args=[program.pk]))
    assert "Put away" in as_marta.get(reverse("programs")).content.decode()
    assert "Out of a tight back" not in as_marta.get(reverse("give", args=[teresa.pk])).content.decode()
    as_marta.post(reverse("program_back", args=[program.pk]))
    program.refresh_from_db()
    assert program.archived_at is None


@pytest.mark.parametrize(
    ("opening", "sentence"),
    [
        ("turn", "Opens when “Arch and flatten” was done once"),
        ("days", "Opens on day 8"),
        ("hand", "Opens when Marta says so"),
    ],
)
def test_the_practitioner_sees_it_as_a_client_will(
    as_marta: Browser, program: Program, opening: str, sentence: str
) -> None:
    Program.objects.update(opening=opening)
    page = as_marta.get(reverse("program_as_client", args=[program.pk])).content.decode()
    assert sentence in page


def test_anothers_program_does_not_exist(program: Program, teresa: Client, lessons: list[Lesson]) -> None:
    stranger = cast.practitioner(name="Sten Stranger")
    hers = cast.lesson(of=stranger)
    own = cast.program(of=stranger, lessons=[hers], title="Another")
    for name in ("program", "edit_program", "program_steps", "add_to_program", "archive_program"):
        address = reverse(name, args=[program.pk])
        assert signed_in(stranger).post(address).status_code == 404
        assert signed_in(teresa).post(address).status_code == 404
    signed_in(stranger).post(reverse("add_to_program", args=[own.pk]), {"lesson": lessons[0].pk})
    step = program.steps.all()[0].pk
    signed_in(stranger).post(reverse("program_steps", args=[own.pk]), {"remove": step, "order": step})
    assert (own.steps.count(), program.steps.count()) == (1, 3)


def test_two_who_put_it_in_order_at_once_lose_nothing(program: Program) -> None:
    """An order that was made before a lesson was added leaves that lesson at the end."""
    order = list(program.steps.values_list("pk", flat=True))
    actions.add(program=program, lesson=cast.lesson(of=program.practitioner, title="Twist"))
    actions.arrange(program=program, order=[order[1], order[0], order[2]])
    assert _titles(program) == ["Side bend", "Arch and flatten", "Roll and reach", "Twist"]


def test_programs_ask_as_often_for_many_as_for_one(as_marta: Browser, marta: Practitioner) -> None:
    as_marta.get(reverse("programs"))
    counts = []
    for wanted in (1, 12):
        for number in range(Program.objects.count(), wanted):
            lessons = [cast.lesson(of=marta, title=f"Lesson {number} {n}") for n in range(3)]
            made = cast.program(of=marta, lessons=lessons, title=f"Program {number}")
        with CaptureQueriesContext(connection) as asked:
            as_marta.get(reverse("programs"))
            as_marta.get(reverse("program", args=[made.pk]))
        counts.append(len(asked))
    assert counts[0] == counts[1]
