"""The real site on a real port, in a thread of the test's own process and on its database."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from django.test import Client as Browser

PATIENCE = 15.0


@dataclass
class Site:
    port: int
    loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


@contextmanager
def running() -> Iterator[Site]:
    from portal.asgi import application

    config = uvicorn.Config(
        application, host="127.0.0.1", port=0, log_level="critical", timeout_graceful_shutdown=1, lifespan="off"
    )
    server = uvicorn.Server(config)
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    try:
        yield Site(port=server.servers[0].sockets[0].getsockname()[1], loop=loops[0])
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def wait_until(true: Callable[[], Any], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} seconds")
        time.sleep(0.01)


@dataclass
class Reader:
    """An open page: reads its stream in a thread, remembers what it was told."""

    site: Site
    browser: Browser
    since: int | None = None
    told: list[dict[str, Any]] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    open: bool = False
    ended: bool = False
    status: str = ""

    def __enter__(self) -> "Reader":
        self.socket = connect(self.site, self.browser, self.since)
        threading.Thread(target=self._read, daemon=True).start()
        wait_until(lambda: self.open or self.ended)
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _read(self) -> None:
        buffer = b""
        while received := self._receive():
            buffer += received
            *lines, buffer = buffer.split(b"\n")
            for line in lines:
                self._take(line.decode().strip())
        self.ended = True

    def _receive(self) -> bytes:
        try:
            return self.socket.recv(65536)
        except OSError:
            return b""

    def _take(self, line: str) -> None:
        if line.startswith("HTTP/"):
            self.status = line.split()[1]
        elif line.startswith("event: here"):
            self.open = True
        elif line.startswith("id: ") and self.open:
            self.ids.append(int(line[4:]))
        elif line.startswith("data: ") and line != "data: {}":
            self.told.append(json.loads(line[6:]))


def connect(site: Site, browser: Browser, since: int | None = None, *, buffer: int = 0) -> socket.socket:
    """Ask for the stream over a bare socket; with a small receive buffer when one is wanted."""
    made = socket.socket()
    if buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    made.connect(("127.0.0.1", site.port))
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    last = f"Last-Event-ID: {since}\r\n" if since is not None else ""
    made.sendall(
        f"GET /live/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {cookies}\r\n{last}\r\n".encode()
    )
    return made
