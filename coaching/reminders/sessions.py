"""Which reminders of sessions are due, over all sessions at once, in at most four queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from coaching.booking.models import Appointment, AppointmentChange
from coaching.people.models import Client
from coaching.reminders import queries, rules
from coaching.reminders.models import ReminderChoice
from coaching.reminders.topics import Topic

_What = AppointmentChange.What
# What settles the time of a session: a reminder due before it is none.
_SETTLES = (_What.BOOKED, _What.APPROVED, _What.MOVED, _What.REOPENED)


@dataclass(frozen=True)
class Due:
    appointment: UUID
    starts_at: datetime
    person: User
    reminder: rules.Reminder


@dataclass(frozen=True)
class _Near:
    """A session that is not far: just enough to see whether a closer look is worth while."""

    pk: UUID
    starts_at: datetime
    person: int
    zone: str


def due(now: datetime) -> Iterator[Due]:
    """Every reminder of a session whose moment is here."""
    wishes = _worth_a_look(_near(now), now)
    for appointment in _settled(wishes):
        agreed_at = appointment.agreed_at  # type: ignore[attr-defined]
        starts_at, wish = appointment.starts_at, wishes[appointment.pk]
        for reminder in rules.due(starts_at=starts_at, agreed_at=agreed_at, wish=wish, now=now):
            yield Due(appointment.pk, starts_at, appointment.client.user, reminder)


def _near(now: datetime) -> list[_Near]:
    soon = Appointment.objects.confirmed().starting_within(now, now + rules.LONGEST)
    rows = soon.filter(client__user__is_active=True).exclude(client__status=Client.Status.ENDED).order_by()
    fields = ("pk", "starts_at", "client__user_id", "client__user__time_zone")
    return [_Near(*row) for row in rows.values_list(*fields)]


def _worth_a_look(near: list[_Near], now: datetime) -> dict[UUID, rules.SessionWish]:
    """The wishes for those sessions for which a reminder may be due. Who wants the same is thought of together."""
    chosen = queries.choices_of({session.person for session in near})
    default = ReminderChoice()
    alike: dict[rules.SessionWish, list[_Near]] = defaultdict(list)
    wishes: dict[tuple[int | None, str], rules.SessionWish] = {}
    for session in near:
        choice = chosen.get(session.person, default)
        if Topic.SESSIONS in choice.off:
            continue
        known = (choice.person_id, session.zone)
        if known not in wishes:
            wishes[known] = choice.session_wish(ZoneInfo(session.zone))
        alike[wishes[known]].append(session)
    return {session.pk: wish for wish, sessions in alike.items() for session in _within(sessions, wish, now)}


def _within(sessions: list[_Near], wish: rules.SessionWish, now: datetime) -> Iterator[_Near]:
    spans = rules.starts_to_look_at(wish=wish, now=now)
    return (each for each in sessions if any(first <= each.starts_at <= last for first, last in spans))


def _settled(appointments: Iterable[UUID]) -> Iterable[Appointment]:
    """These sessions with their client, and `agreed_at`: since when their time is certain."""
    pks = list(appointments)
    if not pks:
        return []
    changes = AppointmentChange.objects.filter(appointment=OuterRef("pk"), what__in=_SETTLES)
    latest = Subquery(changes.order_by("-at").values("at")[:1])
    found = Appointment.objects.filter(pk__in=pks).select_related("client__user").order_by()
    return found.annotate(agreed_at=Greatest("created_at", Coalesce(latest, "created_at")))
