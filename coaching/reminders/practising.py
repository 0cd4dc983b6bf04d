"""Which practice letters are due: over all clients at once, in a number of queries that does not grow.

A letter is thought of once, when its moment comes: between the last sweep (`since`) and now.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from accounts import zones
from accounts.models import User
from coaching.outbox.models import Letter, Suppression
from coaching.people.models import Client
from coaching.practice import histories
from coaching.practice.arc_rules import DAYS_A_WEEK
from coaching.reminders import fading, queries, rules
from coaching.reminders.fading import Say
from coaching.reminders.models import ReminderChoice
from coaching.reminders.topics import Topic
from coaching.story.queries import holds_back, stories_held

KINDS = ("reminder.practice", "reminder.barrier")
_PLAN = ("practice_days", "practice_at", "practice_at_weekend", "quiet_from", "quiet_until")
_TOPICS = {Topic.PRACTICE, Topic.RELIEF}


@dataclass(frozen=True)
class Candidate:
    """A client at whose practice time we stand. `wants` are the topics that they want to hear of, `stage` is where
    they stand on the way to doing without a plan, and `since` its first day."""

    client: int
    person: User
    at: rules.PracticeMoment
    wants: frozenset[Topic]
    stage: str
    since: date

    @classmethod
    def of(cls, client: Client, at: rules.PracticeMoment, wants: frozenset[Topic]) -> Self:
        since = (client.stage_since or client.since).astimezone(client.user.zone).date()
        return cls(client.pk, client.user, at, wants, client.stage, since)


@dataclass(frozen=True)
class Due:
    """A practice letter. One that follows up relief names the `lesson` that brought it `ago` days ago."""

    candidate: Candidate
    kind: str
    lesson: int | None = None
    ago: int | None = None


def due(now: datetime, since: datetime) -> Iterator[Due]:
    candidates = candidates_between(since, now)
    if not candidates:
        return
    thoughts = Thoughts(candidates, now)
    for candidate in candidates:
        if letter := thoughts.letter_for(candidate):
            yield letter


def is_still_due(letter: Letter, *, client: Client, now: datetime) -> bool:
    """Whether a letter that waits to leave is still the one that this day asks for."""
    if holds_back(client):
        return False
    at = rules.PracticeMoment(date.fromisoformat(letter.about["day"]), letter.due_at)
    wants = frozenset(_TOPICS - {*queries.choice_of(client.user).off})
    candidate = Candidate.of(client, at, wants)
    due_now = Thoughts([candidate], now, but=letter.pk).letter_for(candidate)
    same = due_now is not None and (due_now.kind, due_now.lesson) == (letter.kind, letter.about.get("lesson"))
    return same and now.astimezone(client.zone).date() == at.day


def candidates_between(since: datetime, now: datetime) -> list[Candidate]:
    """Clients who want to hear of practice, and whose moment lies in (since, now]. Three or four queries."""
    return [*_by_default(since, now), *_by_choice(since, now)]


class Thoughts:
    """What the last weeks of all `candidates` tell, read in four queries. `but` is a letter not to count."""

    def __init__(self, candidates: list[Candidate], now: datetime, *, but: int | None = None) -> None:
        clients = [each.client for each in candidates]
        self._zones = {each.client: each.person.zone for each in candidates}
        first = min(each.at.day for each in candidates) - timedelta(days=2 * fading.MEMORY)
        self._rhythms = histories.rhythms({each.client: each.at.day for each in candidates})
        self._practised = histories.practised_since(clients, first)
        self._answered = histories.barriers_since(clients, now - timedelta(days=fading.MEMORY))
        self._told, self._asked = _letters({each.person.pk: each.client for each in candidates}, now, but)

    def letter_for(self, candidate: Candidate) -> Due | None:
        """The one letter of the day: the question what is in the way, a following up, or the reminder."""
        say = self._say(candidate)
        if say is Say.ASK:
            return Due(candidate, "reminder.barrier")
        return self._following(candidate) or (Due(candidate, "reminder.practice") if say is Say.REMIND else None)

    def _say(self, candidate: Candidate) -> Say:
        rhythms = self._rhythms.get(candidate.client)
        if not rhythms or Topic.PRACTICE not in candidate.wants:
            return Say.NOTHING
        return fading.what_to_say(self._history(candidate, max(DAYS_A_WEEK[each] for each in rhythms)))

    def _history(self, candidate: Candidate, a_week: int) -> fading.History:
        client, answered = candidate.client, self._answered.get(candidate.client)
        return fading.History(
            today=candidate.at.day,
            a_week=a_week,
            practised=frozenset(self._practised[client].all_days) if client in self._practised else frozenset(),
            told=frozenset(self._told[client]),
            asked_on=max(self._asked[client], default=None),
            answered_on=answered.astimezone(self._zones[client]).date() if answered else None,
            stage=candidate.stage,
            in_stage=(candidate.at.day - candidate.since).days,
        )

    def _following(self, candidate: Candidate) -> Due | None:
        practised = self._practised.get(candidate.client)
        wanted = Topic.RELIEF in candidate.wants and fading.follows_up(candidate.stage)
        if practised is None or not wanted:
            return None
        for lesson, rated in sorted(practised.rated.items()):
            relieved = [day for day, before, after in rated if fading.brought_relief(before, after)]
            if ago := fading.follow_up(candidate.at.day, relieved, practised.days[lesson]):
                return Due(candidate, "reminder.relief", lesson, ago)
        return None


def _by_default(since: datetime, now: datetime) -> list[Candidate]:
    """Of those who never chose anything."""
    default, clients = ReminderChoice(), _reachable().exclude(user__in=ReminderChoice.objects.values("person"))
    moments = {}
    for zone in clients.order_by().values_list("user__time_zone", flat=True).distinct():
        if moment := _moment(default.practice_wish(zones.zone(zone)), since, now):
            moments[zone] = moment
    if not moments:
        return []
    there = clients.filter(user__time_zone__in=moments)
    return [Candidate.of(each, moments[each.user.time_zone], frozenset(_TOPICS)) for each in there]


def _by_choice(since: datetime, now: datetime) -> list[Candidate]:
    """Of those who chose: first which plans have their moment now, then who has such a plan."""
    chosen = ReminderChoice.objects.exclude(paused_until__gt=now).exclude(off__contains=sorted(_TOPICS))
    plans = chosen.order_by().values_list("person__time_zone", *_PLAN).distinct()
    moments = {}
    for zone, days, *times in plans:
        choice = ReminderChoice(**dict(zip(_PLAN, (days, *times), strict=True)))
        if moment := _moment(choice.practice_wish(zones.zone(zone)), since, now):
            moments[(zone, tuple(days), *times)] = moment
    if not moments:
        return []
    there = chosen.filter(person__time_zone__in={plan[0] for plan in moments})
    choices = {choice.person_id: choice for choice in there}
    found = []
    for client in _reachable().filter(user__in=list(choices)):
        choice = choices[client.user_id]
        plan = (client.user.time_zone, tuple(choice.practice_days), *(getattr(choice, name) for name in _PLAN[1:]))
        if plan in moments:
            found.append(Candidate.of(client, moments[plan], frozenset(_TOPICS - {*choice.off})))
    return found


def _moment(wish: rules.PracticeWish, since: datetime, now: datetime) -> rules.PracticeMoment | None:
    moment = rules.practice_due(wish=wish, now=now)
    return moment if moment and moment.moment > since else None


def _reachable() -> QuerySet[Client]:
    """Clients who want to hear from us, whose address takes our letters, and whose lessons no safety sign holds
    back."""
    bounced = Suppression.objects.standing().filter(email=Lower(OuterRef("user__email")))
    waits = stories_held().filter(client=OuterRef("pk"))
    clients = Client.objects.reminded().filter(~Exists(bounced), ~Exists(waits), user__is_active=True)
    return clients.select_related("user")


Days = dict[int, set[date]]


def _letters(people: dict[int, int], now: datetime, but: int | None) -> tuple[Days, Days]:
    """By client: the days with a letter about practice, and those of them that asked what is in the way."""
    told: Days = defaultdict(set)
    asked: Days = defaultdict(set)
    recent = Letter.objects.filter(
        person__in=list(people), kind__in=KINDS, due_at__gt=now - timedelta(fading.MEMORY)
    )
    recent = recent.exclude(state__in=Letter.NEVER_LEFT).exclude(pk=but or 0).order_by()
    for person, kind, day in recent.values_list("person", "kind", "about__day"):
        told[people[person]].add(date.fromisoformat(day))
        if kind == "reminder.barrier":
            asked[people[person]].add(date.fromisoformat(day))
    return told, asked
