"""ffmpeg, as a program of its own: it decodes hostile bytes, so it never runs inside ours."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import imageio_ffmpeg

# EBU R128: a voice that is heard well on a phone's speaker, with room for its loudest moments.
TARGET = "I=-16:TP=-1.5:LRA=11"
SILENCE = -70.0  # LUFS; the gate of ITU-R BS.1770 lets nothing quieter count
_EVERY = 5.0  # seconds between two heartbeats
_KEPT = 64 * 1024  # characters of ffmpeg's words

Beat = Callable[[], None]


class Failed(Exception):
    """ffmpeg gave up; its last words are for the log, never for a page."""


@dataclass(frozen=True)
class Loudness:
    """What the first pass measured, as ffmpeg writes it, and how many seconds it could decode."""

    integrated: str
    peak: str
    spread: str
    threshold: str
    offset: str
    seconds: float

    @property
    def is_silent(self) -> bool:
        return self.integrated == "-inf" or float(self.integrated) <= SILENCE


@cache
def program() -> str:
    return shutil.which("ffmpeg") or str(imageio_ffmpeg.get_ffmpeg_exe())


def measure(source: Path, demuxer: str, *, beat: Beat) -> Loudness:
    """Decodes all of the sound once: how loud it is, and how long it really lasts."""
    level = ["-map", "0:a:0", "-af", f"loudnorm={TARGET}:print_format=json"]
    said = _run([*_input(source, demuxer), *level, "-f", "null", "-"], beat=beat)
    found = json.loads(said.words[said.words.rindex("{") : said.words.rindex("}") + 1])
    return Loudness(
        integrated=found["input_i"],
        peak=found["input_tp"],
        spread=found["input_lra"],
        threshold=found["input_thresh"],
        offset=found["target_offset"],
        seconds=said.seconds,
    )


def make_sound(source: Path, demuxer: str, target: Path, loudness: Loudness, *, beat: Beat) -> None:
    """AAC in M4A, one channel, levelled, its index first so that it plays before all of it has come."""
    sound = ["-map", "0:a:0", *_levelled(loudness, channels=1, rate="80k")]
    _run([*_input(source, demuxer), *sound, *_MP4, str(target)], beat=beat)


def make_film(source: Path, demuxer: str, target: Path, loudness: Loudness | None, *, beat: Beat) -> None:
    """H.264 and AAC in MP4, at most 1280 by 720 (or 720 by 1280)."""
    sound = ["-map", "0:a:0", *_levelled(loudness, channels=2, rate="128k")] if loudness else ["-an"]
    picture = ["-map", "0:v:0", "-vf", _AT_MOST_720, "-c:v", "libx264", "-preset", "veryfast", "-crf", "24"]
    _run([*_input(source, demuxer), *picture, "-pix_fmt", "yuv420p", *sound, *_MP4, str(target)], beat=beat)


_MP4 = ["-map_metadata", "-1", "-movflags", "+faststart", "-f", "mp4"]
_AT_MOST_720 = (
    "scale=w='if(gt(iw,ih),min(1280,iw),min(720,iw))':h='if(gt(iw,ih),min(720,ih),min(1280,ih))'"
    ":force_original_aspect_ratio=decrease:force_divisible_by=2"
)


def _input(source: Path, demuxer: str) -> list[str]:
    return ["-f", demuxer, "-i", str(source)]


def _levelled(loudness: Loudness, *, channels: int, rate: str) -> list[str]:
    measured = (
        f"measured_I={loudness.integrated}:measured_TP={loudness.peak}:measured_LRA={loudness.spread}"
        f":measured_thresh={loudness.threshold}:offset={loudness.offset}:linear=true"
    )
    return [
        "-af",
        f"loudnorm={TARGET}:{measured}",
        "-ac",
        str(channels),
        "-ar",
        "44100",
        "-c:a",
        "aac",
        "-b:a",
        rate,
    ]


@dataclass(frozen=True)
class _Said:
    words: str
    seconds: float


def _run(arguments: Sequence[str], *, beat: Beat) -> _Said:
    """Runs ffmpeg to its end and calls `beat` every few seconds, from its progress lines.

    Those lines come through a pipe: when the worker is killed, ffmpeg's next line breaks it off too. Whatever
    `beat` raises stops ffmpeg.
    """
    command = [program(), "-hide_banner", "-nostdin", "-nostats", "-y", "-protocol_whitelist", "file,pipe"]
    process = subprocess.Popen(
        [*command, "-progress", "pipe:1", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        said = _listen(process, beat)
        if process.wait() != 0:
            raise Failed(said.words[-2000:])
        return said
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _listen(process: "subprocess.Popen[str]", beat: Beat) -> _Said:
    words, seconds, last = "", 0.0, time.monotonic()
    for line in process.stdout or ():
        if line.startswith("out_time_us="):
            seconds = _microseconds(line) or seconds
        words = (words + line)[-_KEPT:]
        if time.monotonic() - last > _EVERY:
            beat()
            last = time.monotonic()
    return _Said(words, seconds)


def _microseconds(line: str) -> float:
    value = line.partition("=")[2].strip()
    return int(value) / 1e6 if value.isdigit() else 0.0
