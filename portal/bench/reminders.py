"""Measuring reminders and delivery, in a house of its own (see `room`). The database must be empty."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from uuid import UUID

import psutil
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from coaching.booking.models import Appointment
from coaching.outbox.models import Letter
from coaching.reminders import actions
from coaching.reminders.models import ReminderChoice
from portal.bench import crowd
from portal.bench.figures import AT_LEAST, Figure
from portal.running.supervise import commands

QUIET_SWEEPS = 30
EVERY = timedelta(seconds=20)
SPREAD = timedelta(minutes=3)
PATIENCE = 1800.0  # seconds


class PostOffice:
    """A mail server in a process of its own, that counts what it takes."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "portal.bench.post_office"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"smtp://127.0.0.1:{self._heard()}"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def count(self) -> tuple[int, float, int]:
        """Letters, the seconds between the first and the last, and connections at once; from now on anew."""
        print(file=self._process.stdin, flush=True)
        taken, seconds, lines = self._heard().split()
        return int(taken), float(seconds), int(lines)

    def _heard(self) -> str:
        return self._process.stdout.readline().strip() if self._process.stdout else ""


def measure(letters: int) -> Iterator[Figure]:
    wednesday = _a_wednesday_ahead(datetime.now(UTC))
    crowd.gather(crowd.Sizes(), first=wednesday - timedelta(days=1), now=datetime.now(UTC))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    yield from _quiet_sweeps(wednesday + timedelta(hours=7, minutes=10))
    yield _sweep_after_two_hours(wednesday + timedelta(hours=9))
    _letters_for_all(letters)
    with PostOffice() as office:
        yield from _delivery(office, letters)


def _a_wednesday_ahead(now: datetime) -> datetime:
    """Its midnight in UTC; more than three days ahead, so that all sessions are in the future."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=4)
    return midnight + timedelta(days=(2 - midnight.weekday()) % 7)


def _quiet_sweeps(moment: datetime) -> Iterator[Figure]:
    actions.sweep(moment)  # whatever was due before
    Letter.objects.all().delete()
    times = []
    for _ in range(QUIET_SWEEPS):
        moment += EVERY
        begun = time.perf_counter()
        posted = actions.sweep(moment)
        times.append((time.perf_counter() - begun) * 1000)
        if any(posted.values()):
            raise RuntimeError(f"Something was due at {moment}: {posted}")
    yield Figure("sweep, nothing due: median", statistics.median(times), "ms", 150)
    yield Figure("sweep, nothing due: slowest", max(times), "ms", 150)


def _sweep_after_two_hours(moment: datetime) -> Figure:
    """Nobody swept for two hours, and at nine it is everybody's time to practise."""
    begun = time.perf_counter()
    posted = sum(actions.sweep(moment).values())
    seconds = time.perf_counter() - begun
    return Figure(f"sweep that posts {posted:,} letters, for 10,000", seconds * 10_000 / posted, "s", 5)


def _letters_for_all(number: int) -> None:
    """Instead of those that were posted: a reminder, due now, of each of the next sessions."""
    Letter.objects.all().delete()
    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(_REMIND, {"now": now, "number": number})
        cursor.execute("VACUUM ANALYZE coaching_letter")


_REMIND = """
    INSERT INTO coaching_letter (key, kind, person_id, email, channel, about, urgency, secret, state, posted_at,
        due_at, next_try_at, attempts, doubts, message_id, subject, text, html, why, answer)
    SELECT 'bench:' || a.id, 'reminder.session', u.id, u.email, 'email',
        jsonb_build_object('appointment', a.id, 'starts_at', a.starts_at, 'label', '24'), 50, false, 'waiting',
        %(now)s, %(now)s, %(now)s, 0, 0, '', '', '', '', '', ''
    FROM coaching_appointment a
    JOIN coaching_client c ON c.id = a.client_id JOIN accounts_user u ON u.id = c.user_id
    ORDER BY a.starts_at, a.id LIMIT %(number)s
"""


def _delivery(office: PostOffice, number: int) -> Iterator[Figure]:
    """One worker, woken by beat, as `make run` starts them."""
    with _started("worker", office) as worker, _started("beat", office):
        _wait_until_all_left()
        taken, seconds, lines = office.count()
        memory = [_peak_memory(each) for each in [worker, *worker.children(recursive=True)]]
        left = Letter.objects.filter(state=Letter.State.SENT).count()
        if not number == taken == left:
            raise RuntimeError(f"{number} letters, {taken} taken, {left} sent.")
        yield Figure(f"delivery of {number:,} letters by a worker", taken / seconds, "/s", 200, AT_LEAST)
        yield Figure("connections to the mail server at once", lines, "", 4)
        yield Figure("worker's peak memory, its largest process", max(memory), "MB")
        yield Figure(f"worker's peak memory, all {len(memory)} processes", sum(memory), "MB")
        yield from _in_time()


def _in_time() -> Iterator[Figure]:
    """Reminders whose moments are spread over three minutes, found by the sweep and delivered as on any day."""
    Letter.objects.all().delete()
    ReminderChoice.objects.update(quiet_from=None, quiet_until=None)
    begun, until = datetime.now(UTC) + timedelta(seconds=10), datetime.now(UTC) + SPREAD
    clients = ReminderChoice.objects.values("person")
    for n, session in enumerate(_one_of_each_practitioner(Appointment.objects.filter(client__user__in=clients))):
        start = begun + timedelta(hours=24) + n * SPREAD / crowd.Sizes.practitioners
        times = {"starts_at": start, "blocked_from": start, "ends_at": start + crowd.LENGTH}
        Appointment.objects.filter(pk=session).update(**times, blocked_until=start + crowd.LENGTH)
    _wait(lambda: datetime.now(UTC) > until + timedelta(minutes=1), seconds=600)
    _wait_until_all_left()
    delays = [
        (ended - due).total_seconds()
        for due, ended in Letter.objects.filter(state=Letter.State.SENT).values_list("due_at", "ended_at")
        if ended
    ]
    if len(delays) != crowd.Sizes.practitioners:
        raise RuntimeError(f"{len(delays)} reminders left of {crowd.Sizes.practitioners}.")
    slow = statistics.quantiles(delays, n=100)[98]
    yield Figure("from its moment until it left, 99 of 100 letters", slow, "s", 60)


def _one_of_each_practitioner(sessions: QuerySet[Appointment]) -> QuerySet[Appointment, UUID]:
    latest = sessions.order_by("practitioner", "-starts_at").distinct("practitioner")
    return latest.values_list("pk", flat=True)


def _wait_until_all_left() -> None:
    waiting = Letter.objects.filter(state__in=[Letter.State.WAITING, Letter.State.HANDING_OVER])
    _wait(lambda: not waiting.exists(), seconds=PATIENCE)


def _wait(condition: Callable[[], bool], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"Waited for {seconds} s.")
        time.sleep(0.2)


@contextmanager
def _started(name: str, office: PostOffice) -> Iterator[psutil.Process]:
    command = commands(host="", port=0, state_dir=settings.STATE_DIR)[name]
    environment = {**os.environ, "EMAIL_URL": office.url, "LOG_LEVEL": "ERROR"}
    process = subprocess.Popen([sys.executable, "-m", *command], env=environment, stdout=sys.stderr)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def _peak_memory(process: psutil.Process) -> float:
    """Megabytes. What Linux remembers; elsewhere what it has now."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return float(process.memory_info().rss) / 1024**2
