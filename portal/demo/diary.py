"""Full diaries for the large demo: sessions in opening hours, back through the years and some weeks ahead."""

import itertools
import random
import uuid
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from coaching.booking.models import Appointment, OpeningHours, SessionType
from coaching.people.models import Practitioner

AHEAD = timedelta(days=45)
TAKEN_AHEAD = 0.45  # how much of the time ahead is booked already
AT_A_TIME = 0.45  # how many of all clients come in the same months
ENDS = ((0.05, "missed"), (0.12, "cancelled"), (1.0, "held"))

COLUMNS = (
    *("id", "practitioner_id", "client_id", "session_type_id", "status", "starts_at", "ends_at"),
    *("blocked_from", "blocked_until", "client_zone", "practitioner_zone", "message", "token", "sequence"),
    *("created_at", "cancelled_at"),
)


@dataclass(frozen=True)
class Place:
    """Room for one session of a type. Instants in UTC, buffers counted in the blocked time."""

    kind: SessionType
    start: datetime
    end: datetime
    blocked_from: datetime
    blocked_until: datetime


class Diary:
    """The sessions of one practitioner. `clients` are ids with zones: those who came first stand first."""

    def __init__(self, practitioner: Practitioner, clients: Sequence[tuple[int, str]], now: datetime) -> None:
        self.practitioner, self.clients, self.now = practitioner, clients, now
        self.chance = random.Random(f"diary {practitioner.user.email}")  # noqa: S311 - no secret: the same every time
        types = SessionType.objects.filter(practitioner=practitioner, minutes__gte=30, by_approval=False)
        self.kinds = list(types.order_by("minutes"))
        self.hours: dict[int, list[tuple[time, time]]] = defaultdict(list)
        for rule in OpeningHours.objects.filter(practitioner=practitioner, session_type=None):
            self.hours[rule.weekday].append((rule.opens, rule.closes))
        holding = Appointment.objects.filter(practitioner=practitioner).holding(now)
        self.taken = sorted(holding.values_list("blocked_from", "blocked_until"))

    def rows(self, wanted: int) -> Iterator[tuple[object, ...]]:
        """`wanted` sessions as rows of COLUMNS, latest first. None of them touches one that stands already."""
        places = list(itertools.islice(self._free(), wanted))
        for number, place in enumerate(places):
            yield self._row(place, *self._whose(number / len(places)))

    def _whose(self, ago: float) -> tuple[int, str]:
        """Clients come and go: one of those who come at `ago` (0: at the end, 1: at the beginning)."""
        together = max(1, round(len(self.clients) * AT_A_TIME))
        first = round((1 - ago) * (len(self.clients) - together))
        return self.clients[first + self.chance.randrange(together)]

    def _row(self, place: Place, client: int, zone: str) -> tuple[object, ...]:
        status = self._status(place)
        cancelled = place.start - timedelta(days=2) if status == "cancelled" else None
        who = (uuid.uuid4(), self.practitioner.pk, client, place.kind.pk, status)
        when = (place.start, place.end, place.blocked_from, place.blocked_until)
        zones = (zone, self.practitioner.user.time_zone)
        booked = min(place.start, self.now) - timedelta(days=9)
        return (*who, *when, *zones, "", uuid.uuid4(), 1 if cancelled else 0, booked, cancelled)

    def _status(self, place: Place) -> str:
        chance = self.chance.random()
        return "confirmed" if place.end > self.now else next(name for below, name in ENDS if chance < below)

    def _free(self) -> Iterator[Place]:
        """Room for sessions, latest first, without end."""
        if not (self.hours and self.kinds and self.clients):
            return
        day = (self.now + AHEAD).astimezone(self.practitioner.zone).date()
        while True:
            yield from (place for place in reversed(list(self._places(day))) if self._is_wanted(place))
            day -= timedelta(days=1)

    def _is_wanted(self, place: Place) -> bool:
        if place.end > self.now and self.chance.random() > TAKEN_AHEAD:
            return False
        before = bisect_left(self.taken, place.blocked_until, key=lambda pair: pair[0])
        return before == 0 or self.taken[before - 1][1] <= place.blocked_from

    def _places(self, day: date) -> Iterator[Place]:
        """A full day: the types in turn, as long as the opening hours have room."""
        for opens, closes in self.hours[day.weekday()]:
            free, until = self._instant(day, opens), self._instant(day, closes)
            for kind in itertools.cycle(self.kinds):
                start = free + timedelta(minutes=kind.buffer_before)
                end = start + timedelta(minutes=kind.minutes)
                if end > until:
                    break
                free_again = end + timedelta(minutes=kind.buffer_after)
                yield Place(kind, start, end, free, free_again)
                free = free_again

    def _instant(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, tzinfo=self.practitioner.zone).astimezone(UTC)
