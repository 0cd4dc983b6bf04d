"""Real sound and film, made with ffmpeg once a test process: two to four seconds each."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.uploadedfile import SimpleUploadedFile

from coaching.media import ffmpeg

_TONE = ["-f", "lavfi", "-i", "sine=frequency=220:duration=3"]
_SILENCE = ["-f", "lavfi", "-i", "anullsrc=r=44100:cl=mono", "-t", "2"]
_PICTURE = ["-f", "lavfi", "-i", "testsrc=size=1920x1080:rate=10:duration=2"]


@cache
def made(name: str, *arguments: str) -> bytes:
    """What ffmpeg makes of `arguments`; its format follows from the name."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / name
        subprocess.run([ffmpeg.program(), "-v", "error", "-nostdin", *arguments, str(target)], check=True)
        return target.read_bytes()


def tone(name: str = "tone.m4a") -> bytes:
    return made(name, *_TONE)


def long() -> bytes:
    """Long enough that somebody can break into its preparation."""
    return made("long.flac", "-f", "lavfi", "-i", "sine=duration=150", "-ar", "44100")


def silence() -> bytes:
    return made("silence.wav", *_SILENCE)


def film() -> bytes:
    return made("film.mp4", *_PICTURE, *_TONE, "-shortest", "-preset", "ultrafast")


def small_film() -> bytes:
    """As `film`, for tests that ask how it is prepared rather than what comes out."""
    return made("small.mp4", *_PICTURE, *_TONE, "-s", "320x180", "-shortest", "-preset", "ultrafast")


def mute_film() -> bytes:
    return made("mute.webm", *_PICTURE, "-c:v", "libvpx", "-deadline", "realtime", "-s", "320x180")


def upload(content: bytes, name: str = "lesson.m4a") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
