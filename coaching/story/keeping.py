"""A story held while it is changed, and saved; and its practitioner told."""

from datetime import datetime
from typing import Any

from coaching.live.actions import tell
from coaching.outbox.actions import post
from coaching.people.models import Client
from coaching.story.models import Story


def hold(client: Client, now: datetime) -> Story:
    """The story, made if this is its first word, held until the transaction ends: two tabs do not lose words."""
    Story.objects.get_or_create(client=client, defaults={"updated_at": now})
    return (
        Story.objects.select_for_update(of=("self",))
        .select_related("client__practitioner__user", "client__user")
        .get(client=client)
    )


def save(story: Story, step: str, now: datetime, *fields: str) -> None:
    """`step` counts as answered from now on; `fields` are those that changed."""
    if step not in story.answered:
        story.answered = [*story.answered, step]
    story.updated_at = now
    story.save(update_fields=["answered", "updated_at", *fields])


def tell_practitioner(story: Story, *, kind: str, now: datetime) -> None:
    tell(person=story.client.practitioner.user, kind=kind, about={"client": story.client_id}, now=now)


def write_practitioner(story: Story, *, kind: str, key: str, now: datetime, **options: Any) -> None:
    person = story.client.practitioner.user
    post(kind=kind, key=key, person=person, about={"story": story.pk}, due_at=now, now=now, **options)
