"""Whatever clock the server's machine is set to, the same times are free and the same words are answered."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from coaching.booking.models import Appointment, SessionType
from coaching.people.models import Client
from tests.booking.crowd import Visitor, all_at_once, ask
from tests.booking.oracle import CHANGES
from tests.booking.reading import stamp
from tests.booking.test_crowd import books
from tests.faults.processes import ROOT

ZONES = ("UTC", "Pacific/Chatham", "America/St_Johns", "Australia/Lord_Howe")


# --- the rules -----------------------------------------------------------------------------------------

_LISTED = """
import json, sys, time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo
from coaching.booking.rules import Hours, Limit, Offer, Stretch, free_slots

found = {}
for name, day in json.loads(sys.argv[1]):
    middle = datetime.combine(date.fromisoformat(day), clock(), UTC)
    stretches = [Stretch(clock(22, 30), clock(3, 30)), Stretch(clock(9), clock(11))]
    hours = Hours(zone=ZoneInfo(name), weekly=dict.fromkeys(range(7), stretches), dates={})
    slots = free_slots(
        offer=Offer(length=timedelta(minutes=45), after=timedelta(minutes=15)),
        hours=hours,
        blocked=[(middle, middle + timedelta(hours=1))],
        limits=[Limit(most=1, booked=[middle - timedelta(days=1)])],
        since=middle - timedelta(days=2),
        until=middle + timedelta(days=2),
        now=middle - timedelta(days=3),
    )
    found[f"{name} {day}"] = [slot.stamp for slot in slots]
print(json.dumps({"clock": time.strftime("%z"), "found": found}))
"""


def listed(zone: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", _LISTED, json.dumps(CHANGES, default=str)],
        cwd=ROOT,
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_the_rules_do_not_ask_the_machine() -> None:
    answers = [listed(zone) for zone in ZONES]
    assert len({str(answer["clock"]) for answer in answers}) == len(ZONES)  # the clocks did differ
    assert all(answer["found"] == answers[0]["found"] for answer in answers)
    assert all(answers[0]["found"].values())  # type: ignore[attr-defined]


# --- the site ------------------------------------------------------------------------------------------


@pytest.fixture
def now() -> datetime:
    """The server lives by the real clock."""
    return timezone.now()


@pytest.mark.xdist_group("crowd")
@pytest.mark.django_db(transaction=True)
def test_each_server_lists_and_books_the_same(
    ports: list[int], teresa: Client, coaching: SessionType, monday: datetime
) -> None:
    """The servers are set to three clocks (see `crowd`)."""
    who, day = Visitor.of(teresa), monday.date()
    at_nine, quarter = (monday - timedelta(hours=1)).astimezone(UTC), timedelta(minutes=15)
    expected = [stamp(at_nine + n * quarter) for n in range(29)]
    for n, port in enumerate(ports):
        answer = ask(port, f"/book/coaching/slots.json?from={day}&to={day}&zone=Europe/Copenhagen", who)
        assert [slot["start"] for slot in json.loads(answer.body)["slots"]] == expected
        start = at_nine + n * 5 * quarter  # an hour, and a quarter of an hour free after it
        assert all_at_once([port], [books(who, coaching, start + timedelta(minutes=7))])[0].status == 409
        assert all_at_once([port], [books(who, coaching, start)])[0].status == 303
        assert Appointment.objects.latest("starts_at").starts_at == start
        expected = [each for each in expected if each >= stamp(start + 5 * quarter)]
