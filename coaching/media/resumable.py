"""Uploads that break off and go on. How much has come is the size on the disk: nothing else counts bytes.

A connection that is cut may hang on while its successor already sends. Each part is therefore written under a lock
and only if the file still ends where its request believes: whoever finds another end stops.
"""

import fcntl
import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.media import actions, checking, names, rules, tus
from coaching.media.models import Upload
from coaching.media.shelf import shelf

_log = logging.getLogger(__name__)
FOLDER = "incoming"
KEPT_FOR = timedelta(hours=24)  # after the last byte, or until a room takes the file
MOST_COMING = 20  # unfinished uploads of one person
MOST_UNTAKEN = 100
_PART = 1024 * 1024

PURPOSES: dict[str, tuple[str, ...]] = {
    "lesson": ("audio", "video"),
    "voice": ("audio", "video"),
    "message": ("audio", "video", "image", "document"),
}


class Body(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Elsewhere(Exception):
    """The file ends elsewhere by now: another connection goes on with it, or it was thrown away."""


class WrongSum(Exception):
    """What came is not what was sent. None of it was kept."""


class TooMany(Exception):
    """`sentence` says what to wait for."""

    def __init__(self) -> None:
        super().__init__("too many uploads")
        self.sentence = _("Too many files are on their way at once. Wait until some of them have come.")


def begin(
    *,
    person: User,
    purpose: str,
    name: str,
    size: int,
    begin: float | None = None,
    end: float | None = None,
    room: int,
    now: datetime,
) -> Upload:
    """A place for `size` bytes to come. `begin` and `end` (seconds) are what is to be heard of it; `room` is how
    many bytes of a person's may be on their way at once.

    Raises `TooMany`, or `rules.Refused` for what can never come in.
    """
    if size > settings.MEDIA_MAX_BYTES:
        raise rules.Refused(rules.too_large(settings.MEDIA_MAX_BYTES))
    _check_room(person, size, room, now)
    path = Path(settings.MEDIA_ROOT) / FOLDER / secrets.token_hex(16)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(path.parent).free < size:
            raise rules.Refused(rules.not_kept(rules.NO_ROOM))
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as problem:
        _log.error("An upload could not begin: %s", problem)
        raise rules.Refused(rules.not_kept(rules.of_the_disk(problem))) from problem
    return Upload.objects.create(
        person=person,
        purpose=purpose,
        name=names.clean(name),
        size=size,
        begin=begin,
        end=end,
        path=f"{FOLDER}/{path.name}",
        created_at=now,
        expires_at=now + KEPT_FOR,
    )


def _check_room(person: User, size: int, room: int, now: datetime) -> None:
    untaken = Upload.objects.filter(person=person, taken_at=None, refusal="", expires_at__gt=now)
    found = untaken.aggregate(coming=Count("pk", filter=Q(file=None)), all=Count("pk"), bytes=Sum("size"))
    too_many = found["coming"] >= MOST_COMING or found["all"] >= MOST_UNTAKEN
    if too_many or (found["bytes"] or 0) + size > room:
        raise TooMany


def come(upload: Upload) -> int:
    """How many bytes are here."""
    if upload.file_id:
        return upload.size
    with suppress(FileNotFoundError):
        return _place(upload).stat().st_size
    return 0


def receive(*, upload: Upload, offset: int, body: Body, checksum: tus.Checksum | None, now: datetime) -> int:
    """Keeps what `body` holds from `offset` on, until it ends or breaks off: then what had come is kept.

    Returns where the file ends. Raises `Elsewhere`, `WrongSum`, `rules.Refused` as soon as its first bytes show
    that it is not wanted (then nothing stays), and OSError when the disk refuses.
    """
    if upload.expires_at - now < KEPT_FOR / 2:
        Upload.objects.filter(pk=upload.pk).update(expires_at=now + KEPT_FOR)
    if not connection.in_atomic_block:
        connection.close()  # others need it while this one waits for bytes
    with _opened(upload) as file:
        end = _write(file, upload, offset, body, checksum)
        os.fsync(file)
        if checksum and not checksum.holds:
            _cut_back(file, end, offset)
            raise WrongSum
    return end


@contextmanager
def _opened(upload: Upload) -> Iterator[int]:
    try:
        file = os.open(_place(upload), os.O_RDWR)
    except FileNotFoundError as problem:
        raise Elsewhere from problem
    try:
        yield file
    finally:
        os.close(file)


def _write(file: int, upload: Upload, offset: int, body: Body, checksum: tus.Checksum | None) -> int:
    """Returns where the file ends now."""
    at = offset
    while at < upload.size and (part := _next(body, min(_PART, upload.size - at))):
        _append(file, part, at)
        if checksum:
            checksum.found.update(part)
        looked, at = min(at, rules.SNIFFED), at + len(part)
        if looked < rules.SNIFFED <= at:
            _look(file, upload)
    return at


def _next(body: Body, most: int) -> bytes:
    try:
        return body.read(most)
    except OSError:  # broken off: what came before it is here
        return b""


def _append(file: int, part: bytes, at: int) -> None:
    with locked(file):
        _check_end(file, at)
        left = memoryview(part)
        while left:
            written = os.pwrite(file, left, at)
            left, at = left[written:], at + written


def _cut_back(file: int, end: int, offset: int) -> None:
    with locked(file):
        _check_end(file, end)
        os.ftruncate(file, offset)


def _check_end(file: int, at: int) -> None:
    found = os.fstat(file)
    if found.st_size != at or not found.st_nlink:
        raise Elsewhere


@contextmanager
def locked(file: int, *, wait: bool = True) -> Iterator[None]:
    """Raises BlockingIOError when somebody else holds it and one does not want to wait."""
    fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _look(file: int, upload: Upload) -> None:
    """A wrong file is refused at its first bytes, before gigabytes have come."""
    try:
        checking.check_start(os.pread(file, rules.SNIFFED, 0), upload.size, PURPOSES[upload.purpose])
    except rules.Refused as refusal:
        _refuse(upload, refusal.sentence)
        raise


def finish(*, upload: Upload, now: datetime, wait: bool = True) -> Upload:
    """When all has come: keeps the file, or says in `refusal` why not. Doing it twice, or from two sides, is free.

    Without `wait` an upload that somebody else is just looking into comes back as it is.
    """
    if come(upload) == upload.size:
        with suppress(Elsewhere, BlockingIOError), _opened(upload) as file, locked(file, wait=wait):
            upload = Upload.objects.select_related("file").get(pk=upload.pk)
            if not upload.file_id and not upload.refusal:
                _finish(upload, now)
    return Upload.objects.select_related("file").get(pk=upload.pk)


def _finish(upload: Upload, now: datetime) -> None:
    here, target = _place(upload), _final(upload)
    try:
        checked = checking.check(here, PURPOSES[upload.purpose])
        # Should the process end before all this is written down, the file is found there, too.
        checking.put(checked, target)
        with transaction.atomic():
            upload.file = actions.record(
                checked,
                name=upload.name,
                path=target,
                begin=upload.begin,
                end=upload.end,
                by=upload.person,
                now=now,
            )
            upload.expires_at = now + KEPT_FOR
            upload.save(update_fields=["file", "expires_at"])
        checking.forget(checked, here)
        if checked.picture:
            _incoming(upload).unlink(missing_ok=True)  # as it came, with all that it tells
    except rules.Refused as refusal:
        _refuse(upload, refusal.sentence)


def _refuse(upload: Upload, sentence: str) -> None:
    Upload.objects.filter(pk=upload.pk, file=None).update(refusal=sentence)
    _unlink(upload)


def throw_away(*, upload: Upload) -> None:
    """The person does not want it any more. What a room took stays."""
    with transaction.atomic():
        held = Upload.objects.select_for_update().filter(pk=upload.pk, taken_at=None).first()
        if held is None:
            return
        file = held.file
        held.delete()
        if file:
            actions.drop(file=file)
    _unlink(upload)


def clear(*, now: datetime) -> int:
    """Throws away what expired and no room took, and bytes that no upload knows. Returns how many uploads went."""
    gone = list(Upload.objects.filter(taken_at=None, expires_at__lt=now))
    for upload in gone:
        throw_away(upload=upload)
    Upload.objects.filter(taken_at__lt=now - KEPT_FOR).delete()
    _clear_unknown(now)
    return len(gone)


def _clear_unknown(now: datetime) -> None:
    old = (now - KEPT_FOR).timestamp()
    here = [path for path in (Path(settings.MEDIA_ROOT) / FOLDER).glob("*") if path.stat().st_mtime < old]
    names = [f"{FOLDER}/{path.name}" for path in here]
    known = set(Upload.objects.filter(path__in=names).values_list("path", flat=True))
    for path, name in zip(here, names, strict=True):
        if name not in known:
            path.unlink(missing_ok=True)


def find(*, person: User, upload_id: UUID) -> Upload | None:
    """An upload of this person's own, expired or not."""
    return Upload.objects.select_related("file").filter(person=person, pk=upload_id).first()


def _place(upload: Upload) -> Path:
    """Where its bytes are: coming in, or moved already though that was not written down."""
    incoming = _incoming(upload)
    return incoming if incoming.exists() or not _final(upload).exists() else _final(upload)


def _incoming(upload: Upload) -> Path:
    return Path(settings.MEDIA_ROOT) / upload.path


def _final(upload: Upload) -> Path:
    name = Path(upload.path).name
    return Path(settings.MEDIA_ROOT) / name[:2] / name


def _unlink(upload: Upload) -> None:
    with suppress(OSError):
        _incoming(upload).unlink()
    with suppress(OSError):
        shelf().remove(checking.path_on_shelf(_final(upload)))
