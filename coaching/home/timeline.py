"""What happened with one client, newest first, page by page: one query, however much there is.

Each kind of thing gives its newest rows before a place in time, and of these the newest together make a page. So a
page costs the same at its beginning and after thousands of events: nothing is counted off and thrown away.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import (
    BinaryField,
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sealed import unseal
from accounts.wall import instant_of
from coaching.booking.models import Appointment
from coaching.home.events import Event, PracticeEvent
from coaching.journal.models import SessionNote, SessionTask
from coaching.messaging.models import Message
from coaching.messaging.queries import FIRST_KIND
from coaching.people.models import Client
from coaching.practice.models import Assignment, Barrier, PracticeEntry
from coaching.practice.models_arc import Graduation
from coaching.story.models import Consent, Story

A_PAGE = 20
Rows = QuerySet[Any, Any]


class Show(StrEnum):
    """What of it is shown."""

    ALL = "all"
    SESSIONS = "sessions"
    PRACTICE = "practice"
    MESSAGES = "messages"
    PLAN = "plan"

    @property
    def label(self) -> str | Promise:
        return _LABELS[self]


_LABELS: dict[Show, Promise] = {
    Show.ALL: _("All"),
    Show.SESSIONS: _("Sessions and notes"),
    Show.PRACTICE: _("Practice"),
    Show.MESSAGES: _("Messages"),
    Show.PLAN: _("Story and plan"),
}


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the event of this moment and rank."""

    at: datetime
    rank: str

    @property
    def stamp(self) -> str:
        """As an address carries it."""
        return f"{self.at.isoformat()}~{self.rank}"


def place_of(stamp: str) -> Place | None:
    """None for nonsense: then the page is the newest one."""
    moment, _tilde, rank = stamp.partition("~")
    at = instant_of(moment)
    return Place(at, rank[:60]) if at and "\0" not in rank else None


@dataclass(frozen=True)
class Page:
    """`older` is where the next page begins, if there is one."""

    events: list[Event]
    older: Place | None


def page(client: Client, now: datetime, *, show: Show = Show.ALL, after: Place | None = None) -> Page:
    """One query."""
    sql, asked = _composed(show, after is not None)
    values: dict[Any, Any] = {_CLIENT.pk: client.pk, _CLIENT.user_id: client.user_id, _NOW: now}
    if after:
        values |= {_PLACE.at: after.at, _PLACE.rank: after.rank}
    with connection.cursor() as cursor:
        cursor.execute(sql, [values.get(each, each) if isinstance(each, _KINDS) else each for each in asked])
        rows = cursor.fetchall()
    events = [_event(*row) for row in rows[:A_PAGE]]
    older = Place(events[-1].at, events[-1].rank) if len(rows) > A_PAGE else None
    return Page(events, older)


# Composing this query takes Django ten times as long as the database needs to answer it: it is composed once, with
# values that stand in for those of a page.
_CLIENT = Client(pk=-7_000_001, user_id=-7_000_002)
_NOW = datetime(1, 2, 3, tzinfo=UTC)
_PLACE = Place(datetime(1, 2, 4, tzinfo=UTC), "?")
_KINDS = (int, str, datetime)


@lru_cache(maxsize=2 * len(Show))
def _composed(show: Show, goes_on: bool) -> tuple[str, Sequence[Any]]:
    after = _PLACE if goes_on else None
    parts = [_newest(make(_CLIENT, _NOW), moment, after) for make, moment in _PARTS[show]]
    if len(parts) == 1:
        found = parts[0]
    else:
        found = parts[0].union(*parts[1:], all=True).order_by("-moment", "-rank")[: A_PAGE + 1]
    return found.query.sql_with_params()


def counted(moment: datetime) -> dict[str, Subquery]:
    """How many there are of each kind, as annotations of a query of clients: "n_practice" and so on."""
    ours = {"client": OuterRef("pk")}
    messages = Message.objects.filter(conversation__client=OuterRef("pk"), removed_at=None, entry=None)
    return {
        "n_practice": _number(PracticeEntry.objects.filter(**ours)),
        "n_sessions": _number(_met(Appointment.objects.filter(**ours), moment)),
        "n_notes": _number(_written(SessionNote.objects.filter(**ours))),
        "n_messages": _number(messages),
    }


def _number(rows: Rows) -> Subquery:
    return Subquery(rows.order_by().values(everything=Value(1)).annotate(n=Count("*")).values("n"))


def _newest(rows: Rows, moment: str, after: Place | None) -> Rows:
    """The newest rows of one kind, as many as a page could take of them. The moment is named
    twice, so that the index on it is walked from there."""
    if after:
        rows = rows.filter(
            Q(**{f"{moment}__lt": after.at}) | Q(rank__lt=after.rank), **{f"{moment}__lte": after.at}
        )
    return rows.order_by(f"-{moment}", "-rank")[: A_PAGE + 1]


def _as_rows(rows: Rows, kind: str, at: str, data: dict[str, Any], sealed: tuple[Any, Any] | None = None) -> Rows:
    """Every kind as the same columns: "moment", "rank", "kind", "data", and two texts that lie sealed."""
    nothing = Cast(Value(None), BinaryField())
    private, told = sealed or (nothing, nothing)
    return rows.annotate(rank=Concat(Value(f"{kind}-"), Cast("pk", TextField()), output_field=TextField())).values(
        "rank",
        moment=F(at),
        kind=Value(kind, output_field=CharField()),
        data=JSONObject(pk=Cast("pk", TextField()), **data),
        private=private,
        told=told,
    )


def _practised(client: Client, now: datetime) -> Rows:
    own = ("before", "after", "felt", "words", "control", "soreness", "assignment_id")
    answers = Message.objects.filter(entry=OuterRef("pk"), removed_at=None).order_by("id").values("words")
    voice = {"id": "voice_id", "duration": "voice__duration", "peaks": "voice__peaks"}
    data = {name: name for name in own} | {
        "day": Cast("day", TextField()),
        "lesson": "lesson__title",
        "voice": JSONObject(**voice),
        "answers": ArraySubquery(answers),
    }
    return _as_rows(PracticeEntry.objects.filter(client=client), "entry", "noted_at", data)


def _hindered(client: Client, now: datetime) -> Rows:
    return _as_rows(Barrier.objects.filter(client=client), "barrier", "said_at", {"why": "why"})


def _sessions(client: Client, now: datetime) -> Rows:
    data = {
        "type": "session_type__name",
        "status": "status",
        "until": Cast("ends_at", TextField()),
        "agreed": "agreed",
    }
    return _as_rows(_met(Appointment.objects.filter(client=client), now), "session", "starts_at", data)


def _met(sessions: Rows, now: datetime) -> Rows:
    return sessions.filter(ends_at__lte=now).exclude(status=Appointment.Status.OFFERED)


def _notes(client: Client, now: datetime) -> Rows:
    given = SessionTask.objects.filter(note=OuterRef("pk")).order_by("pk")
    tasks = given.values(row=JSONObject(pk=Cast("assignment_id", TextField()), lesson="assignment__lesson__title"))
    data = {
        "appointment": Cast("appointment_id", TextField()),
        "shared": Case(When(shared_at=None, then=Value(False)), default=Value(True)),
        "tasks": ArraySubquery(tasks),
    }
    told = Case(When(shared_at=None, then=F("draft")), default=F("shared"))
    sealed = (Cast("words", BinaryField()), Cast(told, BinaryField()))
    return _as_rows(_written(SessionNote.objects.filter(client=client)), "note", "began_at", data, sealed)


def _written(notes: Rows) -> Rows:
    return notes.filter(changes__gt=0)


def _said(client: Client, now: datetime) -> Rows:
    """A word about a practice stands with that practice."""
    said = Message.objects.filter(conversation__client=client, removed_at=None, entry=None)
    data = {
        "words": "words",
        "first_kind": FIRST_KIND,
        "hers": Case(When(author=client.user_id, then=Value(False)), default=Value(True)),
    }
    return _as_rows(said, "message", "sent_at", data)


def _assigned(client: Client, now: datetime) -> Rows:
    data = {
        "lesson": "lesson__title",
        "program": "program__title",
        "rhythm": "rhythm",
        "until": Cast("until", TextField()),
        "given": Cast("pk", TextField()),
    }
    return _as_rows(_given(Assignment.objects.filter(client=client)), "given", "created_at", data)


def _given(given: Rows) -> Rows:
    """What opened with its program is told with it."""
    return given.exclude(part_of__created_at=F("created_at"))


def _story(client: Client, now: datetime) -> Rows:
    return _as_rows(Story.objects.filter(client=client, told_at__isnull=False), "story", "told_at", {})


def _signs(client: Client, now: datetime) -> Rows:
    asked = Story.objects.filter(client=client, signs_asked_at__isnull=False, signs__len__gt=0)
    return _as_rows(asked, "signs", "signs_asked_at", {})


def _decided(client: Client, now: datetime) -> Rows:
    decided = Story.objects.filter(client=client, decided_at__isnull=False)
    return _as_rows(decided, "decided", "decided_at", {"decision": "decision"})


def _agreed(client: Client, now: datetime) -> Rows:
    return _as_rows(Consent.objects.filter(client=client), "consent", "given_at", {})


def _graduated(client: Client, now: datetime) -> Rows:
    return _as_rows(Graduation.objects.filter(client=client), "graduated", "at", {"words": "words"})


Part = tuple[Callable[[Client, datetime], Rows], str]
_SESSIONS: Sequence[Part] = ((_sessions, "starts_at"), (_notes, "began_at"))
_PRACTICE: Sequence[Part] = ((_practised, "noted_at"), (_hindered, "said_at"))
_MESSAGES: Sequence[Part] = ((_said, "sent_at"),)
_PLAN: Sequence[Part] = (
    (_assigned, "created_at"),
    (_story, "told_at"),
    (_signs, "signs_asked_at"),
    (_decided, "decided_at"),
    (_agreed, "given_at"),
    (_graduated, "at"),
)
_PARTS: dict[Show, Sequence[Part]] = {
    Show.ALL: (*_SESSIONS, *_PRACTICE, *_MESSAGES, *_PLAN),
    Show.SESSIONS: _SESSIONS,
    Show.PRACTICE: _PRACTICE,
    Show.MESSAGES: _MESSAGES,
    Show.PLAN: _PLAN,
}


def _event(rank: str, at: datetime, kind: str, data: str, private: bytes | None, told: bytes | None) -> Event:
    made = PracticeEvent if kind == "entry" else Event
    words = [unseal(bytes(each or b""), purpose="note") for each in (private, told)]
    return made(at=at, rank=rank, kind=kind, data=json.loads(data), private=words[0], told=words[1])
