"""A practitioner's other calendars: read again and again, old when they cannot be, and never booked over."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from coaching.booking import actions as booking
from coaching.booking.calendars import rules
from coaching.booking.calendars.actions import (
    AlreadyRead,
    TooMany,
    add_busy,
    read_again,
    remove_busy,
    wish_to_read,
)
from coaching.booking.calendars.busy import NotRead
from coaching.booking.calendars.queries import stale_calendars
from coaching.booking.models import Appointment, BusyCalendar, BusyTime, SessionType
from coaching.booking.queries import all_free_slots
from coaching.people.models import Client, Practitioner
from tests.booking.calendars.outside import ONLY_HERE, Outside, calendar, certificate_for, entry, send

FULL = "/marta.ics"


@pytest.fixture
def outside() -> Iterator[Outside]:
    with Outside() as server:
        yield server


def busy_at(start: datetime, hours: float = 1, uid: str = "a") -> bytes:
    end = start + timedelta(hours=hours)
    return calendar(entry(uid, f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}"))


def added(outside: Outside, marta: Practitioner, now: datetime) -> BusyCalendar:
    return add_busy(practitioner=marta, name="Home", url=outside.url(FULL), now=now, policy=ONLY_HERE)


def again(home: BusyCalendar, now: datetime) -> bool:
    return read_again(calendar_id=home.pk, now=now, policy=ONLY_HERE)


def spans() -> list[tuple[datetime, datetime]]:
    return list(BusyTime.objects.order_by("starts_at").values_list("starts_at", "ends_at"))


def test_what_is_busy_elsewhere_is_not_offered_and_cannot_be_booked(
    outside: Outside, marta: Practitioner, teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    assert wednesday in [slot.start for slot in all_free_slots(coaching, now)]
    outside.gives(FULL, busy_at(wednesday))
    home = added(outside, marta, now)
    assert wednesday not in [slot.start for slot in all_free_slots(coaching, now)]
    with pytest.raises(booking.NotFree):
        booking.book(session_type=coaching, client=teresa, start=wednesday, token=uuid4(), by=teresa.user, now=now)
    remove_busy(calendar=home)
    assert wednesday in [slot.start for slot in all_free_slots(coaching, now)]


def test_busy_times_of_another_practitioner_do_not_matter(
    outside: Outside, stranger: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    outside.gives(FULL, busy_at(wednesday))
    added(outside, stranger.practitioner, now)
    assert wednesday in [slot.start for slot in all_free_slots(coaching, now)]


def test_our_own_sessions_that_stand_there_do_not_count_twice(
    outside: Outside,
    marta: Practitioner,
    stranger: Client,
    session: Appointment,
    wednesday: datetime,
    now: datetime,
) -> None:
    """Else a session could never be moved by an hour, nor its time be booked again once it is cancelled."""
    outside.gives(FULL, busy_at(wednesday, uid=session.uid))
    added(outside, marta, now)
    assert spans() == []
    outside.gives("/other.ics", busy_at(wednesday, uid=session.uid))
    add_busy(practitioner=stranger.practitioner, name="x", url=outside.url("/other.ics"), now=now, policy=ONLY_HERE)
    assert spans() == [(wednesday, wednesday + timedelta(hours=1))]


def test_entries_that_touch_become_one_stretch(outside: Outside, marta: Practitioner, now: datetime) -> None:
    entries = [
        entry(str(hour), f"DTSTART:20261201T{hour}0000Z", f"DTEND:20261201T{hour + 1}3000Z")
        for hour in (10, 11, 14)
    ]
    outside.gives(FULL, calendar(*entries))
    added(outside, marta, now)
    day = datetime(2026, 12, 1, tzinfo=UTC)
    assert spans() == [
        (day + timedelta(hours=10), day + timedelta(hours=12.5)),
        (day + timedelta(hours=14), day + timedelta(hours=15.5)),
    ]


def test_a_first_reading_that_fails_keeps_nothing_and_says_why(
    outside: Outside, marta: Practitioner, now: datetime
) -> None:
    outside.gives(FULL, b"<html>Please sign in</html>")
    with pytest.raises(NotRead) as why:
        added(outside, marta, now)
    assert str(why.value.sentence).startswith("There is a page at this address, but no calendar.")
    assert not BusyCalendar.objects.exists()


def test_one_address_is_read_once_and_ten_at_most(outside: Outside, marta: Practitioner, now: datetime) -> None:
    outside.gives(FULL, calendar())
    added(outside, marta, now)
    with pytest.raises(AlreadyRead):
        added(outside, marta, now)
    BusyCalendar.objects.bulk_create(
        BusyCalendar(practitioner=marta, name="x", url=f"https://c.example/{n}", added_at=now, next_try_at=now)
        for n in range(9)
    )
    outside.gives("/eleventh.ics", calendar())
    with pytest.raises(TooMany):
        add_busy(practitioner=marta, name="x", url=outside.url("/eleventh.ics"), now=now, policy=ONLY_HERE)


def test_it_is_read_again_when_its_time_comes_and_only_by_one(
    outside: Outside, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    outside.gives(FULL, busy_at(wednesday))
    home = added(outside, marta, now)
    assert not again(home, now + timedelta(minutes=14))
    later = now + timedelta(minutes=19)
    outside.gives(FULL, busy_at(wednesday, hours=2))
    assert again(home, later)
    assert not again(home, later)
    assert spans() == [(wednesday, wednesday + timedelta(hours=2))]
    home.refresh_from_db()
    assert home.fresh_at == later


def test_nothing_changed_is_an_answer(
    outside: Outside, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    outside.gives(FULL, busy_at(wednesday), ETag='"one"')
    home = added(outside, marta, now)
    later = now + timedelta(minutes=20)
    assert again(home, later)
    assert outside.asked[-1][1]["If-None-Match"] == '"one"'
    home.refresh_from_db()
    assert home.fresh_at == later
    assert spans() == [(wednesday, wednesday + timedelta(hours=1))]


def test_what_repeats_is_written_out_anew_after_a_week_although_nothing_changed(
    outside: Outside, marta: Practitioner, now: datetime
) -> None:
    daily = entry("a", "DTSTART:20261101T100000Z", "DTEND:20261101T110000Z", "RRULE:FREQ=DAILY")
    outside.gives(FULL, calendar(daily), ETag='"one"')
    home = added(outside, marta, now)
    last = spans()[-1][0]
    assert again(home, now + timedelta(days=8))
    assert "If-None-Match" not in outside.asked[-1][1]
    assert spans()[-1][0] == last + timedelta(days=8)


def test_another_clock_of_hers_is_followed_although_nothing_changed(
    outside: Outside, marta: Practitioner, now: datetime
) -> None:
    floating = entry("a", "DTSTART:20261201T100000", "DTEND:20261201T110000")
    outside.gives(FULL, calendar(floating), ETag='"one"')
    home = added(outside, marta, now)
    assert spans()[0][0] == datetime(2026, 12, 1, 9, tzinfo=UTC)
    User.objects.filter(pk=marta.user_id).update(time_zone="Europe/Lisbon")
    assert again(home, now + timedelta(minutes=20))
    assert spans()[0][0] == datetime(2026, 12, 1, 10, tzinfo=UTC)


def test_when_it_cannot_be_read_what_was_busy_stays_busy_and_tries_come_later_each_time(
    outside: Outside, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    outside.gives(FULL, busy_at(wednesday))
    home = added(outside, marta, now)
    outside.says(FULL, 500)
    moment, pauses = now, []
    for _ in range(5):
        home.refresh_from_db()
        moment = home.next_try_at
        assert not again(home, moment)
        home.refresh_from_db()
        pauses.append(home.next_try_at - moment)
    assert pauses == sorted(pauses)
    assert timedelta(minutes=15) <= pauses[0] <= timedelta(minutes=18)
    assert timedelta(hours=6) <= pauses[-1] <= timedelta(hours=7.2)
    assert home.problem == "The other side has trouble and gave us no calendar."
    assert home.fresh_at == now
    assert spans() == [(wednesday, wednesday + timedelta(hours=1))]
    outside.gives(FULL, calendar())
    wish_to_read(calendar=home, now=moment)
    assert again(home, moment)
    home.refresh_from_db()
    assert (home.problem, home.failures, spans()) == ("", 0, [])


def test_a_calendar_that_nobody_could_read_for_a_day_is_stale(
    outside: Outside, marta: Practitioner, stranger: Client, now: datetime
) -> None:
    outside.gives(FULL, calendar())
    home = added(outside, marta, now)
    assert list(stale_calendars(marta, now + timedelta(hours=24))) == []
    assert list(stale_calendars(marta, now + timedelta(hours=25))) == [home]
    assert list(stale_calendars(stranger.practitioner, now + timedelta(hours=25))) == []


@pytest.mark.django_db(transaction=True)
def test_a_calendar_that_was_removed_while_it_was_read_stays_removed(
    outside: Outside, marta: Practitioner, wednesday: datetime, now: datetime
) -> None:
    outside.gives(FULL, calendar())
    home = added(outside, marta, now)

    def removes_it_meanwhile(request: BaseHTTPRequestHandler) -> None:
        """Through a connection of its own, as another page does."""
        BusyCalendar.objects.all().delete()
        connection.close()
        send(request, 200, busy_at(wednesday), {})

    outside.does(FULL, removes_it_meanwhile)
    assert not again(home, now + timedelta(hours=1))
    assert spans() == []


def test_calendars_of_one_host_come_apart() -> None:
    assert len({rules.pause(failures=0, key=key) for key in range(50)}) > 40
    assert all(rules.pause(failures=0, key=key) >= rules.EVERY for key in range(50))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Paste the address of the calendar."),
        ("http://calendar.example/a.ics", "does not begin with https://"),
        ("calendar.example", "does not begin with https://"),
        ("https://", "not an address that we can read"),
        ("https://192.168.1.1/a.ics", "leads into a private network"),
        ("webcal://localhost/a.ics", "leads into a private network"),
    ],
)
def test_the_page_says_in_a_sentence_what_is_wrong(as_marta: Browser, typed: str, sentence: str) -> None:
    answer = as_marta.post(reverse("settings_busy"), {"url": typed, "name": "Home"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not BusyCalendar.objects.exists()


def test_the_page_reads_a_calendar_and_reads_it_again(
    as_marta: Browser, wednesday: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    """From a network that whoever runs the portal has named, by a certificate that this process trusts."""
    certificate = certificate_for("localhost", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.CALENDAR_NETWORKS = [ip_network("127.0.0.0/8")]
    with Outside(certificate=certificate) as secure:
        secure.gives(FULL, busy_at(wednesday))
        typed = secure.url(FULL, host="localhost").replace("https://", "webcal://")
        answer = as_marta.post(reverse("settings_busy"), {"url": typed, "name": ""}, follow=True)
        assert "localhost is read. What is busy there cannot be booked here." in answer.content.decode()
        assert len(spans()) == 1
        secure.gives(FULL, calendar())
        (home,) = BusyCalendar.objects.all()
        again_page = as_marta.post(reverse("settings_busy_read", args=[home.pk]), follow=True)
        assert "localhost is read." in again_page.content.decode()
        assert spans() == []
        secure.says(FULL, 410)
        failed = as_marta.post(reverse("settings_busy_read", args=[home.pk]), follow=True).content.decode()
        assert "localhost could not be read." in failed
        assert "There is no calendar at this address any more." in failed


def test_the_page_names_each_calendar_and_how_fresh_it_is(
    as_marta: Browser, marta: Practitioner, now: datetime
) -> None:
    fields = {"practitioner": marta, "added_at": now, "next_try_at": now}
    BusyCalendar.objects.create(name="Home", url="https://c.example/secret-1", fresh_at=now, **fields)
    BusyCalendar.objects.create(
        name="Clinic",
        url="https://c.example/secret-2",
        fresh_at=now - timedelta(days=3),
        problem="Nobody answers at this address.",
        **fields,
    )
    shown = as_marta.get(reverse("settings_busy")).content.decode()
    assert shown.count("What became busy there since then can be booked here.") == 1
    assert "Nobody answers at this address." in shown
    assert "secret-1" not in shown


def test_one_calendar_costs_as_many_queries_as_ten(
    as_marta: Browser, marta: Practitioner, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def more(count: int) -> None:
        BusyCalendar.objects.bulk_create(
            BusyCalendar(
                practitioner=marta, name="x", url=f"https://c.example/{uuid4()}", added_at=now, next_try_at=now
            )
            for _ in range(count)
        )

    as_marta.get(reverse("settings_busy"))  # the first page of a sign-in notes that it is in use
    counts = []
    for count in (1, 9):
        more(count)
        with django_assert_max_num_queries(12) as asked:
            as_marta.get(reverse("settings_busy"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_nobody_touches_anothers_calendar(as_marta: Browser, stranger: Client, now: datetime) -> None:
    theirs = BusyCalendar.objects.create(
        practitioner=stranger.practitioner, name="x", url="https://c.example/", added_at=now, next_try_at=now
    )
    for name in ("settings_busy_read", "settings_busy_remove"):
        assert as_marta.post(reverse(name, args=[theirs.pk])).status_code == 404
    assert BusyCalendar.objects.filter(pk=theirs.pk).exists()


def test_removing_one_on_the_page(as_marta: Browser, marta: Practitioner, now: datetime) -> None:
    mine = BusyCalendar.objects.create(
        practitioner=marta, name="Home", url="https://c.example/", added_at=now, next_try_at=now
    )
    answer = as_marta.post(reverse("settings_busy_remove", args=[mine.pk]), follow=True)
    assert "Home is not read any more." in answer.content.decode()
    assert not BusyCalendar.objects.exists()
