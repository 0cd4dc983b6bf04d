"""What an open page has not been told yet."""

from collections.abc import Mapping

from coaching.live.models import Event

# One query for all open pages of a process: each person's events after the one that their pages know.
_AFTER = """
    SELECT event.id, event.person_id, event.kind, event.about, event.created_at
    FROM unnest(%s::bigint[], %s::bigint[]) AS page (person, seen)
    CROSS JOIN LATERAL (
        SELECT * FROM coaching_event WHERE person_id = page.person AND id > page.seen ORDER BY id LIMIT %s
    ) AS event
    ORDER BY event.id
"""


def after(seen: Mapping[int, int], *, most: int = 100) -> list[Event]:
    """The events after `seen` (person's id -> last event's id), oldest first, at most `most` for each person."""
    return list(Event.objects.raw(_AFTER, [list(seen.keys()), list(seen.values()), most]))


def last_id(person_id: int) -> int:
    """The id of the last event that this person could have seen; 0 when there was none."""
    newest = Event.objects.filter(person=person_id).order_by("-id").values_list("id", flat=True)
    return newest.first() or 0
