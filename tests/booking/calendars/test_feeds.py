"""A person's feed: what stands in it, who may read it, and how often it is sent."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import vobject
from django.conf import LazySettings
from django.test import Client as Browser
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from coaching.booking import actions
from coaching.booking.calendars.actions import end_feed, open_feed
from coaching.booking.models import Appointment, CalendarFeed, SessionType
from coaching.people.models import Client, Practitioner
from tests import cast


@pytest.fixture
def feed(teresa: Client, now: datetime) -> CalendarFeed:
    return open_feed(person=teresa.user, now=now)


@pytest.fixture
def address(feed: CalendarFeed) -> str:
    return reverse("calendar_feed", args=[feed.token])


def events(address: str) -> list[Any]:
    answer = Browser().get(address)
    assert answer.status_code == 200
    return list(vobject.readOne(answer.content.decode()).contents.get("vevent", []))


def uids(address: str) -> set[str]:
    return {event.uid.value for event in events(address)}


def test_a_program_reads_ones_sessions_and_nobody_elses(
    session: Appointment,
    outsider: Client,
    stranger: Client,
    coaching: SessionType,
    wednesday: datetime,
    address: str,
) -> None:
    cast.appointment(client=outsider, session_type=coaching, start=wednesday + timedelta(days=1))
    theirs = cast.session_type(of=stranger.practitioner)
    cast.appointment(client=stranger, session_type=theirs, start=wednesday)
    assert uids(address) == {session.uid}
    (event,) = events(address)
    assert event.dtstart.value == session.starts_at
    assert event.summary.value == "Coaching session with Marta Lindqvist"


def test_the_practitioner_reads_all_of_hers(
    session: Appointment,
    outsider: Client,
    marta: Practitioner,
    coaching: SessionType,
    wednesday: datetime,
    now: datetime,
) -> None:
    other = cast.appointment(client=outsider, session_type=coaching, start=wednesday + timedelta(days=1))
    hers = open_feed(person=marta.user, now=now)
    assert uids(reverse("calendar_feed", args=[hers.token])) == {session.uid, other.uid}


def test_ninety_days_back_and_all_that_comes_without_what_was_cancelled(
    teresa: Client, coaching: SessionType, now: datetime, address: str
) -> None:
    def at(days: int, status: str = "confirmed", **fields: Any) -> str:
        start = now + timedelta(days=days)
        return cast.appointment(client=teresa, session_type=coaching, start=start, status=status, **fields).uid

    kept = {at(-89, "held"), at(-20, "missed"), at(3), at(300)}
    asked = at(4, "requested")
    at(-91, "held")
    at(5, "cancelled")
    at(6, "offered", held_until=now + timedelta(hours=1))
    assert uids(address) == {*kept, asked}
    assert {event.uid.value: event.status.value for event in events(address)}[asked] == "TENTATIVE"


def test_a_move_updates_it_in_place_and_a_cancellation_takes_it_out(
    session: Appointment, teresa: Client, wednesday: datetime, now: datetime, address: str
) -> None:
    (before,) = events(address)
    moved = wednesday + timedelta(hours=2)
    actions.move(appointment=session, start=moved, by=teresa.user, now=now)
    (after,) = events(address)
    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.dtstart.value == moved
    actions.cancel(appointment=session, by=teresa.user, why="", now=now)
    assert events(address) == []


def test_a_program_that_knows_it_already_gets_no_second_copy(
    session: Appointment, teresa: Client, wednesday: datetime, now: datetime, address: str
) -> None:
    browser = Browser()
    first = browser.get(address)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": first["ETag"]}
    assert browser.get(address, headers=known).status_code == 304
    assert browser.get(address, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    actions.move(appointment=session, start=wednesday + timedelta(hours=2), by=teresa.user, now=now)
    assert browser.get(address, headers=known).status_code == 200


def test_another_address_of_the_meeting_reaches_programs_too(
    session: Appointment, coaching: SessionType, address: str
) -> None:
    known = {"If-None-Match": Browser().get(address)["ETag"]}
    SessionType.objects.filter(pk=coaching.pk).update(address="https://meet.example/new")
    answer = Browser().get(address, headers=known)
    assert answer.status_code == 200
    assert b"https://meet.example/new" in answer.content


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (SessionType, {"name": "Another name"}),
        (SessionType, {"place": "person"}),
        (SessionType, {"address": "https://meet.example/new"}),
        (User, {"name": "Another Person"}),
        (User, {"time_zone": "Asia/Kathmandu"}),
        (User, {"email": "another@example.org"}),
        (Appointment, {"room": uuid4()}),
        (Appointment, {"status": "requested"}),
        (Appointment, {"ends_at": datetime(2026, 11, 25, 11, 10, tzinfo=UTC)}),
    ],
)
def test_whatever_it_is_written_from_reaches_programs(
    session: Appointment,
    coaching: SessionType,
    address: str,
    marta: Practitioner,
    table: Any,
    change: dict[str, Any],
) -> None:
    SessionType.objects.filter(pk=coaching.pk).update(address="https://meet.example/{room}")
    before = Browser().get(address).content
    table.objects.filter(pk={SessionType: coaching, User: marta.user, Appointment: session}[table].pk).update(
        **change
    )
    assert Browser().get(address).content != before


def test_two_people_of_one_session_read_each_their_own(
    session: Appointment, marta: Practitioner, address: str, now: datetime
) -> None:
    hers = reverse("calendar_feed", args=[open_feed(person=marta.user, now=now).token])
    for _again in range(2):
        assert "with Marta Lindqvist" in Browser().get(address).content.decode()
        assert "with Teresa Almada" in Browser().get(hers).content.decode()


def test_without_the_store_it_is_written_each_time(
    session: Appointment, address: str, settings: LazySettings
) -> None:
    first = Browser().get(address).content
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert Browser().get(address).content == first


def test_it_says_how_often_to_come_again(session: Appointment, address: str) -> None:
    content = Browser().get(address).content
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in content
    assert b"X-PUBLISHED-TTL:PT1H\r\n" in content
    assert b"X-WR-CALNAME:Sessions\r\n" in content


def test_a_new_address_ends_the_old_one(teresa: Client, feed: CalendarFeed, address: str, now: datetime) -> None:
    fresh = open_feed(person=teresa.user, now=now)
    assert Browser().get(address).status_code == 404
    assert Browser().get(reverse("calendar_feed", args=[fresh.token])).status_code == 200
    end_feed(person=teresa.user)
    assert Browser().get(reverse("calendar_feed", args=[fresh.token])).status_code == 404


def test_a_closed_account_shows_nothing(teresa: Client, address: str) -> None:
    teresa.user.is_active = False
    teresa.user.save(update_fields=["is_active"])
    assert Browser().get(address).status_code == 404


def test_one_session_costs_as_many_queries_as_thirty(
    teresa: Client,
    coaching: SessionType,
    address: str,
    now: datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    cast.appointment(client=teresa, session_type=coaching, start=now + timedelta(days=1))
    with django_assert_num_queries(3):  # the feed, its sessions, that it was read
        assert len(events(address)) == 1
    for days in range(2, 31):
        cast.appointment(client=teresa, session_type=coaching, start=now + timedelta(days=days))
    with django_assert_num_queries(3):
        assert len(events(address)) == 30
    with django_assert_num_queries(2):  # nothing new to note
        assert len(events(address)) == 30


def test_getting_the_address_changing_it_and_giving_it_up(teresa: Client, as_teresa: Browser) -> None:
    page = reverse("settings_calendar")
    assert "Make my address" in as_teresa.get(page).content.decode()
    assert not CalendarFeed.objects.exists()
    as_teresa.post(page)
    token = CalendarFeed.objects.get(person=teresa.user).token
    shown = as_teresa.get(page).content.decode()
    assert f"http://testserver/calendar/{token}.ics" in shown
    assert f"webcal://testserver/calendar/{token}.ics" in shown
    assert "The old one shows nothing any more." in as_teresa.post(page, follow=True).content.decode()
    assert CalendarFeed.objects.get(person=teresa.user).token != token
    as_teresa.post(reverse("settings_calendar_end"))
    assert not CalendarFeed.objects.exists()


def test_looking_at_the_page_changes_nothing(as_teresa: Browser, feed: CalendarFeed) -> None:
    as_teresa.get(reverse("settings_calendar"))
    assert as_teresa.get(reverse("settings_calendar_end")).status_code == 405
    assert CalendarFeed.objects.get().token == feed.token
