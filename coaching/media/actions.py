"""Taking files in: streamed to a private folder, known by their bytes, and nothing left behind on failure."""

import hashlib
import logging
import os
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
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
from coaching.media import names, pictures, rules
from coaching.media.checking import Checked, could_be, forget, limit_of, path_on_shelf, put, settle
from coaching.media.models import Rendition, StoredFile, Upload
from coaching.media.shelf import shelf
from coaching.media.uploads import RefusedUpload

_log = logging.getLogger(__name__)
_PLAYABLE = {StoredFile.Kind.AUDIO, StoredFile.Kind.VIDEO}
_FRESH: dict[str, Any] = {"failure": "", "attempts": 0, "claim": None, "leased_until": None}


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
        raise rules.Refused(
            rules.too_large(settings.MEDIA_MAX_BYTES)
            if upload.reason == rules.TOO_LARGE
            else rules.not_kept(upload.reason)
        )
    with _new_place() as path:
        written = _write(upload, path, kinds)
        checked = settle(path, written.found, kinds, (written.size, written.hash.hexdigest()))
        put(checked, path)
        file = record(checked, name=upload.name or "", path=path, by=by, now=now)
        forget(checked, path)
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
    made = {*file.renditions.values_list("path", flat=True), *shelf().names(f"{file.path}.")}
    Upload.objects.filter(file=file.pk).delete()
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
            for each in (path, *path.parent.glob(f"{path.name}.*")):
                each.unlink(missing_ok=True)
                shelf().remove(path_on_shelf(each))
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
        if self.size > limit_of(self.found):
            raise rules.Refused(rules.too_large(limit_of(self.found)))
        return chunk

    def check(self) -> rules.FileType:
        if not self.size:
            raise rules.Refused(rules.empty())
        if self.found is None or self.found.kind not in could_be(self.kinds):
            raise rules.Refused(rules.refused(self.start, self.kinds))
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
            name=names.told(name, found.media_type),
            path=path_on_shelf(path),
            size=checked.size,
            sha256=checked.sha256,
            duration=checked.duration,
            begin=None if ready else begin,
            end=None if ready else end,
            state=StoredFile.State.READY if ready else StoredFile.State.WAITING,
            made=_shape(checked.picture),
            created_at=now,
            created_by=by,
        )
        if checked.picture:
            _note_small(file, checked.picture, now)
        if not ready:
            transaction.on_commit(partial(wake, file.pk))
    return file


def _shape(picture: pictures.Written | None) -> dict[str, int]:
    return {"width": picture.width, "height": picture.height} if picture else {}


def _note_small(file: StoredFile, picture: pictures.Written, now: datetime) -> None:
    file.renditions.create(
        form=Rendition.Form.SMALL_PICTURE,
        media_type=picture.found.media_type,
        path=f"{file.path}.small",
        size=picture.small_size,
        sha256=picture.small_sha256,
        created_at=now,
    )
