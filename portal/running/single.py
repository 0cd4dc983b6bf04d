"""One run for each STATE_DIR, on a port that is free."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded.locks import FileLock
from portal.running.errors import CannotRun


@contextmanager
def only_run(state_dir: Path, address: str) -> Iterator[None]:
    """Be the only run of this STATE_DIR for the length of the block.

    Raises CannotRun, naming address and process, while another one is running, and when the folder
    cannot be written.
    """
    path = state_dir / "run" / "run.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
    except OSError as error:
        raise CannotRun(
            f"The folder {state_dir} cannot be used ({error.strerror}): set STATE_DIR to one that can be written."
        ) from error
    with lock:
        if not lock.try_take():
            raise CannotRun(f"The portal already runs from {state_dir}: {lock.read() or 'it is just starting'}.")
        lock.write(f"{address}, process {os.getpid()}")
        yield
        lock.write("")


def refuse_used_port(host: str, port: int) -> None:
    """Raise CannotRun when `host` and `port` cannot be listened on."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As the web server does it: a port that was closed a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotRun(
                f"Port {port} is in use by another program: end it, or choose another one (PORT={port + 1})."
            ) from error
        raise CannotRun(f"HOST {host} with PORT {port} cannot be listened on: {error.strerror}.") from error
