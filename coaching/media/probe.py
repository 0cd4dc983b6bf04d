"""Looking into sound and film with PyAV: only headers are read, the format is never guessed."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import av
from av.error import FFmpegError

from coaching.media import rules
from coaching.media.rules import FileType, Refused

_PATIENCE = 60.0  # seconds
_MOST_PIXELS = 8192 * 8192
_BRIGHTER = {16, 18}  # PQ and HLG, as ITU-T H.273 numbers transfer characteristics


@dataclass(frozen=True)
class Inside:
    """`duration` in seconds, None when the file does not say (a recording made in the browser).

    `is_hdr`: the picture is meant for brighter screens than most have (BT.2100, as new phones film).
    """

    duration: float | None
    has_sound: bool
    has_film: bool
    is_hdr: bool = False


def look(path: Path, demuxer: str) -> Inside:
    """What is in the file. Raises `Refused` when it cannot be read, holds nothing to play, or is too large."""
    try:
        with av.open(str(path), mode="r", format=demuxer, timeout=_PATIENCE) as container:
            inside = _inside(container)
    except (FFmpegError, OSError, ValueError) as problem:
        raise Refused(rules.unreadable()) from problem
    if not (inside.has_sound or inside.has_film):
        raise Refused(rules.unreadable())
    return inside


def settle(found: FileType, inside: Inside) -> FileType:
    """A container of film that holds sound alone is sound."""
    if found.kind == "video" and not inside.has_film:
        return replace(found, kind="audio", media_type=re.sub("^video/", "audio/", found.media_type))
    return found


def _inside(container: "av.container.InputContainer") -> Inside:
    films = [stream for stream in container.streams.video if not _is_cover_picture(stream)]
    if any(film.codec_context.width * film.codec_context.height > _MOST_PIXELS for film in films):
        raise Refused(rules.too_many_pixels())
    seconds = container.duration / av.time_base if container.duration else None
    if seconds and seconds > rules.LONGEST:
        raise Refused(rules.too_long())
    return Inside(
        duration=seconds if seconds and seconds > 0 else None,
        has_sound=bool(container.streams.audio),
        has_film=bool(films),
        is_hdr=bool(films) and films[0].codec_context.color_trc in _BRIGHTER,
    )


def _is_cover_picture(stream: "av.VideoStream") -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)
