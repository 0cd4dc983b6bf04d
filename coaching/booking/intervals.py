"""Sets of time as lists of half-open intervals of aware instants. Pure."""

from collections.abc import Iterable
from datetime import datetime

Interval = tuple[datetime, datetime]


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as sorted intervals that neither overlap nor touch; empty ones are left out."""
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result


def without(intervals: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """What is left of the intervals when the taken time is cut out: sorted, apart from each other."""
    holes = merged(taken)
    left: list[Interval] = []
    at = 0
    for start, end in merged(intervals):
        while at < len(holes) and holes[at][1] <= start:
            at += 1
        here = at
        while here < len(holes) and holes[here][0] < end:
            if holes[here][0] > start:
                left.append((start, holes[here][0]))
            start = holes[here][1]
            here += 1
        if start < end:
            left.append((start, end))
    return left
