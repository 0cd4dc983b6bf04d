"""Which programs a practitioner may see, with their lessons in order."""

from collections.abc import Iterable

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from coaching.library.models import Lesson, Program, ProgramStep
from coaching.library.programs import rules
from coaching.people.models import Practitioner


def programs_of(practitioner: Practitioner) -> QuerySet[Program]:
    """The practitioner's current programs by title, with their steps and covers. Three queries."""
    return every_program_of(practitioner).filter(archived_at=None)


def every_program_of(practitioner: Practitioner) -> QuerySet[Program]:
    """Archived programs too: their pages stay."""
    return with_steps(Program.objects.filter(practitioner=practitioner)).order_by("title")


def with_steps(programs: QuerySet[Program]) -> QuerySet[Program]:
    """Two further queries, whatever the number of programs."""
    steps = ProgramStep.objects.select_related("lesson__recording__file", "lesson__follows")
    return programs.prefetch_related(Prefetch("steps", steps.prefetch_related("lesson__cues")))


def as_rules(steps: Iterable[ProgramStep]) -> list[rules.Step]:
    """Steps that were fetched with their lessons. No query."""
    return [rules.Step(step.lesson_id, step.lesson.follows_id, step.after_days, step.times) for step in steps]


def can_be_added(program: Program) -> QuerySet[Lesson]:
    """The practitioner's lessons that are not in the program yet. One query."""
    inside = ProgramStep.objects.filter(program=program)
    current = Lesson.objects.of(program.practitioner).current()
    return current.exclude(pk__in=inside.values("lesson")).order_by("-phase", "title")


def upset_by(lesson: Lesson, follows: Lesson) -> Program | None:
    """A current program in which `lesson` stands above `follows`, which it is to come after. One query."""
    both = Program.objects.filter(practitioner=lesson.practitioner_id, archived_at=None).annotate(
        here=Max("steps__place", filter=Q(steps__lesson=lesson)),
        there=Max("steps__place", filter=Q(steps__lesson=follows)),
        both=Count("steps", filter=Q(steps__lesson__in=[lesson, follows])),
    )
    return next((program for program in both.filter(both=2) if program.here < program.there), None)
