"""Posting the letters of this room."""

from datetime import datetime

from accounts.models import User
from coaching.outbox import actions as outbox
from coaching.practice.models import Assignment


def write(
    assignment: Assignment,
    kind: str,
    person: User,
    now: datetime,
    *,
    urgency: int = 50,
    due_at: datetime | None = None,
) -> None:
    """A letter about one assignment, due now or at `due_at`."""
    outbox.post(
        kind=kind,
        key=f"{kind}:{assignment.pk}:{now.isoformat()}",
        person=person,
        about={"assignment": str(assignment.pk)},
        due_at=due_at or now,
        urgency=urgency,
        now=now,
    )


def write_opened(assignment: Assignment, *, due_at: datetime, now: datetime) -> None:
    """That a further lesson of a program is open, told once for the day on which it opens."""
    day = assignment.starts_on.isoformat()
    outbox.post(
        kind="practice.opened",
        key=f"practice.opened:{assignment.pk}:{day}",
        person=assignment.client.user,
        about={"assignment": str(assignment.pk), "day": day},
        due_at=due_at,
        now=now,
    )
