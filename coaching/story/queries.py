"""What a reader may see of stories."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from accounts.wall import monday_of
from coaching.people.models import Client, Practitioner
from coaching.story import rules
from coaching.story.models import (
    Activity,
    BodyMap,
    Consent,
    Happening,
    ReserveRating,
    Story,
    StoryAnswer,
    StoryQuestion,
    StoryReading,
)

READINGS = 20
MOST_WEEKS = 26
MOST_MAPS = 24


def story_of(client: Client) -> Story:
    """The story of `client`: unsaved while nothing has been told. One query."""
    return Story.objects.filter(client=client).first() or Story(client=client)


def happenings_of(story: Story) -> list[Happening]:
    """What happened and when, from the first on. One query."""
    return list(story.happenings.all()) if story.pk else []


def reserve_of(client: Client, day: date) -> int | None:
    """How the client rated the week of `day`. One query."""
    rated = ReserveRating.objects.filter(client=client, week=monday_of(day))
    return rated.values_list("value", flat=True).first()


def reserve_at_first(client: Client) -> ReserveRating | None:
    """How the client rated the first week of all: the one of the story. One query."""
    return ReserveRating.objects.filter(client=client).first()


def is_told(client: Client) -> bool:
    """Whether `client` has handed the story over. One query."""
    return Story.objects.filter(client=client, told_at__isnull=False).exists()


def day_of(client: Client, now: datetime) -> date:
    """On the client's calendar."""
    return now.astimezone(client.zone).date()


def newest_map(client: Client) -> BodyMap | None:
    """One query."""
    return BodyMap.objects.filter(client=client).first()


def maps_of(client: Client) -> list[BodyMap]:
    """Where it was felt, day by day: the newest ones, the oldest of them first. One query."""
    return list(BodyMap.objects.filter(client=client)[:MOST_MAPS])[::-1]


def holds_back(client: Client) -> bool:
    """A safety sign was answered with yes, and the practitioner has not said that lessons can go on. One query."""
    return stories_held().filter(client=client).exists()


def stories_held() -> QuerySet[Story]:
    """Stories whose safety signs hold lessons back: not decided on, or decided to wait."""
    return Story.objects.filter(signs__len__gt=0).exclude(decision=Story.Decision.GO_ON)


def questions_of(practitioner: Practitioner) -> QuerySet[StoryQuestion]:
    """The practitioner's own questions that are asked now, in their order."""
    return StoryQuestion.objects.filter(practitioner=practitioner, retired_at=None)


def answers_of(story: Story) -> list[StoryAnswer]:
    """What was answered to the practitioner's own questions, each with the question as it was asked. One query."""
    return list(StoryAnswer.objects.filter(story=story).select_related("question")) if story.pk else []


def activities_of(client: Client) -> list[Activity]:
    """What the client wants to be able to do, with the ratings of each. Two queries."""
    return list(Activity.objects.filter(client=client).prefetch_related("ratings"))


def map_to_draw(story: Story, day: date) -> BodyMap:
    """What is drawn on today: until the story is handed over the one that was begun, then one for each day, which
    begins with the marks of the one before; unsaved while nothing was drawn. One query."""
    newest = newest_map(story.client)
    if newest and (story.told_at is None or newest.day == day):
        return newest
    return BodyMap(client=story.client, day=day, marks=newest.marks if newest else "")


def signs_undecided(practitioner: Practitioner) -> QuerySet[Story]:
    """Stories with a safety sign that waits for the practitioner's decision, the longest waiting first."""
    waiting = stories_held().filter(client__practitioner=practitioner, decision=Story.Decision.OPEN)
    return waiting.select_related("client__user").order_by("signs_asked_at")


def readings_of(story: Story) -> list[StoryReading]:
    """Who opened the story and when, newest first."""
    if story.pk is None:
        return []
    return list(StoryReading.objects.filter(story=story).select_related("practitioner__user")[:READINGS])


@dataclass(frozen=True)
class Standing:
    """What a story asks for on the client's other pages: that lessons wait, that a new wording is agreed to."""

    is_held: bool = False
    asks_agreement: bool = False
    is_told: bool = False


def standing(client: Client) -> Standing:
    """One query."""
    agreed = Consent.objects.filter(client=OuterRef("client"), version=rules.CONSENT_VERSION)
    held = Exists(stories_held().filter(pk=OuterRef("pk")))
    stories = Story.objects.filter(client=client).annotate(held=held, agreed=Exists(agreed))
    found = stories.values_list("held", "agreed", "told_at").first()
    if found is None:
        return Standing()
    is_held, has_agreed, told_at = found
    is_told = told_at is not None
    return Standing(is_held, asks_agreement=is_told and not has_agreed, is_told=is_told)


def consents_of(client: Client) -> list[Consent]:
    """What `client` agreed to, the newest first. One query."""
    return list(Consent.objects.filter(client=client).order_by("-given_at"))


def latest_consent(client: Client) -> Consent | None:
    return Consent.objects.filter(client=client).order_by("-given_at").first()


def ratings(client: Client, day: date) -> list[rules.Rated]:
    """Every week from the first rating (at most half a year back) to the week of `day`. One query."""
    last = monday_of(day)
    first = last - timedelta(weeks=MOST_WEEKS - 1)
    found = dict(ReserveRating.objects.filter(client=client, week__gte=first).values_list("week", "value"))
    if not found:
        return []
    weeks = (last - min(found)).days // 7
    return [
        rules.Rated(week, found.get(week)) for week in (min(found) + timedelta(weeks=n) for n in range(weeks + 1))
    ]
