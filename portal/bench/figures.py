"""Numbers with the goals that they have to reach, as a table."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

AT_MOST, AT_LEAST = "at most", "at least"


@dataclass(frozen=True)
class Figure:
    """`goal` is None for what is only told."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    bound: str = AT_MOST

    @property
    def missed(self) -> bool:
        if self.goal is None:
            return False
        return self.value > self.goal if self.bound == AT_MOST else self.value < self.goal


def row(figure: Figure, before: Mapping[str, float]) -> str:
    """A line of the table: the figure, its goal, and its ratio to that of `before`. A star marks what is missed."""
    goal = f"{figure.bound} {figure.goal:g} {figure.unit}" if figure.goal is not None else ""
    earlier = before.get(figure.name)
    since = f"  x {figure.value / earlier:.2f}" if earlier else ""
    value = f"{figure.value:,.1f} {figure.unit}".rstrip() + ("*" if figure.missed else "")
    return f"{figure.name:<50}  {value:>12}  {goal:<18}{since}".rstrip()


def save(folder: Path, figures: Sequence[Figure], now: datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y-%m-%dT%H-%M-%S}.json"
    path.write_text(json.dumps([asdict(each) for each in figures], indent=1), encoding="utf-8")
    return path


def last(folder: Path) -> dict[str, float]:
    """The values of the newest run, by name; nothing when there was none."""
    for path in sorted(folder.glob("*.json"), reverse=True):
        return {each["name"]: each["value"] for each in json.loads(path.read_text(encoding="utf-8"))}
    return {}
