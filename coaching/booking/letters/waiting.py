"""A time has opened for somebody on the waiting list."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from coaching.booking import links, turns
from coaching.booking.letters import examples, words
from coaching.booking.models import Appointment
from coaching.outbox.actions import post
from coaching.outbox.letters import Action, Told, as_is, tells
from coaching.outbox.models import Letter


def post_offered(offer: Appointment, *, now: datetime) -> None:
    """Told once, by day; of no use when the time is held no more."""
    person: User = offer.client.user
    due_at = turns.told_at(now, person.zone)
    post(
        kind="booking.offered",
        key=f"booking.offered:{offer.pk}",
        person=person,
        about={"appointment": str(offer.pk), "sequence": 0},
        due_at=due_at,
        not_after=max(offer.held_until or due_at, due_at),
        urgency=words.URGENT,
        now=now,
    )


def _opened(offer: Appointment, reader: User, now: datetime) -> Told:
    held_until = offer.held_until or offer.starts_at
    link = links.url_to(links.Purpose.OFFER, offer, person=reader, now=now)
    return Told(
        subject=_("A time has opened: %s") % words.day_and_time(offer.starts_at, reader, now),
        greeting_name=reader.get_short_name(),
        paragraphs=[
            _("You wait for a time with %s. This one is held for you:") % as_is(offer.practitioner.name),
            words.both_clocks(offer, reader, now),
            words.what_of(offer),
            _("It is yours until **%s**. Then the next person is asked.")
            % words.day_and_time(held_until, reader, now),
        ],
        action=Action(_("Take it, or let it pass"), link),
        after=[
            _("You need not sign in. If it does not suit you, let it pass, so that the next person can have it.")
        ],
        why=_("You get this letter because you are on the waiting list."),
    )


@tells("booking.offered", sample=examples.sample(_opened))
def offered(letter: Letter, now: datetime) -> Told | None:
    offer = words.true_session(letter, Appointment.Status.OFFERED)
    if offer is None or offer.held_until is None or offer.held_until <= now:
        return None
    return _opened(offer, words.reader_of(letter), now)
