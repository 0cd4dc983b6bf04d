"""What the home pages read from the rooms, each in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from coaching.booking.models import Appointment
from coaching.journal import queries as journal
from coaching.library.models import Lesson
from coaching.messaging.models import Message
from coaching.messaging.queries import FIRST_KIND
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment, PracticeEntry
from coaching.story import queries as stories

SOON = timedelta(hours=1)  # a session that begins so soon is one of today's, also after midnight
_LONGEST = timedelta(days=1)


def todays_sessions(practitioner: Practitioner, now: datetime) -> list[Appointment]:
    """The sessions of this day of the practitioner's calendar, in order; with one that goes on from yesterday, and
    one that begins soon after midnight. One query."""
    day = now.astimezone(practitioner.zone).date()
    start = datetime.combine(day, time(), practitioner.zone)
    end = datetime.combine(day + timedelta(days=1), time(), practitioner.zone)
    return list(
        Appointment.objects.standing()
        .filter(practitioner=practitioner, ends_at__gt=start)
        .starting_within(start - _LONGEST, max(end, now + SOON))
        .select_related("client__user", "session_type")
        .order_by("starts_at")
    )


def clients_of(practitioner: Practitioner, now: datetime) -> QuerySet[Client]:
    """The clients with `last_practice` (instant) and `next_session` (instant), by name. One query."""
    last = PracticeEntry.objects.filter(client=OuterRef("pk")).order_by("-noted_at").values("noted_at")[:1]
    coming = Appointment.objects.filter(client=OuterRef("pk")).upcoming(now).values("starts_at")[:1]
    return (
        Client.objects.of(practitioner)
        .select_related("user")
        .annotate(last_practice=Subquery(last), next_session=Subquery(coming))
        .order_by("status", "user__name", "pk")
    )


def next_session(client: Client, now: datetime) -> Appointment | None:
    return (
        Appointment.objects.filter(client=client)
        .upcoming(now)
        .select_related("session_type", "practitioner__user")
        .first()
    )


def before_the_first_lesson(client: Client) -> dict[str, Any]:
    """What somebody without lessons can do meanwhile; no first aid while a safety sign holds lessons back.
    Four queries."""
    standing = stories.standing(client)
    lessons = Lesson.objects.none() if standing.is_held else Lesson.objects.of(client.practitioner).first_aid()
    return {
        "had_lessons": Assignment.objects.of(client).exists(),
        "story_told": standing.is_told,
        "lessons_wait": standing.is_held,
        "first_aid": lessons.select_related("recording__file").prefetch_related("cues")[:2],
    }


@dataclass(frozen=True)
class Word:
    """The last thing that a practitioner said to a client: a message, or words that she shared."""

    at: datetime
    words: str
    url: str
    is_note: bool
    is_said: bool = True  # else the words stand for a file


def last_word(client: Client) -> Word | None:
    """What the practitioner said last to this client. Two queries."""
    message = (
        Message.objects.filter(conversation__client=client, removed_at=None)
        .exclude(author=client.user)
        .annotate(first_kind=FIRST_KIND)
        .order_by("-id")
        .first()
    )
    note = journal.shared_with(client).first()
    if note and note.shared_at and (message is None or note.shared_at > message.sent_at):
        url = reverse("session", args=[note.appointment_id]) if note.appointment_id else reverse("shared_notes")
        return Word(note.shared_at, note.shared, url, is_note=True)
    if message is None:
        return None
    return Word(message.sent_at, message.in_short, reverse("messages"), is_note=False, is_said=bool(message.words))
