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

from coaching.booking import actions as booking  # noqa: E402
from coaching.outbox import delivery  # noqa: E402
from coaching.people.models import Client  # noqa: E402
from coaching.reminders import actions as reminders  # noqa: E402
from tests import cast  # noqa: E402


def book(*sessions: str) -> None:
    """`2027-03-28T09:00:00+00:00 Europe/Lisbon` each: a client with a session of 45 minutes, in their zone.

    The practitioner lives in Copenhagen, or in the zone of PRACTITIONER_ZONE.
    """
    marta = cast.practitioner(
        zone=os.environ.get("PRACTITIONER_ZONE", "Europe/Copenhagen"), email="marta@example.org"
    )
    kind = cast.session_type(of=marta, minutes=45)
    for number, told in enumerate(sessions):
        start, zone = told.split()
        client = cast.client(of=marta, name=f"Client {number}", email=f"client{number}@example.org", zone=zone)
        cast.appointment(client=client, session_type=kind, start=datetime.fromisoformat(start))


def awake() -> None:
    """No client wants quiet hours: what is due at night comes at night."""
    for client in Client.objects.select_related("user"):
        reminders.choose(person=client.user, quiet_from=None, quiet_until=None, now=datetime.now(UTC))


def crowd(number: str) -> None:
    """Everybody has a session in a day, whose first reminder is due this minute, and is awake."""
    marta, now = cast.practitioner(zone="UTC"), datetime.now(UTC)
    kind = cast.session_type(of=marta, minutes=5)
    for each in range(int(number)):
        # One practitioner has one session at a time: so everybody has their own.
        hers = marta if not each else cast.practitioner(name=f"Practitioner {each}", zone="UTC")
        client = cast.client(of=hers, name=f"Client {each}", email=f"client{each}@example.org", zone="UTC")
        kind = kind if not each else cast.session_type(of=hers, minutes=5)
        cast.appointment(client=client, session_type=kind, start=now + timedelta(days=1, seconds=-30))
    awake()


def practise(zone: str, since: str) -> None:
    """One client, who is asked to practise every day, at nine by default, and never does."""
    client = cast.client(of=cast.practitioner(), email="client@example.org", zone=zone)
    day = datetime.fromisoformat(since).date()
    cast.assignment(to=client, lesson=cast.lesson(of=client.practitioner), starts_on=day, until=None)


def keep() -> None:
    """Look whether the rules of the clocks have changed."""
    booking.keep_hours(now=datetime.now(UTC))


def sweep() -> None:
    """Post what is due, and deliver nothing."""
    reminders.sweep(datetime.now(UTC))


def night(first: str, last: str, minutes: str) -> None:
    """Let time pass from `first` to `last`, and look for what is due every so many `minutes`."""
    moment, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    while moment <= end:
        _set_clock(moment)
        keep()
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
    scenes = (book, awake, crowd, practise, keep, sweep, night)
    {scene.__name__: scene for scene in scenes}[sys.argv[1]](*sys.argv[2:])
