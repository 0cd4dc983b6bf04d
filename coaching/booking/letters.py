"""The letters of this room: asked for, booked, moved, cancelled, refused, and "you have an account already"."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import zones
from accounts.models import User
from coaching.booking.calendars import ics
from coaching.booking.calendars.queries import standing_of
from coaching.booking.models import Appointment, AppointmentChange, SessionType
from coaching.outbox.actions import post
from coaching.outbox.letters import Action, Attachment, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people.models import Client

Status = Appointment.Status


def post_confirmed(session: Appointment, *, person: User, now: datetime) -> None:
    _post("booking.confirmed", session, person, now)


def post_moved(session: Appointment, *, person: User, now: datetime) -> None:
    _post("booking.moved", session, person, now)


def post_cancelled(session: Appointment, *, person: User, now: datetime) -> None:
    _post("booking.cancelled", session, person, now)


def post_requested(session: Appointment, *, person: User, now: datetime) -> None:
    _post("booking.requested", session, person, now)


def post_refused(session: Appointment, *, person: User, now: datetime) -> None:
    """To the client. The practitioner knows, unless nobody answered in time: then she reads it too."""
    answered = session.changes.filter(what=AppointmentChange.What.REFUSED, by__isnull=False).exists()
    if not answered or not _is_hers(session, person):
        _post("booking.refused", session, person, now)


def post_already(*, person: User, session_type: SessionType, now: datetime) -> None:
    """At most one a day: nobody fills another's letter box with this."""
    post(
        kind="booking.already",
        key=f"booking.already:{person.pk}:{now:%Y-%m-%d}",
        person=person,
        about={"session_type": session_type.pk},
        due_at=now,
        not_after=now + timedelta(days=1),
        urgency=20,
        now=now,
    )


def _post(kind: str, session: Appointment, person: User, now: datetime) -> None:
    """Due at once, useless after the session. The key names the change: each earns a letter of its own."""
    post(
        kind=kind,
        key=f"{kind}:{session.pk}:{session.sequence}:{person.pk}",
        person=person,
        about={"appointment": str(session.pk), "sequence": session.sequence},
        due_at=now,
        not_after=max(session.ends_at, now),
        urgency=20,
        now=now,
    )


@tells("booking.confirmed")
def confirmed(letter: Letter, now: datetime) -> Told | None:
    session = _true(letter, Status.CONFIRMED)
    if session is None:
        return None
    reader, when = _reader(letter), _day_and_time(session, _reader(letter), now)
    hers = _is_hers(session, reader)
    first = (
        _("%(name)s booked a session with you.") % {"name": as_is(session.client.user.get_full_name())}
        if hers
        else _("Your session with %(name)s is booked.") % {"name": as_is(session.practitioner.name)}
    )
    message = [_("%(name)s wrote: %(words)s") % _said_by(session)] if hers and session.message else []
    return Told(
        subject=_("Booked: %s") % when,
        preheader=_where(session),
        paragraphs=[first, _both_clocks(session, reader, now), _what(session), *message],
        after=[*_until_when(session, reader, now), *_how_to_sign_in(session, reader)],
        **_common(session, reader, now, "REQUEST"),
    )


@tells("booking.requested")
def requested(letter: Letter, now: datetime) -> Told | None:
    session = _true(letter, Status.REQUESTED)
    if session is None:
        return None
    reader = _reader(letter)
    hers = _is_hers(session, reader)
    names = {"client": as_is(session.client.name), "practitioner": as_is(session.practitioner.name)}
    first = (
        _("%(client)s asks for a session with you. The time is held until you decide.") % names
        if hers
        else _("You asked for a session. %(practitioner)s decides, and we write to you. The time is held for you.")
        % names
    )
    message = [_("%(name)s wrote: %(words)s") % _said_by(session)] if hers and session.message else []
    told = _common(session, reader, now, "REQUEST")
    return Told(
        subject=_("Asked for: %s") % _day_and_time(session, reader, now),
        preheader=_where(session),
        paragraphs=[first, _both_clocks(session, reader, now), _what(session), *message],
        **{**told, "attachments": []},  # nothing for a calendar until it is booked
    )


@tells("booking.refused")
def refused(letter: Letter, now: datetime) -> Told | None:
    session = _true(letter, Status.CANCELLED)
    if session is None:
        return None
    reader = _reader(letter)
    change = session.changes.filter(what=AppointmentChange.What.REFUSED).last()
    by, why = (change.by, change.why) if change else (None, "")
    first = (
        _("%s cannot take this session.") % as_is(session.practitioner.name)
        if by
        else _("Nobody answered in time, so this session was not booked.")
    )
    told = _common(session, reader, now, "CANCEL")
    return Told(
        subject=_("Not booked: %s") % _day_and_time(session, reader, now),
        paragraphs=[
            first,
            _both_clocks(session, reader, now),
            *([_("The reason given: %s") % as_is(why)] if why else []),
        ],
        **{
            **told,
            "attachments": [],
            "action": Action(
                _("Choose another time"), absolute(reverse("book_type", args=[session.session_type.slug]))
            ),
        },
    )


@tells("booking.moved")
def moved(letter: Letter, now: datetime) -> Told | None:
    session = _true(letter, Status.CONFIRMED)
    if session is None:
        return None
    reader = _reader(letter)
    was = _time_before(session)
    old = [_("It was %s before.") % _day_and_time_at(was, reader, now)] if was else []
    return Told(
        subject=_("Moved: now %s") % _day_and_time(session, reader, now),
        preheader=_where(session),
        paragraphs=[
            _who_did(session, reader, AppointmentChange.What.MOVED),
            _both_clocks(session, reader, now),
            *old,
            _what(session),
        ],
        after=_until_when(session, reader, now),
        **_common(session, reader, now, "REQUEST"),
    )


@tells("booking.cancelled")
def cancelled(letter: Letter, now: datetime) -> Told | None:
    session = _true(letter, Status.CANCELLED)
    if session is None:
        return None
    reader = _reader(letter)
    change = session.changes.filter(what=AppointmentChange.What.CANCELLED).last()
    why = [_("The reason given: %s") % as_is(change.why)] if change and change.why else []
    return Told(
        subject=_("Cancelled: %s") % _day_and_time(session, reader, now),
        paragraphs=[
            _who_did(session, reader, AppointmentChange.What.CANCELLED),
            _both_clocks(session, reader, now),
            *why,
        ],
        **_common(session, reader, now, "CANCEL"),
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


def _true(letter: Letter, status: str) -> Appointment | None:
    """The session, if it still is as the letter says: in this state, and not changed since."""
    people = ("client__user", "practitioner__user", "session_type")
    found = Appointment.objects.select_related(*people).filter(pk=letter.about["appointment"], status=status)
    return found.filter(sequence=letter.about["sequence"]).first()


def _reader(letter: Letter) -> User:
    if letter.person is None:
        raise LookupError("A letter about a session has a person.")
    return letter.person


def _is_hers(session: Appointment, reader: User) -> bool:
    return reader.pk == session.practitioner.user_id


def _other(session: Appointment, reader: User) -> User:
    return session.client.user if _is_hers(session, reader) else session.practitioner.user


def _common(session: Appointment, reader: User, now: datetime, method: ics.Method) -> dict[str, Any]:
    url = absolute(reverse("session", args=[session.pk]))
    content = ics.object_of(session, reader=reader, url=url, method=method, now=now, standing=standing_of(session))
    why = (
        _("You get this letter because this session is with you.")
        if _is_hers(session, reader)
        else _("You get this letter because you have this session with %s.") % as_is(session.practitioner.name)
    )
    return {
        "greeting_name": reader.get_short_name(),
        "action": Action(_("Open the session"), url),
        "why": why,
        "attachments": [Attachment("session.ics", "text/calendar", content, method=method)],
    }


def _day_and_time(session: Appointment, reader: User, now: datetime) -> str:
    return _day_and_time_at(session.starts_at, reader, now)


def _day_and_time_at(at: datetime, reader: User, now: datetime) -> str:
    return f"{_day(at, reader, now)}, {zones.clock(at, reader.zone)}"


def _day(at: datetime, reader: User, now: datetime) -> str:
    """ "Thursday 26 November", never "tomorrow": a letter may be read the day after."""
    here = at.astimezone(reader.zone).date()
    same_year = here.year == now.astimezone(reader.zone).year
    return formats.date_format(here, "l j F" if same_year else "l j F Y")


def _both_clocks(session: Appointment, reader: User, now: datetime) -> str:
    at, other = session.starts_at, _other(session, reader)
    mine = _("**%(when)s**, your time in %(place)s.") % {
        "when": _day_and_time_at(at, reader, now),
        "place": reader.place,
    }
    if other.zone == reader.zone:
        return mine
    same_day = at.astimezone(other.zone).date() == at.astimezone(reader.zone).date()
    theirs = _("For %(name)s in %(place)s it is %(when)s.") % {
        "name": as_is(other.get_short_name()),
        "place": other.place,
        "when": zones.clock(at, other.zone) if same_day else _day_and_time_at(at, other, now),
    }
    return f"{mine} {theirs}"


def _what(session: Appointment) -> str:
    length = ngettext("%d minute", "%d minutes", session.minutes) % session.minutes
    return f"{as_is(session.session_type.name)}, {length}. {_where(session)}"


def _where(session: Appointment) -> str:
    place, address = session.session_type.get_place_display(), session.session_type.address
    if address.startswith("https://"):
        return f"{place}: [{address}]({address})"
    return f"{place}: {as_is(address)}" if address else f"{place}."


def _said_by(session: Appointment) -> dict[str, str]:
    return {"name": as_is(session.client.name), "words": as_is(session.message)}


def _until_when(session: Appointment, reader: User, now: datetime) -> list[str]:
    until = session.starts_at - timedelta(hours=session.session_type.cancel_hours)
    if _is_hers(session, reader) or until <= now:
        return []
    return [_("You can move or cancel it until %s.") % _day_and_time_at(until, reader, now)]


def _how_to_sign_in(session: Appointment, reader: User) -> list[str]:
    """For who came by booking and was never here before."""
    newcomer = session.client.status == Client.Status.NEW and reader.last_login is None
    if _is_hers(session, reader) or not newcomer:
        return []
    link = f"[{_('sign in')}]({absolute(reverse('account_request_login_code'))})"
    return [
        _("To see, move or cancel it, %s with this e-mail address. We send you six numbers; no password is needed.")
        % link
    ]


def _time_before(session: Appointment) -> datetime | None:
    """When the session was to start before its last move."""
    starts = list(session.changes.order_by("-at", "-id").values_list("starts_at", flat=True)[:2])
    return starts[1] if len(starts) == 2 else None


def _who_did(session: Appointment, reader: User, what: AppointmentChange.What) -> str:
    change = session.changes.select_related("by").filter(what=what).last()
    by = change.by if change else None
    moved = what == AppointmentChange.What.MOVED
    if by is not None and by.pk == reader.pk:
        return _("You moved this session.") if moved else _("You cancelled this session.")
    name = as_is((by or _other(session, reader)).get_short_name())
    return (_("%s moved this session.") if moved else _("%s cancelled this session.")) % name
