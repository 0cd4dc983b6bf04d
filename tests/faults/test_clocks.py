"""Clocks that jump, nights in which they are changed, zones whose rules change, and a day without power."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.faults.clock import Clock
from tests.faults.house import House

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
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
    house.scene("night", (began - HOUR).isoformat(), (starts[-1] + HOUR).isoformat(), "5")
    expected = {
        (f"client{number}@example.org", start - before, f"{start.astimezone(ZoneInfo(zone)):%H:%M}")
        for number, start in enumerate(starts)
        for before in (DAY, HOUR)
    }
    assert len(house.sink.letters) == len(expected)
    assert {_as_expected(letter) for letter in house.sink.letters} == expected


def test_a_zone_whose_rules_change_under_a_booked_reminder(house: House, clock: Clock, tmp_path: Path) -> None:
    """Posted by the old rules, told by the new ones, once; a sweep by the new rules finds it posted."""
    start = datetime(2027, 6, 10, 9, 0, tzinfo=UTC)
    house.scene("book", f"{start.isoformat()} Europe/Lisbon")
    clock.set_to(start - DAY + timedelta(minutes=1))
    house.scene("sweep")
    assert house.states() == {"waiting": 1}
    house.with_(PYTHONPATH=str(_tzdata_where_lisbon_is(tmp_path, "Asia/Kathmandu")))
    house.deliver()
    house.deliver()
    house.assert_each_came_once(1)
    text = house.sink.letters[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "14:45" in text
    assert "10:00" not in text


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
    time = str(letter["Subject"]).split(" at ")[1].split(",")[0]
    return str(letter["To"]), due, time


def _tzdata_where_lisbon_is(folder: Path, zone: str) -> Path:
    """A newer edition of the zone data, in which Lisbon's clocks show the time of another place."""
    spec = find_spec("tzdata")
    assert spec
    assert spec.origin
    shutil.copytree(Path(spec.origin).parent, folder / "tzdata")
    shutil.copy(folder / "tzdata" / "zoneinfo" / zone, folder / "tzdata" / "zoneinfo" / "Europe" / "Lisbon")
    return folder
