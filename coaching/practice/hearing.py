"""What was really played: a sitting as the player tells it, and where one stands in a lesson."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Value, When

from coaching.library.models import Lesson, Recording
from coaching.people.models import Client
from coaching.practice import spans
from coaching.practice.models import Listening, Playback


@dataclass(frozen=True)
class Sitting:
    """One sitting as far as it has come. `told` counts the reports about it, `at` is the moment that this one tells
    of; `spans` are pairs of seconds in the order in which they were heard, `position` is where listening stood."""

    uuid: UUID
    told: int
    spans: Sequence[Sequence[float]]
    position: float
    finished: bool
    at: datetime


def listened(*, client: Client, lesson: Lesson, recording: Recording, sitting: Sitting) -> bool:
    """Keeps a sitting with one `recording` of the lesson. False: it says nothing new, and nothing was changed.

    Reports may come late, twice, and in any order: only one that was told later than what is known counts.
    """
    length = recording.file.duration
    found = spans.tidied(sitting.spans, length)
    heard = spans.heard(found)
    with transaction.atomic():
        row = _row(client, lesson, recording, sitting, heard)
        if sitting.told <= row.told or row.lesson_id != lesson.pk:
            return False
        more, just_finished = heard - row.heard, sitting.finished and not row.finished
        row.spans, row.heard, row.told = [list(span) for span in found], heard, sitting.told
        row.finished, row.ended_at = row.finished or sitting.finished, max(row.ended_at, sitting.at)
        row.save(update_fields=["spans", "heard", "told", "finished", "ended_at"])
        here = 0.0 if sitting.finished else float(max(0.0, min(sitting.position, length or sitting.position)))
        _add_up(client, lesson, more=more, finished=just_finished, here=here, at=sitting.at)
    return True


def _row(client: Client, lesson: Lesson, recording: Recording, sitting: Sitting, heard: float) -> Listening:
    """The sitting's row, locked; a new one begins as long ago as was heard."""
    began = sitting.at - timedelta(seconds=heard)
    new = Listening(
        uuid=sitting.uuid,
        client=client,
        lesson=lesson,
        recording=recording,
        day=began.astimezone(client.zone).date(),
        began_at=began,
        ended_at=sitting.at,
    )
    Listening.objects.bulk_create([new], ignore_conflicts=True)
    return Listening.objects.select_for_update().get(client=client, uuid=sitting.uuid)


def _add_up(client: Client, lesson: Lesson, *, more: float, finished: bool, here: float, at: datetime) -> None:
    """Where one stands is told by whoever told last; what was heard is added whenever it comes."""
    Playback.objects.bulk_create([Playback(client=client, lesson=lesson, updated_at=at)], ignore_conflicts=True)
    newest = When(updated_at__lte=at, then=Value(here))
    latest = When(updated_at__lte=at, then=Value(at))
    Playback.objects.filter(client=client, lesson=lesson).update(
        position=Case(newest, default=F("position")),
        heard=F("heard") + max(0.0, more),
        finished=F("finished") + (1 if finished else 0),
        updated_at=Case(latest, default=F("updated_at")),
    )
