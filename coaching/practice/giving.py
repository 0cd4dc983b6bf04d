"""What the practitioner sees of lessons and programs for one client: what can be given, and what was."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import in_words
from coaching.library import queries as library
from coaching.library.models import Lesson, Program, ProgramStep
from coaching.library.programs import queries as programs
from coaching.library.programs import rules as openings
from coaching.library.programs.words import opens_in_words
from coaching.people.models import Client
from coaching.practice import rules
from coaching.practice.models import Assignment

Link = Callable[[Assignment], str]  # where an assignment is opened, for this reader


@dataclass(frozen=True)
class Offer:
    """A lesson that could be given. `has` is it as it was given already, `first` what has to be given before it."""

    lesson: Lesson
    has: Assignment | None
    first: Lesson | None


@dataclass(frozen=True)
class ProgramOffer:
    """A program that could be given. `has` is it as it was given already, `lasts` how long it goes on where no day
    ends it."""

    program: Program
    has: Assignment | None
    lasts: str


@dataclass(frozen=True)
class ProgramRow:
    """One lesson of a program that was given. `opens` says when it will; empty: it is open, `below` says how."""

    lesson: Lesson
    part: Assignment | None
    opens: str
    below: str
    url: str


@dataclass(frozen=True)
class GivenProgram:
    assignment: Assignment
    program: Program
    rows: list[ProgramRow]
    next: Lesson | None  # that the practitioner can open by hand

    @property
    def line(self) -> str:
        return _line(self.assignment, sum(not row.opens for row in self.rows), len(self.rows))


@dataclass(frozen=True)
class Glance:
    """A program that was given, in one line. `next` is the title of the lesson that opens next, or empty."""

    assignment: Assignment
    line: str
    next: str


def _line(given: Assignment, is_open: int, whole: int) -> str:
    """ "Two of three open"."""
    if given.state == Assignment.State.STOPPED:
        return _("Rests for now")
    if is_open >= whole:
        return _("All are open")
    return _("%(number)s of %(all)s open") % {"number": in_words(is_open).capitalize(), "all": in_words(whole)}


def lessons_to_give(client: Client) -> QuerySet[Lesson]:
    """The practitioner's current lessons, and those made for this client, with their covers. Two queries."""
    own = library.every_lesson_of(client.practitioner).filter(archived_at=None)
    return own.filter(Q(only_for=None) | Q(only_for=client)).select_related("follows").order_by("-phase", "title")


def offers(client: Client, wanted: str, day: date) -> list[Offer]:
    """What can be given, those with `wanted` in their words only. Three queries."""
    found = lessons_to_give(client)
    if wanted:
        names = ("title", "area", "position", "purpose")
        found = found.filter(_any(*(Q(**{f"{name}__icontains": wanted}) for name in names)))
    given = list(Assignment.objects.of(client).filter(lesson__isnull=False))
    has = {one.lesson_id: one for one in given if one.state != Assignment.State.ENDED}
    opened = {one.lesson_id for one in given if one.starts_on <= day}
    return [
        Offer(
            lesson,
            has=has.get(lesson.pk),
            first=lesson.follows if lesson.follows_id and lesson.follows_id not in opened else None,
        )
        for lesson in found
    ]


def active_lessons(client: Client, day: date) -> int:
    """How many lessons are the client's to do on `day`. One query."""
    return Assignment.objects.of(client).running(day).filter(lesson__isnull=False).count()


def programs_to_give(client: Client, wanted: str) -> list[ProgramOffer]:
    """Programs with lessons in them. Four queries."""
    found = programs.programs_of(client.practitioner).filter(steps__isnull=False).distinct()
    if wanted:
        found = found.filter(Q(title__icontains=wanted) | Q(purpose__icontains=wanted))
    given = Assignment.objects.of(client).filter(program__isnull=False).exclude(state=Assignment.State.ENDED)
    has = {one.program_id: one for one in given}
    lasts = {
        Program.Opening.IN_TURN: _("It goes on until each lesson was done."),
        Program.Opening.BY_HAND: _("It goes on until you end it."),
    }
    return [ProgramOffer(one, has.get(one.pk), lasts.get(Program.Opening(one.opening), "")) for one in found]


def programs_at_a_glance(client: Client, day: date) -> list[Glance]:
    """The programs that the client has. One query."""
    steps = ProgramStep.objects.filter(program=OuterRef("program"))
    parts = Assignment.objects.filter(part_of=OuterRef("pk"), lesson__isnull=False)
    opened = Assignment.objects.filter(part_of=OuterRef(OuterRef("pk")), lesson__isnull=False)
    given = (
        Assignment.objects.of(client)
        .filter(program__isnull=False)
        .exclude(state=Assignment.State.ENDED)
        .select_related("program")
        .annotate(
            whole=_count(steps),
            is_open=_count(parts.filter(starts_on__lte=day)),
            next=Subquery(steps.exclude(lesson__in=opened.values("lesson")).values("lesson__title")[:1]),
        )
    )
    return [Glance(one, _line(one, one.is_open or 0, one.whole or 0), one.next or "") for one in given]


def _count(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by().values(everything=Value(1)).annotate(n=Count("*")).values("n"))


def given_programs(client: Client, day: date, *, link: Link, only: Assignment | None = None) -> list[GivenProgram]:
    """The programs that the client has, with each lesson's state. One query without any, else five."""
    parents = Assignment.objects.of(client).filter(program__isnull=False).select_related("program")
    found = list(parents.filter(pk=only.pk) if only else parents.exclude(state=Assignment.State.ENDED))
    if not found:
        return []
    steps = programs.with_steps(Program.objects.all()).in_bulk([one.program_id for one in found if one.program_id])
    parts: dict[object, dict[int | None, Assignment]] = {one.pk: {} for one in found}
    counted = Assignment.objects.filter(part_of__in=found).order_by("created_at").annotate(done=Count("entries"))
    for part in counted:
        parts[part.part_of_id][part.lesson_id] = part
    return [
        _given_program(client, one, steps[one.program_id], parts[one.pk], day, link)
        for one in found
        if one.program_id
    ]


def _given_program(
    client: Client,
    given: Assignment,
    program: Program,
    parts: dict[int | None, Assignment],
    day: date,
    link: Link,
) -> GivenProgram:
    steps = list(program.steps.all())
    who = client.practitioner.name
    rows = [
        _row(step, before, parts.get(step.lesson_id), program, day, who, link)
        for step, before in zip(steps, [None, *steps], strict=False)
    ]
    opened = {lesson: openings.Opened() for lesson in parts if lesson}
    following = openings.next_unopened(programs.as_rules(steps), opened)
    lesson = next((step.lesson for step in steps if step.lesson_id == following), None)
    return GivenProgram(given, program, rows, lesson if given.state == Assignment.State.ACTIVE else None)


def _row(
    step: ProgramStep,
    before: ProgramStep | None,
    part: Assignment | None,
    program: Program,
    day: date,
    who: str,
    link: Link,
) -> ProgramRow:
    if part is None or part.starts_on > day:
        opening = Program.Opening.DAY_BY_DAY if part else program.opening
        opens = opens_in_words(opening, step, before, part.starts_on if part else None, who=who)
        return ProgramRow(step.lesson, part, opens or _("is not open yet"), "", link(part) if part else "")
    return ProgramRow(step.lesson, part, "", _below(part, step, program), link(part))


def _below(part: Assignment, step: ProgramStep, program: Program) -> str:
    """How an open lesson stands: "Every day. Done twice of three times"."""
    if part.state == Assignment.State.ENDED:
        return _("Done for now")
    if part.state == Assignment.State.STOPPED:
        return _("Resting")
    dosage = rules.dosage(str(part.get_rhythm_display()), part.times_a_day)
    done: int = getattr(part, "done", 0)
    if program.opening != Program.Opening.IN_TURN or step.times < 2 or not 0 < done < step.times:
        return f"{dosage}."
    said = ngettext("Done once of %(all)s times", "Done %(count)s of %(all)s times", done)
    return f"{dosage}. {said % {'count': in_words(done), 'all': in_words(step.times)}}."


def _any(*conditions: Q) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found
