"""Valkey from its wheel. It keeps nothing: what matters stands in the database."""

import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from portal.embedded.errors import EmbeddedError, last_lines
from portal.embedded.places import Places
from portal.embedded.processes import ProgramFailed, alive, run, wait_until
from portal.embedded.programs import Programs

STARTING_SECONDS = 20
STOPPING_SECONDS = 10
ANSWER_SECONDS = 2


def ensure_running(places: Places, programs: Programs) -> None:
    """Have the server answer. The caller holds the starting lock. Raises EmbeddedError."""
    if _answers(places):
        return
    _end_leftover(places)
    command = [programs.valkey, *_options(places)]
    try:
        run(places, command)
        started = wait_until(lambda: _answers(places), seconds=STARTING_SECONDS)
    except (ProgramFailed, subprocess.TimeoutExpired):
        started = False
    if not started:
        raise EmbeddedError(
            f"Valkey did not start; the end of {places.valkey_log} says why:{last_lines(places.valkey_log)}"
        )


def stop(places: Places) -> None:
    """Stop the server if it runs. The caller holds the starting lock."""
    process = _process(places)
    with suppress(OSError):  # it does not run, or hangs
        _ask(places, "SHUTDOWN NOSAVE")
    if process and not wait_until(lambda: alive(process.pid) is None, seconds=STOPPING_SECONDS):
        process.kill()


def _options(places: Places) -> list[str | Path]:
    return [
        *("--port", "0", "--unixsocket", places.valkey_socket, "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--dir", places.home),
        *("--daemonize", "yes", "--pidfile", _pid_file(places), "--logfile", places.valkey_log),
        *("--loglevel", "warning"),
    ]


def _answers(places: Places) -> bool:
    try:
        return _ask(places, "PING").startswith(b"+PONG")
    except OSError:
        return False


def _ask(places: Places, command: str) -> bytes:
    """Send one command and give the beginning of the answer; raises OSError when there is none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.connect(str(places.valkey_socket))
        connection.sendall(f"{command}\r\n".encode())
        return connection.recv(512)


def _pid_file(places: Places) -> Path:
    return places.home / "valkey.pid"


def _process(places: Places) -> psutil.Process | None:
    """The server's process, told by its socket: the pid file's number may be another's by now."""
    try:
        process = alive(int(_pid_file(places).read_text()))
        shown = " ".join(process.cmdline()) if process else ""
    except (OSError, ValueError, psutil.Error):
        return None
    return process if str(places.valkey_socket) in shown else None


def _end_leftover(places: Places) -> None:
    """End a server that is there and does not answer."""
    process = _process(places)
    if process:
        process.kill()
        wait_until(lambda: alive(process.pid) is None, seconds=STOPPING_SECONDS)
    places.valkey_socket.unlink(missing_ok=True)
