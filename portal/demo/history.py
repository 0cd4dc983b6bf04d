"""What happened, in the order in which it happened: deeds wait for their moment and are then done at it."""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Min

from coaching.outbox.delivery import deliver_due
from coaching.outbox.models import Letter

Deed = Callable[[datetime], object]
# What a deed gives that can have caused no letter.
QUIET = object()


class History:
    """A queue of deeds up to `now`. Each is called with its own moment, and may bring later ones."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._here: datetime | None = None
        self._next_letter: datetime | None = None
        self._deeds: list[tuple[datetime, int, Deed]] = []
        self._numbers = itertools.count()

    def at(self, moment: datetime, deed: Deed) -> None:
        """Do it then. What would lie ahead of now happens now, and nothing happens before what was done already."""
        moment = min(moment, self.now)
        moment = max(moment, self._here) if self._here else moment
        heapq.heappush(self._deeds, (moment, next(self._numbers), deed))

    def if_past(self, moment: datetime, deed: Deed) -> None:
        """Do it then, or not at all when that is still to come."""
        if moment <= self.now:
            self.at(moment, deed)

    def happen(self) -> None:
        """All of it. Each letter is written and kept when its moment comes: none leaves.

        One whose reader has quiet hours at `now` still waits for their end.
        """
        while self._deeds:
            self._here, _, deed = heapq.heappop(self._deeds)
            self._write_letters(until=self._here)
            if deed(self._here) is not QUIET:
                self._write(self._here)
        self._write_letters(until=self.now)

    def _write_letters(self, *, until: datetime) -> None:
        """Those that wait for a moment between two deeds, for the end of quiet hours say."""
        while self._next_letter and self._next_letter <= until:
            self._write(self._next_letter)

    def _write(self, now: datetime) -> None:
        deliver_due(server=None, now=now)
        waiting = Letter.objects.filter(state=Letter.State.WAITING)
        self._next_letter = waiting.aggregate(next=Min("next_try_at"))["next"]


class Calendar:
    """Days counted from today, on one person's calendar."""

    def __init__(self, zone: ZoneInfo, now: datetime) -> None:
        self.zone = zone
        self.today = now.astimezone(zone).date()

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def working_day(self, offset: int) -> date:
        """The nearest day that is not a weekend's: before it in the past, after it from today on."""
        day = self.day(offset)
        while day.weekday() > 4:
            day += timedelta(days=1 if offset >= 0 else -1)
        return day

    def next_working_day(self, offset: int) -> date:
        """That day, or the Monday after when it is a weekend's."""
        day = self.day(offset)
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)

    def instant(self, day: date | int, at: time) -> datetime:
        day = self.day(day) if isinstance(day, int) else day
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)

    def offset(self, day: date) -> int:
        return (day - self.today).days
