"""The folder that a mail server on this machine delivers into: a Maildir, one file a message.

`new` is what came, `cur` what is being read, `failed` what could not be taken in five times. Moving a file from
`new` to `cur` claims it, so that two workers never read the same one; a worker that died leaves it there, to be
read again later.
"""

import logging
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error

from coaching.mailroom.actions import take_in
from coaching.mailroom.mail import MOST_BYTES
from coaching.mailroom.models import IncomingMail

log = logging.getLogger(__name__)
MOST = 200  # a round ends, so that its worker is free for the next thing
MOST_TRIES = 5
ABANDONED_AFTER = timedelta(minutes=5)
_TRIED = re.compile(r"\.try(\d)$")


def the_folder() -> Path:
    return Path(settings.STATE_DIR) / "mail-in"


def read(folder: Path, *, now: datetime) -> Counter[str]:
    """Take in what lies in the folder; gives how many messages came to which outcome."""
    for name in ("new", "cur", "tmp", "failed"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    done: Counter[str] = Counter()
    for file in _claimed(folder, now):
        try:
            done[_take(file, now)] += 1
        except (Error, OSError):  # the database or the disk: no fault of the message, and it stays
            raise
        except Exception as error:  # noqa: BLE001  (whatever one message holds, the others must come in)
            log.error("A message in %s could not be taken in: %s", folder, type(error).__name__)
            done["failed"] += 1
        else:
            file.unlink(missing_ok=True)
    return done


def _take(file: Path, now: datetime) -> str:
    if file.stat().st_size > MOST_BYTES:
        return IncomingMail.Outcome.UNREADABLE
    return take_in(message=file.read_bytes(), door=IncomingMail.Door.FOLDER, now=now)


def _claimed(folder: Path, now: datetime) -> Iterator[Path]:
    """Each file that is ours now, oldest first."""
    waiting = [*_files(folder / "new"), *(file for file in _files(folder / "cur") if _is_abandoned(file, now))]
    for file in waiting[:MOST]:
        tries = int(found[1]) if (found := _TRIED.search(file.name)) else 0
        name = _TRIED.sub("", file.name)
        place = folder / "failed" / name if tries >= MOST_TRIES else folder / "cur" / f"{name}.try{tries + 1}"
        try:
            file.rename(place)
        except FileNotFoundError:
            continue  # another worker has it
        if tries < MOST_TRIES:
            os.utime(place, (now.timestamp(), now.timestamp()))
            yield place


def _files(folder: Path) -> list[Path]:
    return sorted((file for file in folder.iterdir() if file.is_file()), key=lambda file: file.name)


def _is_abandoned(file: Path, now: datetime) -> bool:
    try:
        return file.stat().st_mtime < (now - ABANDONED_AFTER).timestamp()
    except FileNotFoundError:
        return False
