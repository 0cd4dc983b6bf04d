"""What a lesson's cues and chapters mean and how they are drawn: the release line. No database, no clock."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Protocol

from django.utils.translation import gettext as _

CONTRACT, RELEASE, REST = "contract", "release", "rest"
KINDS = (CONTRACT, RELEASE, REST)
QUICK, A_MOMENT = 0.23, 0.045  # shares of a swell: the rise, and the crest before the release
STEEPEST = 1.75  # the height of a swell, in its own widths
LAST_CUE = 30.0  # seconds that the last cue is given when nobody knows how long the recording is


class Unclear(Exception):
    """Words that cannot be understood. `sentence` says which line and what is expected, for the writer."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CueLike(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...


class ChapterLike(Protocol):
    @property
    def start(self) -> float: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True)
class NewCue:
    """One stretch of a lesson: seconds from its start, and the words on the player then."""

    kind: str
    start: float
    end: float
    words: str = ""


@dataclass(frozen=True)
class NewChapter:
    """A part of a lesson with a name, from `start` (seconds) to the next."""

    start: float
    title: str


# --- cues and chapters as lines of text ---------------------------------------------------------------

_STAMP = r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(\.\d{1,3})?"
_LINE = re.compile(rf"{_STAMP}\s+(\w+)\s*(.*)", re.ASCII)
_CHAPTER = re.compile(rf"{_STAMP}(?:\s+(.+))?", re.ASCII)


def read_cues(text: str, duration: float | None) -> list[NewCue]:
    """Cues from lines like "00:12 contract Lift your lower back". Each lasts until the next begins.

    `duration` in seconds ends the last one. Raises `Unclear` with one sentence for the first line that is wrong.
    """
    starts = [_read_line(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    _check_order([cue.start for cue in starts], duration)
    if not starts:
        return []
    ends = [*(cue.start for cue in starts[1:]), duration or starts[-1].start + LAST_CUE]
    return [NewCue(cue.kind, cue.start, end, cue.words) for cue, end in zip(starts, ends, strict=True)]


def fitted(cues: Sequence[NewCue], duration: float | None) -> list[NewCue]:
    """The same cues once it is known how long the recording is. Raises `Unclear` as `read_cues` does."""
    return read_cues(write_cues(cues), duration)


def read_chapters(text: str, duration: float | None) -> list[NewChapter]:
    """Chapters from lines like "0:00 Arriving"; one without a name is called by its number, as "Chapter 2".

    Raises `Unclear` with a sentence for the first wrong line.
    """
    found = [_read_chapter(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    _check_order([chapter.start for chapter in found], duration)
    return [
        chapter if chapter.title else replace(chapter, title=_("Chapter %s") % n)
        for n, chapter in enumerate(found, 1)
    ]


def _check_order(starts: Sequence[float], duration: float | None) -> None:
    for before, after in pairwise(starts):
        if after <= before:
            raise Unclear(_("“%s” does not come after the line above it.") % time_words(after))
    if duration and starts and starts[-1] >= duration:
        raise Unclear(
            _("“%(start)s” comes after the end of the recording, which lasts %(whole)s.")
            % {"start": time_words(starts[-1]), "whole": time_words(duration)}
        )


def _read_chapter(number: int, line: str) -> NewChapter:
    found = _CHAPTER.fullmatch(line.strip())
    if not found:
        raise Unclear(_("Line %s is not clear. Write the time, then the chapter’s name: 0:00 Arriving") % number)
    title = (found[5] or "").strip()
    if len(title) > 120:
        raise Unclear(_("Line %s is too long: a chapter’s name has up to 120 letters.") % number)
    return NewChapter(_seconds(found), title)


def _read_line(number: int, line: str) -> NewCue:
    found = _LINE.fullmatch(line.strip())
    if not found or found[5].lower() not in KINDS:
        raise Unclear(
            _("Line %s is not clear. Write time, then contract, release or rest, then words: 0:12 release Let go")
            % number
        )
    start = _seconds(found)
    if len(found[6]) > 200:
        raise Unclear(_("Line %s is too long: up to 200 letters fit on the player.") % number)
    return NewCue(found[5].lower(), start, start, found[6].strip())


def _seconds(found: re.Match[str]) -> float:
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3]) + float(found[4] or 0)


def write_cues(cues: Iterable[CueLike]) -> str:
    """The lines that `read_cues` reads."""
    return "\n".join(f"{time_words(cue.start)} {cue.kind} {getattr(cue, 'words', '')}".rstrip() for cue in cues)


def write_chapters(chapters: Iterable[ChapterLike]) -> str:
    """The lines that `read_chapters` reads."""
    return "\n".join(f"{time_words(chapter.start)} {chapter.title}" for chapter in chapters)


def free_title(title: str, taken: Collection[str]) -> str:
    """ "Side bend (2)", or the first number that is free."""
    return next(found for number in count(2) if (found := f"{title[:112]} ({number})") not in taken)


def time_words(seconds: float) -> str:
    """ "1:05.5": minutes and seconds."""
    minutes, second = divmod(int(seconds), 60)
    fraction = f"{seconds % 1:.3f}"[1:].rstrip("0").rstrip(".")
    return f"{minutes}:{second:02d}{fraction}"


# --- the release line -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Swell:
    """One movement as a share of the whole, 0 to 1: it rises from `start`, is held to `top`, is released by `end`.

    `lift` is its height, 0 to 1.
    """

    start: float
    top: float
    end: float
    lift: float = 1.0


def swells_of(cues: Sequence[CueLike], duration: float | None) -> list[Swell]:
    """A swell for each contract with the release that follows: wide as it lasts, higher the longer it is held."""
    whole = max([duration or 0.0, *(cue.end for cue in cues)])
    pairs = [(cue, _released(cues, place)) for place, cue in enumerate(cues) if cue.kind == CONTRACT]
    longest = max((cue.end - cue.start for cue, _end in pairs), default=1.0)
    return [
        Swell(cue.start / whole, cue.end / whole, end / whole, 0.5 + 0.5 * (cue.end - cue.start) / longest)
        for cue, end in pairs
    ]


def first_movements(swells: Sequence[Swell], most: int) -> list[Swell]:
    """The first `most` swells, drawn out over the whole line: what a small picture has room for."""
    if len(swells) <= most:
        return list(swells)
    start, end = swells[0].start, swells[most].start
    return [
        replace(
            swell,
            start=(swell.start - start) / (end - start),
            top=(swell.top - start) / (end - start),
            end=(swell.end - start) / (end - start),
        )
        for swell in swells[:most]
    ]


def _released(cues: Sequence[CueLike], place: int) -> float:
    """Where the release after the contraction at `place` ends; without one it lets go as long as it held."""
    following = cues[place + 1] if place + 1 < len(cues) else None
    if following and following.kind == RELEASE:
        return following.end
    cue = cues[place]
    return min(cue.end + (cue.end - cue.start), following.start if following else cue.end + (cue.end - cue.start))


def release_path(swells: Sequence[Swell], width: float, height: float, *, floor: float = 6, room: float = 4) -> str:
    """The line as SVG path data in a box of `width` by `height`: x never goes back, both ends lie on the base line.

    `floor` is the space below the base line, `room` the space above the highest swell. Many short movements stay
    lower than a few long ones: no swell is drawn as a spike.
    """
    base = height - floor
    widest = max((swell.end - swell.start for swell in swells), default=1.0) * width
    highest = min(base - room, widest * STEEPEST)
    drawn = (_one_swell(swell, width, base, base - swell.lift * highest) for swell in swells)
    return "".join([f"M0 {_n(base)}", *drawn, f"H{_n(width)}"])


def _one_swell(swell: Swell, width: float, base: float, top: float) -> str:
    """A quick rise, a moment held, a long release: in the shares of the mark, however long the effort was held."""
    start, held, end = (min(1.0, share) * width for share in (swell.start, swell.top, swell.end))
    crest = start + min((held - start) * 0.84, (end - start) * QUICK)
    held = min(held, crest + (end - start) * A_MOMENT)
    rise, fall = crest - start, end - held
    up = _curve((start + rise * 0.6, base), (start + rise * 0.45, top), (crest, top))
    down = _curve((held + fall * 0.28, top), (held + fall * 0.26, base), (end, base))
    return f"H{_n(start)}{up}H{_n(held)}{down}"


def _curve(*points: tuple[float, float]) -> str:
    return "C" + " ".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
