"""`manage.py bench`: how fast pages are, or booking, or reminders, and whether they were faster last time."""

from argparse import ArgumentParser
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from coaching.people.models import Client, Practitioner
from portal.bench import figures, nginx, report
from portal.bench.measure import Bench, PageFailed, Result
from portal.bench.pages import pages
from portal.bench.room import RoomFailed, measured
from portal.running import prepare


class Command(BaseCommand):
    help = "Measures a room, prints a table with the goals and compares with the last run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        rooms = ["pages", "booking", "reminders", "media", "live"]
        parser.add_argument("room", nargs="?", choices=rooms, default="pages")
        parser.add_argument("--runs", type=int, default=60, help="How often each page is asked for.")
        parser.add_argument("--megabytes", type=int, default=1024, help="How large the file is that is taken in.")
        parser.add_argument("--messages", type=int, default=500_000, help="Among how many messages is searched.")
        parser.add_argument("--letters", type=int, default=100_000, help="How many letters a worker delivers.")

    def handle(self, *, room: str, runs: int, letters: int, megabytes: int, messages: int, **_options: Any) -> None:
        if room == "pages":
            self._pages(runs)
        elif room == "booking":
            self._booking()
        elif room == "live":
            self._live(messages)
        elif room == "media":
            self._media(megabytes)
        else:
            self._reminders(letters)

    def _booking(self) -> None:
        self.stdout.write("One practitioner, 400 clients, four sessions each weekday ahead; one web process.")
        self._room("booking")
        self.stdout.write("Elsewhere, 30 days on two cores like these: a Django package 169 ms, 368 queries, 92 a")
        self.stdout.write("second; a PHP system 244 ms, 600 queries, 188 a second; the best engine alone 26 ms.")

    def _reminders(self, letters: int) -> None:
        if not 1 <= letters <= 100_000:
            raise CommandError("There are letters for 1 to 100,000 sessions.")
        self.stdout.write("5,000 clients with 100,000 sessions ahead; a worker and beat as they always run.")
        self._room("reminders", str(letters))

    def _media(self, megabytes: int) -> None:
        if not 1 <= megabytes <= 4096:
            raise CommandError("A file of 1 to 4096 MB is taken in.")
        self.stdout.write(
            "Recordings: taken in, sent, listened to and prepared; each way in turn, on the same file."
        )
        if not nginx.program():
            self.stdout.write("There is no nginx here, so nothing stands beside what the portal sends by itself.")
        self._room("media", str(megabytes))

    def _live(self, messages: int) -> None:
        if not 0 <= messages <= 1_000_000:
            raise CommandError("There are up to 1,000,000 messages to search in.")
        self.stdout.write("50 practitioners write to 1,000 clients whose pages are open; one web process.")
        rooms: list[tuple[str, ...]] = [("live",)]
        if messages and find_spec("portal.bench.searching"):
            rooms.append(("searching", str(messages)))
        self._rooms("live", rooms)

    def _room(self, name: str, *arguments: str) -> None:
        self._rooms(name, [(name, *arguments)])

    def _rooms(self, name: str, rooms: Sequence[tuple[str, ...]]) -> None:
        """Each in a house of its own, beside which nothing is touched; kept together under `name`."""
        self.stdout.flush()
        folder, now = settings.STATE_DIR / "bench" / name, timezone.now()
        before, found = figures.last(folder), []
        try:
            for figure in chain.from_iterable(measured(*room, folder=folder / "house") for room in rooms):
                found.append(figure)
                self.stdout.write(figures.row(figure, before))
                self.stdout.flush()
        except RoomFailed as failed:
            raise CommandError(str(failed)) from failed
        self.stdout.write(f"Kept in {figures.save(folder, found, now)}")

    def _pages(self, runs: int) -> None:
        """On the demo practice, which an empty database gets first."""
        if runs < 1:
            raise CommandError("Ask for each page at least once.")
        self._prepare()
        scale = "large" if Practitioner.objects.count() > 1 else "demo"
        self.stdout.write(f"{Client.objects.count():,} clients; each page {runs} times, after warming up.")
        self.stdout.flush()
        now, folder = timezone.now(), settings.STATE_DIR / "bench"
        run = report.Run(at=now.isoformat(), scale=scale, runs=runs, results=self._measure(runs))
        for line in report.table(run, report.last(folder, scale)):
            self.stdout.write(line)
        self.stdout.write(f"Kept in {report.save(folder, run, now)}")

    def _prepare(self) -> None:
        prepare.migrate()
        prepare.collect_static(settings.STATE_DIR / "run" / "static-files")
        if not prepare.has_practitioner():
            call_command("demo", stdout=self.stdout)
        if not prepare.demo_is_loaded():
            raise CommandError("Pages are measured on the demo practice only, and somebody else's data is here.")

    def _measure(self, runs: int) -> list[Result]:
        """All pages. Signing in and opening pages leaves no trace in the database."""
        bench = Bench(runs)
        try:
            with transaction.atomic():
                results = [bench.measure(page) for page in pages()]
                transaction.set_rollback(True)
        except PageFailed as failed:
            raise CommandError(str(failed)) from failed
        finally:
            bench.sign_out()
        return results
