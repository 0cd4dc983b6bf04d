"""What a reader may see of notes. A client's side never asks for the words that are the practitioner's alone."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from coaching.booking.models import Appointment
from coaching.journal.models import NoteTemplate, SessionNote, SessionTask
from coaching.library.models import Lesson
from coaching.messaging.models import Message
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment

_PEOPLE = ("client__user", "client__practitioner__user")


def notes_by(practitioner: Practitioner) -> QuerySet[SessionNote]:
    """What the practitioner wrote, of all her clients."""
    notes = SessionNote.objects.filter(client__practitioner=practitioner)
    return notes.select_related(*_PEOPLE, "appointment__session_type")


def note_of(session: Appointment) -> SessionNote:
    """Of one session: unsaved while nothing was written. One query."""
    found = SessionNote.objects.filter(appointment=session).select_related(*_PEOPLE).first()
    note = found or SessionNote(client=session.client, appointment=session)
    note.appointment = session
    return note


def shared_with(client: Client) -> QuerySet[SessionNote]:
    """What was shared with the client, the newest first: of each note only that."""
    notes = SessionNote.objects.filter(client=client, shared_at__isnull=False)
    return notes.only("client", "appointment", "shared", "shared_at", "began_at").order_by("-shared_at")


def tasks_of(note: SessionNote) -> list[SessionTask]:
    """Lessons that were given with this note and are still asked for. One query."""
    if note.pk is None:
        return []
    given = SessionTask.objects.filter(note=note).exclude(assignment__state=Assignment.State.ENDED)
    return list(given.select_related("assignment__lesson").order_by("pk"))


def tasks_from(rows: Sequence[dict[str, Any]] | None) -> list[SessionTask]:
    """The same, made of rows that came with another query: "pk", "assignment", "lesson", "rhythm", "until"."""
    made = []
    for row in rows or []:
        until = date.fromisoformat(row["until"]) if row["until"] else None
        given = Assignment(pk=row["assignment"], rhythm=row["rhythm"], until=until, state=row["state"])
        given.lesson = Lesson(title=row["lesson"])
        made.append(SessionTask(pk=row["pk"], assignment=given))
    return made


def tasks_of_session(session: Appointment) -> list[Assignment]:
    """The lessons that were given with the note of a session, for both people. One query."""
    given = SessionTask.objects.filter(note__appointment=session).exclude(assignment__state=Assignment.State.ENDED)
    return [task.assignment for task in given.select_related("assignment__lesson").order_by("pk")]


def task_by(practitioner: Practitioner, note: SessionNote, pk: int) -> SessionTask | None:
    """A task of this note, with its lesson. One query."""
    tasks = SessionTask.objects.filter(note__client__practitioner=practitioner, note=note.pk, pk=pk)
    return tasks.select_related("assignment__lesson", "assignment__client__user").first()


def templates_of(practitioner: Practitioner) -> QuerySet[NoteTemplate]:
    """By name."""
    return NoteTemplate.objects.filter(practitioner=practitioner)


def lines_about(session: Appointment) -> list[Message]:
    """What the client wrote about a session, in order. One query."""
    said = Message.objects.filter(session=session, author=session.client.user_id, removed_at=None)
    return list(said.exclude(words="").order_by("id")[:20])
