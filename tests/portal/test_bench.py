"""The bench measures, prints and compares; how fast it was is nobody's test."""

import json
from datetime import datetime
from pathlib import Path

from portal.bench import report
from portal.bench.measure import Result

SLOW = Result(name="client: today", median=20.0, p95=80.0, queries=14, size=9000, compressed=3000, first_load=70000)
QUICK = Result(name="client: today", median=10.0, p95=12.0, queries=6, size=9000, compressed=3000, first_load=20000)


def _run(result: Result, scale: str = "demo") -> report.Run:
    return report.Run(at="2026-11-23T10:00:00+00:00", scale=scale, runs=5, results=[result])


def test_what_misses_a_goal_is_starred() -> None:
    slow, quick = ("\n".join(report.table(_run(result), None)) for result in (SLOW, QUICK))
    assert slow.count("*") == 3
    assert "80.0 ms*" in slow
    assert "14*" in slow
    assert "*" not in quick


def test_a_run_is_compared_with_the_last_of_its_own_size(tmp_path: Path, now: datetime) -> None:
    report.save(tmp_path, _run(SLOW), now)
    report.save(tmp_path, _run(SLOW, "large"), now.replace(hour=11))
    before = report.last(tmp_path, "demo")
    assert before == _run(SLOW)
    assert "x 0.50" in "\n".join(report.table(_run(QUICK), before))


def test_a_file_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "2026-11-23.json").write_text(json.dumps({"something": "else"}))
    (tmp_path / "2026-11-24.json").write_text("no json")
    assert report.last(tmp_path, "demo") is None
