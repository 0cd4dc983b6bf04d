"""What is listed can be booked, and what is not is refused: through the pages, on the days of a clock change."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from coaching.booking.models import Appointment, KeptFree, Series, SessionType, WaitingPlace, Workload
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.reading import form, stamp
from tests.conftest import signed_in

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock enters at one place only, and stands still here."""
    monkeypatch.setattr(timezone, "now", lambda: now)


# --- booking, where the clock changes ------------------------------------------------------------------


def practice_in(zone: str, day: date) -> SessionType:
    """Open in the middle of each day, and late over midnight; something is booked, something kept free, and two
    sessions a day are enough."""
    practitioner = cast.practitioner(name="Lore Howell", zone=zone)
    for opens, closes in ((time(10, 30), time(15, 15)), (time(23), time(4))):
        cast.opening(of=practitioner, opens=opens, closes=closes, days=range(7))
    kind = cast.session_type(of=practitioner, grid=35, minutes=50, buffer_before=10, buffer_after=5)
    noon = datetime.combine(day, time(12), practitioner.zone)
    other = cast.client(of=practitioner, name="Other")
    for start in (noon - DAY, noon - DAY + 2 * timedelta(hours=1), noon + DAY):
        cast.appointment(client=other, session_type=kind, start=start)
    KeptFree.objects.create(practitioner=practitioner, starts_at=noon + 31 * MINUTE, ends_at=noon + 33 * MINUTE)
    Workload.objects.create(practitioner=practitioner, day_limit=2)
    return kind


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Australia/Lord_Howe", date(2027, 4, 4)),
        ("Australia/Lord_Howe", date(2026, 10, 4)),
        ("Europe/Lisbon", date(2027, 3, 28)),
        ("America/St_Johns", date(2026, 11, 1)),
    ],
)
@pytest.mark.django_db
def test_every_listed_time_can_be_booked_and_no_other(
    monkeypatch: pytest.MonkeyPatch, zone: str, day: date
) -> None:
    now = datetime.combine(day - 4 * DAY, time(7, 12, 34, 567890), UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    kind = practice_in(zone, day)
    browser = signed_in(cast.client(of=kind.practitioner, zone="Asia/Kathmandu"))
    asked = f"from={day - 2 * DAY}&to={day + 2 * DAY}&zone={zone}"
    slots = browser.get(f"/book/coaching/slots.json?{asked}").json()["slots"]
    listed = {datetime.fromisoformat(slot["start"]) for slot in slots}
    assert len(listed) > 20
    chance = Random(f"{zone} {day}")
    for start in chance.sample(sorted(listed), 20):
        assert tried(browser, start) == 303, start
    for start in not_listed(listed, chance):
        assert tried(browser, start) == 409, start


def tried(browser: Browser, start: datetime) -> int:
    """What booking answers; afterwards it is as if nobody had asked."""
    cache.clear()  # nobody presses that often
    with transaction.atomic():
        status = browser.post("/book/coaching/", {"start": start.isoformat(), "token": str(uuid4())}).status_code
        transaction.set_rollback(True)
    return status


def not_listed(listed: set[datetime], chance: Random) -> Iterable[datetime]:
    """Moments around what is listed: a few minutes off, an hour off (as by a wrong clock), a microsecond off."""
    first, last = min(listed), max(listed)
    for start in chance.sample(sorted(listed), 2):
        yield start + chance.choice([-1, 1]) * timedelta.resolution
        yield from {start + off * MINUTE for off in (-60, -30, -5, 1, 30, 60)} - listed
    for _ in range(10):
        moment = first + chance.randrange(int((last - first) / MINUTE)) * MINUTE
        if moment not in listed:
            yield moment


# --- hand-made, at every door --------------------------------------------------------------------------

Door = Callable[[str], Any]


@pytest.fixture
def kathmandu(marta: Practitioner) -> Client:
    """Far east: the end of the calendar comes earlier there."""
    return cast.client(of=marta, name="Kala Karki", zone="Asia/Kathmandu")


@pytest.fixture
def session(kathmandu: Client, coaching: SessionType, wednesday: datetime) -> Appointment:
    return cast.appointment(client=kathmandu, session_type=coaching, start=wednesday)


@pytest.fixture(params=["book", "move", "ask", "repeat", "move the row", "answer"])
def door(
    request: pytest.FixtureRequest, kathmandu: Client, as_marta: Browser, session: Appointment, now: datetime
) -> Door:
    """Posts a start, as a page of that kind would."""
    browser = signed_in(kathmandu)
    here = f"/sessions/{session.pk}"
    if request.param == "book":
        return lambda start: browser.post("/book/coaching/", {"start": start, "token": str(uuid4())})
    if request.param == "move":
        return lambda start: browser.post(f"{here}/move/", {"start": start})
    if request.param == "ask":
        return lambda start: browser.post(f"{here}/ask/", {"wish": "move", "start": start})
    if request.param == "answer":
        wish = session.requests.create(wish="move", asked_at=now)
        return lambda start: as_marta.post(f"/sessions/asked/{wish.pk}/answer/", {"answer": "", "start": start})
    row = {"every": 1, "times": 2, "token": str(uuid4())}
    if request.param == "repeat":
        return lambda start: browser.post("/book/coaching/repeat/", {**row, "start": start, "turn_1": start})
    session.series = Series.objects.create(
        client=kathmandu, session_type=session.session_type, every_weeks=1, zone="Europe/Copenhagen", created_at=now
    )
    session.save(update_fields=["series"])
    return lambda start: browser.post(f"{here}/series/move/", {**row, "start": start, "turn_1": start})


@pytest.mark.parametrize(
    "start",
    [
        pytest.param("2026-11-25T09:07:00Z", id="off the grid"),
        pytest.param("2026-11-25T11:30:00.000001Z", id="a microsecond late"),
        pytest.param("2026-11-25T11:30:00", id="of no zone"),
        pytest.param("2026-11-25T11:30:00+00:01", id="of a zone that nobody has"),
        pytest.param("2026-11-25T04:00:00Z", id="before she opens"),
        pytest.param("2026-11-25T15:15:00Z", id="ends after she closes"),
        pytest.param("2026-11-28T10:00:00Z", id="on a day off"),
        pytest.param("2026-11-20T10:00:00Z", id="past"),
        pytest.param("2027-11-24T10:00:00Z", id="beyond the horizon"),
        pytest.param("9999-12-31T23:59:59Z", id="the end of the calendar"),
        pytest.param("0001-01-01T00:00:00Z", id="its beginning"),
        pytest.param("9999-12-31T23:59:59-12:00", id="after its end"),
        pytest.param("2026-11-25T25:00:00Z", id="an hour too many"),
        pytest.param("1764064800", id="a number"),
        pytest.param("2026-11-25T11:30\x00:00Z", id="with a zero byte"),
        pytest.param("next tuesday' OR 1=1 --", id="words"),
        pytest.param("９" * 5000, id="very long"),
    ],
)
def test_what_is_not_listed_is_refused_at_every_door(door: Door, session: Appointment, start: str) -> None:
    before = session.starts_at
    assert door(start).status_code in (409, 422)
    session.refresh_from_db()
    assert session.starts_at == before
    assert list(Appointment.objects.values_list("pk", flat=True)) == [session.pk]
    assert not session.requests.filter(wanted__isnull=False).exists()
    assert not session.requests.filter(proposed__isnull=False).exists()


@pytest.mark.parametrize("start", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "nonsense"])
def test_a_link_with_nonsense_opens_the_page_as_ever(kathmandu: Client, session: Appointment, start: str) -> None:
    browser = signed_in(kathmandu)
    for page in ("/book/coaching/", f"/sessions/{session.pk}/move/"):
        assert browser.get(page, {"start": start}).status_code == 200
    assert browser.get("/book/coaching/repeat/", {"start": start, "every": 1, "times": 2}).status_code == 422


@pytest.mark.parametrize(
    "spelling",
    ["2026-11-25T17:15:00+05:45", "2026-11-25T11:30:00.000000Z", "2026-W48-3T11:30+00:00", "20261125T1130Z"],
)
def test_the_same_instant_in_another_spelling_is_the_same(
    as_teresa: Browser, coaching: SessionType, spelling: str
) -> None:
    assert as_teresa.post("/book/coaching/", {"start": spelling, "token": str(uuid4())}).status_code == 303
    assert stamp(Appointment.objects.get().starts_at) == "2026-11-25T11:30:00Z"


# --- too soon, and too late ----------------------------------------------------------------------------


def test_notice_and_horizon_are_counted_to_the_second(
    as_teresa: Browser, coaching: SessionType, monkeypatch: pytest.MonkeyPatch, wednesday: datetime
) -> None:
    second = timedelta(seconds=1)
    for moment, answer in (
        (wednesday - 12 * 60 * MINUTE + second, 409),
        (wednesday - 60 * DAY - second, 409),
        (wednesday - 60 * DAY, 303),
        (wednesday - 12 * 60 * MINUTE, 303),
    ):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert tried(as_teresa, wednesday) == answer, moment


def test_the_length_is_the_types_whatever_is_posted(
    as_teresa: Browser, coaching: SessionType, wednesday: datetime
) -> None:
    more = {"end": stamp(wednesday + 5 * MINUTE), "minutes": 5, "status": "held", "practitioner": 0}
    assert as_teresa.post("/book/coaching/", form(wednesday, **more)).status_code == 303
    session = Appointment.objects.get()
    assert (session.minutes, session.status) == (60, "confirmed")


def test_a_request_is_not_approved_once_its_time_has_come(
    as_marta: Browser, session: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    Appointment.objects.update(status="requested")
    monkeypatch.setattr(timezone, "now", lambda: session.starts_at)
    as_marta.post(f"/sessions/asked/booking/{session.pk}/", {"answer": "yes"})
    session.refresh_from_db()
    assert session.status == "requested"


def test_an_offer_is_not_taken_once_its_hold_is_over(
    kathmandu: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    offer = cast.appointment(
        client=kathmandu, session_type=coaching, start=wednesday, status="offered", held_until=now
    )
    WaitingPlace.objects.create(client=kathmandu, session_type=coaching, since=now, state="told", offer=offer)
    signed_in(kathmandu).post(f"/sessions/{offer.pk}/offer/", {"answer": "take"})
    assert not Appointment.objects.standing().exists()
