"""Preparing recordings, beside plain ffmpeg doing the same: the same filters and encoders, one command a thing.

And beside how it is often done: loudness by loudnorm in two passes, each film made from the original.
"""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from coaching.media import actions, encoding, ffmpeg, processing
from coaching.media.models import StoredFile
from portal.bench.figures import Figure

RUNS = 3
SOUND_SECONDS, FILM_SECONDS = 180, 30
# A voice with pauses, near enough; and a picture that moves, as a telephone films it.
_VOICE = "anoisesrc=d={seconds}:c=pink:a=0.3,tremolo=f=0.4:d=0.95"
_PICTURE = "testsrc2=size=1920x1080:rate=30:duration={seconds},noise=alls=6:allf=t"
_READY = ["-movflags", "+faststart", "-f", "mp4"]
_SCALED = (
    "scale=w=trunc(iw*sar/2)*2:h=trunc(ih/2)*2,setsar=1,"
    "scale=w='if(gt(iw,ih),min({long},iw),min({short},iw))':h='if(gt(iw,ih),min({short},ih),min({long},ih))'"
    ":force_original_aspect_ratio=decrease:force_divisible_by=2"
)
_FIRST = "aresample=async=1:first_pts=0,aformat=channel_layouts=mono"
Commands = list[list[str]]


def measure(by: User) -> Iterator[Figure]:
    # Files that wait would have theirs prepared in between.
    StoredFile.objects.filter(state=StoredFile.State.WAITING).update(state=StoredFile.State.FAILED)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        voice, film = folder / "voice.webm", folder / "film.mp4"
        spoken = ["-f", "lavfi", "-i", _VOICE.format(seconds=SOUND_SECONDS)]
        _ffmpeg([*spoken, "-c:a", "libopus", "-b:a", "64k", str(voice)])
        filmed = ["-f", "lavfi", "-i", _PICTURE.format(seconds=FILM_SECONDS)]
        coded = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "12M", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        _ffmpeg([*filmed, *spoken, "-t", str(FILM_SECONDS), *coded, str(film)])
        yield from _beside(
            "sound", voice, SOUND_SECONDS, by, _plain_sound(voice, folder), _often_sound(voice, folder)
        )
        yield from _beside("film", film, FILM_SECONDS, by, _plain_film(film, folder), _often_film(film, folder))


def _beside(name: str, file: Path, seconds: int, by: User, plain: Commands, often: Commands) -> Iterator[Figure]:
    """In turn, so that a machine that becomes busy is as unkind to all."""
    ways: dict[str, Callable[[], None]] = {
        "here": _prepared(file, by),
        "plain ffmpeg": lambda: _all(plain),
        "as often done": lambda: _all(often),
    }
    took: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(RUNS):
        for way, work in ways.items():
            begun = time.perf_counter()
            work()
            took[way].append(time.perf_counter() - begun)
    minute = {way: statistics.median(times) * 60 / seconds for way, times in took.items()}
    for way, value in minute.items():
        yield Figure(f"a minute of {name}: {way}", value, "s")
    yield Figure(f"{name}: here, of plain ffmpeg's time", 100 * minute["here"] / minute["plain ffmpeg"], "%", 115)


def _prepared(file: Path, by: User) -> Callable[[], None]:
    """What a worker does, from the claim to the last row."""
    stored = actions.take_in(
        upload=SimpleUploadedFile(file.name, file.read_bytes()),
        by=by,
        kinds=(StoredFile.Kind.AUDIO, StoredFile.Kind.VIDEO),
        now=datetime.now(UTC),
    )

    def work() -> None:
        actions.cut(file=stored, begin=None, end=None)  # anew
        processing.process(file_id=stored.pk, now=datetime.now(UTC))
        stored.refresh_from_db()
        if stored.state != StoredFile.State.READY:
            raise RuntimeError(f"It was not prepared: {stored.failure}")

    return work


def _plain_sound(file: Path, folder: Path) -> Commands:
    made = str(folder / "plain.m4a")
    level = f"volume=4dB,alimiter=limit={encoding.CEILING}dB:level=false:latency=true"
    return [
        ["-i", str(file), "-map", "0:a:0", "-af", f"{_FIRST},ebur128=peak=true:framelog=quiet", "-f", "null", "-"],
        ["-i", str(file), "-map", "0:a:0", "-af", f"{_FIRST},{level}", *_aac("80k"), *_READY, made],
        ["-i", made, "-ac", "1", "-ar", "8000", "-f", "s16le", str(folder / "plain.pcm")],
    ]


def _plain_film(file: Path, folder: Path) -> Commands:
    sound, film = str(folder / "plain.m4a"), str(folder / "plain.mp4")
    still = r"fps=2,signalstats,metadata=select:key=lavfi.signalstats.YAVG:value=40:function=greater,thumbnail=100"
    heard = ["-i", sound, "-map", "0:V:0", "-map", "1:a:0", "-c:a", "copy"]
    return [
        *_plain_sound(file, folder),
        ["-i", str(file), *heard, "-vf", f"{_scaled(1280, 720)},fps=30", *_h264("24", "2500k", "5M"), film],
        ["-t", "120", "-i", film, "-vf", still, "-frames:v", "1", "-q:v", "4", str(folder / "plain.jpg")],
        ["-i", film, *heard, "-vf", _scaled(854, 480), *_h264("28", "450k", "1M"), str(folder / "plain-small.mp4")],
    ]


def _often_sound(file: Path, folder: Path) -> Commands:
    target = "loudnorm=I=-16:TP=-1.5:LRA=11"
    measured = "measured_I=-20:measured_TP=-5:measured_LRA=5:measured_thresh=-30:offset=0:linear=true"
    return [
        ["-i", str(file), "-af", f"{target}:print_format=json", "-vn", "-f", "null", "-"],
        ["-i", str(file), "-vn", "-af", f"{target}:{measured}", *_aac("80k"), *_READY, str(folder / "often.m4a")],
    ]


def _often_film(file: Path, folder: Path) -> Commands:
    both = ["-i", str(file), *_aac("128k")]
    return [
        *_often_sound(file, folder),
        [*both, "-vf", _scaled(1280, 720), *_h264("24", "2500k", "5M"), str(folder / "often.mp4")],
        [*both, "-vf", _scaled(854, 480), *_h264("28", "450k", "1M"), str(folder / "often-small.mp4")],
        ["-i", str(file), "-vf", "thumbnail=100", "-frames:v", "1", str(folder / "often.jpg")],
    ]


def _aac(rate: str) -> list[str]:
    return ["-ac", "1", "-ar", "44100", "-c:a", "aac", "-b:a", rate]


def _h264(quality: str, rate: str, buffer: str) -> list[str]:
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-crf", quality, "-maxrate", rate, "-bufsize", buffer]
    return [*coded, "-g", "120", "-pix_fmt", "yuv420p", *_READY]


def _scaled(long: int, short: int) -> str:
    return _SCALED.format(long=long, short=short)


def _all(commands: Commands) -> None:
    for command in commands:
        _ffmpeg(command)


def _ffmpeg(arguments: list[str]) -> None:
    """With as low a priority as a worker's: a busy machine makes both wait."""
    quietly = [ffmpeg.program(), "-v", "error", "-nostdin", "-y"]
    process = subprocess.Popen([*quietly, *arguments], stdout=subprocess.DEVNULL)
    ffmpeg.stand_back(process.pid)
    if process.wait():
        raise RuntimeError(f"ffmpeg ended with {process.returncode}: {' '.join(arguments)}")
