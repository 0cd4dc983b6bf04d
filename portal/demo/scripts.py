"""The demo's lessons as they are written: `lessons/*.txt`, a head of `name: words`, then one line a stretch.

    contract 4 | Arch your back | As you breathe in, roll the tip of your tail towards the floor.

A stretch is its kind, the seconds of silence after the words, what the player shows, and what is said. A line
`# Arriving` begins a chapter with the next stretch.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "lessons"
_STRETCH = re.compile(r"(contract|release|rest) (\d+) \| (.+?) \| (.+)")


@dataclass(frozen=True)
class Stretch:
    """One movement, or one part of it. `pause` in seconds, after the words. `chapter` is the one that it begins."""

    kind: str
    pause: int
    shown: str
    said: str
    chapter: str = ""


@dataclass(frozen=True)
class Script:
    title: str
    phase: str
    area: str
    position: str
    purpose: str
    instructions: str
    cautions: str
    open_to_visitors: bool
    follows: str
    stretches: tuple[Stretch, ...]

    def shortened(self, stretches: int) -> "Script":
        """The same lesson with its first stretches only."""
        return Script(**{**self.__dict__, "stretches": self.stretches[:stretches]})


def scripts() -> list[Script]:
    """All lessons, in the order of their file names."""
    return [parse(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.txt"))]


def parse(text: str) -> Script:
    """A script from its text. Raises ValueError at a line that is no stretch, KeyError at a missing head."""
    head_text, _, body = text.partition("\n\n")
    head = dict(line.split(": ", 1) for line in head_text.splitlines())
    names = ("title", "phase", "area", "position", "purpose", "instructions", "cautions")
    return Script(
        **{name: head[name] for name in names},
        open_to_visitors=head.get("open") == "yes",
        follows=head.get("follows", ""),
        stretches=tuple(_stretches(body)),
    )


def _stretches(body: str) -> Iterator[Stretch]:
    chapter = ""
    for line in filter(None, body.splitlines()):
        if line.startswith("# "):
            chapter = line.removeprefix("# ")
            continue
        yield _stretch(line, chapter)
        chapter = ""


def _stretch(line: str, chapter: str) -> Stretch:
    found = _STRETCH.fullmatch(line)
    if found is None:
        raise ValueError(f"No stretch of a lesson: {line}")
    kind, pause, shown, said = found.groups()
    return Stretch(kind=kind, pause=int(pause), shown=shown, said=said, chapter=chapter)
