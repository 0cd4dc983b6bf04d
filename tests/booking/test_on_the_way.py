"""What a client or visitor meets on the way through booking: no dead ends, and words that are true."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.booking.models import Question, SessionType
from coaching.people.models import Client
from tests import cast
from tests.booking.reading import form

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_what_is_missing_is_named_and_leads_to_its_field(
    as_teresa: Browser, coaching: SessionType, wednesday: datetime
) -> None:
    question = Question.objects.create(session_type=coaching, words="Where is it?", required=True)
    answer = as_teresa.post("/book/coaching/", form(wednesday))
    assert answer.status_code == 422
    assert f'<a href="#id_question_{question.pk}">This has to be answered: Where is it?</a>' in words(answer)


def test_after_a_refusal_nothing_is_said_of_the_time_that_was_refused(
    as_teresa: Browser, outsider: Client, coaching: SessionType, wednesday: datetime
) -> None:
    cast.appointment(client=outsider, session_type=coaching, start=wednesday)
    page = words(as_teresa.post("/book/coaching/", form(wednesday)))
    assert "That time was just taken." in page
    assert "You can move or cancel it until 24 hours before." in page


def test_nothing_free_offers_the_waiting_list_once(as_teresa: Browser, coaching: SessionType) -> None:
    SessionType.objects.update(horizon_days=1, notice_hours=48)
    page = words(as_teresa.get("/book/coaching/"))
    assert "Nothing is free today and tomorrow." in page
    assert page.count("/book/coaching/waiting/") == 1


def test_a_visitor_reads_with_whom_and_what_it_is(client: Browser, first_talk: SessionType) -> None:
    SessionType.objects.filter(pk=first_talk.pk).update(description="We get to know each other.")
    page = words(client.get("/book/first-talk/"))
    assert "with Marta Lindqvist" in page
    assert "We get to know each other." in page


def test_after_cancelling_the_same_kind_is_booked_again(
    as_teresa: Browser, teresa: Client, coaching: SessionType, wednesday: datetime
) -> None:
    session = cast.appointment(client=teresa, session_type=coaching, start=wednesday, status="cancelled")
    again = '<a class="btn" href="{}">Book another time</a>'
    assert again.format("/book/coaching/") in words(as_teresa.get(f"/sessions/{session.pk}/"))
    SessionType.objects.update(retired_at=timezone.now())
    assert again.format("/book/") in words(as_teresa.get(f"/sessions/{session.pk}/"))


@pytest.mark.parametrize(
    ("place", "status", "said"),
    [
        ("video", "confirmed", "Wednesday at 10:00 you talk with Marta"),
        ("person", "confirmed", "Wednesday at 10:00 you meet Marta"),
        ("video", "requested", "You asked Marta for Wednesday at 10:00"),
    ],
)
def test_the_list_says_what_the_next_session_is(
    as_teresa: Browser,
    teresa: Client,
    coaching: SessionType,
    wednesday: datetime,
    place: str,
    status: str,
    said: str,
) -> None:
    SessionType.objects.update(place=place)
    cast.appointment(client=teresa, session_type=coaching, start=wednesday, status=status)
    assert said in words(as_teresa.get("/sessions/"))


@pytest.mark.parametrize(
    ("away", "later", "offered"),
    [
        (25, "ask", ["Move it", "Cancel it"]),
        (23, "ask", ["Ask to move", "Ask to cancel"]),
        (23, "counts", ["Ask to move", "Cancel it"]),
    ],
)
def test_today_offers_what_is_possible(
    as_teresa: Browser,
    teresa: Client,
    coaching: SessionType,
    now: datetime,
    away: int,
    later: str,
    offered: list[str],
) -> None:
    SessionType.objects.update(later=later)
    cast.appointment(client=teresa, session_type=coaching, start=now + away * HOUR)
    page = words(as_teresa.get("/today/"))
    for each in offered:
        assert f">{each}</a>" in page


def test_more_kinds_than_today_shows_are_one_press_away(as_teresa: Browser, coaching: SessionType) -> None:
    for number in range(3):
        assert "Everything that you can book" not in words(as_teresa.get("/today/"))
        cast.session_type(of=coaching.practitioner, slug=f"more-{number}")
    assert "Everything that you can book" in words(as_teresa.get("/today/"))


@pytest.mark.parametrize(
    ("place", "ready"),
    [
        ("video", "The camera low enough"),
        ("phone", "The telephone charged"),
        ("person", "Time to get there"),
    ],
)
def test_what_to_have_ready_comes_first_on_the_day(
    as_teresa: Browser, teresa: Client, coaching: SessionType, now: datetime, place: str, ready: str
) -> None:
    SessionType.objects.update(place=place)
    for away, first in ((23, True), (25, False)):
        session = cast.appointment(client=teresa, session_type=coaching, start=now + away * HOUR)
        page = words(as_teresa.get(f"/sessions/{session.pk}/"))
        assert (page.index(ready) < page.index("<dt>Where</dt>")) is first
        session.delete()


def test_the_way_into_a_session_stands_above_the_list_too(
    as_teresa: Browser, teresa: Client, coaching: SessionType, now: datetime
) -> None:
    SessionType.objects.update(address="https://meet.example/{room}")
    cast.appointment(client=teresa, session_type=coaching, start=now + HOUR / 6)
    page = words(as_teresa.get("/sessions/"))
    assert "Begins in 10 minutes" in page
    assert "Join Marta" in page


def test_a_meeting_address_is_called_by_its_host(
    as_teresa: Browser, teresa: Client, coaching: SessionType, wednesday: datetime
) -> None:
    SessionType.objects.update(address="https://meet.example/a/very/long/way/{room}")
    session = cast.appointment(client=teresa, session_type=coaching, start=wednesday)
    page = words(as_teresa.get(f"/sessions/{session.pk}/"))
    assert f'/{session.room.hex}" rel="noreferrer">meet.example</a>' in page
