"""What may come in: a file on the disk is looked into, and a picture is written anew, before anything is kept."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from coaching.media import documents, pictures, probe, rules
from coaching.media.models import StoredFile
from coaching.media.shelf import shelf

SMALL = 25 * 1024 * 1024  # pictures and documents
_PLAYABLE = {StoredFile.Kind.AUDIO, StoredFile.Kind.VIDEO}


@dataclass(frozen=True)
class Checked:
    """A file that may come in. `duration` in seconds, None when it does not say.

    `path` is what is to be kept: what came in, or the `picture` that was written anew beside it.
    """

    found: rules.FileType
    path: Path
    size: int
    sha256: str
    duration: float | None = None
    picture: pictures.Written | None = None


def could_be(kinds: Collection[str]) -> set[str]:
    """Containers of film may hold sound alone: which it is shows only inside."""
    return {*kinds, StoredFile.Kind.VIDEO} if StoredFile.Kind.AUDIO in kinds else set(kinds)


def limit_of(found: rules.FileType | None) -> int:
    playable = found is None or found.kind in _PLAYABLE
    return settings.MEDIA_MAX_BYTES if playable else min(SMALL, settings.MEDIA_MAX_BYTES)


def _look_inside(
    path: Path, found: rules.FileType | None, kinds: Collection[str]
) -> tuple[rules.FileType, float | None]:
    if found is None:
        raise rules.Refused(rules.not_wanted(kinds))
    if found.kind == StoredFile.Kind.DOCUMENT:
        return documents.settle(path, found), None
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
    if found is None or found.kind not in could_be(kinds):
        raise rules.Refused(rules.refused(start, kinds))
    if size > limit_of(found):
        raise rules.Refused(rules.too_large(limit_of(found)))
    return found


def check(path: Path, kinds: Collection[str]) -> Checked:
    """Reads a whole file on the disk. Raises `rules.Refused` when it is not wanted."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        found = check_start(file.read(rules.SNIFFED), size, kinds)
    return settle(path, found, kinds)


def settle(
    path: Path, found: rules.FileType | None, kinds: Collection[str], measured: tuple[int, str] | None = None
) -> Checked:
    """The file at `path`, which began like `found`, when it is one of `kinds`. `measured` are its bytes and their
    SHA-256, if they are known. Raises `rules.Refused`."""
    found, duration = _look_inside(path, found, kinds)
    picture = pictures.write_anew(path, found) if found.kind == StoredFile.Kind.IMAGE else None
    if picture:
        return Checked(picture.found, picture.path, *pictures.measure(picture.path), duration, picture)
    return Checked(found, path, *(measured or pictures.measure(path)), duration)


def put(checked: Checked, path: Path) -> None:
    """On the shelf, as at `path` in MEDIA_ROOT: what is kept, and the smaller form of a picture."""
    shelf().put(checked.path, path_on_shelf(path))
    if checked.picture:
        shelf().put(checked.picture.small, f"{path_on_shelf(path)}.small")


def forget(checked: Checked, came: Path) -> None:
    """All is written down: what a bucket has leaves this machine, and so does a picture as it `came`."""
    for each in {came, checked.path, *([checked.picture.small] if checked.picture else [])}:
        shelf().forget(each)


def path_on_shelf(path: Path) -> str:
    """What a file is called on the shelf that is, or would be, at `path` in MEDIA_ROOT."""
    return str(path.relative_to(settings.MEDIA_ROOT))
