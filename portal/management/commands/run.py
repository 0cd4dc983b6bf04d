"""`manage.py run`: the whole portal on this machine, until Ctrl-C."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from coaching.welcome import set_up
from portal import embedded
from portal.env import environment
from portal.running import prepare, welcome
from portal.running.errors import CannotRun
from portal.running.leftovers import end_leftovers
from portal.running.single import only_run, refuse_used_port
from portal.running.supervise import commands, supervise


class Command(BaseCommand):
    help = "Runs web, worker and beat, with PostgreSQL and Valkey where none are given, until Ctrl-C."
    requires_system_checks = []

    def handle(self, **_options: Any) -> None:
        """Run until stopped; a sentence and exit code 1 when that cannot be."""
        try:
            with only_run(settings.STATE_DIR, settings.SITE_URL):
                self._run(host=environment.text("HOST", "127.0.0.1"), port=settings.PORT)
        except CannotRun as error:
            raise SystemExit(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _run(self, *, host: str, port: int) -> None:
        ended = end_leftovers(settings.STATE_DIR)
        if ended:
            self.stdout.write(f"Ended {ended} processes of an earlier run that was killed.")
        refuse_used_port(host, port)
        prepare.check_own_servers()
        with embedded.servers(
            settings.STATE_DIR, database=settings.EMBEDDED_DATABASE, redis=settings.EMBEDDED_REDIS
        ):
            greeting = self._prepare()
            supervise(
                commands(host=host, port=port, state_dir=settings.STATE_DIR),
                folder=settings.BASE_DIR,
                state_dir=settings.STATE_DIR,
                when_started=lambda: self._greet(greeting, host=host, port=port),
            )
        self.stdout.write("Stopped.")

    def _prepare(self) -> str:
        """Bring data and files up to date; gives what to say when the pages answer."""
        prepare.migrate()
        prepare.collect_static(settings.STATE_DIR / "run" / "static-files")
        set_up_address = self._somebody_to_sign_in_as()
        prepare.expect_signs_of_life()
        greeting = welcome.words(
            settings.SITE_URL,
            demo=prepare.demo_is_loaded(),
            set_up=set_up_address,
            mail_leaves=bool(settings.EMAIL_URL),
        )
        prepare.forget_connections()
        return greeting

    def _somebody_to_sign_in_as(self) -> str:
        """Load the demo practice into an empty database; gives the set-up address when it is not wanted."""
        if prepare.has_practitioner():
            return ""
        if environment.boolean("DEMO", True):
            self.stdout.write("Loading the demo practice ...")
            self.stdout.flush()
            call_command("demo")
            return ""
        return set_up.link()

    def _greet(self, greeting: str, *, host: str, port: int) -> None:
        named = urlsplit(settings.SITE_URL).netloc
        if welcome.page_answers(welcome.reachable(host), port, named=named):
            self.stdout.write(greeting)
        else:
            self.stdout.write(f"No page answers at {host} port {port} as {named}; the lines above may say why.")
        self.stdout.flush()
