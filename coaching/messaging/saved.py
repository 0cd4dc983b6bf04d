"""Saved answers: words to begin an answer with, filled with what is true for one client. Nothing sends them."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from accounts import zones
from coaching.booking.models import Appointment
from coaching.messaging.models_desk import SavedAnswer
from coaching.outbox.letters import absolute
from coaching.people.models import Client, Practitioner
from coaching.people.places import fill_known

# What can stand in curly brackets; all that can be missing is the next session.
NAME, PRACTITIONER, PRACTICE = "name", "practitioner", "practice"
NEXT_SESSION, PRACTICE_LINK, BOOKING_LINK = "next session", "practice link", "booking link"
PLACES = (NAME, PRACTITIONER, PRACTICE, NEXT_SESSION, PRACTICE_LINK, BOOKING_LINK)


@dataclass(frozen=True)
class Filled:
    """A saved answer as it would be said to a client. `missing` are places that nothing is true for: they stay."""

    answer: SavedAnswer
    words: str
    missing: list[str]


def answers_for(client: Client, now: datetime) -> list[Filled]:
    """The practitioner's saved answers, for this client, by title. Two queries."""
    answers = SavedAnswer.objects.filter(practitioner=client.practitioner)
    values = values_for(client, now)
    return [Filled(each, *fill_known(each.words, values)) for each in answers]


def values_for(client: Client, now: datetime) -> dict[str, str]:
    """What the places stand for; without the next session when there is none. One query."""
    values = {
        NAME: client.name,
        PRACTITIONER: client.practitioner.name,
        PRACTICE: str(client.practitioner.practice),
        PRACTICE_LINK: absolute(reverse("practice")),
        BOOKING_LINK: absolute(reverse("book")),
    }
    session = Appointment.objects.filter(client=client).upcoming(now).first()
    return values | ({NEXT_SESSION: _when(session.starts_at, client)} if session else {})


def examples(practitioner: Practitioner, now: datetime) -> list[tuple[str, str]]:
    """Every place with what it could stand for, for the page where answers are written."""
    return [
        (NAME, _("the client’s first name")),
        (PRACTITIONER, practitioner.name),
        (PRACTICE, str(practitioner.practice)),
        (NEXT_SESSION, _("day and time on the client’s clock, when one is booked")),
        (PRACTICE_LINK, absolute(reverse("practice"))),
        (BOOKING_LINK, absolute(reverse("book"))),
    ]


def _when(moment: datetime, client: Client) -> str:
    """ "Tuesday 24 November, 10:00, your time in Lisbon": it may be read on another day, so no "tomorrow"."""
    here = moment.astimezone(client.zone)
    said = {"day": formats.date_format(here, "l j F"), "time": zones.clock(moment, client.zone)}
    return _("%(day)s, %(time)s, your time in %(here)s") % {**said, "here": zones.place(str(client.zone))}
