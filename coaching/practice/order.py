"""A lesson to relearn never opens before the one that unlearns: looked up for one client."""

from datetime import date

from coaching.library.models import Lesson
from coaching.people.models import Client
from coaching.practice.models import Assignment
from coaching.practice.refusals import TooEarly


def has_opened(client: Client, lesson: int, by: date, but: Assignment | None = None) -> bool:
    """Whether a lesson (its key) was ever the client's to do by this day. `but` does not count."""
    given = Assignment.objects.of(client).filter(lesson=lesson, starts_on__lte=by)
    return (given.exclude(pk=but.pk) if but else given).exists()


def check_opening(client: Client, lesson: Lesson, day: date) -> None:
    """Raises `TooEarly` when `lesson` may not open for this client on `day`."""
    if lesson.follows_id and not has_opened(client, lesson.follows_id, day):
        raise TooEarly(lesson, Lesson.objects.get(pk=lesson.follows_id), client)


def check_moving(assignment: Assignment, day: date) -> None:
    """Raises `TooEarly` when moving its start to `day` would let a lesson open before the one it comes after."""
    lesson, client = assignment.lesson, assignment.client
    if lesson is None:
        return
    check_opening(client, lesson, day)
    after = Assignment.objects.of(client).filter(lesson__follows=lesson, starts_on__lt=day)
    for other in after.exclude(state=Assignment.State.ENDED).select_related("lesson"):
        if other.lesson and not has_opened(client, lesson.pk, other.starts_on, but=assignment):
            raise TooEarly(other.lesson, lesson, client)
