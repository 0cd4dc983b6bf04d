"""A web process of its own for what is measured, as `make run` starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
from django.conf import settings
from django.test import Client as Browser

from accounts.models import User
from portal.running.supervise import commands

PATIENCE = 60  # seconds


class Web:
    def __init__(self, port: int, process: psutil.Process) -> None:
        self.port, self.process = port, process

    def worked(self) -> float:
        """Seconds that it has computed so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def peak_memory(self) -> float:
        """Megabytes. What Linux remembers; elsewhere what it has now."""
        status = Path(f"/proc/{self.process.pid}/status")
        if status.exists():
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
            return int(lines["VmHWM"].split()[0]) / 1024
        return float(self.process.memory_info().rss) / 1024**2


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(more: Mapping[str, str] | None = None) -> Iterator[Web]:
    """With `more` variables in its environment."""
    port = free_port()
    command = commands(host="127.0.0.1", port=port, state_dir=settings.STATE_DIR)["web"]
    process = subprocess.Popen([sys.executable, "-m", *command], env={**os.environ, **(more or {})})
    try:
        wait_for(port)
        yield Web(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def cookie_of(person: User) -> str:
    browser = Browser()
    browser.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
