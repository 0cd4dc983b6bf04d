"""Programs given to a client: how their lessons open. Each that has opened is an assignment of its own."""

from collections.abc import Sequence
from copy import copy
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count

from coaching.library.models import Program, ProgramStep
from coaching.library.programs import rules
from coaching.library.programs.queries import as_rules
from coaching.media.models import StoredFile
from coaching.people.models import Client
from coaching.practice import agreeing, holding
from coaching.practice.models import Assignment
from coaching.practice.order import check_opening, has_opened
from coaching.practice.posting import write, write_opened
from coaching.practice.refusals import AlreadyGiven, NothingInIt, TooEarly, TooShort
from coaching.story.signs import holds_back

MORNING = time(8)  # on the client's clock: when a lesson that opens on its day is told of
_IN_FORCE = (Assignment.State.ACTIVE, Assignment.State.STOPPED)


def give_program(
    *,
    client: Client,
    program: Program,
    rhythm: str = Assignment.Rhythm.MOST_DAYS,
    times_a_day: int = 1,
    note: str = "",
    voice: StoredFile | None = None,
    starts_on: date,
    until: date | None = None,
    now: datetime,
) -> Assignment:
    """Gives a program to a client, who gets one letter. Days are of the client's calendar.

    A lesson that the client has already becomes a part of it. Raises `AlreadyGiven`, `HeldBack`, `NothingInIt`,
    `TooEarly` or `TooShort`.
    """
    with transaction.atomic():
        holding.check(client)
        steps = _steps(program)
        _check(client, program, steps, starts_on, until)
        parent = Assignment.objects.create(
            client=client,
            program=program,
            rhythm=rhythm,
            times_a_day=times_a_day,
            note=note,
            voice=voice,
            starts_on=starts_on,
            until=until,
            created_at=now,
        )
        days = rules.first_days(program.opening, as_rules(steps), starts_on)
        for step in steps:
            if step.lesson_id in days:
                _open(parent, step, days[step.lesson_id], now)
        if program.opening == Program.Opening.IN_TURN:
            _pass_by_what_was_done(parent, steps, now)
        write(parent, "practice.assigned", client.user, now)
        _tell_of_later_days(parent, now)
    return parent


def _pass_by_what_was_done(parent: Assignment, steps: Sequence[ProgramStep], now: datetime) -> None:
    """A lesson that the client had, and has done often enough, opens the next with the program."""
    while (lesson := rules.next_in_turn(as_rules(steps), opened_of(parent))) is not None:
        if _open(parent, _step_of(steps, lesson), parent.starts_on, now):
            return


def go_on_in_turn(*, assignment: Assignment | None, now: datetime) -> None:
    """A lesson was done, or ended: the next of its program opens if it was done often enough, or is over. In the
    caller's transaction."""
    parent = assignment.part_of if assignment else None
    if parent is None or parent.program is None or parent.program.opening != Program.Opening.IN_TURN:
        return
    waits = holds_back(client=parent.client)
    parent = _held(parent)
    steps = _steps(parent.program)
    if waits or not _goes_on(parent, _today(parent, now)):
        return
    while (lesson := rules.next_in_turn(as_rules(steps), opened_of(parent))) is not None:
        if _open_now(parent, _step_of(steps, lesson), now):
            return


def open_next(*, assignment: Assignment, now: datetime) -> Assignment | None:
    """The practitioner opens the next lesson of a program by hand. None: all are open, or it is not going on.

    Raises `HeldBack`, `TooEarly`.
    """
    with transaction.atomic():
        holding.check(assignment.client)
        parent = _held(assignment)
        steps = _steps(parent.program)
        lesson = rules.next_unopened(as_rules(steps), opened_of(parent))
        if lesson is None or not _goes_on(parent, _today(parent, now)):
            return None
        step = _step_of(steps, lesson)
        check_opening(parent.client, step.lesson, _today(parent, now))
        _open_now(parent, step, now)
    return parent.parts.get(lesson=lesson)


def change_program(
    *,
    assignment: Assignment,
    rhythm: str,
    times_a_day: int,
    note: str,
    starts_on: date,
    until: date | None,
    now: datetime,
) -> Assignment:
    """Another dosage, for all its lessons; another first day moves theirs along. Raises `TooEarly`, `TooShort`."""
    with transaction.atomic():
        parent = _held(assignment)
        by = starts_on - parent.starts_on
        parts = list(parent.parts.exclude(state=Assignment.State.ENDED).select_related("lesson"))
        were = [copy(part) for part in parts]
        for part in parts:
            part.starts_on += by if part.starts_on >= parent.starts_on else timedelta(0)
            part.rhythm, part.times_a_day, part.until = rhythm, times_a_day, until
        if until and parts and (last := max(part.starts_on for part in parts)) > until:
            raise TooShort(last)
        parent.rhythm, parent.times_a_day, parent.note = rhythm, times_a_day, note
        parent.starts_on, parent.until = starts_on, until
        parent.save(update_fields=["rhythm", "times_a_day", "note", "starts_on", "until"])
        Assignment.objects.bulk_update(parts, ["starts_on", "rhythm", "times_a_day", "until"])
        for part, before in zip(parts, were, strict=True):
            agreeing.change(part, before, _today(parent, now))
        for part in parts:
            if part.lesson:
                check_opening(parent.client, part.lesson, part.starts_on)
        _tell_of_later_days(parent, now)
    return parent


def opened_of(parent: Assignment) -> dict[int, rules.Opened]:
    """How each lesson stands that has opened, by its key. One query."""
    parts = parent.parts.order_by("created_at").annotate(done=Count("entries"))
    return {
        part.lesson_id: rules.Opened(
            done=part.done,
            waits=part.state == Assignment.State.STOPPED,
            ended=part.state == Assignment.State.ENDED,
        )
        for part in parts
        if part.lesson_id
    }


def _check(
    client: Client, program: Program, steps: Sequence[ProgramStep], starts_on: date, until: date | None
) -> None:
    if not steps:
        raise NothingInIt(program)
    if Assignment.objects.of(client).filter(program=program, state__in=_IN_FORCE).exists():
        raise AlreadyGiven(program, client)
    known = as_rules(steps)
    for lesson, first in rules.missing(known):
        if not has_opened(client, first, starts_on):
            step = _step_of(steps, lesson)
            raise (
                TooEarly(step.lesson, step.lesson.follows, client) if step.lesson.follows else NothingInIt(program)
            )
    last = max(rules.first_days(program.opening, known, starts_on).values())
    if until and last > until:
        raise TooShort(last)


def _open(parent: Assignment, step: ProgramStep, day: date, now: datetime) -> Assignment | None:
    """The new part of the program; None when the client has the lesson: then that becomes the part."""
    has = Assignment.objects.of(parent.client).filter(lesson=step.lesson_id, state__in=_IN_FORCE)
    if there := has.order_by("state", "-created_at").first():
        _adopt(there, parent, day)
        return None
    part = Assignment.objects.create(
        client=parent.client,
        lesson=step.lesson,
        part_of=parent,
        rhythm=parent.rhythm,
        times_a_day=parent.times_a_day,
        starts_on=day,
        until=parent.until,
        created_at=now,
    )
    agreeing.begin(part, day)
    return part


def _adopt(there: Assignment, parent: Assignment, day: date) -> None:
    """A lesson that the client has becomes a part. What was over begins again, what lay ahead begins in time."""
    before = copy(there)
    if there.until and there.until < day:
        there.rhythm, there.times_a_day, there.until = parent.rhythm, parent.times_a_day, parent.until
    there.part_of, there.starts_on = parent, min(there.starts_on, day)
    there.save(update_fields=["part_of", "starts_on", "rhythm", "times_a_day", "until"])
    agreeing.change(there, before, day)


def _open_now(parent: Assignment, step: ProgramStep, now: datetime) -> bool:
    """Whether the lesson is new to the client, who is then told."""
    part = _open(parent, step, max(_today(parent, now), parent.starts_on), now)
    if part:
        write_opened(part, due_at=now, now=now)
    return part is not None


def _tell_of_later_days(parent: Assignment, now: datetime) -> None:
    """One letter for each lesson that opens on a day after the program's first."""
    if parent.program is None or parent.program.opening != Program.Opening.DAY_BY_DAY:
        return
    zone = parent.client.zone
    for part in parent.parts.filter(state=Assignment.State.ACTIVE, starts_on__gt=parent.starts_on):
        morning = datetime.combine(part.starts_on, MORNING, zone)
        if morning > now:
            write_opened(part, due_at=morning, now=now)


def _held(parent: Assignment) -> Assignment:
    """The program's assignment, while nobody else opens a lesson of it."""
    held = Assignment.objects.select_for_update(of=("self",)).select_related("client__user", "program")
    return held.get(pk=parent.pk)


def _goes_on(parent: Assignment, day: date) -> bool:
    return parent.state == Assignment.State.ACTIVE and (parent.until is None or day <= parent.until)


def _today(parent: Assignment, now: datetime) -> date:
    return now.astimezone(parent.client.zone).date()


def _steps(program: Program | None) -> list[ProgramStep]:
    return list(program.steps.select_related("lesson__follows")) if program else []


def _step_of(steps: Sequence[ProgramStep], lesson: int) -> ProgramStep:
    return next(step for step in steps if step.lesson_id == lesson)
