"""Preparing for listening: what is made, what fails in words, and that a killed worker's file is taken up again."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import av
import pytest
from django.db import connection

from coaching.media import actions, claims, encoding, processing
from coaching.media.models import Rendition, StoredFile
from coaching.media.queries import sound_of
from coaching.people.models import Practitioner
from tests import cast
from tests.media import sounds

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
BOTH = ("audio", "video")


def _taken(content: bytes, marta: Practitioner, now: datetime) -> StoredFile:
    return actions.take_in(upload=sounds.upload(content), by=marta.user, kinds=BOTH, now=now)


def _prepared(content: bytes, marta: Practitioner, now: datetime) -> StoredFile:
    file = _taken(content, marta, now)
    assert processing.process(file_id=file.pk, now=now)
    file.refresh_from_db()
    return file


def test_sound_becomes_levelled_aac_that_starts_at_once(marta: Practitioner, now: datetime, shelf: Path) -> None:
    file = _prepared(sounds.tone("tone.wav"), marta, now)
    assert (file.state, file.failure, file.claim) == ("ready", "", None)
    assert file.duration == pytest.approx(3, abs=0.2)
    made = file.renditions.get()
    path = shelf / made.path
    assert (made.form, made.media_type, made.size) == ("sound", "audio/mp4", path.stat().st_size)
    start = path.read_bytes()
    assert start.index(b"moov") < start.index(b"mdat")
    with av.open(str(path)) as container:
        [stream] = container.streams
        assert (stream.codec_context.name, stream.codec_context.layout.name) == ("aac", "mono")
    measured = encoding.measure(encoding.Source(path, "mov"), beat=lambda _: None)
    assert measured.integrated == pytest.approx(-16, abs=1)
    assert sound_of(file) == made


def test_film_becomes_720_lines_and_sound_for_closed_eyes(marta: Practitioner, now: datetime, shelf: Path) -> None:
    file = _prepared(sounds.film(), marta, now)
    assert {made.form for made in file.renditions.all()} == {"sound", "film", "small", "poster"}
    film = file.renditions.get(form=Rendition.Form.FILM)
    with av.open(str(shelf / film.path)) as container:
        picture = container.streams.video[0].codec_context
        assert (picture.name, picture.width, picture.height) == ("h264", 1280, 720)
        assert len(container.streams.audio) == 1


def test_a_film_without_sound_stays_a_film(marta: Practitioner, now: datetime) -> None:
    file = _prepared(sounds.mute_film(), marta, now)
    assert (file.state, {made.form for made in file.renditions.all()}) == ("ready", {"film", "small", "poster"})


def test_silence_is_said(marta: Practitioner, now: datetime) -> None:
    file = _prepared(sounds.silence(), marta, now)
    assert (file.state, file.failure) == ("failed", "There is no sound in this recording.")
    assert not file.renditions.exists()


def test_a_recording_that_breaks_off_is_said(marta: Practitioner, now: datetime) -> None:
    whole = sounds.made("long.mp4", "-f", "lavfi", "-i", "sine=duration=60", "-movflags", "+faststart")
    file = _prepared(whole[: len(whole) // 4], marta, now)
    assert file.state == "failed"
    assert file.failure.startswith("This recording breaks off after 0:")
    assert "of 1:00" in file.failure


def test_a_failed_file_can_be_tried_again(marta: Practitioner, now: datetime) -> None:
    file = _prepared(sounds.silence(), marta, now)
    actions.retry(file=file)
    assert file.pk in processing.waiting()


def test_two_workers_never_have_the_same_file(marta: Practitioner, now: datetime) -> None:
    file = _taken(sounds.tone(), marta, now)
    assert claims.take(file.pk)
    assert claims.take(file.pk) is None
    assert processing.process(file_id=file.pk, now=now) is False
    assert processing.waiting() == []


def test_a_worker_that_lost_its_claim_changes_nothing(marta: Practitioner, now: datetime, shelf: Path) -> None:
    file = _taken(sounds.tone(), marta, now)
    claim = claims.take(file.pk)
    assert claim
    StoredFile.objects.update(leased_until=LONG_AGO)
    file.refresh_from_db()
    with pytest.raises(claims.LostClaim):
        processing._work(file.pk, claim, now)
    assert not Rendition.objects.exists()
    assert [path for path in shelf.rglob("*") if path.is_file()] == [shelf / file.path]


def test_a_file_that_took_three_workers_with_it_is_given_up(marta: Practitioner, now: datetime) -> None:
    file = _taken(sounds.tone(), marta, now)
    for _ in range(3):
        assert claims.take(file.pk)
        StoredFile.objects.update(leased_until=LONG_AGO)
    assert processing.waiting() == []
    file.refresh_from_db()
    assert file.state == "failed"
    assert "broke off three times" in file.failure


_WORKER = """
import django; django.setup()
from django.conf import settings
from pathlib import Path
settings.MEDIA_ROOT = Path({shelf!r})
settings.DATABASES["default"]["NAME"] = {database!r}
from django.db import connection
connection.settings_dict["NAME"] = {database!r}
from coaching.media import tasks
tasks.process({file!r})
"""


def _stopped_while_it_worked(file: StoredFile, shelf: Path, how: signal.Signals) -> None:
    """A worker prepares `file`; once it has begun, it is sent `how`."""
    script = _WORKER.format(shelf=str(shelf), database=connection.settings_dict["NAME"], file=str(file.pk))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    worker = subprocess.Popen([sys.executable, "-c", script], env=environment)
    try:
        deadline = time.monotonic() + 30
        while not list(shelf.glob("work/*")):
            assert time.monotonic() < deadline
            assert worker.poll() is None
            time.sleep(0.02)
    finally:
        worker.send_signal(how)
        worker.wait()


@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_file_is_taken_up_again(now: datetime, shelf: Path) -> None:
    marta = cast.practitioner()
    file = _taken(sounds.long(), marta, now)
    _stopped_while_it_worked(file, shelf, signal.SIGKILL)
    assert processing.waiting() == []  # the lease still runs
    assert list(shelf.glob("work/*"))
    StoredFile.objects.update(leased_until=LONG_AGO)
    assert processing.waiting() == [file.pk]
    assert not list(shelf.glob("work/*"))  # its half-made files are gone
    assert processing.process(file_id=file.pk, now=now + timedelta(minutes=2))
    file.refresh_from_db()
    assert (file.state, file.renditions.count(), file.attempts) == ("ready", 1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_told_to_stop_hands_its_file_back(now: datetime, shelf: Path) -> None:
    marta = cast.practitioner()
    file = _taken(sounds.long(), marta, now)
    _stopped_while_it_worked(file, shelf, signal.SIGTERM)
    file.refresh_from_db()
    assert (file.state, file.claim, file.attempts) == ("waiting", None, 0)
    assert not list(shelf.glob("work/*"))
    assert processing.waiting() == [file.pk]


def test_a_stranger_to_the_shelf_is_nothing_to_do(db: None, now: datetime) -> None:
    assert processing.process(file_id=uuid4(), now=now) is False
