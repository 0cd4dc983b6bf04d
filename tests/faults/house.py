"""A whole portal of real processes with servers of its own, made to be broken.

    with House(folder) as house:
        house.worker()
        house.post(1000)

The mail server is the tests' sink, in this process. Everything else can be killed, stopped, restarted, or have its
clock set.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import psutil
import psycopg
from redis import Redis

from portal import embedded
from portal.embedded import postgres, programs, valkey
from portal.embedded.places import locate
from portal.running.supervise import commands
from tests.faults.clock import Clock
from tests.outbox.sink import Sink

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 240
LEASE = "121 seconds"


class House:
    """Folder, servers and processes of one test. What it starts it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self._open = ExitStack()
        self._more: dict[str, str] = {}
        self.sink = Sink()

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._open.enter_context(embedded.servers(self.folder, durable=True, say=lambda _: None))
        self.sink.__enter__()
        self.run("migrate", "--verbosity", "0")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._open.close()
        self.sink.__exit__()

    def empty(self) -> None:
        """As new: no process, no letter, a mail server that got nothing."""
        self.stop()
        self.processes.clear()
        self._more.clear()
        self.flush_valkey()
        self.rows("TRUNCATE accounts_user, coaching_practice, coaching_heartbeat, coaching_suppression CASCADE")
        self.rows("TRUNCATE coaching_letter")
        self.sink.__exit__()
        self.sink = Sink()
        self.sink.__enter__()

    # --- processes ---

    def environment(self) -> dict[str, str]:
        taken_away = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PYTEST_CURRENT_TEST")
        kept = {name: value for name, value in os.environ.items() if name not in taken_away}
        own = {"STATE_DIR": str(self.folder), "EMAIL_URL": self.sink.url, "SITE_URL": "https://portal.example"}
        return {**kept, **own, "RELAY_LOG_URL": self.sink.log_url, "LOG_LEVEL": "ERROR", **self._more}

    def with_(self, **variables: str) -> None:
        """What is started from now on has these in its environment."""
        self._more |= variables

    def run(self, *command: str) -> str:
        """One `manage.py` command to its end."""
        return self._run("manage.py", *command)

    def scene(self, *told: str) -> str:
        """One of `scenes`, to its end."""
        return self._run("-m", "tests.faults.scenes", *told)

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker")

    def beat(self) -> subprocess.Popen[bytes]:
        return self._start("beat")

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        """As `make run` starts it, in a group of its own, so that it dies as a whole."""
        command = commands(host="", port=0, state_dir=self.folder)[name]
        if name == "worker":
            command = [part.replace("worker@%h", f"worker{len(self.processes)}@%h") for part in command]
        with (self.folder / f"{name}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9, with all that it started."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def suspend(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGSTOP)

    def wake(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """All workers and beats, at once and hard."""
        for process in self.processes:
            self.kill(process)

    def said(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    # --- servers ---

    def restart_postgres(self, *, hard: bool) -> None:
        places = locate(self.folder)
        if hard:
            killed = psutil.Process(_postmaster(places.data))
            killed.kill()
            killed.wait(30)  # on a busy machine it would still seem to run
        else:
            postgres.stop(places, programs.find(places))
        postgres.ensure_running(places, programs.find(places), durable=True)

    def on_clock(self, clock: Clock) -> None:
        """PostgreSQL, and all that is started from now on, live by this clock."""
        places = locate(self.folder)
        found = programs.find(places)
        postgres.stop(places, found)
        self._more |= clock.variables
        options = [*postgres.SERVER_OPTIONS, f"unix_socket_directories={places.sockets}", "port=5432"]
        with (self.folder / "postgres.log").open("ab") as log:
            self._clocked = subprocess.Popen(
                [found.postgres / "postgres", "-D", places.data, *(f"--{option}" for option in options)],
                env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC", **clock.variables},
                cwd=places.home,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **places.account.spawn_options(),
            )
        # Before it has signed the folder, nobody would see it, and another one without our clock would be started.
        self.wait(lambda: _postmaster(places.data) == self._clocked.pid, "PostgreSQL has signed its folder")
        postgres.ensure_running(places, found, durable=True)  # waits until it answers
        assert self.rows("SELECT abs(extract(epoch FROM now()) - %s) < 5", clock.now().timestamp())[0][0]

    def off_clock(self) -> None:
        """Back to the machine's own time."""
        self.stop()
        places = locate(self.folder)
        postgres.stop(places, programs.find(places))
        self._clocked.wait()
        postgres.ensure_running(places, programs.find(places), durable=True)

    def restart_valkey(self) -> None:
        places = locate(self.folder)
        valkey.stop(places)
        valkey.ensure_running(places, programs.find(places))

    def flush_valkey(self) -> None:
        Redis(unix_socket_path=str(locate(self.folder).valkey_socket)).flushall()

    # --- letters ---

    def rows(self, sql: str, *values: Any) -> list[Any]:
        with psycopg.connect(embedded.database_url(self.folder), autocommit=True) as connection:
            cursor = connection.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def post(self, number: int, *, prefix: str = "k") -> None:
        """Letters that come with their words, due now."""
        self.rows(_POST, prefix, number)

    def states(self) -> dict[str, int]:
        return dict(self.rows("SELECT state, count(*) FROM coaching_letter GROUP BY state"))

    def open(self) -> int:
        """How many letters have not come to their end."""
        states = self.states()
        return states.get("waiting", 0) + states.get("handing_over", 0)

    def outlive_leases(self) -> None:
        """As if the two minutes of a lease were over, that nobody wants to wait for. No holder may be alive."""
        self.rows("UPDATE coaching_letter SET leased_until = leased_until - %s::interval", LEASE)

    def outlive_doubts(self) -> None:
        """As if uncertain letters had been so for two minutes."""
        self.rows("UPDATE coaching_letter SET ended_at = ended_at - %s::interval WHERE state = 'uncertain'", LEASE)

    def retry_now(self) -> None:
        """As if the minutes until the next try were over."""
        self.rows("UPDATE coaching_letter SET next_try_at = now() WHERE state = 'waiting' AND leased_until IS NULL")

    def deliver(self) -> str:
        """One round by hand."""
        return self.run("sweep")

    def finish(self) -> None:
        """Everything that was started is gone; whoever comes next ends what was left."""
        self.stop()
        self.outlive_leases()
        self.wait(self._finished, "letters come to their end")

    def _finished(self) -> bool:
        self.deliver()
        return not self.open()

    def wait(self, condition: Callable[[], bool], for_what: str, *, seconds: float = PATIENCE) -> None:
        """Until it is so; asks again and again, since other processes are looked at."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"Waited {seconds} s until {for_what}: {self.states()}\n{self.said()[-3000:]}")
            time.sleep(0.1)

    def received(self, more_than: int) -> Callable[[], bool]:
        return lambda: len(self.sink.letters) > more_than

    def assert_each_came_once(self, number: int) -> None:
        """Nothing lost and nothing doubled, by what the mail server got, and told so in the log."""
        times = self.sink.times_by_message_id()
        doubled = {key: count for key, count in times.items() if count != 1}
        assert not doubled, doubled
        assert len(times) == number, (len(times), self.states())
        assert self.states() == {"sent": number}, self.states()


def _postmaster(data: Path) -> int:
    """The process that has signed PostgreSQL's folder, 0 when none has."""
    signed = data / "postmaster.pid"
    lines = signed.read_text().splitlines() if signed.exists() else []
    return int(lines[0]) if lines else 0


_POST = """
    INSERT INTO coaching_letter (key, kind, email, channel, about, urgency, secret, state, posted_at, due_at,
        next_try_at, attempts, doubts, message_id, subject, text, html, why, answer)
    SELECT %s || ':' || lpad(n::text, 6, '0'), 'account', 'person' || n || '@example.org', 'email', '{}', 50, false,
        'waiting', now(), now(), now(), 0, 0, '', 'Letter ' || n, 'Words.', '<p>Words.</p>', '', ''
    FROM generate_series(1, %s) AS n
"""
