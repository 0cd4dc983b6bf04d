"""How reminders of sessions are told: from what is true when they leave, not from what was when they were posted.

Importing this makes all letters of the room known, and what their readers want of them.
"""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import zones
from accounts.models import User
from coaching.booking.letters import examples, words
from coaching.booking.models import Appointment, SessionType
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.reminders import letters_practice, letters_week, queries, rules, wishes
from coaching.reminders.models import ReminderChoice
from coaching.reminders.wording import letters as wording

__all__ = ["letters_practice", "letters_week", "session", "wishes", "wording"]


def _sample(practitioner: Practitioner, now: datetime) -> Told:
    appointment = examples.session(practitioner, now, days=1)
    return _told(appointment, appointment.client.user, "24", now)


@tells("reminder.session", sample=_sample)
def session(letter: Letter, now: datetime) -> Told | None:
    """None when the session was moved or cancelled, has begun, or its reader wants no such reminder any more."""
    reader = letter.person
    starts_at = datetime.fromisoformat(letter.about["starts_at"])
    label = str(letter.about.get("label") or letter.about["hours"])
    appointment = queries.standing_appointment.of(letter)
    if reader is None or appointment is None or starts_at <= now:
        return None
    if appointment.client.status == Client.Status.ENDED or not _wants(queries.choice_for.of(letter), label):
        return None
    return _told(appointment, reader, label, now)


def _wants(choice: ReminderChoice, label: str) -> bool:
    return choice.evening_before is not None if label == rules.EVENING else int(label) in choice.session_hours


def _told(appointment: Appointment, reader: User, label: str, now: datetime) -> Told:
    return Told(
        subject=_subject(appointment, reader, now),
        greeting_name=reader.get_short_name(),
        preheader=_("Nothing to do if the time suits you."),
        paragraphs=[_when(appointment, reader, now), _where(appointment)],
        action=Action(_("Open the session"), absolute(reverse("session", args=[appointment.pk]))),
        after=words.ways_out(appointment, reader, now),
        why=_why(label),
        values=_values(appointment, reader, now),
    )


def _subject(appointment: Appointment, reader: User, now: datetime) -> str:
    """ "Tomorrow at 14:15, with Marta": what a lock screen may show."""
    told = _values(appointment, reader, now) | {"name": appointment.practitioner.name}
    return _("%(day)s at %(time)s, with %(name)s") % told


def _values(appointment: Appointment, reader: User, now: datetime) -> dict[str, str]:
    here = appointment.starts_at.astimezone(reader.zone)
    day = zones.short_day(here.date(), now.astimezone(reader.zone).date())
    return {"day": day, "time": zones.clock(here, reader.zone)}


def _when(appointment: Appointment, reader: User, now: datetime) -> str:
    """The reader's clock first, then the practitioner's, each with its place."""
    starts_at = appointment.starts_at
    mine = _("**%(moment)s**, your time in %(place)s.") % {
        "moment": zones.moment_in_words(starts_at, reader.zone, now),
        "place": reader.place,
    }
    return " ".join(filter(None, [mine, words.other_clock(appointment, reader, now, at=starts_at)]))


def _where(appointment: Appointment) -> str:
    """How long and how the two meet. The address itself stays behind the sign-in."""
    ways = {
        SessionType.Place.VIDEO: _("%(met)s, by video. The way in is on the page of the session."),
        SessionType.Place.PHONE: _("%(met)s, by telephone. The number is on the page of the session."),
        SessionType.Place.PERSON: _("%(met)s, in person. The address is on the page of the session."),
    }
    told = {"length": words.length(appointment), "name": as_is(appointment.practitioner.name)}
    way = ways[SessionType.Place(appointment.session_type.place)] % {"met": _("%(length)s with %(name)s") % told}
    calm = _("If the time suits you, there is nothing to do until then.")
    return f"{way} {calm}"


def _why(label: str) -> str:
    if label == rules.EVENING:
        return _("You get this on the evening before each session.")
    if label == "24":
        return _("You get this the day before each session.")
    if label == "48":
        return _("You get this two days before each session.")
    hours = int(label)
    return ngettext(
        "You get this an hour before each session.", "You get this %(hours)s hours before each session.", hours
    ) % {"hours": hours}
