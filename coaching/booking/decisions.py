"""What waits for the practitioner's decision, and what she answered. Each list in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from coaching.booking.models import Appointment, AppointmentChange, CalendarReply, ChangeRequest, WaitingPlace
from coaching.people.models import Practitioner

_PEOPLE = ("client__user", "practitioner__user", "session_type")
_OF_SESSION = tuple(f"appointment__{each}" for each in _PEOPLE)
_OPEN = (Appointment.Status.REQUESTED, Appointment.Status.CONFIRMED)


@dataclass(frozen=True)
class Asked:
    """Everything that waits for one practitioner, each list in the order in which it came."""

    approvals: list[Appointment]
    requests: list[ChangeRequest]
    declined: list[CalendarReply]

    def __len__(self) -> int:
        return len(self.approvals) + len(self.requests) + len(self.declined)


def asked_of(practitioner: Practitioner, now: datetime) -> Asked:
    """What this practitioner has to decide. Three queries."""
    return Asked(
        approvals=list(_approvals(practitioner, now)),
        requests=list(requests_for(practitioner, now)),
        declined=list(declined_by_calendar(practitioner, now)),
    )


def _approvals(practitioner: Practitioner, now: datetime) -> QuerySet[Appointment]:
    """Bookings that wait for her word, and have not begun."""
    waiting = Appointment.objects.filter(practitioner=practitioner, status=Appointment.Status.REQUESTED)
    return waiting.filter(starts_at__gt=now).select_related(*_PEOPLE).order_by("created_at", "id")


def requests_for(practitioner: Practitioner, now: datetime) -> QuerySet[ChangeRequest]:
    """Wishes to move or cancel a session that still stands and was not changed since."""
    later = AppointmentChange.objects.filter(appointment=OuterRef("appointment"), at__gt=OuterRef("asked_at"))
    return (
        ChangeRequest.objects.open()
        .filter(appointment__practitioner=practitioner, appointment__status__in=_OPEN)
        .filter(~Exists(later), appointment__starts_at__gt=now)
        .select_related(*_OF_SESSION)
    )


def declined_by_calendar(practitioner: Practitioner, now: datetime) -> QuerySet[CalendarReply]:
    """Invitations to coming sessions that a client's calendar declined, and that she has not settled."""
    return (
        CalendarReply.objects.filter(settled_at=None, answer=CalendarReply.Answer.DECLINED)
        .filter(appointment__practitioner=practitioner, appointment__status__in=_OPEN)
        .filter(appointment__ends_at__gt=now)
        .select_related(*_OF_SESSION)
    )


def open_request_of(session: Appointment) -> ChangeRequest | None:
    """The wish about this session that waits for an answer. One query."""
    later = AppointmentChange.objects.filter(appointment=OuterRef("appointment"), at__gt=OuterRef("asked_at"))
    return session.requests.open().filter(~Exists(later)).first()


def last_answer_to(session: Appointment) -> ChangeRequest | None:
    """What she answered to the last wish, as long as the session was not changed after it. One query."""
    later = AppointmentChange.objects.filter(appointment=OuterRef("appointment"), at__gt=OuterRef("answered_at"))
    return session.requests.filter(~Exists(later), granted=False).last()


def proposal_for(session: Appointment, now: datetime) -> ChangeRequest | None:
    """Her last answer, when it proposes another time that is still to come."""
    answer = last_answer_to(session)
    open_still = answer is not None and answer.proposed is not None and answer.proposed > now
    return answer if open_still and session.status in _OPEN else None


def waiting_with(practitioner: Practitioner) -> QuerySet[WaitingPlace]:
    """Who waits for a time with her, in turn. One query."""
    return (
        WaitingPlace.objects.waiting()
        .filter(session_type__practitioner=practitioner)
        .select_related("client__user", "session_type")
    )
