"""One letter for a row of sessions, with one file that holds each of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import zones
from accounts.models import User
from coaching.booking import grace
from coaching.booking.calendars import ics
from coaching.booking.letters import examples, words
from coaching.booking.models import Appointment, Series
from coaching.outbox.actions import post
from coaching.outbox.letters import Action, Attachment, Sample, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people.models import Practitioner

Status = Appointment.Status
BOOKED, MOVED, CANCELLED = "booking.series", "booking.series_moved", "booking.series_cancelled"


def post_series(row: Series, sessions: Sequence[Appointment], *, person: User, now: datetime) -> None:
    """Leaves at once, as any confirmation does."""
    _post(BOOKED, sessions, person, due_at=now, now=now)


def post_series_moved(sessions: Sequence[Appointment], *, person: User, now: datetime) -> None:
    due_at = grace.letters_due(*(each.starts_at for each in sessions), now=now)
    _post(MOVED, sessions, person, due_at=due_at, now=now)


def post_series_cancelled(sessions: Sequence[Appointment], *, person: User, now: datetime) -> None:
    due_at = grace.letters_due(*(each.starts_at for each in sessions), now=now)
    _post(CANCELLED, sessions, person, due_at=due_at, now=now)


def _post(kind: str, sessions: Sequence[Appointment], person: User, *, due_at: datetime, now: datetime) -> None:
    first = sessions[0]
    post(
        kind=kind,
        key=words.key_of(kind, first, sequence=first.sequence, person=person),
        person=person,
        about={"sessions": {str(each.pk): each.sequence for each in sessions}},
        due_at=due_at,
        not_after=max(due_at, *(each.ends_at for each in sessions)),
        urgency=words.URGENT,
        now=now,
    )


Tell = Callable[[Sequence[Appointment], User, datetime], Told]


def _sample(tell: Tell) -> Sample:
    def of_example(practitioner: Practitioner, now: datetime) -> Told:
        row = examples.row(practitioner, now)
        return tell(row, row[0].client.user, now)

    return of_example


def _row_booked(sessions: Sequence[Appointment], reader: User, now: datetime) -> Told:
    first = sessions[0]
    told = {"client": as_is(first.client.user.get_full_name()), "practitioner": as_is(first.practitioner.name)}
    asked = first.status == Status.REQUESTED
    if words.is_hers(first, reader):
        said = (
            _("%(client)s asks for these sessions.") if asked else _("These sessions with %(client)s are booked.")
        )
    else:
        said = (
            _("You asked for these sessions. %(practitioner)s decides about each, and we write to you.")
            if asked
            else _("Your sessions with %(practitioner)s are booked.")
        )
    subject = ngettext("Booked: one session", "Booked: %d sessions", len(sessions)) % _number(sessions)
    return _told(subject, said % told, sessions, reader, now)


@tells(BOOKED, sample=_sample(_row_booked))
def booked(letter: Letter, now: datetime) -> Told | None:
    return _with_file(_row_booked, _true(letter, Status.CONFIRMED, Status.REQUESTED), letter, now)


def _row_moved(sessions: Sequence[Appointment], reader: User, now: datetime) -> Told:
    subject = ngettext("Moved: one session", "Moved: %d sessions", len(sessions)) % _number(sessions)
    return _told(subject, _("These are the new times."), sessions, reader, now)


@tells(MOVED, sample=_sample(_row_moved))
def moved(letter: Letter, now: datetime) -> Told | None:
    return _with_file(_row_moved, _true(letter, Status.CONFIRMED, Status.REQUESTED), letter, now)


def _sample_cancelled(sessions: Sequence[Appointment], reader: User, now: datetime) -> Told:
    for each in sessions:
        each.status = Status.CANCELLED
    return _row_cancelled(sessions, reader, now)


def _row_cancelled(sessions: Sequence[Appointment], reader: User, now: datetime) -> Told:
    subject = ngettext("Cancelled: one session", "Cancelled: %d sessions", len(sessions)) % _number(sessions)
    return _told(subject, _("These sessions do not take place."), sessions, reader, now)


@tells(CANCELLED, sample=_sample(_sample_cancelled))
def cancelled(letter: Letter, now: datetime) -> Told | None:
    return _with_file(_row_cancelled, _true(letter, Status.CANCELLED), letter, now)


def _with_file(tell: Tell, sessions: Sequence[Appointment], letter: Letter, now: datetime) -> Told | None:
    """None when none of the sessions is any more as the letter says."""
    if not sessions:
        return None
    reader = words.reader_of(letter)
    content = ics.row_of(sessions, reader=reader, site=settings.SITE_URL, now=now)
    file = Attachment("sessions.ics", "text/calendar", content)
    return replace(tell(sessions, reader, now), attachments=[file])


def _number(sessions: Sequence[Appointment]) -> int | tuple[()]:
    """The singular has no place for the number."""
    return len(sessions) if len(sessions) != 1 else ()


def _true(letter: Letter, *statuses: str) -> list[Appointment]:
    """Those of the letter's sessions that are still as it says: in such a state, and not changed since."""
    people = ("client__user", "practitioner__user", "session_type__practitioner__user")
    known = letter.about["sessions"]
    rows = Appointment.objects.select_related(*people).filter(pk__in=known, status__in=statuses)
    return [each for each in rows.order_by("starts_at") if each.sequence == known[str(each.pk)]]


def _told(subject: str, first: str, sessions: Sequence[Appointment], reader: User, now: datetime) -> Told:
    lines = "\n".join(_line(each, reader, now) for each in sessions)
    clock = _("All times are yours, in %s.") % as_is(reader.place)
    gone = sessions[0].status == Status.CANCELLED
    file = (
        _("The file takes all of them out of your calendar: open it once.")
        if gone
        else _("The file holds all of them for your calendar: open it once. Each can be moved or cancelled alone.")
    )
    return Told(
        subject=subject,
        preheader=first,
        paragraphs=[f"{first} {clock}", lines, words.what_of(sessions[0])],
        after=[*_hour_changes(sessions, reader), file],
        **{
            **words.common(sessions[0], reader),
            "action": Action(_("See your sessions"), absolute(reverse("sessions"))),
        },
    )


def _line(session: Appointment, reader: User, now: datetime) -> str:
    other, at = words.other_of(session, reader), session.starts_at
    mine = f"**{words.day_and_time(at, reader, now)}**"
    if other.zone == reader.zone:
        return mine
    same_day = at.astimezone(other.zone).date() == at.astimezone(reader.zone).date()
    theirs = zones.clock(at, other.zone) if same_day else words.day_and_time(at, other, now)
    return f"{mine} ({theirs}, {as_is(other.place)})"


def _hour_changes(sessions: Sequence[Appointment], reader: User) -> list[str]:
    """A clock change between them shifts the hour for one of the two: said, since the days above hide it well."""
    hours = {zones.clock(each.starts_at, reader.zone) for each in sessions}
    hers = {zones.clock(each.starts_at, each.practitioner.zone) for each in sessions}
    if len(hours) == 1 or len(hers) > 1:
        return []
    place = as_is(sessions[0].practitioner.user.place)
    return [_("Look at the hours: the clocks change, and not on the same day in %s as for you.") % place]
