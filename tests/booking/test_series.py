"""Rows of sessions: on the wall clock, each checked, clashes shown, all or none."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.utils import timezone
from icalendar import Calendar

from coaching.booking import actions, repeats
from coaching.booking.models import Appointment, Series, SessionType, Workload
from coaching.booking.rules import Slot
from coaching.outbox.letters import Told, tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.reading import stamp
from tests.booking.test_race_waiting import at_once

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def fortnights(first: datetime, count: int = 6) -> list[datetime]:
    return [first + 2 * n * WEEK for n in range(count)]


def book(client: Client, kind: SessionType, starts: list[datetime], now: datetime, **more: object) -> Series:
    asked = {"token": uuid4(), "by": client.user, "every_weeks": 2, **more}
    return actions.book_series(session_type=kind, client=client, starts=starts, now=now, **asked)  # type: ignore[arg-type]


def told(kind: str, person: Client | Practitioner, now: datetime) -> Told:
    said = tell_in_their_words(Letter.objects.get(kind=kind, person=person.user), now)
    assert said is not None
    return said


# --- on the clock ------------------------------------------------------------------------------------


def test_a_row_keeps_the_wall_clock_over_a_clock_change() -> None:
    first = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)  # ten in Copenhagen, in summer
    row = repeats.starts(first, every_weeks=1, count=2, zone=COPENHAGEN)
    assert [f"{each.astimezone(COPENHAGEN):%H:%M}" for each in row] == ["10:00", "10:00"]
    assert row[1] - row[0] == WEEK + HOUR


def test_a_time_that_a_clock_change_skips_becomes_the_change() -> None:
    first = datetime(2026, 3, 22, 1, 30, tzinfo=UTC)  # half past two in Copenhagen; a week later there is none
    assert repeats.starts(first, every_weeks=1, count=2, zone=COPENHAGEN)[1] == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_the_hour_that_shifts_for_the_client_is_marked() -> None:
    """Between the two clock changes of autumn, New York is an hour nearer."""
    first = datetime(2026, 10, 20, 13, 0, tzinfo=UTC)
    wanted = repeats.starts(first, every_weeks=1, count=3, zone=COPENHAGEN)
    slots = [Slot(start, start + HOUR) for start in wanted]
    turns = repeats.plan(wanted, slots=slots, length=HOUR, client=NEW_YORK)
    assert [turn.shifted for turn in turns] == [False, True, False]
    assert all(turn.free for turn in turns)


def test_moving_shifts_by_what_the_clock_says() -> None:
    was, to = datetime(2026, 10, 20, 8, tzinfo=UTC), datetime(2026, 10, 21, 9, tzinfo=UTC)
    later = datetime(2026, 10, 27, 9, tzinfo=UTC)  # ten in Copenhagen, in winter
    assert repeats.shifted(later, was=was, to=to, zone=COPENHAGEN) == datetime(2026, 10, 28, 10, tzinfo=UTC)


def test_a_form_that_booked_one_session_books_no_row(
    teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    token = uuid4()
    actions.book(session_type=coaching, client=teresa, start=wednesday, token=token, by=teresa.user, now=now)
    with pytest.raises(actions.NotFree):
        book(teresa, coaching, [wednesday + WEEK, wednesday + 2 * WEEK], now, token=token)
    assert (Appointment.objects.count(), Series.objects.count()) == (1, 0)


# --- booking -----------------------------------------------------------------------------------------


def test_six_sessions_are_booked_and_one_letter_tells_of_them(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    row = book(teresa, coaching, fortnights(wednesday), now)  # ten weeks: beyond the horizon of sixty days
    sessions = list(row.appointments.order_by("starts_at"))
    assert [each.starts_at for each in sessions] == fortnights(wednesday)
    assert [change.what for each in sessions for change in each.changes.all()] == ["booked"] * 6
    assert sorted(Letter.objects.values_list("kind", flat=True)) == ["booking.series"] * 2
    letter = told("booking.series", teresa, now)
    assert letter.subject == "Booked: 6 sessions"
    assert "**Wednesday 25 November, 10:00** (11:00, Copenhagen)" in "\n".join(letter.paragraphs)
    calendar = Calendar.from_ical(letter.attachments[0].content)
    events = calendar.walk("VEVENT")
    assert {str(event["uid"]) for event in events} == {each.uid for each in sessions}
    assert str(calendar["method"]) == "PUBLISH"


def test_the_same_form_books_the_row_once(
    teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    token = uuid4()
    assert book(teresa, coaching, fortnights(wednesday), now, token=token) == book(
        teresa, coaching, fortnights(wednesday), now, token=token
    )
    assert Appointment.objects.count() == 6


def test_one_clash_and_nothing_is_booked(
    teresa: Client, outsider: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    cast.appointment(client=outsider, session_type=coaching, start=wednesday + 4 * WEEK)
    with pytest.raises(actions.Taken):
        book(teresa, coaching, fortnights(wednesday), now)
    assert not Appointment.objects.filter(client=teresa).exists()
    assert not Series.objects.exists()
    assert not Letter.objects.exists()


@pytest.mark.parametrize("starts", [[], [timedelta(weeks=n) for n in range(13)]])
def test_a_row_has_at_most_twelve(
    teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime, starts: list[timedelta]
) -> None:
    with pytest.raises(actions.TooMany):
        book(teresa, coaching, [wednesday + each for each in starts], now)


def test_a_row_is_no_way_around_the_horizon_and_the_limits(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    with pytest.raises(actions.NotFree):
        book(teresa, coaching, [wednesday + 20 * WEEK], now)
    with pytest.raises(actions.NotFree):
        book(teresa, coaching, [wednesday, wednesday + 40 * WEEK], now)
    Workload.objects.create(practitioner=marta, day_limit=1)
    with pytest.raises(actions.NotFree):
        book(teresa, coaching, [wednesday, wednesday + 2 * HOUR], now)
    assert not Appointment.objects.exists()


def test_a_client_books_a_row_and_sees_the_clash_first(
    as_teresa: Browser, outsider: Client, coaching: SessionType, wednesday: datetime
) -> None:
    cast.appointment(client=outsider, session_type=coaching, start=wednesday + 2 * WEEK)
    asked = {"start": stamp(wednesday), "every": "2", "times": "3"}
    assert "How they repeat" in as_teresa.get("/book/coaching/repeat/").content.decode()
    page = as_teresa.get("/book/coaching/repeat/", asked).content.decode()
    assert "One of them is not free" in page
    assert "Olaf" not in page
    assert not Appointment.objects.filter(session_type=coaching).exclude(client=outsider).exists()
    instead = wednesday + 2 * WEEK + timedelta(minutes=75)
    assert f'name="turn_2" value="{stamp(instead)}"' in page
    form = {
        **asked,
        "token": str(uuid4()),
        "turn_1": stamp(wednesday),
        "turn_2": stamp(instead),
        "turn_3": stamp(wednesday + 4 * WEEK),
    }
    taken = as_teresa.post("/book/coaching/repeat/", {**form, "turn_2": stamp(wednesday + 2 * WEEK)})
    assert taken.status_code == 409
    assert "Nothing was booked." in taken.content.decode()
    done = as_teresa.post("/book/coaching/repeat/", form)
    assert done.status_code == 302
    row = Series.objects.get()
    assert sorted(row.appointments.values_list("starts_at", flat=True)) == [
        wednesday,
        instead,
        wednesday + 4 * WEEK,
    ]
    assert "Move all from here on" in as_teresa.get(done["Location"]).content.decode()


def test_the_practitioner_books_a_row_for_a_client_and_leaves_one_out(
    as_marta: Browser, teresa: Client, stranger: Client, coaching: SessionType, wednesday: datetime
) -> None:
    asked = {"start": stamp(wednesday), "every": "1", "times": "2", "client": teresa.pk}
    form = {**asked, "token": str(uuid4()), "turn_1": stamp(wednesday), "turn_2": ""}
    assert as_marta.post("/book/coaching/repeat/", {**form, "client": stranger.pk}).status_code == 422
    assert as_marta.post("/book/coaching/repeat/", form).status_code == 302
    assert Appointment.objects.get().client == teresa


@pytest.mark.parametrize("posted", [False, True])
def test_choosing_again_begins_with_what_was_chosen(
    as_marta: Browser, teresa: Client, coaching: SessionType, wednesday: datetime, posted: bool
) -> None:
    asked = {"start": stamp(wednesday), "every": "3", "times": "4", "client": str(teresa.pk)}
    ask = as_marta.post if posted else as_marta.get
    back = ask("/book/coaching/repeat/", asked).context["again"]
    page = as_marta.get(f"/book/coaching/repeat/?{back}").content.decode()
    assert "How they repeat" in page
    assert re.search(f'value="{stamp(wednesday)}"[^>]*checked', page)
    for chosen in ("3", "4", teresa.pk):
        assert f'<option value="{chosen}" selected>' in page


# --- from here on ------------------------------------------------------------------------------------


def test_moving_from_here_on_shifts_the_later_ones_and_leaves_the_earlier(
    teresa: Client, marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    row = book(teresa, coaching, [wednesday + n * WEEK for n in range(3)], now, every_weeks=1)
    second = row.appointments.order_by("starts_at")[1]
    start = wednesday + 2 * WEEK  # exactly where the third one is
    turns = actions.plan_move(appointment=second, start=start, by=teresa.user, now=now)
    assert [(turn.wanted, turn.free) for turn in turns] == [(start, True), (start + WEEK, True)]
    sessions = list(row.appointments.order_by("starts_at"))[1:]
    starts = {each.pk: turn.wanted for each, turn in zip(sessions, turns, strict=True)}
    actions.move_series(appointment=second, starts=starts, by=teresa.user, now=now)
    found = list(row.appointments.order_by("starts_at").values_list("starts_at", "sequence"))
    assert found == [(wednesday, 0), (start, 1), (start + WEEK, 1)]
    assert told("booking.series_moved", marta, now).subject == "Moved: 2 sessions"
    assert Letter.objects.filter(kind="booking.series_moved").count() == 2


def test_a_clash_when_moving_is_shown_and_nothing_moves(
    as_teresa: Browser,
    teresa: Client,
    outsider: Client,
    coaching: SessionType,
    wednesday: datetime,
    now: datetime,
) -> None:
    row = book(teresa, coaching, fortnights(wednesday, 2), now)
    cast.appointment(client=outsider, session_type=coaching, start=wednesday + 2 * WEEK + 3 * HOUR)
    first, second = row.appointments.order_by("starts_at")
    address, start = f"/sessions/{first.pk}/series/move/", wednesday + 3 * HOUR
    page = as_teresa.get(address, {"start": stamp(start)}).content.decode()
    assert "One of the new times is not free" in page
    form = {
        "start": stamp(start),
        "token": str(uuid4()),
        "turn_1": stamp(start),
        "turn_2": stamp(start + 2 * WEEK),
    }
    assert as_teresa.post(address, form).status_code == 409
    first.refresh_from_db()
    assert first.starts_at == wednesday
    assert as_teresa.post(address, {**form, "turn_2": ""}).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.starts_at, second.starts_at) == (start, wednesday + 2 * WEEK)


def test_cancelling_from_here_on_writes_one_letter(
    as_teresa: Browser,
    as_outsider: Browser,
    teresa: Client,
    marta: Practitioner,
    coaching: SessionType,
    wednesday: datetime,
    now: datetime,
) -> None:
    row = book(teresa, coaching, fortnights(wednesday, 3), now)
    second = row.appointments.order_by("starts_at")[1]
    address = f"/sessions/{second.pk}/series/cancel/"
    assert as_outsider.post(address, {"why": ""}).status_code == 404
    assert "Cancel these two sessions?" in as_teresa.get(address).content.decode()
    as_teresa.post(address, {"why": "A journey"})
    assert list(row.appointments.order_by("starts_at").values_list("status", flat=True)) == [
        "confirmed",
        "cancelled",
        "cancelled",
    ]
    letter = told("booking.series_cancelled", marta, now)
    assert letter.subject == "Cancelled: 2 sessions"
    events = Calendar.from_ical(letter.attachments[0].content).walk("VEVENT")
    assert {(str(event["status"]), int(event["sequence"])) for event in events} == {("CANCELLED", 1)}
    assert told("booking.series", teresa, now).subject == "Booked: one session"  # what is still true of it


def test_too_late_for_one_is_too_late_for_all(
    teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    row = book(teresa, coaching, fortnights(wednesday, 2), now)
    first = row.appointments.order_by("starts_at")[0]
    with pytest.raises(actions.TooLate):
        actions.cancel_series(appointment=first, by=teresa.user, why="", now=wednesday - HOUR)
    assert Appointment.objects.confirmed().count() == 2


@pytest.mark.django_db(transaction=True)
def test_rows_against_rows_and_one_of_them_stands(
    marta: Practitioner, coaching: SessionType, wednesday: datetime, now: datetime
) -> None:
    clients = [cast.client(of=marta, name=f"Client {n}") for n in range(6)]

    def booking(n: int) -> object:
        starts = [wednesday + (n + 2 * each) * WEEK for each in range(3)]  # each overlaps the next but one
        return lambda: book(clients[n], coaching, starts, now)

    results = at_once([booking(n) for n in range(6)])  # type: ignore[misc]
    rows = [result for result in results if isinstance(result, Series)]
    assert Appointment.objects.count() == 3 * len(rows)
    assert len(rows) == Series.objects.count() >= 2
    taken = list(Appointment.objects.values_list("starts_at", flat=True))
    assert len(taken) == len(set(taken))
