"""All that the page of one client says besides the timeline, in four queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject
from django.shortcuts import get_object_or_404

from coaching.booking.models import Appointment
from coaching.home import timeline
from coaching.home.timeline import Show
from coaching.journal import beginnings, queries
from coaching.journal.models import SessionNote, SessionTask
from coaching.messaging.models import Message
from coaching.messaging.queries import unread_sum
from coaching.people.models import Client, Practitioner
from coaching.practice import arc
from coaching.story.actions import ONE_READING
from coaching.story.felt import Mark, read
from coaching.story.models import Activity, BodyMap, StoryReading

BEFORE, AFTER = timedelta(minutes=30), timedelta(hours=2)  # around a session its note is at hand
PREPARED = timedelta(hours=24)  # so long before it a session's preparation stands on the page by itself


@dataclass(frozen=True)
class Sessions:
    """`near` is the one whose note is written now, `next` the one that runs or comes."""

    near: Appointment | None
    next: Appointment | None


def client_of(practitioner: Practitioner, pk: int, now: datetime) -> Client:
    """A client with all that one row can hold: story, numbers, wishes, the newest map. Http404 when none of
    hers. One query."""
    ours = {"client": OuterRef("pk")}
    wishes = Activity.objects.filter(**ours).order_by("place").values("words")
    drawn = BodyMap.objects.filter(**ours).order_by("-day").values("marks")[:1]
    people = Client.objects.of(practitioner).select_related("user", "story", "conversation")
    found = people.annotate(
        wishes=ArraySubquery(wishes),
        drawn=Subquery(drawn),
        unread_everywhere=Subquery(unread_sum(practitioner.user, now)),
        unread=_unread(),
        beginnings=beginnings.in_one_row(),
        read_lately=Exists(_readings(practitioner, now)),
        **timeline.counted(now),
        **arc.told(now),
    )
    return get_object_or_404(found, pk=pk)


def _readings(practitioner: Practitioner, now: datetime) -> QuerySet[StoryReading]:
    """Of the outer query's client: those that are one with a reading of this moment."""
    lately = StoryReading.objects.filter(practitioner=practitioner, at__gt=now - ONE_READING)
    return lately.filter(story__client=OuterRef("pk"))


def _unread() -> Subquery:
    said = Message.objects.filter(
        conversation__client=OuterRef("pk"),
        id__gt=OuterRef("conversation__practitioner_read"),
        author=OuterRef("user"),
        removed_at=None,
    )
    return Subquery(said.order_by().values(everything=Value(1)).annotate(n=Count("*")).values("n"))


def counts(client: Any) -> dict[Show, int]:
    """How much each filter shows; what happens once or twice (the story, a consent) is not counted."""
    names = ("practice", "sessions", "notes", "messages")
    found = {name: getattr(client, f"n_{name}") or 0 for name in names}
    return {
        Show.SESSIONS: found["sessions"] + found["notes"],
        Show.PRACTICE: found["practice"],
        Show.MESSAGES: found["messages"],
    }


def felt(client: Any) -> list[Mark]:
    """Where the newest map says that something is felt, the strongest first. No query."""
    marks = read(client.drawn) if client.drawn else []
    return sorted(marks, key=lambda mark: -(mark.strength or 0))


def sessions(client: Client, now: datetime) -> Sessions:
    """One query."""
    standing = Appointment.objects.standing().filter(client=client, ends_at__gt=now - AFTER)
    lines = Message.objects.filter(session=OuterRef("pk"), removed_at=None).order_by("id").values("words")
    standing = standing.annotate(lines=ArraySubquery(lines)).select_related("session_type", "practitioner__user")
    found = list(standing.order_by("starts_at")[:4])
    for each in found:
        each.client = client
    near = next((each for each in found if each.starts_at - BEFORE <= now), None)
    return Sessions(near=near, next=next((each for each in found if each.ends_at > now), None))


def notes(client: Client, near: Appointment | None) -> tuple[SessionNote | None, SessionNote | None]:
    """The note that is written now (unsaved while it is empty), and the last one before it. One query."""
    rows = SessionNote.objects.filter(client=client).select_related("appointment__session_type")
    newest = list(_with_tasks(rows)[:3])
    now_written = None
    if near:
        found = next((each for each in newest if each.appointment_id == near.pk), None)
        now_written = found or SessionNote(client=client, appointment=near)
    before = (each for each in newest if now_written is None or each.pk != now_written.pk)
    last = next((each for each in before if each.changes), None)
    for each in (now_written, last):
        if each:
            each.client = client
    return now_written, last


def _with_tasks(rows: QuerySet[SessionNote]) -> QuerySet[SessionNote]:
    given = SessionTask.objects.filter(note=OuterRef("pk")).exclude(assignment__state="ended").order_by("pk")
    values = {
        "pk": "pk",
        "assignment": "assignment_id",
        "rhythm": "assignment__rhythm",
        "until": "assignment__until",
        "state": "assignment__state",
    }
    return rows.annotate(
        given=ArraySubquery(given.values(row=JSONObject(lesson=F("assignment__lesson__title"), **values)))
    )


def tasks(note: Any) -> list[SessionTask]:
    """Of a note that came from `notes`. No query."""
    return queries.tasks_from(getattr(note, "given", None))
