"""What the bench says of a room's numbers, and that nothing of it can be lost."""

from datetime import datetime
from pathlib import Path

from portal.bench import figures
from portal.bench.figures import AT_LEAST, Figure

SLOW = Figure("sweep", 200.0, "ms", 150)
FAST = Figure("sweep", 100.0, "ms", 150)


def test_what_misses_its_goal_is_starred() -> None:
    assert "200.0 ms*" in figures.row(SLOW, {})
    assert "at most 150 ms" in figures.row(SLOW, {})
    assert "*" not in figures.row(FAST, {})
    assert "150.0 /s*" in figures.row(Figure("delivery", 150, "/s", 200, AT_LEAST), {})
    assert "*" not in figures.row(Figure("memory", 10_000, "MB"), {})


def test_a_number_stands_beside_that_of_the_last_run(tmp_path: Path, now: datetime) -> None:
    assert figures.last(tmp_path) == {}
    figures.save(tmp_path, [SLOW], now)
    assert "x 0.50" in figures.row(FAST, figures.last(tmp_path))
