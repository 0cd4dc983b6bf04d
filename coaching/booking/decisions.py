"""What waits for the practitioner's decision, and what she answered. Each list in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Value

from coaching.booking.calendars.queries import open_replies
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
        declined=list(open_replies(practitioner, now)),
    )


class Waiting(NamedTuple):
    """One line of what waits: `what` is "book", "move", "cancel", "declined" or "tentative"."""

    what: str
    client: int
    since: datetime
    starts_at: datetime
    type_name: str


def waiting_for(practitioner: Practitioner, now: datetime) -> list[Waiting]:
    """The same as `asked_of`, in short. One query."""
    approvals = _approvals(practitioner, now).order_by().select_related(None)
    requests = requests_for(practitioner, now).order_by().select_related(None)
    declined = open_replies(practitioner, now).order_by().select_related(None)
    of_session = ("appointment__client", "at", "appointment__starts_at", "appointment__session_type__name")
    rows = approvals.annotate(what=Value("book")).values_list(
        "what", "client", "created_at", "starts_at", "session_type__name"
    )
    others = [
        requests.values_list("wish", of_session[0], "asked_at", *of_session[2:]),
        declined.values_list("answer", *of_session),
    ]
    return [Waiting(*row) for row in rows.union(*others, all=True)]


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


def open_request_of(session: Appointment) -> ChangeRequest | None:
    """The wish about this session that waits for an answer. One query."""
    later = AppointmentChange.objects.filter(appointment=OuterRef("appointment"), at__gt=OuterRef("asked_at"))
    return session.requests.open().filter(~Exists(later)).first()


def last_answer_to(session: Appointment) -> ChangeRequest | None:
    """What she answered to the last wish, as long as the session was not changed after it. One query."""
    later = AppointmentChange.objects.filter(appointment=OuterRef("appointment"), at__gt=OuterRef("answered_at"))
    return session.requests.filter(~Exists(later), granted=False).last()


def proposal_for(session: Appointment, now: datetime) -> ChangeRequest | None:
    """Her last answer, when it proposes another time that is still to come. One query."""
    return proposal_in(last_answer_to(session), session, now)


def proposal_in(answer: ChangeRequest | None, session: Appointment, now: datetime) -> ChangeRequest | None:
    """The same of an answer that was looked up already."""
    open_still = answer is not None and answer.proposed is not None and answer.proposed > now
    return answer if open_still and session.status in _OPEN else None


def waiting_with(practitioner: Practitioner) -> QuerySet[WaitingPlace]:
    """Who waits for a time with her, in turn. One query."""
    return (
        WaitingPlace.objects.waiting()
        .filter(session_type__practitioner=practitioner)
        .select_related("client__user", "session_type")
    )
