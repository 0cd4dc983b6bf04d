"""Web, worker and beat, kept together: they start together and stop together."""

import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Process

from portal.running.errors import CannotRun
from portal.running.leftovers import MARK

INTERRUPTED = {128 + signal.SIGINT, 128 + signal.SIGTERM}
# Long enough for the pages that are being answered, short enough for somebody who waits at Ctrl-C.
WEB_GRACE_SECONDS = 2
WORKERS = 2
WATCH_SECONDS = 1
# Celery warns root at every start. Whoever runs all this as root has decided so.
QUIET = "ignore:You're running the worker with superuser privileges"


def commands(*, host: str, port: int, state_dir: Path) -> dict[str, list[str]]:
    """The processes of a run, by name."""
    celery = ["celery", "--app", "portal", "--quiet"]
    # One worker alone: looking for others and greeting them costs seconds at the start.
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    schedule = str(state_dir / "run" / "beat-schedule")
    return {
        "web": [
            *("uvicorn", "portal.asgi:application", "--host", host, "--port", str(port)),
            *("--timeout-graceful-shutdown", str(WEB_GRACE_SECONDS)),
            *("--no-access-log", "--log-level", "warning"),
        ],
        "worker": [*celery, "worker", "--concurrency", str(WORKERS), "--loglevel", "warning", *alone],
        "beat": [*celery, "beat", "--loglevel", "warning", "--schedule", schedule, "--pidfile", ""],
    }


class ForgivingPrinter(Printer):
    """Prints the processes' lines for as long as somebody reads them."""

    def write(self, message: Message) -> None:
        """Print one; once the terminal is gone, what is still to be said goes nowhere."""
        try:
            super().write(message)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class WatchingProcess(Process):
    """honcho's process, run in a fork, which ends what it started when the supervisor is killed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._supervisor = os.getpid()

    def run(self, *args: Any, **options: Any) -> None:
        """Start the program and pass its lines on; this is called in the fork."""
        threading.Thread(target=self._watch, daemon=True).start()
        super().run(*args, **options)

    def _watch(self) -> None:
        while os.getppid() == self._supervisor:
            time.sleep(WATCH_SECONDS)
        with suppress(ProcessLookupError):
            if self._child:
                os.killpg(self._child.pid, signal.SIGTERM)
        os._exit(1)


class Supervisor(Manager):
    """honcho's manager, which can be told to stop at any moment and remembers who ended first."""

    def __init__(self, when_started: Callable[[], None]) -> None:
        super().__init__(ForgivingPrinter(sys.stdout))
        self._process_ctor = WatchingProcess
        self.ended: list[str] = []
        self._when_started = when_started

    def _start(self) -> None:
        super()._start()
        # No earlier: the processes are forked, and a fork with threads running may hang.
        threading.Thread(target=self._when_started, daemon=True).start()

    def terminate(self) -> None:
        """Stop all. Before all have told their numbers, honcho could not: then a moment later."""
        if not self._all_started():
            threading.Timer(0.1, self.terminate).start()
            return
        if not self._terminating:
            self.ended = [name for name, each in self._processes.items() if "returncode" in each]
        super().terminate()

    def kill(self) -> None:
        """Kill what still runs, also when not all have started."""
        for each in self._processes.values():
            if "pid" in each and "returncode" not in each:
                self._procmgr.kill(each["pid"])


def supervise(
    processes: dict[str, list[str]], *, folder: Path, state_dir: Path, when_started: Callable[[], None]
) -> None:
    """Run the processes in `folder` until Ctrl-C, SIGTERM or the end of the terminal, then stop them all.

    Raises CannotRun when one of them ends by itself; the others are stopped then, too.
    """
    supervisor = Supervisor(when_started)
    marked = {**os.environ, MARK: str(state_dir), "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": QUIET}
    for name, command in processes.items():
        # exec: a shell in between would swallow how the process ended.
        line = f"exec {shlex.join([sys.executable, '-m', *command])}"
        supervisor.add_process(name, line, env=marked, cwd=str(folder))
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup means it
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        supervisor.loop()
    finally:
        supervisor.kill()  # whatever went wrong in the loop, nothing is left running
    if supervisor.returncode not in INTERRUPTED:
        raise CannotRun(f"The {' and '.join(supervisor.ended)} process ended by itself, so all were stopped.")
