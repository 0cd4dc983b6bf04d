"""The steps of preparing: none is done twice, a killed worker's next goes on, new ends make all anew."""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from coaching.media import actions, claims, encoding, ffmpeg, processing, steps
from coaching.media.models import Rendition, StoredFile
from coaching.media.queries import sound_of
from coaching.people.models import Practitioner
from tests import cast
from tests.media import sounds

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _taken(content: bytes, marta: Practitioner, now: datetime) -> StoredFile:
    return actions.take_in(upload=sounds.upload(content), by=marta.user, kinds=("audio", "video"), now=now)


def _prepared(file: StoredFile, now: datetime) -> StoredFile:
    assert processing.process(file_id=file.pk, now=now)
    return StoredFile.objects.get(pk=file.pk)


def _worker_dies_after(step: str, file: StoredFile, now: datetime) -> StoredFile:
    """It does the steps up to `step`, and is gone; its lease lapses."""
    claim = claims.take(file.pk)
    assert claim
    file.refresh_from_db()
    with processing._folder(claim) as folder:
        job = steps._Job(file, claim, folder, now)
        while (doing := job.missing()) != step:
            assert doing
            getattr(job, doing)()
        getattr(job, step)()
    StoredFile.objects.filter(pk=file.pk).update(leased_until=LONG_AGO)
    return StoredFile.objects.get(pk=file.pk)


def _kept(shelf: Path) -> set[str]:
    return {str(path.relative_to(shelf)) for path in shelf.rglob("*") if path.is_file()}


def test_everything_is_done_and_said(marta: Practitioner, now: datetime, shelf: Path) -> None:
    file = _prepared(_taken(sounds.small_film(), marta, now), now)
    assert (file.state, file.progress, file.attempts) == ("ready", 100, 1)
    assert file.made["done"] == ["measure", "sound", "peaks", "film", "poster", "small"]
    assert len(file.peaks) == 240
    assert (min(file.peaks) >= 0, max(file.peaks)) == (True, 100)
    assert _kept(shelf) == {file.path, *(made.path for made in file.renditions.all())}
    small = file.renditions.get(form="small")
    assert small.size < file.renditions.get(form="film").size


@pytest.mark.parametrize("step", ["measure", "sound", "peaks", "film", "poster", "small"])
def test_after_a_dead_worker_the_next_goes_on(marta: Practitioner, now: datetime, shelf: Path, step: str) -> None:
    halfway = _worker_dies_after(step, _taken(sounds.small_film(), marta, now), now)
    before = {made.form: (made.pk, made.path, made.sha256) for made in halfway.renditions.all()}
    assert 0 < halfway.progress < 100
    assert processing.waiting() == [halfway.pk]
    file = _prepared(halfway, now)
    assert file.state == "ready"
    assert file.made["done"][: len(halfway.made["done"])] == halfway.made["done"]
    assert sorted(file.made["done"]) == sorted(set(file.made["done"]))  # nothing twice
    after = {made.form: (made.pk, made.path, made.sha256) for made in file.renditions.all()}
    assert {form: after[form] for form in before} == before
    assert _kept(shelf) == {file.path, *(made.path for made in file.renditions.all())}


def test_sound_is_heard_while_the_film_is_still_made(marta: Practitioner, now: datetime) -> None:
    file = _worker_dies_after("peaks", _taken(sounds.small_film(), marta, now), now)
    assert file.state == "working"
    heard = sound_of(file)
    assert isinstance(heard, Rendition)
    assert file.duration == pytest.approx(2, abs=0.2)


def test_a_worker_whose_file_was_taken_over_keeps_nothing(marta: Practitioner, now: datetime, shelf: Path) -> None:
    file = _taken(sounds.tone(), marta, now)
    claim = claims.take(file.pk)
    assert claim
    file.refresh_from_db()
    with processing._folder(claim) as folder:
        job = steps._Job(file, claim, folder, now)
        job.measure()
        StoredFile.objects.update(leased_until=LONG_AGO)
        other = claims.take(file.pk)
        with pytest.raises(claims.LostClaim):
            job.sound()
    assert _kept(shelf) == {file.path}
    file = StoredFile.objects.get(pk=file.pk)
    assert (file.claim, file.made["done"]) == (other, ["measure"])


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_does_each_step(now: datetime, shelf: Path) -> None:
    file = _taken(sounds.small_film(), cast.practitioner(), now)
    outcomes: list[bool] = []

    def work() -> None:
        try:
            outcomes.append(processing.process(file_id=file.pk, now=now))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outcomes) == [False, False, False, True]
    file.refresh_from_db()
    assert file.made["done"] == ["measure", "sound", "peaks", "film", "poster", "small"]
    assert len(_kept(shelf)) == 5


def test_while_others_wait_a_film_is_handed_back_between_its_steps(marta: Practitioner, now: datetime) -> None:
    film, note = _taken(sounds.small_film(), marta, now), _taken(sounds.tone(), marta, now)
    assert processing.process(file_id=film.pk, now=now)
    film.refresh_from_db()
    assert (film.state, film.made["done"], film.attempts) == ("waiting", ["measure"], 0)
    assert _prepared(note, now).state == "ready"
    assert _prepared(film, now).state == "ready"


def test_what_is_cut_off_is_not_heard(marta: Practitioner, now: datetime, shelf: Path) -> None:
    """Three seconds: a low tone, a high one, a low one; the high one is kept."""
    notes = "aevalsrc=0.2*sin(2*PI*t*if(between(t\\,1\\,2)\\,880\\,110)):duration=3"
    file = _taken(sounds.made("notes.mp3", "-f", "lavfi", "-i", notes), marta, now)
    actions.cut(file=file, begin=1.1, end=1.9)
    file = _prepared(file, now)
    assert file.duration == pytest.approx(0.8, abs=0.05)
    made = shelf / file.renditions.get().path
    crossings = _crossings(made)
    assert crossings == pytest.approx(2 * 880 * 0.8, rel=0.05)


def _crossings(sound: Path) -> int:
    """How often the wave goes through zero: twice its frequency a second."""
    plain = ["-i", str(sound), "-ac", "1", "-ar", "8000", "-f", "u8", "pipe:1"]
    heard = b"".join(ffmpeg.hear(plain, beat=lambda _: None, bytes_a_second=8000))
    above = [sample > 128 for sample in heard if abs(sample - 128) > 8]
    return sum(1 for here, there in pairwise(above) if here != there)


def test_new_ends_make_all_anew_and_the_old_is_heard_until_then(
    marta: Practitioner, now: datetime, shelf: Path
) -> None:
    file = _prepared(_taken(sounds.small_film(), marta, now), now)
    before = {made.form: made.path for made in file.renditions.all()}
    actions.cut(file=file, begin=0.5, end=1.5)
    file.refresh_from_db()
    assert (file.state, file.progress, file.made) == ("waiting", 0, {})
    assert sound_of(file).path == before["sound"]
    file = _prepared(file, now)
    assert file.duration == pytest.approx(1, abs=0.1)
    after = {made.form: made.path for made in file.renditions.all()}
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    assert _kept(shelf) == {file.path, *after.values()}


def test_ends_cut_while_a_worker_is_at_it_win(marta: Practitioner, now: datetime, shelf: Path) -> None:
    file = _taken(sounds.tone(), marta, now)
    claim = claims.take(file.pk)
    assert claim
    file.refresh_from_db()
    actions.cut(file=file, begin=1.0, end=None)
    with pytest.raises(claims.LostClaim):
        processing._work(file.pk, claim, now)
    assert _prepared(file, now).duration == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("recorded", [sounds.tone, sounds.mute_film])
def test_ends_with_nothing_between_them_are_said(
    marta: Practitioner, now: datetime, recorded: Callable[[], bytes]
) -> None:
    file = _taken(recorded(), marta, now)
    actions.cut(file=file, begin=50, end=60)
    file = _prepared(file, now)
    assert (file.state, file.failure) == ("failed", "Nothing is left between the two ends. Send it again.")
    actions.cut(file=file, begin=None, end=None)
    assert _prepared(file, now).state == "ready"
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.cut(file=file, begin=2, end=1)


def test_trying_again_begins_with_what_is_missing(marta: Practitioner, now: datetime) -> None:
    file = _worker_dies_after("film", _taken(sounds.small_film(), marta, now), now)
    paths = set(file.renditions.values_list("path", flat=True))
    StoredFile.objects.update(state=StoredFile.State.FAILED, failure="something", leased_until=None, claim=None)
    actions.retry(file=file)
    file = _prepared(file, now)
    assert (file.state, file.failure) == ("ready", "")
    assert paths < set(file.renditions.values_list("path", flat=True))


def test_progress_grows_and_keeps_the_claim_alive(marta: Practitioner, now: datetime) -> None:
    file = _taken(sounds.small_film(), marta, now)
    claim = claims.take(file.pk)
    assert claim
    file.refresh_from_db()
    with processing._folder(claim) as folder:
        job = steps._Job(file, claim, folder, now)
        job._doing = "film"
        job._beat(1.0)
        halfway = StoredFile.objects.get().progress
        StoredFile.objects.update(leased_until=datetime.now(UTC) + claims.LEASE / 2)
        job._beat(0.5)  # what an encoder says may go back; what people see does not
    told = StoredFile.objects.get()
    assert 20 < halfway < 60
    assert told.progress == halfway
    assert told.leased_until
    assert told.leased_until > datetime.now(UTC) + claims.LEASE * 0.9


def test_one_that_hangs_is_stopped(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # nobody will ever write
    begun = time.monotonic()
    with pytest.raises(ffmpeg.Stuck):
        encoding.measure(encoding.Source(pipe, "wav"), beat=lambda _: None, patience=1)
    assert time.monotonic() - begun < 30
    assert not _running(str(pipe))


def test_whatever_the_heartbeat_raises_stops_the_program(tmp_path: Path) -> None:
    endless = encoding.Source(Path("anoisesrc"), "lavfi")

    def refuse(_seconds: float) -> None:
        raise claims.LostClaim

    with pytest.raises(claims.LostClaim):
        encoding.measure(endless, beat=refuse)
    assert not _running("anoisesrc")


def _running(word: str) -> bool:
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return any("ffmpeg" in line and word in line for line in listed.splitlines())


def test_a_file_that_is_gone_ends_in_words(marta: Practitioner, now: datetime, shelf: Path) -> None:
    file = _taken(sounds.tone(), marta, now)
    (shelf / file.path).unlink()
    assert _prepared(file, now).state == "failed"


@pytest.fixture
def other(marta: Practitioner, now: datetime) -> StoredFile:
    return _taken(sounds.tone(), marta, now)


def test_what_is_dropped_leaves_nothing(other: StoredFile, now: datetime, shelf: Path) -> None:
    file = _prepared(other, now)
    actions.drop(file=file)
    assert _kept(shelf) == set()
    assert not StoredFile.objects.exists()


def test_a_louder_measure_needs_less(now: datetime) -> None:
    quiet = encoding.Loudness(integrated=-30.0, peak=-12.0, seconds=3.0)
    assert quiet.gain == 14.0
    assert replace(quiet, integrated=-16.0).gain == 0.0
    assert replace(quiet, integrated=-70.0, peak=-12.0).gain == 10.0
