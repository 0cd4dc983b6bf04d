"""What many clients were asked to practise and did, read at once: for whoever decides about reminders."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Q, Subquery, Sum

from coaching.library.models import Lesson
from coaching.people.models import Client
from coaching.practice import spans
from coaching.practice.models import Assignment, Barrier, Listening, PracticeEntry

MOMENT = 20.0  # seconds: whoever leaves sooner, and before the end, has looked in, not listened


@dataclass
class Practised:
    """By lesson (its id): the days on which it was done, and for each rated doing (day, before, after)."""

    days: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    rated: dict[int, list[tuple[date, int, int]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def all_days(self) -> set[date]:
        return {day for days in self.days.values() for day in days}


def rhythms(days: Mapping[int, date]) -> dict[int, set[str]]:
    """For each client (by id, with a day of their calendar): the rhythms of what they are asked to do on that day.

    What is done when needed is not asked for. One query.
    """
    if not days:
        return {}
    given = Assignment.objects.filter(client__in=list(days), lesson__isnull=False, state=Assignment.State.ACTIVE)
    given = given.exclude(rhythm=Assignment.Rhythm.WHEN_NEEDED).filter(starts_on__lte=max(days.values())).order_by()
    found: dict[int, set[str]] = defaultdict(set)
    for client, rhythm, starts_on, until in given.values_list("client", "rhythm", "starts_on", "until"):
        if starts_on <= days[client] and (until is None or days[client] <= until):
            found[client].add(rhythm)
    return found


def practised_since(clients: Iterable[int], day: date) -> dict[int, Practised]:
    """What these clients noted on `day` (of their calendars) and after it. One query."""
    entries = PracticeEntry.objects.filter(client__in=list(clients), day__gte=day).order_by()
    found: dict[int, Practised] = defaultdict(Practised)
    for client, lesson, on, before, after in entries.values_list("client", "lesson", "day", "before", "after"):
        practised = found[client]
        practised.days[lesson].add(on)
        if before is not None and after is not None:
            practised.rated[lesson].append((on, before, after))
    return found


def barriers_since(clients: Iterable[int], moment: datetime) -> dict[int, datetime]:
    """When each of these clients last said what is in the way, at `moment` or after it. One query."""
    said = Barrier.objects.filter(client__in=list(clients), said_at__gte=moment).order_by("said_at")
    return dict(said.values_list("client", "said_at"))


MOST_SITTINGS = 200  # the latest ones: what the little bar is made of


@dataclass(frozen=True)
class Heard:
    """What a client says of one lesson beside what was played of it: how often each, how many minutes, and how
    often each part of the lesson was heard."""

    noted: int
    played: int
    minutes: int
    parts: list[int]

    @property
    def most(self) -> int:
        return max(self.parts, default=0)


def heard(client: Client, lesson: Lesson) -> Heard:
    """Of all times; the parts from the latest sittings with the version that is heard now. Two queries."""
    sittings = Listening.objects.filter(client=client, lesson=lesson)
    listened = Q(heard__gte=MOMENT) | Q(finished=True)
    counts = {"times": Count("pk"), "seconds": Sum("heard")}
    played = sittings.filter(listened).order_by().values("lesson").annotate(**counts)
    entries = PracticeEntry.objects.filter(client=client, lesson=lesson).order_by().values("lesson")
    noted = entries.annotate(times=Count("pk")).values("times")
    kinds = (Subquery(noted), *(Subquery(played.values(name)) for name in counts))
    notes, times, seconds = Client.objects.filter(pk=client.pk).values_list(*kinds).get()
    latest = sittings.filter(recording=lesson.recording_id)[:MOST_SITTINGS].values_list("spans", flat=True)
    every = [span for found in latest for span in found]
    return Heard(
        noted=notes or 0,
        played=times or 0,
        minutes=round((seconds or 0.0) / 60),
        parts=spans.how_often(every, lesson.recording.file.duration or 0.0),
    )
