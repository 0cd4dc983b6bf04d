"""What ffmpeg is asked for: measuring, levelled sound, its shape, films, a still picture.

The ends that are cut off are cut in filters: seeking in a file without an index (a browser's recording) or with a
rough one (MP3) would cut somewhere near.
"""

import array
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from coaching.media import ffmpeg, rules
from coaching.media.ffmpeg import Beat

# EBU R128: a voice that is heard well on a phone's speaker, with room for its loudest moments.
TARGET = -16.0  # LUFS
CEILING = -2.0  # dBFS; AAC comes out up to half a decibel louder than what went in
SILENCE = -70.0  # LUFS; the gate of ITU-R BS.1770-4 lets nothing quieter count
PEAKS = 240
_HEARD_AT = 8000  # samples a second, for the shape alone
_MEASURED = re.compile(
    r"Summary:.*?\bI:\s*(?P<integrated>\S+) LUFS.*?True peak:\s*Peak:\s*(?P<peak>\S+) dBFS", re.DOTALL
)


@dataclass(frozen=True)
class Source:
    """A file and the part of it that is heard, in seconds. `demuxer` is ffmpeg's name of its format: never guessed.

    `hdr`: its picture is brighter than ordinary screens can show (BT.2100), and has to be mapped.
    """

    path: Path
    demuxer: str
    begin: float = 0.0
    end: float | None = None
    hdr: bool = False


@dataclass(frozen=True)
class Loudness:
    """`integrated` in LUFS, `peak` in dBFS, and how many `seconds` could be decoded."""

    integrated: float
    peak: float
    seconds: float

    @property
    def is_silent(self) -> bool:
        """A word that is shorter than the measure's 0.4 seconds has a peak only."""
        return self.integrated <= SILENCE and self.peak <= SILENCE

    @property
    def gain(self) -> float:
        """Decibels up to the target."""
        return TARGET - self.integrated if self.integrated > SILENCE else CEILING - self.peak


def measure(source: Source, *, beat: Beat, patience: float = ffmpeg.PATIENCE) -> Loudness:
    """Decodes all of the sound once: how loud it is as it will be heard, and how long it really lasts."""
    level = ["-map", "0:a:0", "-af", f"{_heard(source)},ebur128=peak=true:framelog=quiet", *_NO_LONGER]
    said = ffmpeg.run([*_input(source), *level, "-f", "null", "-"], beat=beat, patience=patience)
    found = _MEASURED.search(said.words)
    if not found:
        raise ffmpeg.Failed(said.words[-2000:])
    integrated, peak = (max(float(found[name]), -200.0) for name in ("integrated", "peak"))
    return Loudness(integrated, peak, said.seconds)


def make_sound(source: Source, target: Path, loudness: Loudness, *, beat: Beat) -> None:
    """AAC in M4A, one channel, levelled, its index first so that it plays before all of it has come.

    One gain for all of it: pauses are part of a lesson, and what adapts would raise the room's noise in them. Only
    what would be too loud then is held down.
    """
    level = f"volume={loudness.gain:.2f}dB,alimiter=limit={CEILING}dB:level=false:latency=true"
    sound = ["-map", "0:a:0", "-af", f"{_heard(source)},{level}", "-ar", "44100", "-c:a", "aac", "-b:a", "80k"]
    ffmpeg.run([*_input(source), *sound, *_MP4, str(target)], beat=beat)


def make_film(source: Source, sound: Path | None, target: Path, *, beat: Beat) -> None:
    """H.264 in MP4, upright, at most 1280 by 720 (or 720 by 1280), with the levelled `sound` as it is."""
    shown = f"{_trimmed('', source)}{_SQUARE},{_within(1280, 720)},{_AT_MOST_30}{_mapped(source)}"
    _film(
        _input(source), "0:V:0", shown, sound, ["-crf", "24", "-maxrate", "2500k", "-bufsize", "5M"], target, beat
    )


def make_small_film(film: Path, sound: Path | None, target: Path, *, beat: Beat) -> None:
    """The film once more for a phone on a slow line: at most 854 by 480 (or 480 by 854), about 4 MB a minute."""
    rate = ["-crf", "28", "-maxrate", "450k", "-bufsize", "1M"]
    _film(["-f", "mov", "-i", str(film)], "0:v:0", _within(854, 480), sound, rate, target, beat)


def make_poster(film: Path, target: Path, *, beat: Beat) -> None:
    """A JPEG of what the film's first two minutes look like most of the time; dark only when all is."""
    for bright in (_BRIGHT, ""):
        picked = f"fps=2,{bright}thumbnail=100,scale=out_range=full,format=yuvj420p"
        still = ["-t", "120", "-f", "mov", "-i", str(film), "-vf", picked, "-frames:v", "1", "-q:v", "4"]
        ffmpeg.run([*still, "-update", "1", "-f", "image2", str(target)], beat=beat)
        if target.exists() and target.stat().st_size:
            return
    raise ffmpeg.Failed("no picture could be taken out of the film")


def hear_peaks(sound: Path, seconds: float, *, beat: Beat) -> list[int]:
    """How loud each of 240 equal parts is at its loudest. 100 is the fifth loudest of them: a knock on the
    microphone does not make all the rest small."""
    plain = ["-f", "mov", "-i", str(sound), "-ac", "1", "-ar", str(_HEARD_AT), "-f", "s16le", "pipe:1"]
    each = max(1, round(seconds * _HEARD_AT / PEAKS)) * 2  # bytes
    loudest, waiting = [0] * PEAKS, b""
    place = 0
    for piece in ffmpeg.hear(plain, beat=beat, bytes_a_second=_HEARD_AT * 2):
        waiting += piece
        while len(waiting) >= each:
            loudest[min(place, PEAKS - 1)] = max(loudest[min(place, PEAKS - 1)], _loudest(waiting[:each]))
            waiting, place = waiting[each:], place + 1
    most = sorted(loudest)[-5] or max(loudest) or 1
    return [min(100, round(100 * peak / most)) for peak in loudest]


# A jump in a file's own clock is filled with silence, or with one picture: for years, if it says so.
_NO_LONGER = ["-t", str(rules.LONGEST + 60)]
_MP4 = ["-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart", "-f", "mp4"]
_SQUARE = "scale=w=trunc(iw*sar/2)*2:h=trunc(ih/2)*2,setsar=1"
_AT_MOST_30 = r"fps=min(source_fps\,30)"
_BRIGHT = "signalstats,metadata=select:key=lavfi.signalstats.YAVG:value=40:function=greater,"
# Hable's curve keeps faces as they are; what is brighter than the screen is bent.
_TO_ORDINARY = (
    ",setparams=color_primaries=bt2020:colorspace=bt2020nc,zscale=t=linear:npl=100,format=gbrpf32le"
    ",zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"
)


def _input(source: Source) -> list[str]:
    return ["-f", source.demuxer, "-i", str(source.path)]


def _heard(source: Source) -> str:
    """One channel from the moment that the file begins: gaps are filled, so that sound and film keep together."""
    return f"aresample=async=1:first_pts=0,{_trimmed('a', source)}aformat=channel_layouts=mono"


def _trimmed(kind: str, source: Source) -> str:
    if not source.begin and source.end is None:
        return ""
    until = f":end={source.end}" if source.end is not None else ""
    return f"{kind}trim=start={source.begin}{until},{kind}setpts=PTS-{source.begin}/TB,"


def _within(long: int, short: int) -> str:
    return (
        f"scale=w='if(gt(iw,ih),min({long},iw),min({short},iw))':h='if(gt(iw,ih),min({short},ih),min({long},ih))'"
        ":force_original_aspect_ratio=decrease:force_divisible_by=2"
    )


def _mapped(source: Source) -> str:
    return _TO_ORDINARY if source.hdr and ffmpeg.has_filter("zscale") else ""


def _film(
    picture: list[str], stream: str, shown: str, sound: Path | None, rate: list[str], target: Path, beat: Beat
) -> None:
    """A key frame every four seconds: so far at most is decoded when somebody goes back ten seconds."""
    heard = ["-f", "mov", "-i", str(sound)] if sound else []
    tracks = ["-map", stream, *(["-map", "1:a:0", "-c:a", "copy"] if sound else ["-an"])]
    coded = ["-c:v", "libx264", "-preset", "veryfast", *rate, "-g", "120", "-pix_fmt", "yuv420p"]
    threads = ["-threads:v", str(ffmpeg.THREADS), "-filter_threads", str(ffmpeg.THREADS)]
    made = [*coded, *threads, *_NO_LONGER, *_MP4, str(target)]
    ffmpeg.run([*picture, *heard, *tracks, "-vf", shown, *made], beat=beat)


def _loudest(samples: bytes) -> int:
    heard = array.array("h", samples)
    if sys.byteorder == "big":
        heard.byteswap()
    return max(max(heard), -min(heard))
