"""Reading somebody's calendar file in a process of its own, which may take so long, so much memory, and no more.

The parent asks by `busy_apart`; the child is `python -m coaching.booking.calendars.apart`, which knows nothing of
Django and gets everything, one line of JSON and then the file, by its standard input.
"""

import contextlib
import json
import subprocess
import sys
import zoneinfo
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from coaching.booking.calendars.reading import Busy, Problem, Unreadable, busy_in

SECONDS = 10
MEMORY = 1024**3
_ROOT = Path(__file__).resolve().parents[3]


class Failed(Exception):
    """The file cannot be read: `problem` says how."""

    def __init__(self, problem: Problem | Literal["heavy"]) -> None:
        super().__init__(problem)
        self.problem = problem


def busy_apart(
    content: bytes, *, zone: str, since: datetime, until: datetime, mine: Iterable[str] = ()
) -> list[Busy]:
    """As `reading.busy_in`, stopped after `SECONDS`. Raises Failed."""
    asked = {"zone": zone, "since": since.isoformat(), "until": until.isoformat(), "mine": sorted(mine)}
    try:
        child = subprocess.run(
            [sys.executable, "-m", __name__],
            cwd=_ROOT,
            input=json.dumps(asked).encode() + b"\n" + content,
            capture_output=True,
            timeout=SECONDS * 2,
            check=True,
        )
        answer = json.loads(child.stdout)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError, ValueError) as error:
        raise Failed("heavy") from error
    if "problem" in answer:
        raise Failed(answer["problem"])
    return [Busy(_moment(start), _moment(end), uid) for start, end, uid in answer["busy"]]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _child() -> dict[str, Any]:
    zoneinfo.reset_tzpath(to=())  # the tzdata package alone, as everywhere in the house
    asked = json.loads(sys.stdin.buffer.readline())
    try:
        found = busy_in(
            sys.stdin.buffer.read(),
            zone=zoneinfo.ZoneInfo(asked["zone"]),
            since=datetime.fromisoformat(asked["since"]),
            until=datetime.fromisoformat(asked["until"]),
            mine=asked["mine"],
        )
    except Unreadable as error:
        return {"problem": error.problem}
    except (MemoryError, RecursionError):
        return {"problem": "heavy"}
    except Exception:  # noqa: BLE001  (what a parser stumbles over is a damaged file)
        return {"problem": "broken"}
    return {"busy": [(busy.start.timestamp(), busy.end.timestamp(), busy.uid) for busy in found]}


def _hold_short() -> None:
    """The system ends this process when it takes more than its share. Where it cannot, the parent's clock does."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    _hold_short()
    json.dump(_child(), sys.stdout)
