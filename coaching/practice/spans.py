"""Which parts of a lesson were heard: pairs of seconds, in the order of hearing. No database, no clock."""

from collections.abc import Iterable, Sequence
from math import isfinite

Span = tuple[float, float]

MOST = 2000  # spans of one sitting: a short movement played over and over for hours
LONGEST = 12 * 3600.0  # seconds of one sitting, or of a recording: nobody listens for longer
TOUCHING = 0.5  # seconds between two spans that are still one
SHORTEST = 0.1  # seconds: less than that was not heard
PARTS = 48  # of a lesson, in the little bar


def tidied(told: Iterable[Sequence[float]], length: float | None) -> list[Span]:
    """What a player told, as it can be: within the recording (`length` in seconds, if known), each span forwards,
    what touches joined, and no more than somebody can hear in one sitting. Nonsense is left out."""
    spans: list[Span] = []
    left = LONGEST
    for start, end in _within(told, length):
        if len(spans) == MOST or left <= 0:
            break
        end = min(end, start + left)
        left -= end - start
        if spans and 0 <= start - spans[-1][1] <= TOUCHING:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _within(told: Iterable[Sequence[float]], length: float | None) -> Iterable[Span]:
    last = LONGEST if length is None else length
    for pair in told:
        if len(pair) != 2 or not all(isfinite(second) for second in pair):
            continue
        start, end = max(0.0, pair[0]), min(pair[1], last)
        if end - start >= SHORTEST:
            yield round(start, 2), round(end, 2)


def heard(spans: Iterable[Sequence[float]]) -> float:
    """Seconds of all spans together: what was heard twice counts twice."""
    return round(sum((end - start for start, end in spans), 0.0), 2)


def how_often(spans: Iterable[Sequence[float]], length: float, parts: int = PARTS) -> list[int]:
    """How often each of `parts` equal parts of the lesson was heard, by its middle."""
    if length <= 0:
        return [0] * parts
    middles = [(place + 0.5) * length / parts for place in range(parts)]
    pairs = [(start, end) for start, end in spans]
    return [sum(start <= middle < end for start, end in pairs) for middle in middles]
