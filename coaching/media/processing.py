"""Preparing files for listening: claimed by a token and a lease, worked on outside any transaction, recorded after.

A worker that dies leaves a lease that runs out and a folder named after its claim; the sweep takes up both.
Leases go by the database's clock.
"""

import hashlib
import logging
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from coaching.media import ffmpeg, probe, rules
from coaching.media.models import Rendition, StoredFile

_log = logging.getLogger(__name__)
LEASE = timedelta(seconds=120)
MOST_ATTEMPTS = 3  # a file that takes three workers down with it is not given to a fourth
_WORK = "work"


class LostClaim(Exception):
    """Another worker has the file now: what was made here is thrown away."""


class Interrupted(Exception):
    """This worker is told to stop: the file is handed back, as if nobody had begun."""


@dataclass(frozen=True)
class _Made:
    form: str
    media_type: str
    path: Path


def process(*, file_id: uuid.UUID, now: datetime) -> bool:
    """Prepares one file. False when it needs nothing, another worker has it, or this one was interrupted."""
    claim = _claim(file_id)
    if claim is None:
        return False
    file = StoredFile.objects.get(pk=file_id)
    try:
        _work(file, claim, now)
    except LostClaim:
        _log.info("file %s went to another worker", file_id)
        return False
    except Interrupted:
        _give_back(file_id, claim)
        return False
    except rules.Refused as refusal:
        _fail(file_id, claim, refusal.sentence)
    except ffmpeg.Failed as problem:
        _log.warning("ffmpeg gave up on file %s: %s", file_id, problem)
        _fail(file_id, claim, rules.unreadable())
    except OSError as problem:
        _log.warning("file %s could not be prepared: %s", file_id, problem)
        _fail(file_id, claim, _("There was no room, or no right, to keep what was prepared. Try again later."))
    return True


def waiting() -> list[uuid.UUID]:
    """Files that nobody works on: new ones, and those whose worker died."""
    _give_up_on_hopeless()
    _clear_leftovers()
    return list(_free().order_by("created_at").values_list("pk", flat=True))


def _free() -> "models.QuerySet[StoredFile]":
    lapsed = Q(state=StoredFile.State.WORKING, leased_until__lt=Now())
    return StoredFile.objects.filter(Q(state=StoredFile.State.WAITING) | lapsed)


def _claim(file_id: uuid.UUID) -> uuid.UUID | None:
    token = uuid.uuid4()
    taken = (
        _free()
        .filter(pk=file_id, attempts__lt=MOST_ATTEMPTS)
        .update(
            state=StoredFile.State.WORKING,
            claim=token,
            leased_until=Now() + LEASE,
            attempts=F("attempts") + 1,
            failure="",
        )
    )
    return token if taken else None


def _keep_claim(file_id: uuid.UUID, claim: uuid.UUID) -> None:
    held = StoredFile.objects.filter(pk=file_id, claim=claim, leased_until__gt=Now())
    if not held.update(leased_until=Now() + LEASE):
        raise LostClaim


def _give_back(file_id: uuid.UUID, claim: uuid.UUID) -> None:
    StoredFile.objects.filter(pk=file_id, claim=claim).update(
        state=StoredFile.State.WAITING, claim=None, leased_until=None, attempts=F("attempts") - 1
    )


def _fail(file_id: uuid.UUID, claim: uuid.UUID, sentence: str) -> None:
    StoredFile.objects.filter(pk=file_id, claim=claim).update(
        state=StoredFile.State.FAILED, failure=sentence[:300], claim=None, leased_until=None
    )


def _give_up_on_hopeless() -> None:
    _free().filter(attempts__gte=MOST_ATTEMPTS).update(
        state=StoredFile.State.FAILED,
        failure=_("Preparing this file broke off three times. Send it in another format, or try again."),
        claim=None,
        leased_until=None,
    )


def _work(file: StoredFile, claim: uuid.UUID, now: datetime) -> None:
    with _folder(claim) as folder:
        made, duration = _make(file, claim, folder)
        _record(file, claim, made, duration, now)


def _make(file: StoredFile, claim: uuid.UUID, folder: Path) -> tuple[list[_Made], float]:
    def beat() -> None:
        _keep_claim(file.pk, claim)

    source = Path(settings.MEDIA_ROOT) / file.path
    demuxer = _demuxer(source)
    inside = probe.look(source, demuxer)
    loudness = _loudness(source, demuxer, inside, beat)
    made: list[_Made] = []
    if loudness:
        made.append(_Made(Rendition.Form.SOUND, "audio/mp4", folder / "sound.m4a"))
        ffmpeg.make_sound(source, demuxer, made[-1].path, loudness, beat=beat)
    if inside.has_film:
        made.append(_Made(Rendition.Form.FILM, "video/mp4", folder / "film.mp4"))
        ffmpeg.make_film(source, demuxer, made[-1].path, loudness, beat=beat)
    lasts = probe.look(made[0].path, "mov").duration or inside.duration or 0.0
    return made, lasts


def _demuxer(source: Path) -> str:
    with source.open("rb") as file:
        found = rules.find_type(file.read(rules.SNIFFED))
    if found is None or not found.demuxer:
        raise rules.Refused(rules.unreadable())
    return found.demuxer


def _loudness(source: Path, demuxer: str, inside: probe.Inside, beat: ffmpeg.Beat) -> ffmpeg.Loudness | None:
    """None for a film without a sound. Silence and files that break off show only when all was decoded."""
    if not inside.has_sound:
        return None
    loudness = ffmpeg.measure(source, demuxer, beat=beat)
    if inside.duration and loudness.seconds < inside.duration * 0.95 - 1:
        raise rules.Refused(rules.broken_off(loudness.seconds, inside.duration))
    if loudness.is_silent and not inside.has_film:
        raise rules.Refused(rules.silent())
    return None if loudness.is_silent else loudness


def _record(file: StoredFile, claim: uuid.UUID, made: list[_Made], duration: float, now: datetime) -> None:
    """Moves what was made to its place and says so, while the row is held: a lost claim changes nothing."""
    described = [(item, item.path.stat().st_size, _sha256(item.path)) for item in made]
    with transaction.atomic():
        held = StoredFile.objects.select_for_update().filter(pk=file.pk, claim=claim, leased_until__gt=Now())
        if not held.exists():
            raise LostClaim
        for item, size, digest in described:
            path = f"{file.path}.{item.path.name}"
            os.replace(item.path, Path(settings.MEDIA_ROOT) / path)
            Rendition.objects.update_or_create(
                file=file,
                form=item.form,
                defaults={
                    "media_type": item.media_type,
                    "path": path,
                    "size": size,
                    "sha256": digest,
                    "created_at": now,
                },
            )
        StoredFile.objects.filter(pk=file.pk).update(
            state=StoredFile.State.READY, duration=duration, claim=None, leased_until=None, failure=""
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
