"""From a script to sound, cues and captions, whose times agree because they are made in one go."""

import io
import re
import textwrap
import wave
from collections.abc import Iterator
from dataclasses import dataclass

from portal.demo.scripts import Script, Stretch
from portal.demo.speech import Voice

BETWEEN_SENTENCES = 0.5  # seconds
LEAD_IN = 1.0
CAPTION_COLUMNS = 42  # what fits on two lines under a film on a phone


@dataclass(frozen=True)
class Span:
    """Something that stands from `start` to `end`, in seconds from the beginning of the sound."""

    start: float
    end: float
    words: str
    kind: str = ""


@dataclass(frozen=True)
class Composed:
    """A spoken lesson. `samples` are 16-bit, mono, little endian, `rate` a second."""

    samples: bytes
    rate: int
    cues: tuple[Span, ...]
    captions: tuple[Span, ...]
    chapters: tuple[Span, ...]

    @property
    def seconds(self) -> float:
        return len(self.samples) / 2 / self.rate

    def wav(self) -> bytes:
        written = io.BytesIO()
        with wave.open(written, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(self.rate)
            out.writeframes(self.samples)
        return written.getvalue()

    def vtt(self) -> str:
        """The captions as WebVTT (W3C WebVTT section 4)."""
        blocks = ["WEBVTT"]
        for caption in self.captions:
            words = "\n".join(textwrap.wrap(caption.words, CAPTION_COLUMNS))
            blocks.append(f"{timestamp(caption.start)} --> {timestamp(caption.end)}\n{words}")
        return "\n\n".join(blocks) + "\n"


def compose(script: Script, *, voice: Voice) -> Composed:
    """Speak a whole script."""
    tape = _Tape(voice)
    tape.silence(LEAD_IN)
    cues = tuple(merged(tape.play(stretch) for stretch in script.stretches))
    return Composed(
        samples=bytes(tape.samples),
        rate=voice.rate,
        cues=cues,
        captions=tuple(tape.captions),
        chapters=tuple(tape.chapters),
    )


def merged(cues: Iterator[Span]) -> Iterator[Span]:
    """Neighbours that show the same become one: the player's words do not blink."""
    last: Span | None = None
    for cue in cues:
        if last and (last.kind, last.words) == (cue.kind, cue.words):
            last = Span(start=last.start, end=cue.end, words=cue.words, kind=cue.kind)
            continue
        if last:
            yield last
        last = cue
    if last:
        yield last


def sentences(words: str) -> list[str]:
    return re.split(r"(?<=[.?]) ", words)


def timestamp(seconds: float) -> str:
    """ "00:03:07.250", as WebVTT writes it."""
    millis = round(seconds * 1000)
    return f"{millis // 3_600_000:02d}:{millis // 60_000 % 60:02d}:{millis // 1000 % 60:02d}.{millis % 1000:03d}"


class _Tape:
    """Sound as it grows, with the captions and chapters so far."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.samples = bytearray()
        self.captions: list[Span] = []
        self.chapters: list[Span] = []

    @property
    def at(self) -> float:
        """Seconds so far, to a millisecond: what cues and captions are stored with."""
        return round(len(self.samples) / 2 / self.voice.rate, 3)

    def silence(self, seconds: float) -> None:
        self.samples += bytes(2 * round(seconds * self.voice.rate))

    def play(self, stretch: Stretch) -> Span:
        start = self.at
        if stretch.chapter:
            self.chapters.append(Span(start=start if self.chapters else 0.0, end=start, words=stretch.chapter))
        for sentence in sentences(stretch.said):
            begun = self.at
            self.samples += self.voice.say(sentence)
            self.captions.append(Span(start=begun, end=self.at, words=sentence))
            self.silence(BETWEEN_SENTENCES)
        self.silence(stretch.pause)
        return Span(start=start, end=self.at, words=stretch.shown, kind=stretch.kind)
