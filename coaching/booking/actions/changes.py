"""Taking a change back, and asking the practitioner for one when the policy's deadline has passed."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from coaching.booking import decisions, grace, letters, queries, times
from coaching.booking.actions import sessions, steps
from coaching.booking.actions.steps import NotFree, Settled, Status, Taken, What
from coaching.booking.models import Appointment, AppointmentChange, CalendarReply, ChangeRequest
from coaching.booking.rules import May

Wish = ChangeRequest.Wish


class NothingToUndo(Exception):
    """The last change is another person's, or too long ago, or was taken back already."""


class Answered(Exception):
    """The request was answered already, or the session was changed since it was made."""


def may_of(session: Appointment, *, by: User, now: datetime) -> May:
    """What this person may do with the session by their own hand; the practitioner anything."""
    if steps.is_hers(by, session.practitioner):
        return May(move=True, cancel=True, counts=False)
    return steps.may_of(session, now)


def undo(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Take back what `by` just did: a booking is cancelled, a move goes back, a cancelled session stands again.

    Raises NothingToUndo, Settled when the session is over, or Taken when somebody has the old time meanwhile.
    """
    try:
        with transaction.atomic():
            session = steps.locked(appointment, now)
            history = list(session.changes.all())
            change = grace.undoable(history, by=by.pk, now=now)
            if change is None:
                raise NothingToUndo
            if session.ends_at <= now and change.what != What.MOVED:
                raise Settled
            if change.what in grace.BOOKED:
                _not_booked(session, by, now)
            elif change.what == What.MOVED:
                _back(session, history[-2].starts_at, by, now)
            else:
                _reopened(session, history, by, now)
            return session
    except IntegrityError as refusal:
        if steps.is_overlap(refusal):
            raise Taken from refusal
        raise


def _not_booked(session: Appointment, by: User, now: datetime) -> None:
    sessions.end(session, now)
    steps.note_change(session, What.CANCELLED, by=by, now=now)
    for person in steps.both(session):
        letters.post_not_booked(session, person=person, now=now)
    steps.tell_pages(session, now)


def _back(session: Appointment, start: datetime, by: User, now: datetime) -> None:
    steps.place(session, start)
    _refuse_if_taken(session, now)
    session.sequence += 1
    session.save(update_fields=[*steps.PLACED, "sequence"])
    _taken_back(session, What.BACK, letters.MOVED, by, now)


def _reopened(session: Appointment, history: list[AppointmentChange], by: User, now: datetime) -> None:
    _refuse_if_taken(session, now)
    waited = next((each.what for each in reversed(history[:-1]) if each.what in _STANDING), What.BOOKED)
    session.status = Status.REQUESTED if waited == What.ASKED else Status.CONFIRMED
    session.cancelled_at, session.late = None, False
    session.sequence += 1
    session.save(update_fields=["status", "cancelled_at", "late", "sequence"])
    _taken_back(session, What.REOPENED, letters.CANCELLED, by, now)


_STANDING = (What.ASKED, What.BOOKED, What.APPROVED)


def _taken_back(session: Appointment, what: AppointmentChange.What, undone: str, by: User, now: datetime) -> None:
    steps.note_change(session, what, by=by, now=now)
    for person in steps.both(session):
        letters.post_taken_back(session, undone=undone, person=person, now=now)
    steps.tell_pages(session, now)


def _refuse_if_taken(session: Appointment, now: datetime) -> None:
    """What stood three minutes ago may stand again, whatever the hours say now, unless somebody has the time, or
    others have filled the day or the week meanwhile."""
    since, until, margin = session.blocked_from, session.blocked_until, queries.MARGIN
    taken = times.taken(session.practitioner, since - margin, until + margin, now, but=session)
    if any(row.start < until and row.end > since for row in taken):
        raise Taken
    full = [
        days
        for limit in queries.limits_on(session.session_type, taken)
        for days in limit.full(session.practitioner.zone)
    ]
    if any(first <= session.starts_at < last for first, last in full):
        raise Taken


def ask(
    *,
    appointment: Appointment,
    wish: str,
    by: User,
    now: datetime,
    wanted: datetime | None = None,
    why: str = "",
) -> ChangeRequest:
    """Ask the practitioner to move the session (to `wanted`, if a time was chosen) or to cancel it (`wish`). One
    request at a time: who asks again gets the one that is open. The session stands until she decides.

    Raises NotFree when the wanted time is not free, or Settled.
    """
    with transaction.atomic():
        session = steps.locked(appointment, now)
        if session.status not in (Status.REQUESTED, Status.CONFIRMED) or session.starts_at <= now:
            raise Settled
        if standing := _open_request(session, now):
            return standing
        if wanted is not None:
            steps.check_free(session.session_type, wanted, now, but=session)
        asked = ChangeRequest.objects.create(
            appointment=session, wish=Wish(wish), wanted=wanted, why=why, asked_at=now
        )
        letters.post_asked(asked, now=now)
        steps.tell_pages(session, now)
        return asked


def _open_request(session: Appointment, now: datetime) -> ChangeRequest | None:
    """The request that waits for an answer. One from before a later change has had its answer by that change."""
    found = session.requests.open().first()
    if found is None or not session.changes.filter(at__gt=found.asked_at).exists():
        return found
    found.answered_at, found.granted = now, True
    found.save(update_fields=["answered_at", "granted"])
    return None


def grant(*, request: ChangeRequest, by: User, now: datetime, start: datetime | None = None) -> Appointment:
    """The practitioner does what was asked: moves the session to `start` (or the wanted time), or cancels it. The
    time is checked and the request answered in one transaction. Raises Answered, Settled, Taken or NotFree."""
    with transaction.atomic():
        asked = _answerable(request, now)
        session = asked.appointment
        asked.answered_at, asked.granted = now, True
        asked.save(update_fields=["answered_at", "granted"])
        if asked.wish == Wish.CANCEL:
            return sessions.cancel(appointment=session, by=by, why=asked.why, now=now)
        to = start or asked.wanted
        if to is None:
            raise NotFree
        return sessions.move(appointment=session, start=to, by=by, now=now, why=asked.why)


def decline(
    *, request: ChangeRequest, answer: str, by: User, now: datetime, proposed: datetime | None = None
) -> ChangeRequest:
    """The session stays as it is; the client reads `answer`, and may take the `proposed` time instead.

    Raises Answered, or NotFree when the proposed time is not free.
    """
    with transaction.atomic():
        asked = _answerable(request, now)
        session = asked.appointment
        if proposed is not None:
            steps.check_free(session.session_type, proposed, now, but=session, soon=True)
        asked.answered_at, asked.granted = now, False
        asked.answer, asked.proposed = answer, proposed
        asked.save(update_fields=["answered_at", "granted", "answer", "proposed"])
        letters.post_answered(asked, now=now)
        steps.tell_pages(session, now)
        return asked


def take_proposed(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """The client takes the time that the practitioner proposed. Raises Answered when there is no such proposal (any
    more), Settled, Taken or NotFree."""
    with transaction.atomic():
        session = steps.locked(appointment, now)
        proposal = decisions.proposal_for(session, now)
        if proposal is None or proposal.proposed is None:
            raise Answered
        steps.check_free(session.session_type, proposal.proposed, now, but=session, soon=True)
        steps.place(session, proposal.proposed)
        session.sequence += 1
        session.save(update_fields=[*steps.PLACED, "sequence"])
        steps.record(session, What.MOVED, by=by, now=now)
        return session


def settle_reply(*, reply: CalendarReply, cancel_it: bool, by: User, now: datetime) -> None:
    """The practitioner decides about a session whose invitation a calendar declined: it is cancelled, or it stays.

    Raises Answered when that was decided already, or Settled when the session is over.
    """
    with transaction.atomic():
        session = steps.locked(reply.appointment, now)
        open_still = session.replies.filter(settled_at=None)
        if not open_still.filter(pk=reply.pk).exists():
            raise Answered
        if cancel_it:
            sessions.cancel(appointment=session, by=by, why="", now=now)
        open_still.update(settled_at=now)


def _answerable(request: ChangeRequest, now: datetime) -> ChangeRequest:
    """The request as it stands under the practitioner's lock."""
    session = steps.locked(request.appointment, now)
    asked = ChangeRequest.objects.get(pk=request.pk)
    if asked.answered_at is not None or session.changes.filter(at__gt=asked.asked_at).exists():
        raise Answered
    asked.appointment = session
    return asked
