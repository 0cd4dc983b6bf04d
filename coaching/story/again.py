"""What is felt where, and how well things go: said anew later on, beside the story."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from coaching.live.actions import tell
from coaching.people.models import Client
from coaching.story import felt, queries
from coaching.story.keeping import hold
from coaching.story.models import Activity, ActivityRating, BodyMap


def draw_anew(*, client: Client, marks: Sequence[felt.Mark], now: datetime) -> BodyMap:
    """Today's map, on the client's calendar; drawn again, the new one holds. Without marks: nothing is felt."""
    felt.marked([mark.part for mark in marks])
    with transaction.atomic():
        story = hold(client, now)
        drawn = queries.map_to_draw(story, queries.day_of(client, now))
        drawn.marks, drawn.drawn_at = felt.written(marks), now
        drawn.save()
        _tell(client, now)
    return drawn


def rate_activities(*, client: Client, values: Mapping[int, int | None], now: datetime) -> None:
    """How well each goes today, 0 to 10, by its place; None: not said. Places without an activity are passed
    over."""
    day = queries.day_of(client, now)
    with transaction.atomic():
        for activity in Activity.objects.filter(client=client, place__in=values):
            value = values[activity.place]
            if value is not None:
                ActivityRating.objects.update_or_create(activity=activity, day=day, defaults={"value": value})
        _tell(client, now)


def _tell(client: Client, now: datetime) -> None:
    tell(person=client.practitioner.user, kind="story.again", about={"client": client.pk}, now=now)
