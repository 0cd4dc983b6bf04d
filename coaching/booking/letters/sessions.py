"""How booked, asked for, moved, cancelled, refused, booked again, and "you have an account already" are told."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.booking import links
from coaching.booking.calendars.links import add_to_calendar
from coaching.booking.letters import examples, words
from coaching.booking.letters.posting import (
    ALREADY,
    CANCELLED,
    CONFIRMED,
    MOVED,
    REFUSED,
    REOPENED,
    REQUESTED,
    time_before,
)
from coaching.booking.models import Appointment, AppointmentChange, SessionType
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner

Status = Appointment.Status
What = AppointmentChange.What


def _booked(session: Appointment, reader: User, now: datetime) -> Told:
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


@tells(CONFIRMED, sample=examples.sample(_booked))
def confirmed(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.CONFIRMED)
    return words.with_file(_booked, session, words.reader_of(letter), now) if session else None


def _asked_for(session: Appointment, reader: User, now: datetime) -> Told:
    """Without a file: no calendar until it is booked."""
    hers = words.is_hers(session, reader)
    names = {"client": as_is(session.client.name), "practitioner": as_is(session.practitioner.name)}
    first = (
        _("%(client)s asks for a session with you. The time is held until you decide.") % names
        if hers
        else _("You asked for a session. %(practitioner)s decides, and we write to you. The time is held for you.")
        % names
    )
    told = _as_it_stands(session, reader, now, _("Asked for: %s"), first, message=hers)
    return replace(told, action=Action(_("Decide"), absolute(reverse("sessions_asked")))) if hers else told


@tells(REQUESTED, sample=examples.sample(_asked_for))
def requested(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.REQUESTED)
    return _asked_for(session, words.reader_of(letter), now) if session else None


def _not_booked(session: Appointment, reader: User, now: datetime, change: AppointmentChange | None) -> Told:
    by, why = (change.by, change.why) if change else (None, "")
    first = (
        _("%s cannot take this session.") % as_is(session.practitioner.name)
        if by
        else _("Nobody answered in time, so this session was not booked.")
    )
    another = Action(_("Choose another time"), absolute(reverse("book_type", args=[session.session_type.slug])))
    return Told(
        subject=_("Not booked: %s") % words.day_and_time(session.starts_at, reader, now),
        paragraphs=[first, words.both_clocks(session, reader, now), *words.reason(why)],
        **{**words.common(session, reader), "action": another},
    )


def _sample_refused(session: Appointment, reader: User, now: datetime) -> Told:
    change = examples.change(session, What.REFUSED, by=session.practitioner.user)
    return _not_booked(session, reader, now, change)


@tells(REFUSED, sample=examples.sample(_sample_refused))
def refused(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.CANCELLED)
    if session is None:
        return None
    change = session.changes.filter(what=What.REFUSED).last()
    return _not_booked(session, words.reader_of(letter), now, change)


def _back_again(session: Appointment, reader: User, now: datetime) -> Told:
    first = _("This session was cancelled by mistake. It takes place, at its old time.")
    return _as_it_stands(session, reader, now, _("Booked again: %s"), first)


@tells(REOPENED, sample=examples.sample(_back_again))
def reopened(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.CONFIRMED)
    return words.with_file(_back_again, session, words.reader_of(letter), now) if session else None


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
    """A session that stands; `subject` has a %s for the moment."""
    said = [_("%(name)s wrote: %(words)s") % _said_by(session)] if message and session.message else []
    return Told(
        subject=subject % words.day_and_time(session.starts_at, reader, now),
        preheader=words.glance(session),
        paragraphs=[first, words.both_clocks(session, reader, now), words.what_of(session), *said],
        after=[*words.ways_out(session, reader, now), *(after or [])],
        **words.common(session, reader),
    )


def _moved(session: Appointment, reader: User, now: datetime, who: str, was: datetime | None) -> Told:
    old = [_("It was %s before.") % words.day_and_time(was, reader, now)] if was else []
    return Told(
        subject=_("Moved: now %s") % words.day_and_time(session.starts_at, reader, now),
        preheader=words.glance(session),
        paragraphs=[who, words.both_clocks(session, reader, now), *old, words.what_of(session)],
        after=words.ways_out(session, reader, now),
        **words.common(session, reader),
    )


def _sample_moved(session: Appointment, reader: User, now: datetime) -> Told:
    change = examples.change(session, What.MOVED, by=session.practitioner.user)
    was = session.starts_at - timedelta(days=1)
    return _moved(session, reader, now, _who_did(session, reader, change, What.MOVED), was)


@tells(MOVED, sample=examples.sample(_sample_moved))
def moved(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.CONFIRMED)
    if session is None:
        return None
    reader = words.reader_of(letter)
    change = session.changes.select_related("by").filter(what__in=(What.MOVED, What.BACK)).last()
    told = _moved(session, reader, now, _who_did(session, reader, change, What.MOVED), time_before(session))
    return replace(told, attachments=[words.file_of(session, reader, now, "REQUEST")])


def _gone(session: Appointment, reader: User, now: datetime, change: AppointmentChange | None) -> Told:
    return Told(
        subject=_("Cancelled: %s") % words.day_and_time(session.starts_at, reader, now),
        paragraphs=[
            _who_did(session, reader, change, What.CANCELLED),
            words.both_clocks(session, reader, now),
            *words.reason(change.why if change else ""),
        ],
        after=_another(session, reader, now),
        **words.common(session, reader),
    )


def _sample_cancelled(session: Appointment, reader: User, now: datetime) -> Told:
    change = examples.change(session, What.CANCELLED, by=session.practitioner.user, why=_("I have lost my voice."))
    return _gone(session, reader, now, change)


@tells(CANCELLED, sample=examples.sample(_sample_cancelled))
def cancelled(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.CANCELLED)
    if session is None:
        return None
    reader = words.reader_of(letter)
    change = session.changes.select_related("by").filter(what=What.CANCELLED).last()
    told = _gone(session, reader, now, change)
    return replace(told, attachments=[words.file_of(session, reader, now, "CANCEL")])


def _known_here(reader: User, session_type: SessionType) -> Told:
    return Told(
        subject=_("You have an account here already"),
        greeting_name=reader.get_short_name(),
        paragraphs=[
            _("Someone asked for a session with this address. You have an account already, so nothing was booked."),
            _("Was it you? Sign in, and the same times are there for you. No password is needed: %s")
            % f"[{_('we send you six numbers')}]({absolute(reverse('account_request_login_code'))}).",
        ],
        action=Action(_("Choose a time"), absolute(reverse("book_type", args=[session_type.slug]))),
        after=[_("Was it not you? Then do nothing. Nobody learnt that you have an account.")],
        why=_("You get this letter because your address was typed when a session was asked for."),
    )


def _sample_already(practitioner: Practitioner, now: datetime) -> Told:
    session = examples.session(practitioner, now)
    return _known_here(session.client.user, session.session_type)


@tells(ALREADY, sample=_sample_already)
def already(letter: Letter, now: datetime) -> Told | None:
    session_type = SessionType.objects.filter(pk=letter.about["session_type"], retired_at=None).first()
    return _known_here(letter.person, session_type) if session_type and letter.person else None


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


def _who_did(session: Appointment, reader: User, change: AppointmentChange | None, what: What) -> str:
    by, moved = change.by if change else None, what == What.MOVED
    if by is not None and by.pk == reader.pk:
        return _("You moved this session.") if moved else _("You cancelled this session.")
    name = as_is((by or words.other_of(session, reader)).get_short_name())
    return (_("%s moved this session.") if moved else _("%s cancelled this session.")) % name
