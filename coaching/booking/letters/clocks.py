"""The rules of a zone's clock changed under a session that is booked."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from coaching.booking.letters import examples, words
from coaching.booking.models import Appointment
from coaching.outbox.actions import post
from coaching.outbox.letters import Told, tells
from coaching.outbox.models import Letter

KIND = "booking.clocks"
Status = Appointment.Status


def post_clocks(session: Appointment, *, told: str, person: User, now: datetime) -> None:
    """`told` is what the person's clock was to show at the start, as was said before ("2027-06-10T10:00:00")."""
    post(
        kind=KIND,
        key=words.key_of(KIND, session, sequence=session.sequence, person=person),
        person=person,
        about={"appointment": str(session.pk), "sequence": session.sequence, "told": told},
        due_at=now,
        not_after=max(session.ends_at, now),
        urgency=words.URGENT,
        now=now,
    )


def _told(session: Appointment, reader: User, now: datetime, told: str) -> Told:
    here = session.starts_at.astimezone(reader.zone).replace(tzinfo=None)
    stays = told == here.isoformat()
    booked = session.status == Status.CONFIRMED  # no calendar until it is
    return Told(
        subject=(_("Still %s") if stays else _("Now %s")) % words.day_and_time(session.starts_at, reader, now),
        preheader=words.glance(session),
        paragraphs=[
            _("The rules of the clocks have changed, in a place where one of you two lives."),
            _stays(booked) if stays else _changes(told),
            words.both_clocks(session, reader, now),
            words.what_of(session),
        ],
        after=words.ways_out(session, reader, now),
        **words.common(session, reader),
    )


def _sample(session: Appointment, reader: User, now: datetime) -> Told:
    here = session.starts_at.astimezone(reader.zone).replace(tzinfo=None)
    return _told(session, reader, now, here.isoformat())


@tells(KIND, sample=examples.sample(_sample))
def clocks(letter: Letter, now: datetime) -> Told | None:
    session = words.true_session(letter, Status.CONFIRMED, Status.REQUESTED)
    if session is None:
        return None
    reader = words.reader_of(letter)
    told = _told(session, reader, now, letter.about["told"])
    if session.status != Status.CONFIRMED:
        return told
    return replace(told, attachments=[words.file_of(session, reader, now, "REQUEST")])


def _stays(booked: bool) -> str:
    said = [_("For you the session stays at its hour.")]
    if booked:
        said.append(_("Your calendar may show another one: the file with this letter puts it right."))
    return " ".join(said)


def _changes(told: str) -> str:
    if not told:
        return _("The session is at another hour for you now.")
    before = datetime.fromisoformat(told)
    return _("So the session is at another hour for you now. It was to be at %s.") % f"{before:%H:%M}"
