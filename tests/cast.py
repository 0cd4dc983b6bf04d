"""The cast: people and things for tests, made with as few words as the test needs.

Every test has an outsider: data of another client, and of another practitioner, that could leak.
"""

import itertools
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import User
from coaching.booking.models import Appointment, OpeningHours, SessionType
from coaching.library.actions import add_lesson
from coaching.library.models import Lesson, Program
from coaching.library.rules import NewCue
from coaching.media import resumable
from coaching.media.actions import take_in
from coaching.media.models import Rendition, StoredFile, Upload
from coaching.people.models import Client, Invitation, Practice, Practitioner
from coaching.practice.models import Assignment, PracticeEntry

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, 10:00 in Lisbon
PASSWORD = "feel-the-difference"

_numbers = itertools.count(1)


@cache
def _hashed() -> str:
    """Hashing takes long by design: everybody in the cast has the same password, hashed once."""
    return make_password(PASSWORD)


def user(*, name: str = "Someone Else", zone: str = "Europe/Lisbon", email: str = "", **fields: Any) -> User:
    email = email or f"person{next(_numbers)}@example.org"
    fields.setdefault("zone_confirmed_at", NOW - timedelta(days=90))
    made = User.objects.create_user(email=email, name=name, time_zone=zone, **fields)
    made.password = _hashed()
    made.save(update_fields=["password"])
    made.emailaddress_set.create(email=made.email, verified=True, primary=True)
    return made


def practitioner(*, name: str = "Marta Lindqvist", zone: str = "Europe/Copenhagen", **fields: Any) -> Practitioner:
    practice, _ = Practice.objects.get_or_create(name="Unlearning tension", defaults={"created_at": NOW})
    return Practitioner.objects.create(
        user=user(name=name, zone=zone, **fields), practice=practice, created_at=NOW - timedelta(days=400)
    )


def client(
    *,
    of: Practitioner,
    name: str = "Teresa Almada",
    zone: str = "Europe/Lisbon",
    status: str = "active",
    **fields: Any,
) -> Client:
    return Client.objects.create(
        user=user(name=name, zone=zone, **fields),
        practitioner=of,
        status=status,
        since=NOW - timedelta(days=90),
    )


def stored_file(*, by: User, kind: str = "audio", duration: float = 840.0, **fields: Any) -> StoredFile:
    """A file as the shelf knows it; nothing lies on the disk."""
    number = next(_numbers)
    fields.setdefault("state", "ready")
    return StoredFile.objects.create(
        kind=kind,
        media_type="audio/mp4",
        name="voice.m4a",
        path=f"xx/{number}",
        size=1000,
        sha256=f"{number:064x}",
        duration=duration,
        created_at=NOW - timedelta(days=60),
        created_by=by,
        **fields,
    )


def upload(*, by: User, purpose: str = "voice", size: int = 1000, now: datetime | None = None) -> Upload:
    """A file that is on its way in: nothing of it has come yet."""
    room = settings.MEDIA_MAX_BYTES
    return resumable.begin(
        person=by, purpose=purpose, name="note.webm", size=size, room=room, now=now or timezone.now()
    )


CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\nLie down.\n"


def file_on_disk(*, by: User) -> StoredFile:
    """A file whose bytes are there (though they are no sound)."""
    made = stored_file(by=by)
    path = Path(settings.MEDIA_ROOT) / made.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * made.size)
    return made


def picture_on_disk(*, by: User) -> StoredFile:
    """A real one, as it was written anew."""
    held = BytesIO()
    Image.new("RGB", (64, 40), "#7f9a86").save(held, "JPEG")
    upload = SimpleUploadedFile("towel.jpg", held.getvalue(), "image/jpeg")
    return take_in(upload=upload, by=by, kinds=(StoredFile.Kind.IMAGE,), now=NOW)


def film_of(file: StoredFile) -> None:
    """As if the file were a film: what is made of one lies where the file itself lies."""
    for number, form in enumerate((Rendition.Form.FILM, Rendition.Form.SMALL_FILM, Rendition.Form.POSTER)):
        path = f"{file.path}-{form}"
        shutil.copy(Path(settings.MEDIA_ROOT) / file.path, Path(settings.MEDIA_ROOT) / path)
        media_type = "image/jpeg" if form == Rendition.Form.POSTER else "video/mp4"
        Rendition.objects.create(
            file=file,
            form=form,
            media_type=media_type,
            path=path,
            size=file.size,
            sha256=f"{number:064x}",
            created_at=NOW,
        )


def lesson(
    *,
    of: Practitioner,
    title: str = "Arch and flatten",
    file: StoredFile | None = None,
    cues: tuple[NewCue, ...] = (),
    **fields: Any,
) -> Lesson:
    fields.setdefault("phase", "unlearn")
    made = file or stored_file(by=of.user)
    return add_lesson(practitioner=of, title=title, file=made, cues=cues, now=NOW - timedelta(days=60), **fields)


def lessons(*, of: Practitioner) -> list[Lesson]:
    """Two to unlearn, and one to relearn that comes after the first of them."""
    first = lesson(of=of)
    second = lesson(of=of, title="Side bend")
    return [first, second, lesson(of=of, title="Roll and reach", phase="relearn", follows=first)]


def program(
    *, of: Practitioner, lessons: Sequence[Lesson], title: str = "Out of a tight back", **fields: Any
) -> Program:
    """A program whose lessons open in turn unless `opening` says otherwise; day by day, one a week."""
    made = Program.objects.create(practitioner=of, title=title, created_at=NOW - timedelta(days=50), **fields)
    for place, each in enumerate(lessons):
        made.steps.create(lesson=each, place=place + 1, after_days=7 * place)
    return made


def assignment(*, to: Client, lesson: Lesson, **fields: Any) -> Assignment:
    """A lesson given eight days ago for two weeks, without its letter: today is day 9 of 14."""
    fields.setdefault("starts_on", (NOW - timedelta(days=8)).date())
    fields.setdefault("until", (NOW + timedelta(days=5)).date())
    return Assignment.objects.create(client=to, lesson=lesson, created_at=NOW - timedelta(days=8), **fields)


def entry(*, by: Client, lesson: Lesson, days_ago: int = 0, **fields: Any) -> PracticeEntry:
    moment = NOW - timedelta(days=days_ago)
    return PracticeEntry.objects.create(
        client=by, lesson=lesson, day=moment.astimezone(by.zone).date(), noted_at=moment, **fields
    )


def session_type(*, of: Practitioner, slug: str = "coaching", **fields: Any) -> SessionType:
    fields.setdefault("name", "Coaching session")
    fields.setdefault("minutes", 60)
    return SessionType.objects.create(practitioner=of, slug=slug, **fields)


def opening(*, of: Practitioner, opens: time = time(9), closes: time = time(17), days: range = range(5)) -> None:
    """Open on the given weekdays, on the practitioner's clock."""
    OpeningHours.objects.bulk_create(
        OpeningHours(practitioner=of, weekday=day, opens=opens, closes=closes) for day in days
    )


def appointment(
    *, client: Client, session_type: SessionType, start: datetime, status: str = "confirmed", **fields: Any
) -> Appointment:
    """A session that simply stands there, without letters or history."""
    end = start + timedelta(minutes=session_type.minutes)
    return Appointment.objects.create(
        practitioner=client.practitioner,
        client=client,
        session_type=session_type,
        status=status,
        starts_at=start,
        ends_at=end,
        blocked_from=start - timedelta(minutes=session_type.buffer_before),
        blocked_until=end + timedelta(minutes=session_type.buffer_after),
        client_zone=client.user.time_zone,
        practitioner_zone=client.practitioner.user.time_zone,
        created_at=min(start - timedelta(days=3), NOW),
        cancelled_at=NOW if status == "cancelled" else None,
        **fields,
    )


def invitation(*, of: Practitioner, name: str = "Ana Ruiz", **fields: Any) -> Invitation:
    """An open invitation, without its letter."""
    number = next(_numbers)
    fields = {
        "email": f"invited{number}@example.org",
        "code": f"code-{number}",
        "created_at": NOW,
        "sent_at": NOW,
        "expires_at": NOW + timedelta(days=60),
    } | fields
    return Invitation.objects.create(practitioner=of, name=name, **fields)
