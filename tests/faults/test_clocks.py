"""Clocks that jump, nights in which they are changed, zones whose rules change, and a day without power."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.faults.clock import Clock
from tests.faults.house import House

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("clocks")]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def clock(house: House) -> Iterator[Clock]:
    """The clock of the whole machine: of the database, the workers and beat."""
    with Clock() as clock:
        house.on_clock(clock)
        yield clock
        house.off_clock()


def test_the_machines_clock_jumps_an_hour_a_day_and_back(house: House, clock: Clock) -> None:
    """Amid letters on their way. What waits for its moment waits for it; nothing comes twice."""
    house.post(3000)
    house.beat()
    house.worker()
    for ahead, more_than in (
        (HOUR, 300),
        (DAY, 900),
        (timedelta(), 1500),
        (-HOUR, 1500),
        (-DAY, 1500),
        (DAY, 1500),
    ):
        house.wait(house.received(more_than), f"letters left before the clock goes to {ahead}")
        clock.set_ahead(ahead)
    house.wait(lambda: not house.rows(_WAITING)[0][0], "all that is free has left")
    house.finish()
    house.outlive_doubts()
    house.finish()
    house.assert_each_came_once(3000)


def test_workers_go_on_after_the_clock_was_set_back(house: House, clock: Clock) -> None:
    """Else an hour back would be an hour without reminders."""
    house.beat()
    house.worker()
    seen = "SELECT count(*) FROM coaching_heartbeat WHERE beat_at BETWEEN now() - interval '1 minute' AND now()"
    house.wait(lambda: house.rows(seen)[0][0] == 2, "both parts give a sign of life")
    clock.set_ahead(-HOUR)
    house.wait(lambda: house.rows(seen)[0][0] == 2, "both give one by the new time", seconds=90)
    house.post(20)
    house.wait(lambda: not house.open(), "letters of the new time leave", seconds=90)
    house.assert_each_came_once(20)


@pytest.mark.parametrize("wrong", [HOUR, DAY, -HOUR, -DAY], ids=str)
def test_a_worker_whose_own_clock_is_wrong(house: House, wrong: timedelta) -> None:
    """The database's clock says what is due, whatever the worker believes."""
    house.post(100)
    house.rows("UPDATE coaching_letter SET due_at = now() + interval '30 minutes' WHERE key LIKE 'k:00005%'")
    house.rows("UPDATE coaching_letter SET next_try_at = due_at")
    with Clock() as clock:
        clock.set_ahead(wrong)
        house.with_(**clock.variables)
        house.deliver()
        assert house.states() == {"sent": 90, "waiting": 10}
        assert len(house.sink.letters) == 90


@pytest.mark.parametrize(
    ("first", "zone"),
    [
        ("2027-03-27T22:00:00+00:00", "Europe/Lisbon"),  # 28 March, 1:00: forward
        ("2027-10-30T22:00:00+00:00", "Europe/Lisbon"),  # 31 October, 2:00: back
        ("2027-04-03T12:00:00+00:00", "Australia/Adelaide"),  # 4 April, 3:00: back, by an hour, at half past in UTC
        ("2027-03-14T04:00:00+00:00", "America/St_Johns"),  # 14 March, 2:00: forward
    ],
)
def test_nights_in_which_clocks_change(house: House, clock: Clock, first: str, zone: str) -> None:
    """A session each hour of the day after: two reminders each, in time, with the hour that its clock shows."""
    began = datetime.fromisoformat(first)
    starts = [began + timedelta(hours=24 + hour) for hour in range(12)]
    house.scene("book", *(f"{start.isoformat()} {zone}" for start in starts))
    house.scene("awake")
    house.scene("night", (began - HOUR).isoformat(), (starts[-1] + HOUR).isoformat(), "5")
    expected = {
        (f"client{number}@example.org", start - before, f"{start.astimezone(ZoneInfo(zone)):%H:%M}")
        for number, start in enumerate(starts)
        for before in (DAY, HOUR)
    }
    # Beside these the practitioner gets her note of the week.
    reminded = [letter for letter in house.sink.letters if letter["To"] != "marta@example.org"]
    assert len(reminded) == len(expected)
    assert {_as_expected(letter) for letter in reminded} == expected


@pytest.mark.parametrize(
    ("day", "zone"),
    [
        (date(2027, 3, 28), "Europe/Lisbon"),
        (date(2027, 10, 31), "Europe/Lisbon"),
        (date(2027, 4, 4), "Australia/Adelaide"),
    ],
)
def test_practice_letters_come_at_nine_before_and_after_a_clock_change(
    house: House, clock: Clock, day: date, zone: str
) -> None:
    """One a day, at nine by the clock on the wall, on the days around the night of the change."""
    days = [day + n * DAY for n in (-1, 0, 1)]
    began, ended = (
        datetime.combine(each, time(13), ZoneInfo(zone)).astimezone(UTC) for each in (day - 2 * DAY, days[2])
    )
    clock.set_to(began)
    house.scene("practise", zone, began.isoformat())
    house.scene("night", began.isoformat(), ended.isoformat(), "15")
    hers = [letter for letter in house.sink.letters if letter["To"] == "client@example.org"]
    left = sorted(letter["Date"].datetime.astimezone(ZoneInfo(zone)) for letter in hers)
    assert [each.date() for each in left] == days
    assert {each.hour for each in left} == {9}
    assert set(house.sink.times_by_message_id().values()) == {1}


def test_a_zone_whose_rules_change_moves_booked_sessions_and_tells_both(
    house: House, clock: Clock, tmp_path: Path
) -> None:
    """Both live by that clock: the session keeps the hour that was told, the reminder posted for the old instant is
    dropped, and the one for the new instant comes in time."""
    house.with_(PRACTITIONER_ZONE="Europe/Lisbon")
    start = _booked_in_lisbon_and_reminded(house, clock)
    house.with_(PYTHONPATH=str(_tzdata_where_lisbon_is(tmp_path, "Asia/Kathmandu")))
    moved = start - timedelta(hours=4, minutes=45)  # 10:00 at 5:45 ahead of UTC, not at one hour
    house.scene("night", clock.now().isoformat(), moved.isoformat(), "5")
    assert [(to, subject) for to, subject, _ in _told(house)] == [
        ("client0@example.org", "Still Thursday 10 June, 10:00"),
        ("marta@example.org", "Still Thursday 10 June, 10:00"),
        ("client0@example.org", "Today at 10:00, with Marta"),
    ]
    assert moved - HOUR <= _told(house)[2][2] < moved - HOUR + timedelta(minutes=6)
    assert house.states() == {"sent": 3, "dropped": 1}


def test_a_zone_whose_rules_change_for_the_client_alone(house: House, clock: Clock, tmp_path: Path) -> None:
    """The practitioner's hour stands. Both are told, and the reminder that was posted says the new hour, once."""
    _booked_in_lisbon_and_reminded(house, clock)
    house.with_(PYTHONPATH=str(_tzdata_where_lisbon_is(tmp_path, "Asia/Kathmandu")))
    for _ in range(2):
        house.scene("keep")
        house.deliver()
    assert sorted((to, subject) for to, subject, _ in _told(house)) == [
        ("client0@example.org", "Now Thursday 10 June, 14:45"),
        ("client0@example.org", "Tomorrow at 14:45, with Marta"),
        ("marta@example.org", "Still Thursday 10 June, 11:00"),
    ]
    house.assert_each_came_once(3)


def _booked_in_lisbon_and_reminded(house: House, clock: Clock) -> datetime:
    """A session at 10:00 in Lisbon, told by the old rules, with the reminder of the day before posted."""
    start = datetime(2027, 6, 10, 9, 0, tzinfo=UTC)
    clock.set_to(start - DAY + timedelta(minutes=1))
    house.scene("book", f"{start.isoformat()} Europe/Lisbon")
    house.scene("keep")
    house.scene("sweep")
    assert house.states() == {"waiting": 1}
    return start


def test_a_house_that_was_down_for_a_day(house: House, clock: Clock) -> None:
    """Workers, beat and mail server away for a day: reminders still of use come at once, the others never."""
    began = datetime(2027, 6, 9, 12, 0, tzinfo=UTC)
    clock.set_to(began)
    minute, morning = timedelta(minutes=1), began + DAY
    starts = {
        "reminded when the mail server was gone": began + DAY - minute,
        "begun and over while all was down": began + 20 * HOUR,
        "due ten minutes ago, an hour before": morning + 50 * minute,
        "due an hour ago, a day before": morning + DAY - HOUR,
    }
    house.scene("book", *(f"{start.isoformat()} UTC" for start in starts.values()))
    house.sink.close()
    house.worker()
    house.beat()
    house.wait(lambda: house.states() == {"waiting": 1}, "the first reminder waits for the mail server")
    house.stop()
    clock.set_to(morning)
    house.sink.open_again()
    house.worker()
    house.beat()
    house.wait(lambda: house.states() == {"expired": 1, "sent": 2}, "what is of use has left")
    assert {str(letter["To"]) for letter in house.sink.letters} == {"client2@example.org", "client3@example.org"}
    assert len(house.sink.letters) == 2


def test_a_full_day_without_power(house: House, clock: Clock) -> None:
    """What is still of use goes out at once, the most urgent first; what is not is listed, and never sent."""
    house.post(300, prefix="calm")
    house.post(30, prefix="urgent")
    house.post(200, prefix="old")
    house.rows("UPDATE coaching_letter SET urgency = 5 WHERE key LIKE 'urgent:%%'")
    house.rows("UPDATE coaching_letter SET not_after = due_at + interval '2 hours' WHERE key LIKE 'old:%%'")
    house.rows("UPDATE coaching_letter SET urgency = 1 WHERE key LIKE 'old:%%'")
    clock.set_ahead(DAY)
    house.deliver()
    assert house.states() == {"sent": 330, "expired": 200}
    left = house.rows("SELECT key FROM coaching_letter WHERE state = 'sent' ORDER BY handed_over_at")
    assert all(key.startswith("urgent:") for (key,) in left[:30])
    assert set(house.sink.times_by_message_id().values()) == {1}
    assert len(house.sink.letters) == 330


_WAITING = """
    SELECT count(*) FROM coaching_letter
    WHERE state = 'handing_over' OR state = 'waiting' AND next_try_at <= now() AND leased_until IS NULL
"""


def _as_expected(letter: EmailMessage) -> tuple[str, datetime, str]:
    """To whom, for which moment (letters leave within five minutes of it), and which time it names."""
    left = letter["Date"].datetime.astimezone(UTC)
    due = left.replace(minute=0, second=0, microsecond=0)
    assert left - due < timedelta(minutes=6), left
    told = str(letter["Subject"]).split(" at ")[1].split(",")[0]
    return str(letter["To"]), due, told


def _told(house: House) -> list[tuple[str, str, datetime]]:
    """What came, in the order of its sending: to whom, what it says, when it left."""
    found = [(str(each["To"]), str(each["Subject"]), each["Date"].datetime) for each in house.sink.letters]
    return sorted(found, key=lambda told: (told[2], told[0]))


def _tzdata_where_lisbon_is(folder: Path, zone: str) -> Path:
    """A newer edition of the zone data, in which Lisbon's clocks show the time of another place."""
    spec = find_spec("tzdata")
    assert spec
    assert spec.origin
    shutil.copytree(Path(spec.origin).parent, folder / "tzdata")
    shutil.copy(folder / "tzdata" / "zoneinfo" / zone, folder / "tzdata" / "zoneinfo" / "Europe" / "Lisbon")
    with (folder / "tzdata" / "__init__.py").open("a") as edition:
        edition.write('\nIANA_VERSION = "9999a"\n')
    return folder
