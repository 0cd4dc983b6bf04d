"""The demo's people as they are written in `people/*.toml`. Days count from today: -3 is three days ago."""

import tomllib
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "people"


@dataclass(frozen=True)
class Feeling:
    """The map drawn anew on `day`, and the activities rated again in their order."""

    day: int
    marks: tuple[tuple[str, int, str], ...] = ()
    goes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Tale:
    """The client's story, told on `day`."""

    day: int
    happened: str
    since: str
    where: str
    cause: str
    wish: str
    signs: tuple[str, ...] = ()
    marks: tuple[tuple[str, int, str], ...] = ()
    activities: tuple[tuple[str, int], ...] = ()
    line: tuple[tuple[str, str, int, int], ...] = ()  # kind, words, year, until (0: it goes on)
    eases: str = ""
    worsens: str = ""
    work: str = ""
    sleep: str = ""
    reserve: int | None = None
    later: tuple[Feeling, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """A session at about `at` on the practitioner's wall clock; booked `booked` days before. `note` is what was
    written down of it for the practitioner alone, `told` what the client reads."""

    day: int
    at: time
    type: str
    fate: str = "held"  # or missed, cancelled, moved (then `from_day` is where it stood first)
    by: str = "client"
    why: str = ""
    message: str = ""
    booked: int = 8
    from_day: int = 0
    note: str = ""
    told: str = ""


@dataclass(frozen=True)
class Gift:
    """A lesson given on `day`, or without one the program; from `ended` on it is over."""

    day: int
    rhythm: str
    note: str
    lesson: str = ""
    times: int = 1
    ended: int | None = None


@dataclass(frozen=True)
class Habit:
    """Practice by chance: on `often` of the days, around `at` on the client's wall clock.

    Tension before falls from the first to the second of `before`; a lesson takes about `drop` off. `often` becomes
    `slowing` in the end, `gaps` are days without, `words` are said now and then, each once.
    """

    since: int
    often: float
    at: time
    before: tuple[float, float]
    drop: float
    until: int = 0
    slowing: float | None = None
    gaps: tuple[tuple[int, int], ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """One practice entry that has its place in the story."""

    day: int
    at: time
    lesson: str
    before: int
    after: int
    felt: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Line:
    """Something said in the conversation, on the author's own wall clock."""

    day: int
    at: time
    words: str
    by: str = "client"
    lesson: str = ""
    second: int | None = None
    unread: bool = False
    files: tuple[str, ...] = ()  # names of portal.demo.enclosed
    written_down: str = ""  # what is said in the voice note
    answers: bool = False  # it is about the line before
    session: bool = False  # it is about the client's last session before


@dataclass(frozen=True)
class Person:
    number: int
    name: str
    zone: str
    came: int
    path: str = ""
    status: str = "active"
    invited: bool = False
    stages: tuple[tuple[int, str], ...] = ()  # (day, stage) on the way to doing without a plan
    kit: tuple[tuple[str, str], ...] = ()  # (lesson, when to take it), for when it comes back
    kit_on: int = -1
    graduated: int | None = None
    word: str = ""  # to take along
    story: Tale | None = None
    sessions: tuple[Meeting, ...] = ()
    given: tuple[Gift, ...] = ()
    habit: Habit | None = None
    entries: tuple[Note, ...] = ()
    reserve: tuple[int | None, ...] = ()  # one a week, the last is this week's
    talk: tuple[Line, ...] = ()

    @property
    def email(self) -> str:
        return f"client{self.number}@demo.example"


@dataclass(frozen=True)
class Host:
    """The practitioner, and the house."""

    name: str
    zone: str
    practice: str
    tagline: str
    welcome: str
    answers: str
    hours: dict[int, tuple[tuple[time, time], ...]] = field(default_factory=dict)
    answering: dict[int, tuple[time, time]] = field(default_factory=dict)
    saved: list[dict[str, str]] = field(default_factory=list)
    starred: list[int] = field(default_factory=list)  # numbers of clients
    aside: list[int] = field(default_factory=list)
    program: dict[str, Any] = field(default_factory=dict)
    invited: dict[str, Any] = field(default_factory=dict)
    email: str = "practitioner@demo.example"


def host() -> Host:
    told = _read(FOLDER / "practitioner.toml")
    hours = {
        int(day): tuple(_stretch(words) for words in stretches) for day, stretches in told.pop("hours").items()
    }
    answering = {int(day): _stretch(words) for day, words in told.pop("answering").items()}
    return Host(**told, hours=hours, answering=answering)


def people() -> list[Person]:
    """The twelve clients, client1 first."""
    return [_person(path) for path in sorted(FOLDER.glob("client*.toml"))]


def _person(path: Path) -> Person:
    told = _read(path)
    story, habit = told.pop("story", None), told.pop("habit", None)
    return Person(
        number=int(path.stem.removeprefix("client")),
        story=_tale(story) if story else None,
        sessions=tuple(Meeting(**_frozen(each)) for each in told.pop("sessions", [])),
        given=tuple(Gift(**_frozen(each)) for each in told.pop("given", [])),
        habit=Habit(**_frozen(habit)) if habit else None,
        entries=tuple(Note(**_frozen(each)) for each in told.pop("entries", [])),
        talk=tuple(Line(**_frozen(each)) for each in told.pop("talk", [])),
        stages=_tuple(told.pop("stages", [])),
        kit=_tuple(told.pop("kit", [])),
        reserve=tuple(_weeks(told.pop("reserve", {}).get("weeks", ""))),
        **told,
    )


def _tale(told: dict[str, Any]) -> Tale:
    later = tuple(Feeling(**_frozen(each)) for each in told.pop("later", []))
    return Tale(**_frozen(told), later=later)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    """Times of day as times, lists as tuples."""
    return {name: time.fromisoformat(each) if name == "at" else _tuple(each) for name, each in values.items()}


def _tuple(value: Any) -> Any:
    return tuple(_tuple(each) for each in value) if isinstance(value, list) else value


def _weeks(words: str) -> list[int | None]:
    """ "3 - 4": rated three, not rated, rated four."""
    return [None if word == "-" else int(word) for word in words.split()]


def _stretch(words: str) -> tuple[time, time]:
    opens, closes = words.split("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)
