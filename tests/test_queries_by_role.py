"""Every address, opened by everybody in a house full of everything: never more than twelve queries, however much
there is. Nothing is left out of the count: who reads, the sign-in, the beginning and end of transactions."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coaching.booking.models import (
    AppointmentChange,
    BusyCalendar,
    BusyTime,
    CalendarReply,
    ChangeRequest,
    DateOverride,
    KeptFree,
    OpeningHours,
    Question,
    Series,
    SessionType,
    WaitingPlace,
    Workload,
)
from coaching.journal.models import NoteTemplate, SessionNote, SessionTask, SetAside
from coaching.library.models import Lesson
from coaching.library.rules import NewCue
from coaching.messaging.models import Conversation, Message
from coaching.outbox.models import Letter, Suppression
from coaching.people.models import Client
from coaching.practice.models import Barrier, Playback
from coaching.story.models import BodyMap, Consent, ReserveRating, Story, StoryReading
from tests import cast
from tests.addresses import PATTERNS, ROLES, TABLE, World
from tests.browser.pages import LIBRARY
from tests.conftest import signed_in

MOST_QUERIES = 12
SOME_MARKS = '[["left-knee", 4, "sharp"]]'
MANY = 15
# Pages that say that lessons wait.
SAID_WHILE_HELD = {
    "client",
    "give",
    "given",
    "plan_of",
    "plan_print",
    "practice",
    "practice_lesson",
    "story_of",
    "today",
}
CUES = (NewCue("rest", 0, 4, "Lie down"), NewCue("contract", 4, 8, "Lift"), NewCue("release", 8, 20, "Let go"))


@pytest.mark.parametrize("role", ROLES)
def test_no_page_asks_more_than_twelve_queries(role: str, world: World) -> None:
    furnish(world)
    browser = Browser() if role == "visitor" else signed_in(getattr(world, role))
    browser.get(reverse("healthz"))  # notes that the sign-in is in use: once an hour, on whichever page
    asked = {path: _queries(browser, path) for path in _addresses(role, world)}
    opened = {path: queries for path, queries in asked.items() if queries is not None}
    assert len(opened) > 10
    assert {path: queries for path, queries in opened.items() if len(queries) > MOST_QUERIES} == {}


@pytest.mark.parametrize("role", ["teresa", "marta"])
def test_neither_does_one_where_a_safety_sign_holds_lessons_back(role: str, world: World) -> None:
    furnish(world)
    browser = signed_in(getattr(world, role))
    browser.get(reverse("healthz"))
    addresses = [reverse(name, args=TABLE[name](world)) for name in sorted(TABLE) if name in SAID_WHILE_HELD]
    assert Story.objects.filter(client=world.teresa).update(decision="") == 1
    asked = {path: len(queries) for path in addresses if (queries := _queries(browser, path))}
    assert {path: number for path, number in asked.items() if number > MOST_QUERIES} == {}


def _addresses(role: str, world: World) -> Iterator[str]:
    for name in sorted(TABLE):
        if role != "visitor" or PATTERNS[name].callback.access == "anyone":
            yield reverse(name, args=TABLE[name](world))
    for name, (whose, arguments) in LIBRARY.items():
        if whose == role and "webauthn" not in name:
            yield reverse(name, args=arguments(world))


def _queries(browser: Browser, path: str) -> list[str] | None:
    """What is asked for a page; None when there is none for this reader."""
    with CaptureQueriesContext(connection) as asked:
        response = browser.get(path)
    return [each["sql"][:300] for each in asked] if response.status_code == 200 else None


def furnish(world: World) -> None:
    """Many of everything: for Marta, for Teresa, and of whatever hangs on each of them."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    people = [world.teresa, world.outsider]
    people += [cast.client(of=world.marta, name=f"Client Number{n}") for n in range(MANY)]
    kinds = _offered(world, people, now)
    _booked(world, people, kinds, now)
    _practised(world, people, now)
    for person in people:
        _told(person, now)
        _talked(person, now)
        _noted(person, now)
    _written(world, now)
    for n in range(MANY):
        NoteTemplate.objects.create(practitioner=world.marta, name=f"Beginning {n}", words="x")
        cast.invitation(of=world.marta, name=f"Invited {n}")


def _offered(world: World, people: list[Client], now: datetime) -> list[SessionType]:
    marta, today = world.marta, now.date()
    cast.opening(of=marta, days=range(7))
    Workload.objects.create(practitioner=marta, day_limit=6, week_limit=20)
    audiences = ("anyone", "clients", "invited")
    kinds = [
        cast.session_type(of=marta, slug=f"kind-{n}", name=f"Kind {n}", audience=audiences[n % 3], day_limit=3)
        for n in range(MANY)
    ]
    for n, kind in enumerate(kinds):
        kind.invited.set(people[:4])
        for rank in range(3):
            Question.objects.create(session_type=kind, words=f"Question {rank}?", rank=rank)
        OpeningHours.objects.create(
            practitioner=marta, session_type=kind, weekday=n % 7, opens=time(8), closes=time(20)
        )
        DateOverride.objects.create(practitioner=marta, date=today + timedelta(days=3 * n), note="Away")
        start = now + timedelta(days=n, hours=1)
        KeptFree.objects.create(practitioner=marta, starts_at=start, ends_at=start + timedelta(hours=1))
        calendar = BusyCalendar.objects.create(
            practitioner=marta, name=f"Calendar {n}", url=f"https://127.0.0.1/{n}", added_at=now, next_try_at=now
        )
        for k in range(3):
            begins = start + timedelta(hours=3 * k)
            BusyTime.objects.create(
                calendar=calendar, practitioner=marta, starts_at=begins, ends_at=begins + timedelta(minutes=30)
            )
    return kinds


def _booked(world: World, people: list[Client], kinds: list[SessionType], now: datetime) -> None:
    """Every three hours a session, behind and ahead: half of them Teresa's, with wishes, answers and a history."""
    row = Series.objects.create(
        client=world.teresa, session_type=kinds[0], every_weeks=2, zone="Europe/Lisbon", created_at=now
    )
    for n in range(-2 * MANY, 2 * MANY):
        person = world.teresa if n % 2 else people[n % len(people)]
        session = cast.appointment(
            client=person,
            session_type=kinds[n % len(kinds)],
            start=now + timedelta(hours=3 * n, minutes=30),
            status="requested" if n > 0 and n % 5 == 0 else "confirmed",
            series=row if person == world.teresa and n % 3 == 0 else None,
            answers=[{"asked": "Where?", "answer": "There."}],
        )
        for what in ("booked", "moved"):
            AppointmentChange.objects.create(
                appointment=session, what=what, at=now, by=person.user, starts_at=session.starts_at
            )
        if n > 0:
            ChangeRequest.objects.create(appointment=session, wish="move", asked_at=now)
            CalendarReply.objects.create(
                appointment=session, answer="declined", sequence=0, message_id=f"<{n}@example.org>", at=now
            )
    for kind in kinds:
        for person in people[:3]:
            WaitingPlace.objects.create(client=person, session_type=kind, since=now)


def _practised(world: World, people: list[Client], now: datetime) -> None:
    lessons = [
        cast.lesson(of=world.marta, title=f"Lesson {n}", cues=CUES, open_to_visitors=n % 2 == 0)
        for n in range(MANY)
    ]
    for n, lesson in enumerate(lessons):
        _given(world.teresa, lesson, n, now)
        for weeks in range(2):
            week = now.date() - timedelta(days=now.weekday(), weeks=2 * n + weeks)
            ReserveRating.objects.create(client=world.teresa, week=week, value=n % 10, rated_at=now)
    for n, person in enumerate(people[1:]):
        _given(person, lessons[n % MANY], n, now)
        Barrier.objects.create(client=person, asked_on=now.date(), why="time", said_at=now)


def _given(person: Client, lesson: Lesson, n: int, now: datetime) -> None:
    stopped = n % 4 == 3
    given = cast.assignment(
        to=person,
        lesson=lesson,
        note="Slowly.",
        until=None,
        starts_on=now.date() - timedelta(days=8),
        state="stopped" if stopped else "active",
        stopped_at=now if stopped else None,
    )
    for days in range(6):
        day = now - timedelta(days=days, hours=1)
        person.practice_entries.create(
            lesson=lesson, assignment=given, day=day.date(), noted_at=day, before=6, after=4, felt=["sharp"]
        )
    Playback.objects.create(client=person, lesson=lesson, updated_at=now)


def _noted(person: Client, now: datetime) -> None:
    """Notes of sessions and between them, each with a lesson that was given while it was written."""
    sessions = list(person.appointments.all()[:MANY])
    given = list(person.assignments.all())
    for n in range(MANY):
        note = SessionNote.objects.create(
            client=person,
            appointment=sessions[n] if n < len(sessions) else None,
            words="Hers alone.",
            draft="For both.",
            shared="For both.",
            shared_at=now,
            changes=3,
            began_at=now - timedelta(days=n),
            saved_at=now,
        )
        for assignment in given[n : n + 1]:
            SessionTask.objects.create(note=note, assignment=assignment)
    SetAside.objects.create(practitioner=person.practitioner, client=person, reason="told", since=now, at=now)


def _told(person: Client, now: datetime) -> None:
    decided = {"signs": ["fever"], "signs_asked_at": now, "decision": "go", "decided_at": now}
    story = Story.objects.create(client=person, happened="A crate.", told_at=now, updated_at=now, **decided)
    for n in range(12):
        story.happenings.create(kind="stress", words="Two jobs.", year=2000 + n)
        BodyMap.objects.create(client=person, day=now.date() - timedelta(days=n), marks=SOME_MARKS, drawn_at=now)
    for n in range(MANY):
        at = now - timedelta(days=n)
        StoryReading.objects.create(story=story, practitioner=person.practitioner, at=at)
    Consent.objects.create(client=person, version="1", given_at=now)


def _talked(person: Client, now: datetime) -> None:
    talk = Conversation.objects.create(client=person, waiting_since=now, last_message_at=now)
    hers = person.practitioner.user
    Message.objects.bulk_create(
        Message(
            conversation=talk, author=person.user if n % 2 else hers, uuid=uuid4(), words="A **word**.", sent_at=now
        )
        for n in range(MANY)
    )


def _written(world: World, now: datetime) -> None:
    for person in (world.teresa, world.marta):
        for n in range(MANY):
            Letter.objects.create(
                key=f"{person.user.pk}/{n}",
                kind="practice.assigned",
                person=person.user,
                email=person.user.email,
                state=("sent", "failed", "uncertain")[n % 3],
                posted_at=now,
                due_at=now,
                next_try_at=now,
            )
            UserSession.objects.create(user=person.user, ip="127.0.0.1", session_key=f"{person.user.pk}-{n}")
    for n in range(MANY):
        Suppression.objects.create(email=f"gone{n}@example.org", reason="550", refusals=2, created_at=now)
