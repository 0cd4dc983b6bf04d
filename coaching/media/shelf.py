"""Where files are kept: a private folder, or a bucket of an S3 server (MEDIA_S3_BUCKET). The same calls for both.

A file's name is its `path` in the tables. Files in the making lie in MEDIA_ROOT in either case.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from django.conf import settings

ADDRESS_LIVES = timedelta(minutes=5)


class Shelf(Protocol):
    def put(self, source: Path, name: str) -> None:
        """Keeps a finished file; doing it twice is free. OSError when there is no room or no right."""

    def forget(self, source: Path) -> None:
        """All is written down: what `put` has left at `source` goes, if that is not the file itself."""

    def at_hand(self, name: str, folder: Path) -> Path:
        """Where the file can be read on this machine, in `folder` if it has to be fetched."""

    def remove(self, name: str) -> None:
        """It may be gone already."""

    def names(self, start: str) -> list[str]:
        """The files whose names begin with `start`."""

    def address(self, name: str, *, media_type: str, disposition: str) -> str | None:
        """Where the reader gets it within the next five minutes, from elsewhere; None: we send it ourselves."""


class Folder:
    """MEDIA_ROOT."""

    def put(self, source: Path, name: str) -> None:
        target = self.place(name)
        if source != target:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            source.chmod(0o600)
            os.replace(source, target)

    def forget(self, source: Path) -> None:
        pass  # it was moved

    def at_hand(self, name: str, folder: Path) -> Path:
        return self.place(name)

    def remove(self, name: str) -> None:
        self.place(name).unlink(missing_ok=True)

    def names(self, start: str) -> list[str]:
        place = self.place(start)
        return [str(each.relative_to(settings.MEDIA_ROOT)) for each in place.parent.glob(f"{place.name}*")]

    def address(self, name: str, *, media_type: str, disposition: str) -> str | None:
        return None

    def place(self, name: str) -> Path:
        return Path(settings.MEDIA_ROOT) / name


def shelf() -> Shelf:
    if "media" in settings.STORAGES:
        from coaching.media.bucket import Bucket  # what speaks to buckets costs a second: only who has one pays it

        return Bucket()
    return Folder()
