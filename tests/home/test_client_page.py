"""One page of one client: a timeline that filters and pages, words about practice, and what prepares a session."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coaching.home import timeline
from coaching.home.timeline import Place, Show, place_of
from coaching.journal import actions as journal
from coaching.journal import queries as notes
from coaching.messaging import actions as messaging
from coaching.messaging.models import Message
from coaching.messaging.queries import conversation_of
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.reminders import actions as reminders
from coaching.story import actions as story
from coaching.story.models import StoryReading
from tests import cast
from tests.cast import NOW


def say(teresa: Client, words: str, *, by: Practitioner | None = None, at: datetime = NOW, **about: Any) -> Message:
    author = (by or teresa).user
    talk = conversation_of(teresa)
    return messaging.send(conversation=talk, author=author, uuid=uuid4(), words=words, now=at, **about)


def a_life(teresa: Client, marta: Practitioner, *, days: int = 30) -> None:
    """Each day a practice, every third day a message, every tenth a session with its note."""
    lesson, kind = cast.lesson(of=marta), cast.session_type(of=marta)
    cast.assignment(to=teresa, lesson=lesson)
    for day in range(1, days + 1):
        cast.entry(by=teresa, lesson=lesson, days_ago=day, before=6, after=4, words=f"Practice {day}")
        at = NOW - timedelta(days=day, hours=1)
        if day % 3 == 0:
            messaging.send(
                conversation=conversation_of(teresa),
                author=teresa.user,
                uuid=uuid4(),
                words=f"Message {day}",
                now=at,
            )
        if day % 10 == 0:
            session = cast.appointment(
                client=teresa, session_type=kind, start=at - timedelta(hours=2), status="held"
            )
            journal.save(note=notes.note_of(session), words=f"Note {day}", draft="", knows=0, now=at)


def ranks(teresa: Client, show: Show) -> list[str]:
    """Of every event, page after page."""
    found: list[str] = []
    place: Place | None = None
    while True:
        page = timeline.page(teresa, NOW, show=show, after=place)
        found += [event.rank for event in page.events]
        if page.older is None:
            return found
        place = place_of(page.older.stamp)
        assert place


@pytest.mark.parametrize(("show", "number"), [("all", 47), ("practice", 30), ("messages", 10), ("sessions", 6)])
def test_each_event_stands_once_on_one_page_in_its_order(
    teresa: Client, outsider: Client, marta: Practitioner, show: str, number: int
) -> None:
    a_life(teresa, marta)
    found = ranks(teresa, Show(show))
    assert len(found) == len(set(found)) == number


def test_events_of_one_moment_are_neither_lost_nor_doubled_between_pages(
    teresa: Client, marta: Practitioner
) -> None:
    lesson = cast.lesson(of=marta)
    for _n in range(3 * timeline.A_PAGE):
        cast.entry(by=teresa, lesson=lesson)
    found = ranks(teresa, Show.ALL)
    assert len(found) == len(set(found)) == 3 * timeline.A_PAGE


def test_a_page_costs_one_query_however_far_back(teresa: Client, marta: Practitioner) -> None:
    a_life(teresa, marta)
    for place in (None, Place(NOW - timedelta(days=25), "entry-1")):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert timeline.page(teresa, NOW, after=place).events
        assert len(asked) == 1


@pytest.mark.parametrize(
    "stamp",
    [
        *("", "soon~entry-1", "2026-11-23T10:00~x", "2026-13-45T10:00:00+00:00~x", "~", "\0"),
        "0001-01-01T00:00:00+23:00~x",
    ],
)
def test_a_place_that_is_none_is_the_newest_page(as_marta: Browser, teresa: Client, stamp: str) -> None:
    assert place_of(stamp) is None
    assert as_marta.get(f"/clients/{teresa.pk}/", {"before": stamp, "show": "x"}).status_code == 200


def test_the_filter_stays_while_one_pages(as_marta: Browser, teresa: Client, marta: Practitioner) -> None:
    a_life(teresa, marta)
    page = as_marta.get(f"/clients/{teresa.pk}/?show=practice").content.decode()
    assert "?show=practice&amp;before=" in page
    assert "Practice 1”" in page
    assert "Message 3" not in page


# --- a word about a practice --------------------------------------------------------------------------


def test_a_word_about_a_practice_stands_with_it_for_both(
    as_marta: Browser, as_teresa: Browser, teresa: Client, marta: Practitioner
) -> None:
    entry = cast.entry(by=teresa, lesson=cast.lesson(of=marta), days_ago=1)
    pressed = {"uuid": str(uuid4()), "words": "Slower still.", "entry": entry.pk, "back": f"/clients/{teresa.pk}/"}
    as_marta.post(f"/messages/{teresa.pk}/word/", pressed)
    assert Message.objects.get().entry == entry
    assert "Slower still." in as_marta.get(f"/clients/{teresa.pk}/?show=practice").content.decode()
    thread = as_teresa.get("/messages/").content.decode()
    assert "About your practice of 22 November: Arch and flatten" in thread


def test_nobody_speaks_about_the_practice_of_somebody_else(
    as_marta: Browser, teresa: Client, outsider: Client, marta: Practitioner
) -> None:
    theirs = cast.entry(by=outsider, lesson=cast.lesson(of=marta))
    as_marta.post(f"/messages/{teresa.pk}/word/", {"uuid": str(uuid4()), "words": "Yes.", "entry": theirs.pk})
    assert Message.objects.get().entry is None
    with pytest.raises(ValueError, match="practice of its own client"):
        messaging.send(
            conversation=conversation_of(teresa),
            author=marta.user,
            uuid=uuid4(),
            words="Yes.",
            entry=theirs,
            now=NOW,
        )


def test_five_words_about_five_practices_are_one_letter(teresa: Client, marta: Practitioner) -> None:
    lesson = cast.lesson(of=marta)
    for n in range(5):
        entry = cast.entry(by=teresa, lesson=lesson, days_ago=n)
        say(teresa, f"Word {n}", by=marta, entry=entry, at=NOW + timedelta(minutes=2 * n))
    for minutes in range(10, 120, 5):
        reminders.sweep(NOW + timedelta(minutes=minutes))
    assert Letter.objects.filter(person=teresa.user, kind="messaging.unread").count() == 1


# --- before a session ---------------------------------------------------------------------------------


@pytest.fixture
def soon(teresa: Client, marta: Practitioner) -> Client:
    """A session in four hours, a story, a session before with its note, and a line about the next."""
    now, kind = timezone.now(), cast.session_type(of=marta)
    before = cast.appointment(client=teresa, session_type=kind, start=now - timedelta(days=8), status="held")
    note = journal.save(note=notes.note_of(before), words="Holds the breath.", draft="Breathe.", knows=0, now=now)
    journal.share(note=note, now=now)
    side_bend, daily = cast.lesson(of=marta, title="Side bend"), {"rhythm": "daily", "starts_on": now.date()}
    journal.give(beside=note, lesson=side_bend, now=now, **daily)
    for days in (1, 2, 2):
        at = now - timedelta(days=days)
        teresa.practice_entries.create(lesson=side_bend, day=at.date(), noted_at=at)
    story.tell_story(client=teresa, happened="A crate.", since="Nine years", now=now - timedelta(days=20))
    session = cast.appointment(client=teresa, session_type=kind, start=now + timedelta(hours=4))
    say(teresa, "About the garden.", session=session, at=now)
    return teresa


def test_a_session_is_prepared_from_one_page(as_marta: Browser, soon: Client) -> None:
    page = as_marta.get(f"/clients/{soon.pk}/").content.decode()
    for words in (
        "Before your session",
        "Nine years",
        "Holds the breath.",
        "Breathe.",
        "Side bend",
        "About the garden.",
        "Practised on ",
        "One message that you have not read",
    ):
        assert words in page


def test_showing_words_of_the_story_counts_as_reading(as_marta: Browser, soon: Client, outsider: Client) -> None:
    as_marta.get(f"/clients/{outsider.pk}/")
    assert not StoryReading.objects.exists()
    as_marta.get(f"/clients/{soon.pk}/")
    assert StoryReading.objects.get().story.client == soon


def test_the_note_is_at_hand_while_the_session_runs(as_marta: Browser, soon: Client) -> None:
    address = f"/clients/{soon.pk}/"
    assert "Your note of this session" not in as_marta.get(address).content.decode()
    earlier = timedelta(hours=4, minutes=10)
    soon.appointments.filter(status="confirmed").update(
        starts_at=F("starts_at") - earlier,
        ends_at=F("ends_at") - earlier,
        blocked_from=F("blocked_from") - earlier,
        blocked_until=F("blocked_until") - earlier,
    )
    assert "Your note of this session" in as_marta.get(address).content.decode()


def test_a_client_prepares_and_the_line_is_a_message_about_the_session(as_teresa: Browser, soon: Client) -> None:
    session = soon.appointments.get(status="confirmed")
    address = f"/sessions/{session.pk}/prepare/"
    assert "About the garden." in as_teresa.get(address).content.decode()
    as_teresa.post(address, {"uuid": str(uuid4()), "words": "And the stairs."})
    assert list(Message.objects.filter(session=session).order_by("id").values_list("words", flat=True)) == [
        "About the garden.",
        "And the stairs.",
    ]
