"""What the letters about sessions have in common: posting, what is still true, and how a moment is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import zones
from accounts.models import User
from coaching.booking import links
from coaching.booking.calendars import ics
from coaching.booking.calendars.queries import standing_of
from coaching.booking.models import Appointment
from coaching.booking.places import meeting_of
from coaching.outbox.actions import post
from coaching.outbox.letters import Action, Attachment, Told, absolute, as_is
from coaching.outbox.models import Letter

URGENT = 20


def key_of(kind: str, session: Appointment, *, sequence: int, person: User) -> str:
    """The key names the change: each earns a letter of its own."""
    return f"{kind}:{session.pk}:{sequence}:{person.pk}"


def post_about(kind: str, session: Appointment, *, person: User, due_at: datetime, now: datetime) -> None:
    """A letter about the session as it stands now; useless after it."""
    post(
        kind=kind,
        key=key_of(kind, session, sequence=session.sequence, person=person),
        person=person,
        about={"appointment": str(session.pk), "sequence": session.sequence},
        due_at=due_at,
        not_after=max(session.ends_at, due_at),
        urgency=URGENT,
        now=now,
    )


def true_session(letter: Letter, *statuses: str) -> Appointment | None:
    """The session, if it still is as the letter says: in this state, and not changed since."""
    people = ("client__user", "practitioner__user", "session_type__practitioner__user")
    found = Appointment.objects.select_related(*people).filter(
        pk=letter.about["appointment"], sequence=letter.about["sequence"]
    )
    return (found.filter(status__in=statuses) if statuses else found).first()


def reader_of(letter: Letter) -> User:
    if letter.person is None:
        raise LookupError("A letter about a session has a person.")
    return letter.person


def is_hers(session: Appointment, reader: User) -> bool:
    """Whether the practitioner is the reader."""
    return reader.pk == session.practitioner.user_id


def other_of(session: Appointment, reader: User) -> User:
    return session.client.user if is_hers(session, reader) else session.practitioner.user


def common(session: Appointment, reader: User) -> dict[str, Any]:
    """The greeting, the way to the session's page, and why the letter came."""
    why = (
        _("You get this letter because this session is with you.")
        if is_hers(session, reader)
        else _("You get this letter because you have this session with %s.") % as_is(session.practitioner.name)
    )
    return {
        "greeting_name": reader.get_short_name(),
        "action": Action(_("Open the session"), absolute(reverse("session", args=[session.pk]))),
        "why": why,
    }


def file_of(session: Appointment, reader: User, now: datetime, method: ics.Method) -> Attachment:
    """The session for the reader's calendar, as mail programs act on it."""
    url = absolute(reverse("session", args=[session.pk]))
    content = ics.object_of(session, reader=reader, url=url, method=method, now=now, standing=standing_of(session))
    return Attachment("session.ics", "text/calendar", content, method=method)


def with_file(
    tell: Callable[[Appointment, User, datetime], Told], session: Appointment, reader: User, now: datetime
) -> Told:
    """What `tell` says, with the session for the reader's calendar."""
    told = tell(session, reader, now)
    return replace(told, attachments=[file_of(session, reader, now, "REQUEST")])


def reason(why: str) -> list[str]:
    """A person's own words for it, when there are some."""
    return [_("The reason given: %s") % as_is(why)] if why else []


def day_and_time(at: datetime, reader: User, now: datetime) -> str:
    """ "Thursday 26 November, 14:15", never "tomorrow": a letter may be read the day after."""
    here = at.astimezone(reader.zone).date()
    same_year = here.year == now.astimezone(reader.zone).year
    day = formats.date_format(here, "l j F" if same_year else "l j F Y")
    return f"{day}, {zones.clock(at, reader.zone)}"


def both_clocks(session: Appointment, reader: User, now: datetime, *, at: datetime | None = None) -> str:
    """When the session is (or `at`), on the reader's clock in bold, and on the other person's when it differs."""
    at = at or session.starts_at
    mine = _("**%(when)s**, your time in %(place)s.") % {
        "when": day_and_time(at, reader, now),
        "place": reader.place,
    }
    return " ".join(filter(None, [mine, other_clock(session, reader, now, at=at)]))


def other_clock(session: Appointment, reader: User, now: datetime, *, at: datetime) -> str:
    """What `at` is for the other of the two; "" when they live by the same clock."""
    other = other_of(session, reader)
    if other.zone == reader.zone:
        return ""
    same_day = at.astimezone(other.zone).date() == at.astimezone(reader.zone).date()
    return _("For %(name)s in %(place)s it is %(when)s.") % {
        "name": as_is(other.get_short_name()),
        "place": other.place,
        "when": zones.clock(at, other.zone) if same_day else day_and_time(at, other, now),
    }


def what_of(session: Appointment) -> str:
    return f"{as_is(session.session_type.name)}, {length(session)}. {where(session)}"


def glance(session: Appointment) -> str:
    """ "45 minutes. By video.": no more than this stands beside the subject on a lock screen."""
    return f"{length(session)}. {session.session_type.get_place_display()}."


def length(session: Appointment) -> str:
    """ "45 minutes"."""
    return ngettext("%d minute", "%d minutes", session.minutes) % session.minutes


def where(session: Appointment) -> str:
    meeting = meeting_of(session)
    if meeting.is_video and meeting.url:
        return f"{session.session_type.get_place_display()}: [{meeting.url}]({meeting.url})"
    return as_is(meeting.words) if meeting.detail else f"{meeting.words}."


def ways_out(session: Appointment, reader: User, now: datetime) -> list[str]:
    """How to move or cancel it from the letter; for the client until when."""
    if session.starts_at <= now:
        return []
    ways = links.ways_out(session, person=reader, now=now)
    until = session.starts_at - timedelta(hours=session.session_type.cancel_hours)
    if is_hers(session, reader):
        return [ways]
    if until > now:
        return [_("You can move or cancel it until %s.") % day_and_time(until, reader, now), ways]
    name = as_is(session.practitioner.name)
    return [_("It begins soon: what you choose then, %s has to agree to.") % name, ways]
