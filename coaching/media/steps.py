"""The steps of preparing a file. Each is written down as soon as it is done, and never done again.

Sound comes first: many listen with closed eyes, and a film takes far longer. `StoredFile.made` holds what was
measured and the names of the steps that are done; new ends (`actions.cut`) empty it.
"""

import hashlib
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from coaching.media import claims, encoding, ffmpeg, followers, probe, rules
from coaching.media.models import Rendition, StoredFile
from coaching.media.shelf import shelf

# How long each takes beside the others, for the progress.
WEIGHTS = {"measure": 2, "sound": 3, "peaks": 1, "film": 70, "poster": 4, "small": 20}
_BEAT = 1.0  # seconds
_Form = Rendition.Form
_T = TypeVar("_T")


def prepare(
    file: StoredFile,
    claim: uuid.UUID,
    folder: Path,
    *,
    now: datetime,
    told_to_stop: Callable[[], bool] = claims.undisturbed,
) -> bool:
    """Does what is missing, in `folder`. False: some is left, and others wait that nobody has begun with.

    Raises `rules.Refused` with a sentence for who sent it, `claims.LostClaim`, `claims.Interrupted` soon after
    it is `told_to_stop`, `ffmpeg.Failed` or OSError.
    """
    job = _Job(file, claim, folder, now, told_to_stop)
    while step := job.missing():
        job.heed()
        getattr(job, step)()
        followers.tell(file.pk, now)
        if job.missing() and _others_wait(file):
            return False
    job.finish()
    return True


def _others_wait(file: StoredFile) -> bool:
    fresh = claims.free().filter(made={}, attempts__lt=claims.MOST_ATTEMPTS)
    return fresh.exclude(pk=file.pk).exists()


class _Job:
    """One file in one worker's hands. A step is the method of its name."""

    def __init__(
        self,
        file: StoredFile,
        claim: uuid.UUID,
        folder: Path,
        now: datetime,
        told_to_stop: Callable[[], bool] = claims.undisturbed,
    ) -> None:
        self._told_to_stop = told_to_stop
        self._file, self._claim, self._folder, self._now = file, claim, folder, now
        self._doing = ""
        self._inside = probe.Inside(None, has_sound=True, has_film=file.kind == StoredFile.Kind.VIDEO)
        original = self._at_hand(file.path)
        demuxer = _demuxer(original)
        self._inside = probe.look(original, demuxer)
        self._source = encoding.Source(
            original, demuxer, begin=file.begin or 0.0, end=file.end, hdr=self._inside.is_hdr
        )
        if self._expected() == 0:
            raise rules.Refused(rules.nothing_left())

    def heed(self) -> None:
        if self._told_to_stop():
            raise claims.Interrupted

    def missing(self) -> str | None:
        done = self._file.made.get("done", [])
        return next((step for step in self._plan() if step not in done), None)

    def _plan(self) -> list[str]:
        loud = self._loudness is None or not self._loudness.is_silent
        sound = ["measure", *(["sound", "peaks"] if loud else [])] if self._inside.has_sound else []
        return sound + (["film", "poster", "small"] if self._inside.has_film else [])

    @property
    def _loudness(self) -> encoding.Loudness | None:
        """None before it was measured."""
        measured = self._file.made.get("measured")
        return encoding.Loudness(**measured) if measured else None

    # --- the steps -------------------------------------------------------------------------------

    def measure(self) -> None:
        self._doing = "measure"
        loudness = encoding.measure(self._source, beat=self._beat)
        self._check_length(loudness.seconds)
        if loudness.is_silent and not self._inside.has_film:
            raise rules.Refused(rules.silent())
        with claims.writing(self._file.pk, self._claim):
            self._note(measured=asdict(loudness))

    def sound(self) -> None:
        self._doing, target = "sound", self._folder / "sound.m4a"
        loudness = encoding.Loudness(**self._file.made["measured"])
        encoding.make_sound(self._source, target, loudness, beat=self._beat)
        self._keep(_Form.SOUND, "audio/mp4", target, duration=probe.look(target, "mov").duration)

    def peaks(self) -> None:
        self._doing = "peaks"
        sound = self._made(_Form.SOUND)
        peaks = encoding.hear_peaks(sound, self._file.duration or 0.0, beat=self._beat) if sound else []
        with claims.writing(self._file.pk, self._claim):
            self._note(peaks=peaks)

    def film(self) -> None:
        self._doing, target = "film", self._folder / "film.mp4"
        sound = self._sound_of_film()
        encoding.make_film(self._source, sound, target, beat=self._beat)
        lasts = probe.look(target, "mov").duration
        if not sound:
            self._check_length(lasts or 0.0)
        self._keep(_Form.FILM, "video/mp4", target, **({} if sound else {"duration": lasts}))

    def poster(self) -> None:
        self._doing, target = "poster", self._folder / "poster.jpg"
        encoding.make_poster(self._the_film(), target, beat=self._beat)
        self._keep(_Form.POSTER, "image/jpeg", target)

    def small(self) -> None:
        self._doing, target = "small", self._folder / "small.mp4"
        encoding.make_small_film(self._the_film(), self._sound_of_film(), target, beat=self._beat)
        self._keep(_Form.SMALL_FILM, "video/mp4", target)

    def finish(self) -> None:
        """Ready. What an earlier cut or a dead worker left goes."""
        forms = {"sound": _Form.SOUND, "film": _Form.FILM, "poster": _Form.POSTER, "small": _Form.SMALL_FILM}
        wanted = [forms[step] for step in self._plan() if step in forms]
        with claims.writing(self._file.pk, self._claim):
            self._file.renditions.exclude(form__in=wanted).delete()
        kept = set(self._file.renditions.values_list("path", flat=True))
        for name in set(shelf().names(f"{self._file.path}.")) - kept:
            shelf().remove(name)
        claims.end(self._file.pk, self._claim)

    # --- what they share -------------------------------------------------------------------------

    def _check_length(self, seconds: float) -> None:
        """Files that break off, or go on for ever, show only when all was decoded."""
        whole = self._expected()
        if not seconds:
            raise rules.Refused(rules.nothing_left() if self._file.is_cut else rules.unreadable())
        if seconds > rules.LONGEST:
            raise rules.Refused(rules.too_long())
        if whole and seconds < whole * 0.95 - 1:
            raise rules.Refused(rules.broken_off(seconds, whole))

    def _keep(self, form: str, media_type: str, made: Path, **changed: Any) -> None:
        """Puts it on the shelf under a name of this claim's, and says so if the claim still holds."""
        name = f"{self._file.path}.{self._claim.hex[:8]}.{made.name}"
        told = {"media_type": media_type, "path": name, "size": made.stat().st_size, "sha256": _sha256(made)}
        before = self._file.renditions.filter(form=form).values_list("path", flat=True).first()
        try:
            self._outside(lambda: shelf().put(made, name))
            with claims.writing(self._file.pk, self._claim):
                Rendition.objects.update_or_create(
                    file=self._file, form=form, defaults={**told, "created_at": self._now}
                )
                self._note(**changed)
        finally:
            kept = Rendition.objects.filter(path=name).exists()
            gone = before if kept and before != name else None if kept else name
            if gone:
                shelf().remove(gone)

    def _note(self, *, measured: dict[str, float] | None = None, **changed: Any) -> None:
        made = {**self._file.made, "done": [*self._file.made.get("done", []), self._doing]}
        if measured:
            made["measured"] = measured
        progress = max(self._file.progress, self._percent(self._doing, 1.0))
        claims.note(self._file, made=made, progress=progress, **changed)

    def _beat(self, seconds: float = 0.0) -> None:
        self.heed()
        expected = (self._loudness.seconds if self._loudness else None) or self._expected()
        share = min(1.0, seconds / expected) if expected else 0.0
        claims.keep(self._file.pk, self._claim, progress=self._percent(self._doing, share))

    def _percent(self, doing: str, share: float) -> int:
        plan, done = self._plan(), self._file.made.get("done", [])
        before = sum(WEIGHTS[step] for step in plan if step in done and step != doing)
        return min(99, int(100 * (before + WEIGHTS.get(doing, 0) * share) / sum(WEIGHTS[step] for step in plan)))

    def _expected(self) -> float | None:
        """Seconds that will be heard, by what the file says of itself."""
        whole = self._inside.duration
        if whole is None:
            return None
        return max(0.0, min(whole, self._source.end or whole) - self._source.begin)

    def _the_film(self) -> Path:
        film = self._made(_Form.FILM)
        if film is None:
            raise ffmpeg.Failed("the film that was made is not there")
        return film

    def _sound_of_film(self) -> Path | None:
        return self._made(_Form.SOUND) if "sound" in self._plan() else None

    def _made(self, form: str) -> Path | None:
        rendition = self._file.renditions.filter(form=form).first()
        return self._at_hand(rendition.path) if rendition else None

    def _at_hand(self, name: str) -> Path:
        return self._outside(lambda: shelf().at_hand(name, self._folder))

    def _outside(self, work: Callable[[], _T]) -> _T:
        """Something that may take minutes, beside which the claim is kept alive."""
        with ThreadPoolExecutor(1) as aside:
            asked = aside.submit(work)
            while not wait([asked], timeout=_BEAT).done:
                self._beat()
            return asked.result()


def _demuxer(source: Path) -> str:
    with source.open("rb") as file:
        found = rules.find_type(file.read(rules.SNIFFED))
    if found is None or not found.demuxer:
        raise rules.Refused(rules.unreadable())
    return found.demuxer


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
