"""The real site for tests that need more than Django's test client: uvicorn in a thread, on the test database."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running_site(port: int | None = None) -> Iterator[int]:
    """Its port, on localhost: one that is free, unless the site comes back to the one that it had."""
    # Not at the top: pytest may import this file before the static files of this run are collected.
    from portal.asgi import application

    port = port or free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            host="127.0.0.1",
            port=port,
            log_level="warning",
            timeout_graceful_shutdown=1,
            lifespan="off",
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 15
    while not server.started and time.monotonic() < deadline:
        thread.join(0.02)
    assert server.started, "the site did not start"
    yield port
    server.should_exit = True
    thread.join(10)
