"""`manage.py demo`: a practice to look at, with a practitioner, twelve clients and three months behind them."""

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from coaching.people.models import Practice, Practitioner
from portal.demo import large, load
from portal.demo.speech import SpeechError
from portal.running import prepare


class Command(BaseCommand):
    help = "Loads the demo practice into an empty database; --scale large adds a crowd."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=["small", "large"], default="small")

    def handle(self, *, scale: str, **_options: Any) -> None:
        """Load it, or say why not. Running it again changes nothing."""
        if Practice._meta.db_table not in connection.introspection.table_names():
            prepare.migrate()
        begun = time.monotonic()
        try:
            done = self._load(scale, timezone.now())
        except load.SomebodyElses:
            raise CommandError(
                "Somebody's data is in this database: the demo goes into an empty one only."
            ) from None
        except SpeechError as error:
            raise CommandError(f"The demo's lessons cannot be spoken here. {error}") from error
        took = f" It took {time.monotonic() - begun:.0f} seconds." if done else ""
        self.stdout.write(f"The demo practice is {'loaded' if done else 'already there'}.{took}")
        self._say_who()

    def _load(self, scale: str, now: datetime) -> bool:
        """Whether there was anything to do."""
        done = not load.is_there()
        if done:
            load.load(now=now, say=self._say)
        if scale == "large" and Practitioner.objects.count() == 1:
            load.refuse_others()
            large.fill(sizes=large.Sizes(), now=now, say=self._say)
            large.analyse()
            done = True
        return done

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _say_who(self) -> None:
        self.stdout.write("Sign in as practitioner@demo.example or client1@demo.example ... client12@demo.example")
        self.stdout.write(f"with the password {load.PASSWORD}")
