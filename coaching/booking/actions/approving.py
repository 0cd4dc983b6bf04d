"""Where the practitioner approves each booking: her word on a request. A request holds its time until then."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from coaching.booking.actions import steps
from coaching.booking.actions.sessions import end
from coaching.booking.actions.steps import Settled, Status, What
from coaching.booking.models import Appointment


def approve(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """What was asked for is booked. Approving twice is the same as once. Raises Settled."""
    with transaction.atomic():
        session = steps.locked(appointment, now)
        if session.status == Status.CONFIRMED:
            return session
        if session.status != Status.REQUESTED or session.starts_at <= now:
            raise Settled
        session.status = Status.CONFIRMED
        session.sequence += 1
        session.save(update_fields=["status", "sequence"])
        steps.record(session, What.APPROVED, by=by, now=now)
        return session


def refuse(*, appointment: Appointment, by: User | None, why: str, now: datetime) -> Appointment:
    """What was asked for is not booked, and its time is free. `by` is None when nobody answered in time.

    Raises Settled.
    """
    with transaction.atomic():
        session = steps.locked(appointment, now)
        if session.status != Status.REQUESTED:
            raise Settled
        end(session, now)
        steps.record(session, What.REFUSED, by=by, now=now, why=why)
        return session


def let_requests_lapse(*, now: datetime) -> int:
    """Requests whose time has come unanswered are refused, and say so; gives how many."""
    overdue = Appointment.objects.filter(status=Status.REQUESTED, starts_at__lte=now).select_related("practitioner")
    lapsed = 0
    for session in overdue.order_by("practitioner", "starts_at"):
        try:
            refuse(appointment=session, by=None, why="", now=now)
            lapsed += 1
        except Settled:  # she answered a moment ago
            continue
    return lapsed
