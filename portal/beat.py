"""Celery's beat, which also goes on when somebody sets the clock.

It keeps nothing on the disk: everything that it starts looks at the database for what is due, so what it did before
it was restarted is of no interest.
"""

import time
from typing import Any

from celery.beat import Scheduler

A_JUMP = 2.0  # seconds; less is how clocks are kept right


class SteadyScheduler(Scheduler):
    """Counts every interval afresh when the clock has jumped. Else a clock that is set back by an hour would mean
    an hour without letters: beat waits for moments on the wall clock."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._kept = _wall_ahead_of_steady()
        super().__init__(*args, **options)

    def tick(self, *args: Any, **options: Any) -> float:
        found = _wall_ahead_of_steady()
        if abs(found - self._kept) > A_JUMP:
            self._begin_again()
        self._kept = found
        seconds: float = super().tick(*args, **options)
        return seconds

    def _begin_again(self) -> None:
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now()
        self._heap = None


def _wall_ahead_of_steady() -> float:
    return time.time() - time.monotonic()
