"""WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format"): read strictly enough that every browser shows it."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from coaching.library.rules import Unclear, time_words

_STAMP = r"(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"{_STAMP}[ \t]+-->[ \t]+{_STAMP}(?:[ \t]+\S+)*[ \t]*")
_SRT_TIMES = re.compile(r"(\d{1,3}:[0-5]\d:[0-5]\d),(\d{3})[ \t]+-->[ \t]+(\d{1,3}:[0-5]\d:[0-5]\d),(\d{3})")
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ue000\ue001]")
_TAG = re.compile(r"<[^>]*>")
_SKIPPED = ("NOTE", "STYLE", "REGION")
LARGEST = 500_000  # characters: a day of talking


@dataclass(frozen=True)
class Caption:
    """What is said from `start` to `end` (seconds), as plain text."""

    start: float
    end: float
    words: str


def read(text: str) -> list[Caption]:
    """The captions of a WebVTT file, in order. Raises `Unclear` with one sentence that names the line."""
    if len(text) > LARGEST:
        raise Unclear(_("These captions are too long for one recording."))
    lines = _even(text).split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise Unclear(_("Captions begin with the word WEBVTT on a line of its own (a WebVTT file)."))
    captions = [_caption(number, block) for number, block in _blocks(lines)]
    for before, after in pairwise(captions):
        if after.start < before.start:
            raise Unclear(_("The captions are not in order: “%s” begins too early.") % _short(after.words))
    return captions


def accept(text: str, duration: float | None) -> str:
    """What is kept of a WebVTT file that somebody sent, for a recording of `duration` seconds; of none, nothing.
    Raises `Unclear`."""
    if not text:
        return ""
    if hidden := _HIDDEN.search(text):
        line = text.count("\n", 0, hidden.start()) + 1
        raise Unclear(_("Line %s of the captions holds a character that nobody can see.") % line)
    captions = read(text)
    if duration and captions and captions[-1].start >= duration:
        raise Unclear(
            _("“%(words)s” begins after the end of the recording, which lasts %(whole)s.")
            % {"words": _short(captions[-1].words), "whole": time_words(duration)}
        )
    return write(captions)


def write(captions: Iterable[Caption]) -> str:
    """A WebVTT file of plain lines: whatever stood around them (styles, notes, places) is left out."""
    blocks = [
        f"{_stamp(each.start)} --> {_stamp(each.end)}\n{html.escape(each.words, quote=False)}" for each in captions
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def from_file(content: bytes) -> str:
    """The text of a caption file; SubRip (.srt) becomes WebVTT. Raises `Unclear` for no text or too long a one."""
    if len(content) > 4 * LARGEST:
        raise Unclear(_("These captions are too long for one recording."))
    try:
        text = _even(content.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise Unclear(
            _("This file is no text. Captions come as WebVTT (.vtt) or SubRip (.srt), in UTF-8.")
        ) from problem
    if not text.startswith("WEBVTT") and _SRT_TIMES.search(text):
        return "WEBVTT\n\n" + _SRT_TIMES.sub(r"\1.\2 --> \3.\4", text).strip()
    return text


def _even(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _stamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    hours, rest = divmod(thousandths, 3_600_000)
    return f"{hours:02d}:{rest // 60_000:02d}:{rest // 1000 % 60:02d}.{rest % 1000:03d}"


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Blocks with captions and the number of their first line. The header's own block is passed over."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append(line)
            continue
        if block and number - len(block) > 1 and block[0].split()[0] not in _SKIPPED:
            yield number - len(block), block
        block = []


def _caption(number: int, block: list[str]) -> Caption:
    place = 0 if "-->" in block[0] else 1
    found = _TIMES.fullmatch(block[place]) if place < len(block) else None
    if not found:
        raise Unclear(_("Line %s of the captions is no time like 00:01.000 --> 00:04.000.") % (number + place))
    start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
    if end <= start:
        raise Unclear(_("In line %s of the captions the end does not come after the start.") % (number + place))
    return Caption(start, end, _plain(block[place + 1 :]))


def _seconds(stamp: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in stamp)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _plain(lines: list[str]) -> str:
    return html.unescape(_TAG.sub("", " ".join(line.strip() for line in lines))).strip()


def _short(words: str) -> str:
    return words if len(words) <= 40 else words[:39] + "…"
