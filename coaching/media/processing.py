"""Preparing files for listening: claimed (`claims`), worked on step by step (`steps`) outside any transaction.

A worker that dies leaves a lease that runs out and a folder named after its claim; the sweep takes up both.
"""

import logging
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from coaching.media import actions, claims, ffmpeg, followers, rules, steps
from coaching.media.models import StoredFile

_log = logging.getLogger(__name__)
_WORK = "work"


def process(*, file_id: uuid.UUID, now: datetime, told_to_stop: Callable[[], bool] = claims.undisturbed) -> bool:
    """Prepares one file, or the next of its steps when others wait. False when it needs nothing, another worker has
    it, or this one was `told_to_stop`, which is asked every second."""
    claim = claims.take(file_id)
    if claim is None:
        return False
    try:
        _work(file_id, claim, now, told_to_stop)
    except claims.LostClaim:
        _log.info("file %s went to another worker", file_id)
        return False
    except claims.Interrupted:
        claims.give_back(file_id, claim)
        return False
    followers.tell(file_id, now)
    return True


def waiting() -> list[uuid.UUID]:
    """Files that nobody works on: new ones, and those whose worker died."""
    claims.give_up_on_hopeless()
    _clear_leftovers()
    return list(claims.free().order_by("created_at").values_list("pk", flat=True))


def _work(
    file_id: uuid.UUID, claim: uuid.UUID, now: datetime, told_to_stop: Callable[[], bool] = claims.undisturbed
) -> None:
    try:
        with _folder(claim) as folder:
            file = StoredFile.objects.get(pk=file_id)
            finished = steps.prepare(file, claim, folder, now=now, told_to_stop=told_to_stop)
    except rules.Refused as refusal:
        claims.end(file_id, claim, failure=refusal.sentence)
    except ffmpeg.Failed as problem:
        _log.warning("ffmpeg gave up on file %s: %s", file_id, problem)
        claims.end(file_id, claim, failure=_said(problem))
    except OSError as problem:
        _log.warning("file %s could not be prepared: %s", file_id, problem)
        claims.end(file_id, claim, failure=_no_room())
    else:
        if not finished:
            claims.give_back(file_id, claim)
            actions.wake(file_id)


def _said(problem: ffmpeg.Failed) -> str:
    if isinstance(problem, ffmpeg.Stuck):
        return rules.stuck()
    return _no_room() if "No space left on device" in str(problem) else rules.unreadable()


def _no_room() -> str:
    return _("There was no room, or no right, to keep what was prepared. Try again later.")


@contextmanager
def _folder(claim: uuid.UUID) -> Iterator[Path]:
    folder = Path(settings.MEDIA_ROOT) / _WORK / str(claim)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear_leftovers() -> None:
    """Removes what killed workers left half made. A folder goes only when nobody holds its claim."""
    here = {path.name: path for path in (Path(settings.MEDIA_ROOT) / _WORK).glob("*")}
    if not here:
        return
    held = StoredFile.objects.filter(claim__in=here, leased_until__gt=Now()).values_list("claim", flat=True)
    for name in here.keys() - {str(claim) for claim in held}:
        shutil.rmtree(here[name], ignore_errors=True)
