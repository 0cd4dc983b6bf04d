"""Which reminders of sessions are due, over all sessions at once, in at most five queries.

A reminder is thought of when its moment comes: after the last sweep (`since`), and up to now. So first we ask what
people want, then which starts that makes worth a look, and only then for sessions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest

from accounts import zones
from accounts.models import User
from coaching.booking.models import Appointment, AppointmentChange
from coaching.people.models import Client
from coaching.reminders import queries, rules
from coaching.reminders.models import ReminderChoice
from coaching.reminders.topics import Topic

_What = AppointmentChange.What
# What settles the time of a session: a reminder due before it is none.
_SETTLES = (_What.BOOKED, _What.APPROVED, _What.MOVED, _What.REOPENED, _What.CLOCKS)
_PLAN = ("session_hours", "evening_before", "quiet_from", "quiet_until")
Plan = tuple[str, Any, Any, Any, Any]  # a zone's name, and the fields of _PLAN


@dataclass(frozen=True)
class Due:
    appointment: UUID
    starts_at: datetime
    person: User
    reminder: rules.Reminder


def due(now: datetime, since: datetime) -> Iterator[Due]:
    """Every reminder of a session whose moment lies in (since, now]."""
    spans = _Spans(since, now)
    near = _starting(rules.merged(span for plan in _plans() for span in spans.of(plan)))
    wanted = {pk: plan for pk, starts_at, plan in _with_plans(near) if spans.hold(plan, starts_at)}
    for row in _settled(wanted):
        wish = spans.wishes[wanted[row["pk"]]]
        times = {"starts_at": row["starts_at"], "agreed_at": row["agreed_at"]}
        for reminder in rules.due(**times, wish=wish, since=since, now=now):
            person = User(pk=row["client__user"], email=row["client__user__email"])
            yield Due(row["pk"], row["starts_at"], person, reminder)


class _Spans:
    """Which starts are worth a look, thought out once for all people who want the same."""

    def __init__(self, since: datetime, now: datetime) -> None:
        self._since, self._now = since, now
        self._found: dict[Plan, list[rules.Span]] = {}
        self.wishes: dict[Plan, rules.SessionWish] = {}

    def of(self, plan: Plan) -> list[rules.Span]:
        if plan not in self._found:
            choice = ReminderChoice(**dict(zip(_PLAN, plan[1:], strict=True)))
            wish = self.wishes[plan] = choice.session_wish(zones.zone(plan[0]))
            self._found[plan] = rules.starts_to_look_at(wish=wish, since=self._since, now=self._now)
        return self._found[plan]

    def hold(self, plan: Plan, starts_at: datetime) -> bool:
        return any(first <= starts_at <= last for first, last in self.of(plan))


def _plans() -> Iterator[Plan]:
    """What is wanted by anybody at all: the defaults in every zone with a client, and what people chose."""
    default = ReminderChoice()
    for zone in _clients().order_by().values_list("user__time_zone", flat=True).distinct():
        yield _plan(zone, default)
    chosen = ReminderChoice.objects.exclude(off__contains=[Topic.SESSIONS]).order_by()
    for zone, hours, *others in chosen.values_list("person__time_zone", *_PLAN).distinct():
        yield (zone, tuple(hours), *others)


def _plan(zone: str, choice: ReminderChoice) -> Plan:
    return (zone, tuple(choice.session_hours), choice.evening_before, choice.quiet_from, choice.quiet_until)


def _clients() -> Any:
    return Client.objects.exclude(status=Client.Status.ENDED).filter(user__is_active=True)


def _starting(spans: list[rules.Span]) -> list[tuple[UUID, datetime, int, str]]:
    """Booked sessions of people who are still here: id, start, the client's user and zone."""
    if not spans:
        return []
    within = reduce(or_, (Q(starts_at__gte=first, starts_at__lte=last) for first, last in spans))
    rows = Appointment.objects.confirmed().filter(within, client__user__is_active=True)
    rows = rows.exclude(client__status=Client.Status.ENDED).order_by()
    return list(rows.values_list("pk", "starts_at", "client__user_id", "client__user__time_zone"))


def _with_plans(near: list[tuple[UUID, datetime, int, str]]) -> Iterator[tuple[UUID, datetime, Plan]]:
    """Without the sessions of those who want no reminder of any."""
    choices = queries.choices_of({person for _, _, person, _ in near}) if near else {}
    default = ReminderChoice()
    for pk, starts_at, person, zone in near:
        choice = choices.get(person, default)
        if Topic.SESSIONS not in choice.off:
            yield pk, starts_at, _plan(zone, choice)


def _settled(appointments: Iterable[UUID]) -> Iterable[Any]:
    """These sessions with whom to write to, and `agreed_at`: since when their time is certain."""
    pks = list(appointments)
    if not pks:
        return []
    changes = AppointmentChange.objects.filter(appointment=OuterRef("pk"), what__in=_SETTLES)
    latest = Subquery(changes.order_by("-at").values("at")[:1])
    found = Appointment.objects.filter(pk__in=pks).order_by()
    found = found.annotate(agreed_at=Greatest("created_at", Coalesce(latest, "created_at")))
    return found.values("pk", "starts_at", "agreed_at", "client__user", "client__user__email")
