"""Every kind of letter with a name, and an example to look at."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from coaching.outbox import letters
from coaching.outbox.letters import Told
from coaching.people.models import Practitioner


@dataclass(frozen=True)
class Kind:
    """`name` is what the practitioner calls it, `to_client` whether clients get it."""

    key: str
    name: str | Promise
    to_client: bool = True


NAMES = {
    "welcome.invitation": gettext_lazy("Invitation"),
    "booking.confirmed": gettext_lazy("A session is booked"),
    "booking.requested": gettext_lazy("A session is asked for"),
    "booking.refused": gettext_lazy("A session cannot be"),
    "booking.declined": gettext_lazy("A calendar declined a session"),
    "booking.moved": gettext_lazy("A session is moved"),
    "booking.cancelled": gettext_lazy("A session is cancelled"),
    "booking.clocks": gettext_lazy("The clocks' rules change"),
    "booking.reopened": gettext_lazy("A session is booked again"),
    "booking.series": gettext_lazy("A row of sessions is booked"),
    "booking.series_moved": gettext_lazy("A row of sessions is moved"),
    "booking.series_cancelled": gettext_lazy("A row of sessions is cancelled"),
    "booking.change_asked": gettext_lazy("A change is asked for"),
    "booking.change_answered": gettext_lazy("A change is answered"),
    "booking.offered": gettext_lazy("A time came free"),
    "booking.already": gettext_lazy("Somebody with an account asked for a session"),
    "reminder.session": gettext_lazy("Before a session"),
    "practice.assigned": gettext_lazy("A lesson is given"),
    "practice.opened": gettext_lazy("The next lesson of a program is open"),
    "practice.resumed": gettext_lazy("A lesson can go on"),
    "practice.stage": gettext_lazy("A step on the way to no plan"),
    "practice.graduated": gettext_lazy("No plan any more"),
    "practice.again": gettext_lazy("Working together again"),
    "reminder.practice": gettext_lazy("Practice for today"),
    "reminder.barrier": gettext_lazy("What is in the way?"),
    "reminder.relief": gettext_lazy("After a lesson that helped"),
    "messaging.unread": gettext_lazy("A message waits"),
    "journal.shared": gettext_lazy("A note was shared"),
    "story.agreed": gettext_lazy("What a client agreed to"),
    "story.decided": gettext_lazy("What was decided about a sign that needs a doctor"),
    "story.told": gettext_lazy("A story was told"),
    "story.sign": gettext_lazy("A sign that needs a doctor"),
    "practice.stopped": gettext_lazy("A lesson hurt"),
    "practice.knocked": gettext_lazy("A graduate would like to come back"),
    "reminder.week": gettext_lazy("Monday’s note"),
    "welcome.trial": gettext_lazy("A trial of the mail"),
}
_TO_THE_PRACTITIONER = {
    "booking.change_asked",
    "booking.declined",
    "story.told",
    "story.sign",
    "practice.stopped",
    "practice.knocked",
    "reminder.week",
    "welcome.trial",
}


def kinds() -> list[Kind]:
    """Every kind that some room tells, in the order in which a client meets them; new ones come last."""
    told = letters.kinds()
    known = [kind for kind in NAMES if kind in told]
    return [kind_of(kind) for kind in [*known, *(kind for kind in told if kind not in NAMES)]]


def kind_of(key: str) -> Kind:
    fallback = key.replace(".", ": ").replace("_", " ")
    return Kind(key, NAMES.get(key, fallback), to_client=key not in _TO_THE_PRACTITIONER)


def example(kind: str, practitioner: Practitioner, now: datetime) -> Told:
    """What such a letter says, of people and sessions that do not exist."""
    with letters.speaking_to(practitioner.user):
        return letters.sample_of(kind)(practitioner, now)
