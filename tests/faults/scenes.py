"""What happens in a house under test, told by a process in it: `python -m tests.faults.scenes SCENE ARGUMENTS`."""

import os
import struct
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from coaching.outbox import delivery  # noqa: E402
from coaching.reminders import actions as reminders  # noqa: E402
from tests import cast  # noqa: E402


def book(*sessions: str) -> None:
    """`2027-03-28T09:00:00+00:00 Europe/Lisbon` each: one client with one session of an hour, in their zone."""
    marta = cast.practitioner()
    kind = cast.session_type(of=marta)
    for number, told in enumerate(sessions):
        start, zone = told.split()
        client = cast.client(of=marta, name=f"Client {number}", email=f"client{number}@example.org", zone=zone)
        cast.appointment(client=client, session_type=kind, start=datetime.fromisoformat(start))


def sweep() -> None:
    """Post what is due, and deliver nothing."""
    reminders.sweep(datetime.now(UTC))


def night(first: str, last: str, minutes: str) -> None:
    """Let time pass from `first` to `last`, and look for what is due every so many `minutes`."""
    moment, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    while moment <= end:
        _set_clock(moment)
        reminders.sweep(datetime.now(UTC))
        delivery.deliver_due(server=delivery.mail_server())
        moment += timedelta(minutes=int(minutes))


def _set_clock(moment: datetime) -> None:
    """Of every process that has this clock, also of the database: what is ahead now is counted in."""
    path = Path(os.environ["CLOCK_FILE"])
    (ahead,) = struct.unpack("=q", path.read_bytes())
    wanted = int((moment - datetime.fromtimestamp(time.time() - ahead, UTC)).total_seconds())
    with path.open("r+b") as file:
        file.write(struct.pack("=q", wanted))


if __name__ == "__main__":
    {"book": book, "sweep": sweep, "night": night}[sys.argv[1]](*sys.argv[2:])
