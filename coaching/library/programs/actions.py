"""Making programs: their words, their lessons and the order of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from coaching.library.models import Lesson, Program, ProgramStep
from coaching.library.programs import queries, rules
from coaching.library.rules import free_title
from coaching.people.models import Practitioner

A_WEEK = 7  # days, after which a further lesson opens until somebody says otherwise
MOST_DAYS, MOST_TIMES = 730, 99


class OutOfOrder(Exception):
    """An order that cannot be. `sentence` says what stands wrong, and where it belongs."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def make(*, practitioner: Practitioner, title: str, purpose: str, opening: str, now: datetime) -> Program:
    """A program without lessons. Lessons of it open as `opening` (Program.Opening) says."""
    return Program.objects.create(
        practitioner=practitioner, title=title, purpose=purpose, opening=opening, created_at=now
    )


def change(*, program: Program, title: str, purpose: str, opening: str) -> None:
    """Raises `OutOfOrder` when the lessons' days run back and are to decide."""
    with transaction.atomic():
        steps = _held(program)
        if opening == Program.Opening.DAY_BY_DAY:
            _check_days(steps)
        program.title, program.purpose, program.opening = title, purpose, opening
        program.save(update_fields=["title", "purpose", "opening"])


def add(*, program: Program, lesson: Lesson) -> ProgramStep:
    """The lesson at the end; above those that come after it, where there are any. Adding it twice adds it once."""
    with transaction.atomic():
        steps = _held(program)
        there = next((step for step in steps if step.lesson_id == lesson.pk), None)
        if there:
            return there
        place = next((n for n, step in enumerate(steps) if step.lesson.follows_id == lesson.pk), len(steps))
        days = max((step.after_days for step in steps), default=-A_WEEK) + A_WEEK
        step = ProgramStep(program=program, lesson=lesson, place=len(steps) + 1, after_days=min(days, MOST_DAYS))
        step.save()
        if place < len(steps):
            _put([*steps[:place], step, *steps[place:]])
    return step


def arrange(
    *,
    program: Program,
    order: Sequence[int],
    after_days: Mapping[int, int] | None = None,
    times: Mapping[int, int] | None = None,
) -> None:
    """The steps (by key) in this order, with the days and times that are given. Days stay with their places.

    Raises `OutOfOrder` when a lesson would open before the one that it comes after, or when days run back. A step
    that is not named stays behind the named ones: somebody else has added it meanwhile.
    """
    with transaction.atomic():
        steps = _held(program)
        for step in steps:
            step.after_days = (after_days or {}).get(step.pk, step.after_days)
            step.times = (times or {}).get(step.pk, step.times)
        wanted = {pk: n for n, pk in enumerate(order)}
        moved = sorted(steps, key=lambda step: (wanted.get(step.pk, len(wanted)), step.place))
        _check_order(moved)
        if after_days:
            _check_days(moved)
        _put(moved)


def move(*, program: Program, step: ProgramStep, by: int) -> None:
    """One place up (-1) or down (+1). Raises `OutOfOrder`."""
    order = list(program.steps.values_list("pk", flat=True))
    place = order.index(step.pk)
    goal = min(max(0, place + by), len(order) - 1)
    order.insert(goal, order.pop(place))
    arrange(program=program, order=order)


def remove(*, program: Program, step: ProgramStep) -> None:
    """Takes a lesson out of the program. Clients whom it was given to keep it."""
    with transaction.atomic():
        steps = _held(program)
        ProgramStep.objects.filter(pk=step.pk, program=program).delete()
        _put([each for each in steps if each.pk != step.pk])


def duplicate(*, program: Program, now: datetime) -> Program:
    """The same lessons in the same order, under a title of its own."""
    titles = Program.objects.filter(practitioner=program.practitioner).values_list("title", flat=True)
    with transaction.atomic():
        copy = make(
            practitioner=program.practitioner,
            title=free_title(program.title, set(titles)),
            purpose=program.purpose,
            opening=program.opening,
            now=now,
        )
        ProgramStep.objects.bulk_create(
            ProgramStep(
                program=copy,
                lesson_id=step.lesson_id,
                place=step.place,
                after_days=step.after_days,
                times=step.times,
            )
            for step in program.steps.all()
        )
    return copy


def archive(*, program: Program, now: datetime) -> None:
    """It can be given no more. Clients who have it go on with it."""
    Program.objects.filter(pk=program.pk, archived_at=None).update(archived_at=now)


def bring_back(*, program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(archived_at=None)


def _held(program: Program) -> list[ProgramStep]:
    """Its steps, while nobody else changes them."""
    Program.objects.select_for_update().get(pk=program.pk)
    return list(program.steps.select_related("lesson__follows"))


def _put(steps: Sequence[ProgramStep]) -> None:
    """Gives them their places, first to last; days stay with the places."""
    days = rules.days_in_order(queries.as_rules(steps))
    for place, (step, after_days) in enumerate(zip(steps, days, strict=True), 1):
        step.place, step.after_days = place, after_days
    ProgramStep.objects.bulk_update(steps, ["place", "after_days", "times"])


def _check_order(steps: Sequence[ProgramStep]) -> None:
    if wrong := rules.too_early(queries.as_rules(steps)):
        titles = {step.lesson_id: step.lesson.title for step in steps}
        raise OutOfOrder(
            _("“%(lesson)s” comes after “%(first)s”: put it below.")
            % {"lesson": titles[wrong[0]], "first": titles[wrong[1]]}
        )


def _check_days(steps: Sequence[ProgramStep]) -> None:
    if (wrong := rules.runs_back(queries.as_rules(steps))) is not None:
        lesson = next(step.lesson for step in steps if step.lesson_id == wrong)
        raise OutOfOrder(_("“%s” would open before the lesson above it: days go on from first to last.") % lesson)
