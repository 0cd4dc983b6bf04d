"""Monday's note to the practitioner: who needs a word, and how the week went."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from coaching.booking.models import Appointment
from coaching.messaging import queries_inbox as messaging
from coaching.people.models import Client, Practitioner
from coaching.practice import needs
from coaching.reminders import queries, rules
from coaching.reminders.models import ReminderChoice
from coaching.reminders.topics import Topic
from coaching.story import queries as story

AT = time(7, 30)
MONDAY = (0,)
USEFUL = timedelta(days=1)


class Why(StrEnum):
    """Why somebody needs a word, the most urgent first."""

    SIGN = "sign"
    STOPPED = "stopped"
    WAITS = "waits"
    BARRIER = "barrier"
    QUIET = "quiet"


@dataclass(frozen=True)
class Due:
    practitioner: Practitioner
    at: rules.PracticeMoment


@dataclass(frozen=True)
class Week:
    """Who needs a word and why (each once), how many practised lately of how many, and the sessions ahead."""

    needs: list[tuple[Client, Why]]
    practised: int
    clients: int
    sessions: int


def due(now: datetime) -> Iterator[Due]:
    """Notes whose moment is here. Two queries."""
    practitioners = list(Practitioner.objects.filter(user__is_active=True).select_related("user"))
    choices = queries.choices_of(each.user_id for each in practitioners)
    for practitioner in practitioners:
        choice = choices.get(practitioner.user_id) or ReminderChoice()
        if Topic.WEEK in choice.off or (choice.paused_until and choice.paused_until > now):
            continue
        wish = rules.PracticeWish(practitioner.zone, MONDAY, AT, quiet=choice.quiet)
        if at := rules.practice_due(wish=wish, now=now):
            yield Due(practitioner, at)


def week_of(practitioner: Practitioner, now: datetime) -> Week:
    """Eight queries."""
    active = Client.objects.of(practitioner).filter(status=Client.Status.ACTIVE)
    ahead = Appointment.objects.confirmed().filter(practitioner=practitioner)
    return Week(
        needs=_needs(practitioner, now),
        practised=needs.practising(practitioner, now).count(),
        clients=active.count(),
        sessions=ahead.starting_within(now, now + timedelta(days=7)).count(),
    )


def _needs(practitioner: Practitioner, now: datetime) -> list[tuple[Client, Why]]:
    found = [
        *((each.client, Why.SIGN) for each in story.signs_undecided(practitioner)),
        *((each.client, Why.STOPPED) for each in needs.stopped(practitioner)),
        *((each.client, Why.WAITS) for each in messaging.waiting_for(practitioner, now)),
        *((each.client, Why.BARRIER) for each in needs.barriers(practitioner, now)),
        *((client, Why.QUIET) for client in needs.gone_quiet(practitioner, now)),
    ]
    once: dict[int, tuple[Client, Why]] = {}
    for client, why in found:
        once.setdefault(client.pk, (client, why))
    return list(once.values())
