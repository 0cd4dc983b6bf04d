"""Booked, moved, cancelled, booked again, and "you have an account already"."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.booking import grace, links
from coaching.booking.calendars.links import add_to_calendar
from coaching.booking.letters import words
from coaching.booking.models import Appointment, AppointmentChange, SessionType
from coaching.outbox.actions import post
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people.models import Client

Status = Appointment.Status
What = AppointmentChange.What

REQUESTED, CONFIRMED, MOVED, CANCELLED, REOPENED = (
    "booking.requested",
    "booking.confirmed",
    "booking.moved",
    "booking.cancelled",
    "booking.reopened",
)


# What a person who reads one of these knows: that the session stands, and when.
_TELLING = (REQUESTED, CONFIRMED, MOVED, REOPENED)


def post_confirmed(session: Appointment, *, person: User, now: datetime) -> None:
    """Leaves at once: who books wants to see it arrive."""
    words.post_about(CONFIRMED, session, person=person, due_at=now, now=now)


def post_moved(session: Appointment, *, person: User, now: datetime) -> None:
    """Leaves when it cannot be taken back any more; at once when either time is near."""
    starts = [session.starts_at, time_before(session) or session.starts_at]
    words.post_about(MOVED, session, person=person, due_at=grace.letters_due(*starts, now=now), now=now)


def post_cancelled(session: Appointment, *, person: User, now: datetime) -> None:
    due_at = grace.letters_due(session.starts_at, now=now)
    words.post_about(CANCELLED, session, person=person, due_at=due_at, now=now)


def post_requested(session: Appointment, *, person: User, now: datetime) -> None:
    words.post_about(REQUESTED, session, person=person, due_at=now, now=now)


def post_refused(session: Appointment, *, person: User, now: datetime) -> None:
    """To the client. The practitioner knows, unless nobody answered in time: then she reads it too."""
    answered = session.changes.filter(what=What.REFUSED, by__isnull=False).exists()
    if not answered or not words.is_hers(session, person):
        words.post_about("booking.refused", session, person=person, due_at=now, now=now)


def post_taken_back(session: Appointment, *, undone: str, person: User, now: datetime) -> None:
    """After a change was undone (the session's sequence has grown by two since the last word): tell those who were
    told of the change, and those whose word before it has not left and is dropped now. Everybody else knows.

    `undone` is the kind of the letters about the change: MOVED or CANCELLED.
    """
    before, change = session.sequence - 2, session.sequence - 1
    if _has_left(undone, session, change, person):
        kind = MOVED if undone == MOVED else REOPENED
    else:
        kind = next((each for each in _TELLING if _waits(each, session, before, person)), "")
    if kind:
        words.post_about(kind, session, person=person, due_at=now, now=now)


def post_not_booked(session: Appointment, *, person: User, now: datetime) -> None:
    """After a booking was undone: tell those to whom its confirmation went already."""
    before = session.sequence - 1
    if not any(_waits(kind, session, before, person) for kind in (REQUESTED, CONFIRMED)):
        post_cancelled(session, person=person, now=now)


def _has_left(kind: str, session: Appointment, sequence: int, person: User) -> bool:
    letter = _letter(kind, session, sequence, person)
    return letter is not None and (letter.state != Letter.State.WAITING or letter.claim is not None)


def _waits(kind: str, session: Appointment, sequence: int, person: User) -> bool:
    letter = _letter(kind, session, sequence, person)
    return letter is not None and letter.state == Letter.State.WAITING and letter.claim is None


def _letter(kind: str, session: Appointment, sequence: int, person: User) -> Letter | None:
    """Held until the transaction ends, so that no worker takes it meanwhile."""
    key = words.key_of(kind, session, sequence=sequence, person=person)
    return Letter.objects.select_for_update().filter(key=key).first()


def post_already(*, person: User, session_type: SessionType, now: datetime) -> None:
    """At most one a day: nobody fills another's letter box with this."""
    post(
        kind="booking.already",
        key=f"booking.already:{person.pk}:{now:%Y-%m-%d}",
        person=person,
        about={"session_type": session_type.pk},
        due_at=now,
        not_after=now + timedelta(days=1),
        urgency=words.URGENT,
        now=now,
    )


@tells(CONFIRMED)
def confirmed(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.CONFIRMED)
    if session is None:
        return None
    reader = words.reader_of(letter)
    hers = words.is_hers(session, reader)
    first = (
        _("%(name)s booked a session with you.") % {"name": as_is(session.client.user.get_full_name())}
        if hers
        else _("Your session with %(name)s is booked.") % {"name": as_is(session.practitioner.name)}
    )
    return _as_it_stands(
        session,
        reader,
        now,
        _("Booked: %s"),
        first,
        message=hers,
        after=[_into_calendar(session, reader), *_how_to_sign_in(session, reader)],
    )


@tells(REQUESTED)
def requested(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.REQUESTED)
    if session is None:
        return None
    reader = words.reader_of(letter)
    hers = words.is_hers(session, reader)
    names = {"client": as_is(session.client.name), "practitioner": as_is(session.practitioner.name)}
    first = (
        _("%(client)s asks for a session with you. The time is held until you decide.") % names
        if hers
        else _("You asked for a session. %(practitioner)s decides, and we write to you. The time is held for you.")
        % names
    )
    told = _as_it_stands(session, reader, now, _("Asked for: %s"), first, message=hers)
    decide = Action(_("Decide"), absolute(reverse("sessions_asked")))
    return replace(told, attachments=[], action=decide if hers else told.action)  # no calendar until it is booked


@tells("booking.refused")
def refused(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.CANCELLED)
    if session is None:
        return None
    reader = words.reader_of(letter)
    change = session.changes.filter(what=What.REFUSED).last()
    by, why = (change.by, change.why) if change else (None, "")
    first = (
        _("%s cannot take this session.") % as_is(session.practitioner.name)
        if by
        else _("Nobody answered in time, so this session was not booked.")
    )
    another = Action(_("Choose another time"), absolute(reverse("book_type", args=[session.session_type.slug])))
    return Told(
        subject=_("Not booked: %s") % words.day_and_time(session.starts_at, reader, now),
        paragraphs=[
            first,
            words.both_clocks(session, reader, now),
            *([_("The reason given: %s") % as_is(why)] if why else []),
        ],
        **{**words.common(session, reader), "action": another},
    )


@tells(REOPENED)
def reopened(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.CONFIRMED)
    if session is None:
        return None
    reader = words.reader_of(letter)
    first = _("This session was cancelled by mistake. It takes place, at its old time.")
    return _as_it_stands(session, reader, now, _("Booked again: %s"), first)


def _as_it_stands(
    session: Appointment,
    reader: User,
    now: datetime,
    subject: str,
    first: str,
    *,
    message: bool = False,
    after: list[str] | None = None,
) -> Told:
    """A booked session with its file; `subject` has a %s for the moment."""
    said = [_("%(name)s wrote: %(words)s") % _said_by(session)] if message and session.message else []
    return Told(
        subject=subject % words.day_and_time(session.starts_at, reader, now),
        preheader=words.where(session),
        paragraphs=[first, words.both_clocks(session, reader, now), words.what_of(session), *said],
        after=[*words.ways_out(session, reader, now), *(after or [])],
        attachments=[words.file_of(session, reader, now, "REQUEST")],
        **words.common(session, reader),
    )


@tells(MOVED)
def moved(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.CONFIRMED)
    if session is None:
        return None
    reader = words.reader_of(letter)
    was = time_before(session)
    old = [_("It was %s before.") % words.day_and_time(was, reader, now)] if was else []
    return Told(
        subject=_("Moved: now %s") % words.day_and_time(session.starts_at, reader, now),
        preheader=words.where(session),
        paragraphs=[
            _who_did(session, reader, What.MOVED),
            words.both_clocks(session, reader, now),
            *old,
            words.what_of(session),
        ],
        after=words.ways_out(session, reader, now),
        attachments=[words.file_of(session, reader, now, "REQUEST")],
        **words.common(session, reader),
    )


@tells(CANCELLED)
def cancelled(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.CANCELLED)
    if session is None:
        return None
    reader = words.reader_of(letter)
    change = session.changes.filter(what=What.CANCELLED).last()
    why = [_("The reason given: %s") % as_is(change.why)] if change and change.why else []
    return Told(
        subject=_("Cancelled: %s") % words.day_and_time(session.starts_at, reader, now),
        paragraphs=[
            _who_did(session, reader, What.CANCELLED),
            words.both_clocks(session, reader, now),
            *why,
        ],
        after=_another(session, reader, now),
        attachments=[words.file_of(session, reader, now, "CANCEL")],
        **words.common(session, reader),
    )


@tells("booking.already")
def already(letter: Letter, now: datetime) -> Told | None:
    session_type = SessionType.objects.filter(pk=letter.about["session_type"], retired_at=None).first()
    if session_type is None or letter.person is None:
        return None
    return Told(
        subject=_("You have an account here already"),
        greeting_name=letter.person.get_short_name(),
        paragraphs=[
            _("Someone asked for a session with this address. You have an account already, so nothing was booked."),
            _("Was it you? Sign in, and the same times are there for you. No password is needed: %s")
            % f"[{_('we send you six numbers')}]({absolute(reverse('account_request_login_code'))}).",
        ],
        action=Action(_("Choose a time"), absolute(reverse("book_type", args=[session_type.slug]))),
        after=[_("Was it not you? Then do nothing. Nobody learnt that you have an account.")],
        why=_("You get this letter because your address was typed when a session was asked for."),
    )


def time_before(session: Appointment) -> datetime | None:
    """When the session was to start before its last move."""
    starts = list(session.changes.order_by("-at", "-id").values_list("starts_at", flat=True)[:2])
    return starts[1] if len(starts) == 2 else None


def _said_by(session: Appointment) -> dict[str, str]:
    return {"name": as_is(session.client.name), "words": as_is(session.message)}


def _another(session: Appointment, reader: User, now: datetime) -> list[str]:
    """The way to another time, for the client whose session was cancelled."""
    if words.is_hers(session, reader) or session.starts_at <= now:
        return []
    link = links.url_to(links.Purpose.AGAIN, session, person=reader, now=now)
    return [_("Would you like another time? [See the next free times](%s), without signing in.") % link]


def _into_calendar(session: Appointment, reader: User) -> str:
    """The invitation comes first: it alone follows what changes later."""
    ways = [
        f"[{link.name}]({link.url})" for link in add_to_calendar(session, reader=reader, brief=True) if link.away
    ]
    said = _("This letter holds an invitation, which follows every change. Does your calendar not show it?")
    return f"{said} {_('Add the session to %s.') % _(' or ').join(ways)}"


def _how_to_sign_in(session: Appointment, reader: User) -> list[str]:
    """For who came by booking and was never here before."""
    newcomer = session.client.status == Client.Status.NEW and reader.last_login is None
    if words.is_hers(session, reader) or not newcomer:
        return []
    link = f"[{_('sign in')}]({absolute(reverse('account_request_login_code'))})"
    return [
        _("To see the rest, %s with this e-mail address. We send you six numbers; no password is needed.") % link
    ]


def _who_did(session: Appointment, reader: User, what: AppointmentChange.What) -> str:
    kinds = (What.MOVED, What.BACK) if what == What.MOVED else (what,)
    change = session.changes.select_related("by").filter(what__in=kinds).last()
    by = change.by if change else None
    moved = what == What.MOVED
    if by is not None and by.pk == reader.pk:
        return _("You moved this session.") if moved else _("You cancelled this session.")
    name = as_is((by or words.other_of(session, reader)).get_short_name())
    return (_("%s moved this session.") if moved else _("%s cancelled this session.")) % name
