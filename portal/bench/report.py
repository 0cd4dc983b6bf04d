"""The results as a table, kept in a file, and beside those of the last time."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from portal.bench.measure import Result

GOALS = {"demo": 50, "large": 75}  # milliseconds for 95 of 100 requests (DESIGN "Speed")
MOST_QUERIES = 12
MOST_FIRST_LOAD = 60 * 1024


@dataclass(frozen=True)
class Run:
    """`scale` is "demo" or "large": only runs of one scale are compared."""

    at: str
    scale: str
    runs: int
    results: list[Result]


def save(folder: Path, run: Run, now: datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y-%m-%dT%H-%M-%S}.json"
    path.write_text(json.dumps(asdict(run), indent=1), encoding="utf-8")
    return path


def last(folder: Path, scale: str) -> Run | None:
    """The newest run of the same scale that can be read."""
    for path in sorted(folder.glob("*.json"), reverse=True):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            run = Run(**{**told, "results": [Result(**each) for each in told["results"]]})
        except (ValueError, TypeError, KeyError):
            continue
        if run.scale == scale:
            return run
    return None


def table(run: Run, before: Run | None) -> Iterator[str]:
    """Lines of text: a row for each page, what misses a goal marked with a star."""
    earlier = {result.name: result for result in before.results} if before else {}
    width = max(len(result.name) for result in run.results)
    head = f"{'page':<{width}}  {'median':>8}  {'95 %':>8}  {'queries':>7}  {'page':>8}  {'first load':>10}"
    yield head + (f"  since {before.at[:16]}" if before else "")
    for result in run.results:
        yield _row(result, earlier.get(result.name), width, GOALS[run.scale])
    yield f"Goals: 95 % under {GOALS[run.scale]} ms, at most {MOST_QUERIES} queries, first load at most 60 KB."


def _row(result: Result, before: Result | None, width: int, goal: int) -> str:
    cells = (
        f"{result.median:>6.1f} ms",
        _starred(f"{result.p95:.1f} ms", result.p95 > goal, 8),
        _starred(str(result.queries), result.queries > MOST_QUERIES, 7),
        f"{result.compressed / 1024:>5.1f} KB",
        _starred(f"{result.first_load / 1024:.1f} KB", result.first_load > MOST_FIRST_LOAD, 10),
    )
    ratio = f"  x {result.median / before.median:.2f}" if before and before.median else ""
    return f"{result.name:<{width}}  " + "  ".join(cells) + ratio


def _starred(words: str, missed: bool, width: int) -> str:
    return f"{words}{'*' if missed else ''}".rjust(width)
