"""What a client noted, heard, was asked for and rated in a period. Counted by the database, a day at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Q, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject

from accounts.wall import monday_of, start_of
from coaching.booking.models import Appointment
from coaching.library.models import Lesson
from coaching.people.models import Client
from coaching.practice.histories import MOMENT
from coaching.practice.models import Assignment, Listening, PracticeEntry
from coaching.practice.models_arc import Agreed
from coaching.progress import rules
from coaching.progress.rules import Asked, Heard, Met, Noted, Number, Pair, Period, Stretch
from coaching.story.models import Activity, BodyMap, ReserveRating
from coaching.story.queries import maps_of

_BOTH = Q(before__isnull=False, after__isnull=False)
_BOTH_EASE = Q(ease_before__isnull=False, ease_after__isnull=False)


@dataclass(frozen=True)
class Wanted:
    """Something that the client wants to be able to do, and how well it goes."""

    words: str
    numbers: list[Number]


@dataclass(frozen=True)
class Titled:
    """A lesson's title, and its length in seconds."""

    title: str
    length: float


@dataclass(frozen=True)
class Numbers:
    """All that is drawn of one period."""

    period: Period
    noted: list[Noted]
    heard: list[Heard]
    asked: list[Asked]
    lessons: dict[int, Titled]
    sessions: list[Met]
    reserve: list[Number]
    wanted: list[Wanted]
    maps: list[BodyMap]  # of all times, oldest first

    @property
    def days_met(self) -> list[date]:
        return [session.day for session in self.sessions]

    @property
    def is_empty(self) -> bool:
        numbers = self.noted or self.heard or self.asked or self.reserve or self.maps[1:]
        return not (numbers or any(wanted.numbers for wanted in self.wanted))


@dataclass(frozen=True)
class Lately:
    """The day of the last session, how many lessons rest, and the latest ratings of reserve, oldest first."""

    met: date | None
    resting: int
    reserve: list[Number]


RATINGS = 12  # so many weeks are looked back


def period_of(client: Client, key: str, now: datetime) -> Period:
    """No query."""
    here = client.zone
    return rules.period(key, client.since.astimezone(here).date(), now.astimezone(here).date())


def numbers(client: Client, period: Period, now: datetime) -> Numbers:
    """Eight queries."""
    noted, heard, asked = noted_in(client, period), heard_in(client, period), asked_in(client, period)
    keys = {each.lesson for each in noted} | {each.lesson for each in heard} | {each.lesson for each in asked}
    return Numbers(
        period,
        noted,
        heard,
        asked,
        _titles(keys),
        sessions_in(client, period, now),
        reserve_in(client, period),
        _wanted(client, period),
        maps_of(client),
    )


def noted_in(client: Client, when: Stretch) -> list[Noted]:
    """One query."""
    entries = PracticeEntry.objects.filter(client=client, day__gte=when.first, day__lte=when.last)
    found = (
        entries.order_by()
        .values_list("lesson", "day")
        .annotate(
            times=Count("pk"),
            rated=Count("pk", filter=_BOTH),
            sum_before=Sum("before", filter=_BOTH),
            sum_after=Sum("after", filter=_BOTH),
            less=Count("pk", filter=Q(after__lt=F("before"))),
            more=Count("pk", filter=Q(after__gt=F("before"))),
            eased=Count("pk", filter=_BOTH_EASE),
            sum_ease_before=Sum("ease_before", filter=_BOTH_EASE),
            sum_ease_after=Sum("ease_after", filter=_BOTH_EASE),
            ease_less=Count("pk", filter=Q(ease_after__lt=F("ease_before"))),
            ease_more=Count("pk", filter=Q(ease_after__gt=F("ease_before"))),
        )
    )
    return [
        Noted(
            lesson, day, times, Pair(*(each or 0 for each in pairs[:5])), Pair(*(each or 0 for each in pairs[5:]))
        )
        for lesson, day, times, *pairs in found
    ]


def heard_in(client: Client, when: Stretch) -> list[Heard]:
    """Sittings that were more than a look. One query."""
    sittings = Listening.objects.filter(client=client, day__gte=when.first, day__lte=when.last)
    sittings = sittings.filter(Q(heard__gte=MOMENT) | Q(finished=True))
    found = sittings.order_by().values_list("lesson", "day").annotate(Count("pk"), Sum("heard"))
    return [Heard(lesson, day, times, seconds or 0.0) for lesson, day, times, seconds in found]


def asked_in(client: Client, when: Stretch) -> list[Asked]:
    """What was agreed, as far as it was asked for and not left to need. One query."""
    spans = Agreed.objects.filter(assignment__client=client, assignment__lesson__isnull=False)
    spans = spans.filter(begins_on__lte=when.last).exclude(ends_on__lt=when.first)
    fields = ("assignment__lesson", "begins_on", "ends_on", "assignment__until", "rhythm", "times_a_day")
    return rules.without_doubles(
        Asked(first, ends or until or when.last, lesson, rules.A_WEEK[rhythm] * times)
        for lesson, first, ends, until, rhythm, times in spans.values_list(*fields)
        if rhythm in rules.A_WEEK
    )


def sessions_in(client: Client, when: Stretch, now: datetime) -> list[Met]:
    """Sessions that took place, in their order. One query."""
    past = _met(client, now).filter(starts_at__gte=start_of(when.first, client.zone))
    past = past.filter(starts_at__lt=start_of(when.last + timedelta(days=1), client.zone))
    return [
        Met(starts.astimezone(client.zone).date(), round((ends - starts).total_seconds() / 60))
        for starts, ends in past.order_by("starts_at").values_list("starts_at", "ends_at")
    ]


def reserve_in(client: Client, when: Stretch) -> list[Number]:
    """One query."""
    found = ReserveRating.objects.filter(client=client, week__gte=monday_of(when.first), week__lte=when.last)
    return [Number(week, value) for week, value in found.order_by("week").values_list("week", "value")]


def lately(client: Client, day: date) -> Lately:
    """Up to `day`, which is not counted for sessions. One query."""
    met = _met(client, datetime.combine(day, time(), client.zone)).order_by("-starts_at")
    given = Assignment.objects.of(client).filter(lesson__isnull=False, state=Assignment.State.STOPPED)
    resting = given.order_by().values("client").annotate(n=Count("pk")).values("n")
    rated = ReserveRating.objects.filter(client=client, week__lte=day).order_by("-week")
    number = JSONObject(week="week", value="value")
    found = Client.objects.filter(pk=client.pk).values_list(
        Subquery(met.values("starts_at")[:1]),
        Subquery(resting),
        ArraySubquery(rated.annotate(number=number).values("number")[:RATINGS]),
    )
    at, lessons, numbers = found.get()
    reserve = [Number(date.fromisoformat(each["week"]), each["value"]) for each in reversed(numbers)]
    return Lately(at.astimezone(client.zone).date() if at else None, lessons or 0, reserve)


def _met(client: Client, now: datetime) -> QuerySet[Appointment]:
    states = [Appointment.Status.CONFIRMED, Appointment.Status.HELD]
    return Appointment.objects.filter(client=client, status__in=states, ends_at__lte=now)


def _titles(keys: Iterable[int]) -> dict[int, Titled]:
    found = Lesson.objects.filter(pk__in=list(keys))
    return {
        key: Titled(title, length or 0.0)
        for key, title, length in found.values_list("pk", "title", "recording__file__duration")
    }


def _wanted(client: Client, when: Stretch) -> list[Wanted]:
    """Each with its ratings of the period, in the order of their places. One query."""
    fields = ("pk", "words", "ratings__day", "ratings__value")
    found: dict[int, Wanted] = {}
    rows = Activity.objects.filter(client=client).order_by("place", "ratings__day").values_list(*fields)
    for key, words, day, value in rows:
        wanted = found.setdefault(key, Wanted(words, []))
        if day is not None and day in when:
            wanted.numbers.append(Number(day, value))
    return list(found.values())
