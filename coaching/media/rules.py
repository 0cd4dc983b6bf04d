"""What a file is, whether it may come in, and which part of it was asked for. No files are opened here."""

import errno
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

SNIFFED = 512  # bytes from the start that `find_type` looks at

LONGEST = 12 * 3600.0  # seconds: what lasts longer is a mistake, or a clock that jumped while it was recorded

NO_ROOM = "no_room"
NO_PLACE = "no_place"
TOO_LARGE = "too_large"


class Refused(Exception):
    """A file that does not come in. `sentence` says why, for the person who sent it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class FileType:
    """What the bytes are. `demuxer` is ffmpeg's name of the format: it is never left to guess."""

    kind: str
    media_type: str
    demuxer: str = ""


MP4 = FileType("video", "video/mp4", "mov")
M4A = FileType("audio", "audio/mp4", "mov")
WEBM = FileType("video", "video/webm", "matroska")
TEXT = FileType("document", "text/plain")
ZIP = FileType("document", "application/zip")  # an ODT or a DOCX, or neither: `documents.settle` looks inside

_STARTS: tuple[tuple[bytes, FileType], ...] = (
    (b"ID3", FileType("audio", "audio/mpeg", "mp3")),
    (b"OggS", FileType("audio", "audio/ogg", "ogg")),
    (b"fLaC", FileType("audio", "audio/flac", "flac")),
    (b"#!AMR", FileType("audio", "audio/amr", "amr")),
    (b"caff", FileType("audio", "audio/x-caf", "caf")),
    (b"\xff\xd8\xff", FileType("image", "image/jpeg")),
    (b"\x89PNG\r\n\x1a\n", FileType("image", "image/png")),
    (b"GIF87a", FileType("image", "image/gif")),
    (b"GIF89a", FileType("image", "image/gif")),
    (b"%PDF-", FileType("document", "application/pdf")),
    (b"PK\x03\x04", ZIP),
)
_RIFF = {
    b"WAVE": FileType("audio", "audio/wav", "wav"),
    b"AVI ": FileType("video", "video/x-msvideo", "avi"),
    b"WEBP": FileType("image", "image/webp"),
}
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_PICTURE_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def find_type(start: bytes) -> FileType | None:
    """The type of a file from its first bytes (at least `SNIFFED`, when it has as many); None when unknown."""
    for look in (_by_start, _riff, _iff, _mp4, _matroska, _mpeg_sound, _text):
        if found := look(start):
            return found
    return None


def _by_start(start: bytes) -> FileType | None:
    return next((found for magic, found in _STARTS if start.startswith(magic)), None)


def _riff(start: bytes) -> FileType | None:
    return _RIFF.get(start[8:12]) if start.startswith(b"RIFF") else None


def _iff(start: bytes) -> FileType | None:
    is_aiff = start.startswith(b"FORM") and start[8:12] in (b"AIFF", b"AIFC")
    return FileType("audio", "audio/aiff", "aiff") if is_aiff else None


def _mp4(start: bytes) -> FileType | None:
    """ISO 14496-12, section 4.3: a box `ftyp` with its major brand. Pictures of that family are not taken."""
    if start[4:8] != b"ftyp" or start[8:12] in _PICTURE_BRANDS:
        return None
    return M4A if start[8:12] in _SOUND_BRANDS else MP4


def _matroska(start: bytes) -> FileType | None:
    return WEBM if start.startswith(b"\x1a\x45\xdf\xa3") else None


def _mpeg_sound(start: bytes) -> FileType | None:
    """MPEG audio begins with eleven set bits (ISO 11172-3, 2.4.2.3); layer "00" is ADTS, which carries AAC."""
    if len(start) < 4 or start[0] != 0xFF or start[1] & 0xE0 != 0xE0 or start[2] & 0xF0 == 0xF0:
        return None
    if start[1] & 0xF6 == 0xF0:
        return FileType("audio", "audio/aac", "aac")
    return FileType("audio", "audio/mpeg", "mp3") if start[1] & 0x06 else None


def _text(start: bytes) -> FileType | None:
    """Words in UTF-8. What begins with a tag is meant for a browser (HTML, SVG), whatever its name says."""
    try:
        words = start[:SNIFFED].decode("utf-8")
    except UnicodeDecodeError as problem:
        if len(start) < SNIFFED or problem.start < SNIFFED - 3:  # else a letter is cut at the end
            return None
        words = start[: problem.start].decode("utf-8")
    words = words.removeprefix("\ufeff")
    return None if not words.strip() or words.lstrip().startswith("<") or has_controls(words) else TEXT


def has_controls(words: str) -> bool:
    """There are signs that no text has."""
    return bool(_NOT_IN_TEXT.search(words))


def is_heic(start: bytes) -> bool:
    """A picture as telephones keep them (ISO 23008-12), or AVIF."""
    return start[4:8] == b"ftyp" and start[8:12] in _PICTURE_BRANDS


def size_in_words(size: int) -> str:
    for unit, name in ((1024**3, "GB"), (1024**2, "MB"), (1024, "KB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return _("%(count)s bytes") % {"count": size}


def too_large(limit: int) -> str:
    return _("This file is too large. Files up to %(limit)s work.") % {"limit": size_in_words(limit)}


def of_the_disk(problem: OSError) -> str:
    """What the disk refused: NO_ROOM, or NO_PLACE where it cannot be written at all."""
    full = problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return NO_ROOM if full else NO_PLACE


def not_kept(reason: str) -> str:
    """NO_ROOM or NO_PLACE in a sentence."""
    if reason == NO_ROOM:
        return _("There is no room left on the server's disk; nothing was kept.")
    return _("The server cannot write to its folder for files; nothing was kept. Tell whoever looks after it.")


def empty() -> str:
    return _("This file is empty. Choose it again, or record it anew.")


def not_whole() -> str:
    return _("This file has not come in whole yet. Wait until it has, then try once more.")


def taken_already() -> str:
    return _("This file was kept already.")


def no_longer_here() -> str:
    return _("This file is no longer here. Choose it again, or record it anew.")


def unreadable() -> str:
    return _("This file cannot be read: it is damaged, or part of it is missing. Send it again.")


def silent() -> str:
    return _("There is no sound in this recording.")


def stuck() -> str:
    return _("This recording cannot be prepared: reading it does not get on. Send it in another format.")


def nothing_left() -> str:
    return _("Nothing is left between the two ends. Send it again.")


def unreadable_picture() -> str:
    return _("This picture cannot be read: it is damaged, or no picture. Take it again, or send another.")


def too_many_points(millions: int) -> str:
    return _("This picture is too large. Pictures up to %(millions)s megapixels work.") % {"millions": millions}


def heic() -> str:
    return _(
        "This picture is in the format HEIC, which cannot be read here. Send it as JPEG, or a screenshot of it."
    )


def too_many_pixels() -> str:
    return _("The picture of this film is too large. Films up to 8K work.")


def too_long() -> str:
    return _("This recording is longer than twelve hours. Send it in parts.")


def broken_off(heard: float, whole: float) -> str:
    return _("This recording breaks off after %(heard)s of %(whole)s. Send it again.") % {
        "heard": minutes_and_seconds(heard),
        "whole": minutes_and_seconds(whole),
    }


def minutes_and_seconds(seconds: float) -> str:
    """ "8:58", or "1:02:03" from an hour on."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def refused(start: bytes, kinds: Collection[str]) -> str:
    """The refusal of a file that begins so and is none of `kinds`."""
    return heic() if "image" in kinds and is_heic(start) else not_wanted(kinds)


def not_wanted(kinds: Collection[str]) -> str:
    """The refusal of a file that is none of `kinds`."""
    if set(kinds) <= {"audio"}:
        return _("This is not a sound file that we can read. MP3, M4A, WAV, OGG and FLAC work.")
    if set(kinds) <= {"audio", "video"}:
        return _("This is neither sound nor film that we can read. MP3, M4A, WAV, MP4, MOV and WebM work.")
    if set(kinds) <= {"image"}:
        return _("This is not a picture that we can read. JPEG, PNG and WebP work.")
    if set(kinds) <= {"document"}:
        return _("This is not a document that we can read. PDF, ODT, DOCX and plain text work.")
    return _("This kind of file does not work here. Pictures, films, sound, PDF, ODT, DOCX and plain text do.")


# --- the part that was asked for (RFC 9110, sections 13 and 14) --------------------------------------


@dataclass(frozen=True)
class Part:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """A range that lies wholly behind the end: answered with 416."""


def asked_part(header: str, size: int) -> Part | None:
    """The part that a Range header asks for; None: send the whole.

    A header that is malformed, of another unit, or names several parts is answered with the whole, as RFC 9110
    section 14.2 allows. Raises `Unsatisfiable` when no part lies within `size` bytes.
    """
    unit, equals, wanted = header.partition("=")
    if not equals or unit.strip().lower() != "bytes":
        return None
    specs = [spec.strip() for spec in wanted.split(",") if spec.strip()]
    if not specs or not all(_is_spec(spec) for spec in specs):
        return None
    parts = [part for part in (_part(spec, size) for spec in specs) if part]
    if not parts:
        raise Unsatisfiable
    return parts[0] if len(specs) == 1 else None


def _is_spec(spec: str) -> bool:
    first, dash, last = spec.partition("-")
    if not dash or not all(_is_number(end) for end in (first, last) if end) or not (first or last):
        return False
    return not (first and last) or int(first) <= int(last)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _part(spec: str, size: int) -> Part | None:
    first, _dash, last = spec.partition("-")
    if not first:
        length = min(int(last), size)
        return Part(size - length, size - 1) if length else None
    if int(first) >= size:
        return None
    return Part(int(first), min(int(last), size - 1) if last else size - 1)


def range_still_holds(if_range: str, etag: str) -> bool:
    """If-Range compares strongly (section 13.1.5). We send no Last-Modified, so a date never holds."""
    return not if_range or if_range.strip() == etag


def matches(header: str, etag: str, *, weakly: bool) -> bool:
    """Whether an If-Match (strong) or If-None-Match (weak) header names `etag`."""
    if header.strip() == "*":
        return True
    strip: Callable[[str], str] = (lambda tag: tag.removeprefix("W/")) if weakly else (lambda tag: tag)
    return any(strip(tag.strip()) == etag for tag in header.split(","))
