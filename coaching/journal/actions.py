"""Writing notes, sharing of them what is meant for the client, and giving lessons while one writes."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.sealed import Lost, kept
from coaching.booking.models import Appointment
from coaching.journal.models import SessionNote, SessionTask
from coaching.library.models import Lesson
from coaching.live.actions import tell
from coaching.outbox.actions import post
from coaching.people.models import Client
from coaching.practice import actions as practice

A_WHILE = timedelta(minutes=15)  # what is shared within it is told by one letter
TELLS_AFTER = timedelta(minutes=5)  # a lesson that is taken back at once is told to nobody
NOT_AGAIN = timedelta(days=1)  # a change of what was shared so lately is told by no further letter


class Newer(Exception):
    """The note holds something else by now, which whoever saves has not seen."""

    def __init__(self, note: SessionNote) -> None:
        super().__init__("there is a newer note")
        self.note = note


class Unreadable(Exception):
    """The note holds words whose key is missing: whoever writes over them does not know what is lost. `sentence`
    says so."""

    def __init__(self) -> None:
        self.sentence = _("The key for what stands here is missing, so nothing can be written over it yet.")
        super().__init__(self.sentence)


def begin(*, client: Client, now: datetime) -> SessionNote:
    """A note between sessions. One that was begun and left empty is taken up again."""
    with transaction.atomic():
        Client.objects.select_for_update(of=("self",)).get(pk=client.pk)  # pressed twice, it is begun once
        for note in SessionNote.objects.filter(client=client, appointment=None, changes=0):
            if not note.tasks.exists():
                SessionNote.objects.filter(pk=note.pk).update(began_at=now, saved_at=now)
                return note
        return SessionNote.objects.create(client=client, began_at=now, saved_at=now)


def save(*, note: SessionNote, words: str, draft: str, knows: int, now: datetime) -> SessionNote:
    """Keeps what stands on a page that `knows` the note as it was after so many changes. The note of a session may
    be unsaved. The practitioner's other pages are told.

    Raises `Newer` when it says something else by now, or `Unreadable`: nothing is written over that nobody has
    seen.
    """
    with transaction.atomic():
        held = _hold(note, now)
        if (held.words, held.draft) == (words, draft):
            return held
        if held.changes != knows:
            raise Newer(held)
        held.words, held.draft = _anew(held.words, words), _anew(held.draft, draft)
        held.saved_at = now
        held.changes += 1
        held.save(update_fields=["words", "draft", "saved_at", "changes"])
        _tell_practitioner(held, now)
    return held


def share(*, note: SessionNote, now: datetime) -> bool:
    """The client reads what is written for them, as it stands now; one letter says so for all that is shared within
    a while. False: there is nothing to read."""
    with transaction.atomic():
        held = _hold(note, now)
        if not held.draft.strip():
            return False
        is_news = held.shared_at is None or held.shared_at < now - NOT_AGAIN
        if held.shared != held.draft:
            held.shared, held.shared_at = held.draft, now
            held.save(update_fields=["shared", "shared_at"])
            _tell_both(held, now)
            if is_news:
                _write(held, now)
    return True


def take_back(*, note: SessionNote, now: datetime) -> None:
    """The client reads it no more; it stays written."""
    with transaction.atomic():
        held = _hold(note, now)
        if held.shared_at is not None:
            held.shared, held.shared_at = "", None
            held.save(update_fields=["shared", "shared_at"])
            _tell_both(held, now)


def give(*, beside: SessionNote, lesson: Lesson, now: datetime, **dosage: Any) -> SessionTask:
    """A task from a session: the lesson is given at once, its letter a few minutes later, and stands in that note.

    `dosage` is what `practice.actions.assign` takes.

    Raises `practice.refusals.CannotGive`.
    """
    with transaction.atomic():
        held = _hold(beside, now)
        given = practice.assign(client=held.client, lesson=lesson, told_at=now + TELLS_AFTER, now=now, **dosage)
        return SessionTask.objects.create(note=held, assignment=given)


def undo_task(*, task: SessionTask, now: datetime) -> None:
    """The lesson is asked for no more, and belongs to no note; at once, it was never given."""
    with transaction.atomic():
        task.delete()
        practice.withdraw(assignment=task.assignment, now=now)


def _anew(there: str, said: str) -> str:
    if isinstance(there, Lost) and there != said:
        raise Unreadable
    return kept(there, said)


def _hold(note: SessionNote, now: datetime) -> SessionNote:
    """The note, made if this is its first word, and held until the transaction ends."""
    if note.pk is None:
        note.pk = _made(note.client, note.appointment, now).pk
    people = SessionNote.objects.select_related("client__user", "client__practitioner__user", "appointment")
    return people.select_for_update(of=("self",)).get(pk=note.pk)


def _made(client: Client, session: Appointment | None, now: datetime) -> SessionNote:
    if session is None:
        return SessionNote.objects.create(client=client, began_at=now, saved_at=now)
    first = {"client": client, "began_at": min(session.starts_at, now), "saved_at": now}
    return SessionNote.objects.get_or_create(appointment=session, defaults=first)[0]


def _tell_practitioner(note: SessionNote, now: datetime) -> None:
    about = {"client": note.client_id, "note": note.pk, "changes": note.changes}
    tell(person=note.client.practitioner.user, kind="journal.saved", about=about, now=now)


def _tell_both(note: SessionNote, now: datetime) -> None:
    people = sorted((note.client.user, note.client.practitioner.user), key=lambda user: user.pk)
    for person in people:
        tell(person=person, kind="journal.shared", about={"client": note.client_id, "note": note.pk}, now=now)


def _write(note: SessionNote, now: datetime) -> None:
    """The letter leaves when the while is over, and counts as posted by whatever was shared first in it."""
    while_number = int(now.timestamp() // A_WHILE.total_seconds())
    post(
        kind="journal.shared",
        key=f"journal.shared:{note.client_id}:{while_number}",
        person=note.client.user,
        about={"client": note.client_id},
        due_at=now + A_WHILE,
        now=now,
    )
