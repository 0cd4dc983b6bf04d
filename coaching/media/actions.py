"""Taking files in: streamed to a private folder, known by their bytes, and nothing left behind on failure."""

import hashlib
import logging
import os
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.models import User
from coaching.media import probe, rules
from coaching.media.models import StoredFile, Upload
from coaching.media.shelf import shelf
from coaching.media.uploads import RefusedUpload

_log = logging.getLogger(__name__)
SMALL = 25 * 1024 * 1024  # pictures and documents
_PLAYABLE = {StoredFile.Kind.AUDIO, StoredFile.Kind.VIDEO}
_FRESH: dict[str, Any] = {"failure": "", "attempts": 0, "claim": None, "leased_until": None}


@dataclass(frozen=True)
class Checked:
    """A file that may come in. `duration` in seconds, None when it does not say."""

    found: rules.FileType
    size: int
    sha256: str
    duration: float | None


def take_in(*, upload: UploadedFile | Upload, by: User, kinds: Collection[str], now: datetime) -> StoredFile:
    """Keeps `upload` when its bytes are one of `kinds` (`StoredFile.Kind`), and has sound and film prepared.

    An `Upload` is one of `by`'s that has come in whole. It is taken once, and is free again when the transaction
    fails.
    Raises `rules.Refused` with one sentence when it is empty, too large, of another kind or unreadable, or when
    the disk is full or cannot be written; then nothing is kept.
    """
    if isinstance(upload, Upload):
        return _take(upload, by, kinds, now)
    if isinstance(upload, RefusedUpload):
        raise rules.Refused(_too_large() if upload.reason == rules.TOO_LARGE else rules.not_kept(upload.reason))
    with _new_place() as path:
        written = _write(upload, path, kinds)
        found, duration = _look_inside(path, written.found, kinds)
        checked = Checked(found, written.size, written.hash.hexdigest(), duration)
        shelf().put(path, path_on_shelf(path))
        file = record(checked, name=upload.name or "", path=path, by=by, now=now)
        shelf().forget(path)
        return file


def _take(upload: Upload, by: User, kinds: Collection[str], now: datetime) -> StoredFile:
    own = Upload.objects.filter(pk=upload.pk, person=by)
    if own.filter(taken_at=None, file__kind__in=kinds).update(taken_at=now):
        return StoredFile.objects.get(pk__in=own.values("file"))
    found = own.select_related("file").first()
    if found is None:
        raise rules.Refused(rules.no_longer_here())
    if found.refusal:
        raise rules.Refused(found.refusal)
    if found.file is None:
        raise rules.Refused(rules.not_whole())
    raise rules.Refused(rules.taken_already() if found.taken_at else rules.not_wanted(kinds))


def drop(*, file: StoredFile) -> None:
    """Removes what was taken in when the room that wanted it could not use it. Its row may be gone already.

    What came as an `Upload` that nobody took stays until it expires: whoever sent it may try once more.
    """
    if Upload.objects.filter(file=file.pk, taken_at=None).exists():
        return
    made = list(file.renditions.values_list("path", flat=True))
    StoredFile.objects.filter(pk=file.pk).delete()
    for name in (file.path, *made):
        shelf().remove(name)


def cut(*, file: StoredFile, begin: float | None, end: float | None) -> None:
    """From now on only what lies between `begin` and `end` is heard, in seconds of the original; None: all of it.

    What was made before is heard until the new is there. IntegrityError when nothing would be left.
    """
    StoredFile.objects.filter(pk=file.pk, kind__in=_PLAYABLE).update(
        begin=begin, end=end, made={}, progress=0, **_FRESH, state=StoredFile.State.WAITING
    )
    transaction.on_commit(partial(wake, file.pk))


def retry(*, file: StoredFile) -> None:
    """Has what is missing of a file that failed prepared once more."""
    failed = StoredFile.objects.filter(pk=file.pk, state=StoredFile.State.FAILED)
    failed.update(state=StoredFile.State.WAITING, **_FRESH)
    transaction.on_commit(partial(wake, file.pk))


def wake(file_id: UUID) -> None:
    """Tells a worker that there is something to prepare. When none can be told, the next sweep finds it."""
    try:
        current_app.send_task("media.process", args=[str(file_id)], retry=False)
    except (OperationalError, OSError):
        _log.warning("no worker could be told about file %s; the next sweep takes it", file_id)


@contextmanager
def _new_place() -> Iterator[Path]:
    """An unguessable place in MEDIA_ROOT. Whatever fails inside leaves nothing there."""
    name = secrets.token_hex(16)
    path = Path(settings.MEDIA_ROOT) / name[:2] / name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield path
    except BaseException as problem:
        with suppress(OSError):  # where nothing can be written, nothing was left either
            path.unlink(missing_ok=True)
            shelf().remove(path_on_shelf(path))
        if isinstance(problem, OSError):
            _log.error("A file could not be kept: %s", problem)
            raise rules.Refused(rules.not_kept(rules.of_the_disk(problem))) from problem
        raise


class _Writing:
    """Counts and hashes what passes, and stops at the first byte too many."""

    def __init__(self, kinds: Collection[str]) -> None:
        self.kinds = kinds
        self.size = 0
        self.hash = hashlib.sha256()
        self.start = b""
        self.found: rules.FileType | None = None

    def passed(self, chunk: bytes) -> bytes:
        if self.size < rules.SNIFFED:
            self.start = (self.start + chunk)[: rules.SNIFFED]
            self.found = rules.find_type(self.start)
        self.size += len(chunk)
        self.hash.update(chunk)
        if self.size > _limit(self.found):
            raise rules.Refused(rules.too_large(_limit(self.found)))
        return chunk

    def check(self) -> rules.FileType:
        if not self.size:
            raise rules.Refused(rules.empty())
        if self.found is None or self.found.kind not in _could_be(self.kinds):
            raise rules.Refused(rules.not_wanted(self.kinds))
        return self.found


def _write(upload: UploadedFile, path: Path, kinds: Collection[str]) -> _Writing:
    writing = _Writing(kinds)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        _copy(upload.chunks(), file, writing)
        file.flush()
        os.fsync(file.fileno())
    writing.check()
    return writing


def _copy(chunks: Iterable[bytes], file: BinaryIO, writing: _Writing) -> None:
    for chunk in chunks:
        file.write(writing.passed(chunk))
        if writing.size >= rules.SNIFFED:
            writing.check()  # a wrong file is refused at its first bytes, before gigabytes are written


def _could_be(kinds: Collection[str]) -> set[str]:
    """Containers of film may hold sound alone: which it is shows only inside."""
    return {*kinds, StoredFile.Kind.VIDEO} if StoredFile.Kind.AUDIO in kinds else set(kinds)


def _limit(found: rules.FileType | None) -> int:
    playable = found is None or found.kind in _PLAYABLE
    return settings.MEDIA_MAX_BYTES if playable else min(SMALL, settings.MEDIA_MAX_BYTES)


def _too_large() -> str:
    return rules.too_large(settings.MEDIA_MAX_BYTES)


def _look_inside(
    path: Path, found: rules.FileType | None, kinds: Collection[str]
) -> tuple[rules.FileType, float | None]:
    if found is None:
        raise rules.Refused(rules.not_wanted(kinds))
    if found.kind not in _PLAYABLE:
        return found, None
    inside = probe.look(path, found.demuxer)
    found = probe.settle(found, inside)
    if found.kind not in kinds:
        raise rules.Refused(rules.not_wanted(kinds))
    return found, inside.duration


def check_start(start: bytes, size: int, kinds: Collection[str]) -> rules.FileType:
    """What a file of `size` bytes is, from its first bytes. Raises `rules.Refused` when it is not wanted."""
    found = rules.find_type(start)
    if not size:
        raise rules.Refused(rules.empty())
    if found is None or found.kind not in _could_be(kinds):
        raise rules.Refused(rules.not_wanted(kinds))
    if size > _limit(found):
        raise rules.Refused(rules.too_large(_limit(found)))
    return found


def check(path: Path, kinds: Collection[str]) -> Checked:
    """Reads a whole file on the disk. Raises `rules.Refused` when it is not wanted."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        found = check_start(file.read(rules.SNIFFED), size, kinds)
        found, duration = _look_inside(path, found, kinds)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Checked(found, size, digest, duration)


def path_on_shelf(path: Path) -> str:
    """What a file is called on the shelf that is, or would be, at `path` in MEDIA_ROOT."""
    return str(path.relative_to(settings.MEDIA_ROOT))


def record(
    checked: Checked,
    *,
    name: str,
    path: Path,
    begin: float | None = None,
    end: float | None = None,
    by: User,
    now: datetime,
) -> StoredFile:
    """The row of a file that lies on the shelf, or is about to, as at `path` in MEDIA_ROOT; a worker is told to
    prepare it."""
    found = checked.found
    ready = found.kind not in _PLAYABLE
    with transaction.atomic():
        file = StoredFile.objects.create(
            kind=found.kind,
            media_type=found.media_type,
            name=name[-200:],
            path=path_on_shelf(path),
            size=checked.size,
            sha256=checked.sha256,
            duration=checked.duration,
            begin=None if ready else begin,
            end=None if ready else end,
            state=StoredFile.State.READY if ready else StoredFile.State.WAITING,
            created_at=now,
            created_by=by,
        )
        if not ready:
            transaction.on_commit(partial(wake, file.pk))
    return file
