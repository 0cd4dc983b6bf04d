"""`manage.py bench`: how fast the main pages are, and whether they were faster the last time."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from coaching.people.models import Client, Practitioner
from portal.bench import report
from portal.bench.measure import Bench, PageFailed, Result
from portal.bench.pages import pages
from portal.running import prepare


class Command(BaseCommand):
    help = "Measures the main pages on the demo practice, prints a table and compares with the last run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--runs", type=int, default=60, help="How often each page is asked for.")

    def handle(self, *, runs: int, **_options: Any) -> None:
        """An empty database gets the demo practice first."""
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
