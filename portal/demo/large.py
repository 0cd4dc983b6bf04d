"""The large demo: the demo practice, and beside it a crowd, written in bulk under the same constraints."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from accounts.sealed import seal
from coaching.booking.models import Appointment, OpeningHours, SessionType
from coaching.messaging.models import Message
from coaching.people.models import Client, Practitioner
from coaching.practice.models import PracticeEntry
from portal.demo import diary
from portal.demo.recordings import add_short_lessons
from portal.demo.sql import Statements

HERE = Path(__file__).parent
BESIDE = (
    "stories",
    "activities",
    "activity_ratings",
    "assignments",
    "agreed",
    "entries",
    "playbacks",
    "kits",
    "listenings",
    "ratings",
    "conversations",
    "messages",
    "read_marks",
    "notes",
    "tasks",
)
SAID = {
    "stories": "their stories",
    "activities": "things that they want to be able to do",
    "activity_ratings": "ratings of these",
    "assignments": "lessons given",
    "agreed": "spans of what was agreed",
    "entries": "practice entries",
    "playbacks": "playbacks",
    "kits": "lessons kept for when it hurts",
    "listenings": "sittings with lessons",
    "ratings": "ratings of reserve",
    "conversations": "conversations",
    "messages": "messages",
    "read_marks": "read marks",
    "notes": "notes of sessions",
    "tasks": "lessons given beside a note",
}


@dataclass(frozen=True)
class Sizes:
    """How many there are in all, the demo practice counted in (DESIGN "Speed")."""

    practitioners: int = 20
    clients: int = 5_000
    sessions: int = 200_000
    messages: int = 500_000
    entries: int = 2_000_000


@dataclass(frozen=True)
class Crowd:
    """Words to make people of."""

    given: list[str]
    family: list[str]
    zones: list[str]
    happened: list[str]
    words: list[str]


def crowd() -> Crowd:
    return Crowd(**json.loads((HERE / "crowd.json").read_text(encoding="utf-8")))


@transaction.atomic
def fill(*, sizes: Sizes, now: datetime, say: Callable[[str], None]) -> None:
    """Bring a database with the demo practice up to `sizes`. `say` is told how far it is, in words."""
    statements, people = Statements(HERE / "large.sql"), crowd()
    last_client = Client.objects.aggregate(last=Max("pk"))["last"]
    _quickly()
    statements.run("spread")
    _people(statements, people, sizes, now)
    say(f"{Practitioner.objects.count()} practitioners and {Client.objects.count():,} clients have moved in.")
    _furnish(now)
    made = sum(_sessions(each, sizes, last_client, now) for each in Practitioner.objects.select_related("user"))
    statements.run("changes")
    for name in ("lives", "stages", "graduations"):
        statements.run(name, now=now, last_client=last_client)
    say(f"{made:,} sessions stand in the diaries, with what was done to them.")
    statements.run("span", now=now, last_client=last_client)
    values = _values(people, sizes, last_client, now)
    for name in BESIDE:
        say(f"{statements.run(name, **values):,} {SAID[name]}.")


def analyse() -> None:
    """Let the planner see what has come: after the transaction, because nobody else sees it before."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _quickly() -> None:
    """Nothing here is lost that cannot be made again: no waiting for the disk, and memory for sorting."""
    with connection.cursor() as cursor:
        # Checked with each statement, foreign keys show as progress; at the end they would be minutes of silence.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("SELECT setseed(0.5)")


def _people(statements: Statements, people: Crowd, sizes: Sizes, now: datetime) -> None:
    words = {"given": people.given, "family": people.family, "zones": people.zones, "now": now}
    near = {**words, "zones": ["Europe/Lisbon", "Europe/Madrid", "Europe/London", "Europe/Berlin"]}
    statements.run("users", role="practitioner", first=2, last=sizes.practitioners, **near)
    statements.run("users", role="client", first=Client.objects.count() + 1, last=sizes.clients, **words)
    statements.run("addresses")
    statements.run("practitioners", now=now)
    statements.run("clients", now=now)


def _furnish(now: datetime) -> None:
    """Session types, opening hours and a few lessons for every practitioner who has none, as the first one has."""
    first = Practitioner.objects.order_by("pk").first()
    newcomers = [each for each in Practitioner.objects.select_related("user").order_by("pk") if each != first]
    hours = OpeningHours.objects.filter(practitioner=first, session_type=None)
    for model, rows in ((SessionType, SessionType.objects.filter(practitioner=first)), (OpeningHours, hours)):
        model._default_manager.bulk_create(_copy(row, each) for each in newcomers for row in rows)
    add_short_lessons(newcomers, now=now - timedelta(days=4 * 365))


def _copy(row: Any, practitioner: Practitioner) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{**values, "id": None, "practitioner_id": practitioner.pk})


def _sessions(practitioner: Practitioner, sizes: Sizes, last_client: int, now: datetime) -> int:
    """The practitioner's share of all sessions, by COPY: every constraint looks at every row."""
    there = Appointment.objects.filter(practitioner=practitioner).count()
    first = Practitioner.objects.order_by("pk").values_list("pk", flat=True).first()
    share = sizes.sessions // sizes.practitioners
    share += sizes.sessions % sizes.practitioners if practitioner.pk == first else 0
    clients = Client.objects.filter(practitioner=practitioner, pk__gt=last_client).order_by("pk")
    whose = list(clients.values_list("pk", "user__time_zone"))
    return copy(
        Appointment._meta.db_table, diary.COLUMNS, diary.Diary(practitioner, whose, now).rows(share - there)
    )


def copy(table: str, columns: Sequence[str], rows: Any) -> int:
    """Write rows with COPY; gives their number."""
    count = 0
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as out:
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the count
            out.write_row(row)
    return count


def _values(people: Crowd, sizes: Sizes, last_client: int, now: datetime) -> dict[str, Any]:
    """What the statements ask for: what is still missing, and among how many it is shared."""
    return {
        "now": now,
        "last_client": last_client,
        "clients": max(1, Client.objects.filter(pk__gt=last_client).count()),
        "entries": max(0, sizes.entries - PracticeEntry.objects.count()),
        "messages": max(0, sizes.messages - Message.objects.count()),
        "happened": [_sealed(words) for words in people.happened],
        "since": _sealed("Some years"),
        "where": _sealed("Back and neck."),
        "wish": _sealed("To move without thinking about it."),
        "wanted": [seal(words, purpose="activity") for words in ("Garden for an hour", "Climb stairs", "Sleep on")],
        "words": people.words,
        "noted": seal("Lifts from the legs. Holds the breath at the top.", purpose="note"),
        "told": seal("Breathe out before you arch.", purpose="note"),
    }


def _sealed(words: str) -> bytes:
    """As the story keeps it."""
    return seal(words, purpose="story")
