"""Running ffmpeg, as a program of its own: it decodes hostile bytes, so it never runs inside ours."""

import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import IO, cast

import imageio_ffmpeg

PATIENCE = 300.0  # seconds without any progress, after which ffmpeg is taken to hang
THREADS = min(4, os.cpu_count() or 1)  # more gain little and take memory for each
_EVERY = 1.0  # seconds between two heartbeats: so soon is a worker that is told to stop free
_KEPT = 64 * 1024  # characters of ffmpeg's words
_NICENESS = 10
_MOST_PIXELS = 8192 * 8192
_MOVES = ("out_time_us=", "frame=", "total_size=")

Beat = Callable[[float], None]
"""Called every second with how many seconds of the result are made; whatever it raises stops ffmpeg."""


class Failed(Exception):
    """ffmpeg gave up or was stopped; its last words are for the log, never for a page."""


class Stuck(Failed):
    """It made no progress any more, and was stopped."""


@dataclass(frozen=True)
class Said:
    """What ffmpeg wrote, and how many seconds it made."""

    words: str
    seconds: float


@cache
def program() -> str:
    return shutil.which("ffmpeg") or str(imageio_ffmpeg.get_ffmpeg_exe())


@cache
def has_filter(name: str) -> bool:
    listed = subprocess.run([program(), "-hide_banner", "-filters"], capture_output=True, text=True, check=False)
    return any(line.split()[1:2] == [name] for line in listed.stdout.splitlines())


def run(arguments: Sequence[str], *, beat: Beat, patience: float = PATIENCE) -> Said:
    """Runs ffmpeg to its end. Raises `Failed`, and `Stuck` when it makes no progress for `patience` seconds.

    Its progress comes through a pipe: when the worker is killed, ffmpeg's next line breaks it off too.
    """
    words, seconds, before = "", 0.0, dict.fromkeys(_MOVES, "")
    with _started(["-progress", "pipe:1", *arguments], stderr=subprocess.STDOUT) as (process, pipe):
        watch = _Watch(beat, patience)
        for line in _lines(pipe):
            words = (words + line + "\n")[-_KEPT:] if line else words
            name = line[: line.find("=") + 1]
            if name == "out_time_us=":
                seconds = _microseconds(line) or seconds
            moved = name in before and before[name] != line
            if moved:
                before[name] = line
            watch.look(moved=moved, seconds=seconds)
        if process.wait() != 0:
            raise Failed(words[-2000:])
    return Said(words, seconds)


def hear(arguments: Sequence[str], *, beat: Beat, bytes_a_second: int) -> Iterator[bytes]:
    """What ffmpeg writes to its output, piece by piece. Raises `Failed` as `run` does."""
    with _started(["-v", "error", *arguments], stderr=subprocess.DEVNULL) as (process, pipe):
        watch, heard = _Watch(beat, PATIENCE), 0
        for piece in _pieces(pipe):
            heard += len(piece)
            watch.look(moved=bool(piece), seconds=heard / bytes_a_second)
            if piece:
                yield piece
        if process.wait() != 0:
            raise Failed("ffmpeg ended early")


def stand_back(pid: int) -> None:
    """Lets pages and everything else go before this process."""
    with suppress(OSError, AttributeError):  # it has ended already, or the system knows no such thing
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, pid, max(own, _NICENESS))


@contextmanager
def _started(arguments: Sequence[str], *, stderr: int) -> Iterator[tuple["subprocess.Popen[bytes]", IO[bytes]]]:
    """The process and what it says. It is gone afterwards, whatever happens."""
    guarded = ["-protocol_whitelist", "file,pipe", "-max_pixels", str(_MOST_PIXELS), "-threads", str(THREADS)]
    command = [program(), "-hide_banner", "-nostdin", "-nostats", "-y", *guarded, *arguments]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr)
    stand_back(process.pid)
    pipe = cast("IO[bytes]", process.stdout)
    try:
        yield process, pipe
    finally:
        process.kill()
        process.wait()
        pipe.close()


class _Watch:
    """Keeps the claim on the file alive while ffmpeg gets on, and stops it when it does not."""

    def __init__(self, beat: Beat, patience: float) -> None:
        self._beat, self._patience = beat, patience
        self._moved = self._told = time.monotonic()

    def look(self, *, moved: bool, seconds: float) -> None:
        now = time.monotonic()
        if moved:
            self._moved = now
        if now - self._moved > self._patience:
            raise Stuck(f"no progress for {self._patience} seconds")
        if now - self._told > _EVERY:
            self._told = now
            self._beat(seconds)


def _lines(pipe: IO[bytes]) -> Iterator[str]:
    """Whole lines as they come; an empty one for each second without any."""
    rest = b""
    for piece in _pieces(pipe):
        *lines, rest = (rest + piece).split(b"\n")
        rest = rest[-_KEPT:]
        yield from (line.decode(errors="replace") for line in lines)
        if not lines:
            yield ""
    yield rest.decode(errors="replace")


def _pieces(pipe: IO[bytes]) -> Iterator[bytes]:
    """Bytes as they come, until the end; none for each second without any."""
    while True:
        ready, _, _ = select.select([pipe], [], [], 1.0)
        piece = os.read(pipe.fileno(), 64 * 1024) if ready else b""
        if ready and not piece:
            return
        yield piece


def _microseconds(line: str) -> float:
    value = line.partition("=")[2].strip()
    return int(value) / 1e6 if value.isdigit() else 0.0
