"""Many people at once before the real site: server processes on the test's own database, and a connection for each.

    with doors() as ports:
        answers = all_at_once(ports, [Press(path, visitor, fields), ...])

Everything is sent at the same moment, spread over the processes, and each answer is read to its end.
"""

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any, NamedTuple
from urllib.parse import urlencode

from coaching.people.models import Client, Practitioner
from tests.conftest import signed_in
from tests.faults.processes import ROOT, environment
from tests.live.site import wait_until

# Each process lives on a machine that is set to another clock. No answer may depend on that.
MACHINES = ("Pacific/Chatham", "America/St_Johns", "Australia/Lord_Howe")
PATIENCE = 300
_CSRF = "a" * 32


@contextmanager
def doors() -> Iterator[list[int]]:
    """Three processes of the web server, each on a port of its own."""
    ports = [_free_port() for _ in MACHINES]
    started = [_start(port, zone) for port, zone in zip(ports, MACHINES, strict=True)]
    try:
        for port, process in zip(ports, started, strict=True):
            wait_until(lambda port=port, process=process: _alive(port, process), PATIENCE)  # type: ignore[misc]
        yield ports
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def _start(port: int, zone: str) -> subprocess.Popen[bytes]:
    """As `make run` and the production image start it."""
    server = ("uvicorn", "portal.asgi:application", "--host", "127.0.0.1", "--port", str(port))
    return subprocess.Popen(
        [sys.executable, "-m", *server, "--no-access-log", "--log-level", "warning"],
        cwd=ROOT,
        env={**environment(email_url=""), "TZ": zone},
    )


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def _alive(port: int, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise AssertionError(f"the server ended with {process.returncode}")
    try:
        return ask(port, "/readyz").status == 200
    except OSError:
        return False


class Answer(NamedTuple):
    status: int
    location: str
    body: str


class Visitor(NamedTuple):
    """Somebody with a sign-in."""

    cookie: str

    @classmethod
    def of(cls, person: Client | Practitioner) -> "Visitor":
        return cls(signed_in(person).cookies["sessionid"].value)

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.cookie}; csrftoken={_CSRF}"}


@dataclass
class Press:
    """One button that is pressed."""

    path: str
    by: Visitor
    fields: dict[str, Any] = field(default_factory=dict)

    def send(self, connection: http.client.HTTPConnection) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": _CSRF, **self.fields})
        headers = {**self.by.headers, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", self.path, body, headers)
        return _answer(connection)


def ask(port: int, path: str, by: Visitor | None = None) -> Answer:
    """GET a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers=by.headers if by else {})
        return _answer(connection)
    finally:
        connection.close()


def all_at_once(ports: Sequence[int], presses: Sequence[Press]) -> list[Answer]:
    """Everybody is connected first, then all press at the same moment. Gives the answers in the same order."""
    start = Barrier(len(presses))

    def press(number: int) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", ports[number % len(ports)], timeout=PATIENCE)
        try:
            connection.connect()
            start.wait(PATIENCE)
            return presses[number].send(connection)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as threads:
        return list(threads.map(press, range(len(presses))))


def _answer(connection: http.client.HTTPConnection) -> Answer:
    response = connection.getresponse()
    return Answer(response.status, response.getheader("Location", ""), response.read().decode())
