"""What was agreed with a client, day by day: each span of one dosage is kept, so later changes rewrite nothing.

Only lessons are counted: what a program asks for is asked for by its lessons. Days are of the client's calendar.
Every function works in the caller's transaction.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F

from coaching.practice.models import Assignment
from coaching.practice.models_arc import Agreed


def begin(assignment: Assignment, on: date) -> None:
    """From `on`, or from its first day when that lies ahead, the assignment asks for what it says now.

    What it asked for before ends on the day before. One that was never asked for yet begins with its first day,
    also when that has passed. Nothing begins while it rests, or after it ended.
    """
    if assignment.lesson_id is None:
        return
    was_asked = Agreed.objects.filter(assignment=assignment).exists()
    if was_asked:
        close(assignment, on - timedelta(days=1))
    if assignment.state != Assignment.State.ACTIVE:
        return
    Agreed.objects.create(
        assignment=assignment,
        begins_on=max(on, assignment.starts_on) if was_asked else assignment.starts_on,
        rhythm=assignment.rhythm,
        times_a_day=assignment.times_a_day,
    )


def begin_all(keys: Iterable[UUID], on: date) -> None:
    """The same for all assignments with these keys."""
    for assignment in Assignment.objects.filter(pk__in=list(keys)):
        begin(assignment, on)


def close(assignment: Assignment, on: date) -> None:
    """After `on` the assignment asks for nothing more. What was over before stays over."""
    close_all([assignment.pk], on)


def close_all(keys: Iterable[UUID], on: date) -> None:
    """The same for all assignments with these keys. What would have begun after `on` was never asked for, what ran
    out by its own `until` ended then."""
    spans = Agreed.objects.filter(assignment__in=list(keys))
    spans.filter(begins_on__gt=on).delete()
    spans.filter(ends_on=None, assignment__until__lt=F("begins_on")).delete()
    for ran_out in spans.filter(ends_on=None, assignment__until__lt=on).select_related("assignment"):
        ran_out.ends_on = ran_out.assignment.until
        ran_out.save(update_fields=["ends_on"])
    spans.filter(ends_on=None).update(ends_on=on)
    spans.filter(ends_on__gt=on).update(ends_on=on)


def change(assignment: Assignment, before: Assignment, on: date) -> None:
    """The assignment was `before` and is another now: what is asked for changes from `on`, if it changes at all."""
    if not _differs(assignment, before, on):
        return
    if before.until and before.until < on:  # it had run out: what lies between then and now was not asked for
        close(assignment, before.until)
    begin(assignment, on)


def _differs(now: Assignment, before: Assignment, on: date) -> bool:
    ran_out = before.until is not None and before.until < on
    dosage = (now.rhythm, now.times_a_day) != (before.rhythm, before.times_a_day)
    return dosage or now.starts_on != before.starts_on or (ran_out and now.until != before.until)
