"""PostgreSQL from its wheel: made, started and stopped with its own `initdb` and `pg_ctl`."""

import os
import secrets
import shlex
import shutil
import socket
import subprocess
from pathlib import Path

import psutil

from portal.embedded.errors import EmbeddedError, last_lines
from portal.embedded.places import Places
from portal.embedded.processes import ProgramFailed, alive, run, wait_until, working_in
from portal.embedded.programs import POSTGRES_MAJOR, Programs

NAME = USER = "portal"
PORT = 5432  # only a part of the socket's name: no port is opened
# Recovery after a crash reads the log since the last checkpoint: minutes on a slow disk.
STARTING_SECONDS = 300
STOPPING_SECONDS = 60
# Processes of a killed server end by themselves as soon as they look up from their work.
ORPHAN_SECONDS = 5
INITDB_OPTIONS: tuple[str, ...] = (
    *("--username", USER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"),
    *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"),
    *("--set", "max_connections=200", "--set", "listen_addresses=", "--set", "timezone=UTC"),
    *("--set", "log_timezone=UTC", "--set", "log_checkpoints=off"),
)
SERVER_OPTIONS = ("listen_addresses=", "unix_socket_permissions=0700")
# Nothing is forced to the disk: quick, and gone when the machine fails.
CARELESS_OPTIONS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


def ensure_running(places: Places, programs: Programs, *, durable: bool) -> None:
    """Have the server answer, with its data made first where there is none.

    The caller holds the starting lock. Raises EmbeddedError.
    """
    _ensure_data(places, programs, durable=durable)
    if _settled(places):
        return
    _clear_leftovers(places)
    options = [*SERVER_OPTIONS, f"unix_socket_directories={places.sockets}", f"port={PORT}"]
    options += [] if durable else CARELESS_OPTIONS
    served = shlex.join(part for option in options for part in ("-c", option))
    try:
        _control(places, programs, "start", "-l", places.postgres_log, "-o", served, seconds=STARTING_SECONDS)
    except (ProgramFailed, subprocess.TimeoutExpired) as error:
        raise EmbeddedError(
            f"PostgreSQL did not start; the end of {places.postgres_log} says why:"
            f"{last_lines(places.postgres_log) or f' {error}'}"
        ) from error


def stop(places: Places, programs: Programs) -> None:
    """Stop the server if it runs: connections are ended, and what is committed is on the disk.

    The caller holds the starting lock. Raises EmbeddedError when it does not stop in time.
    """
    if _postmaster(places) is None:
        return
    try:
        _control(places, programs, "stop", "-m", "fast", seconds=STOPPING_SECONDS)
    except (ProgramFailed, subprocess.TimeoutExpired) as error:
        if _postmaster(places) is not None:
            raise EmbeddedError(f"PostgreSQL did not stop within {STOPPING_SECONDS} seconds: {error}") from error


def _control(places: Places, programs: Programs, verb: str, *options: str | Path, seconds: int) -> None:
    """Run `pg_ctl`, which waits until the server answers, or is gone."""
    command = [programs.postgres / "pg_ctl", "-w", "-t", str(seconds), "-D", places.data, *options, verb]
    run(places, command, seconds=seconds + 10)


def _ensure_data(places: Places, programs: Programs, *, durable: bool) -> None:
    """Make the data folder where there is none; refuse one of another major version."""
    if not places.data.exists():
        _make_data(places, programs, durable=durable)
        return
    found = (places.data / "PG_VERSION").read_text().strip()
    if found != str(POSTGRES_MAJOR):
        raise EmbeddedError(
            f"{places.data} holds data of PostgreSQL {found} and this portal brings PostgreSQL {POSTGRES_MAJOR}: "
            "carry it over as docs/operations.md says under 'Upgrading'."
        )


def _make_data(places: Places, programs: Programs, *, durable: bool) -> None:
    """Make it aside and move it into place when it is whole, so that a half-made one is never found."""
    aside = places.home / "data.new"
    password = places.home / "password.new"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        _hand_over(password, _password(places), places)
        options = INITDB_OPTIONS if durable else (*INITDB_OPTIONS, "--no-sync")
        run(places, [programs.postgres / "initdb", "-D", aside, "--pwfile", password, *options])
        _run_single(places, programs, aside, f"CREATE DATABASE {NAME}")
        os.replace(aside, places.data)
    except (ProgramFailed, subprocess.TimeoutExpired) as error:
        raise EmbeddedError(f"PostgreSQL's data could not be made in {places.home}: {error}") from error
    finally:
        password.unlink(missing_ok=True)
        shutil.rmtree(aside, ignore_errors=True)


def _run_single(places: Places, programs: Programs, data: Path, statement: str) -> None:
    """Run one statement on data that no server has open."""
    command: list[str | Path] = [
        programs.postgres / "postgres",
        "--single",
        "-c",
        "exit_on_error=true",
        "-D",
        data,
        "postgres",
    ]
    run(places, command, text=f"{statement}\n")


def _hand_over(path: Path, text: str, places: Places) -> None:
    """Write a file that nobody but the servers' account can read."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        if places.account.borrowed:
            os.fchown(file.fileno(), places.account.uid, places.account.gid)
        file.write(text)


def _password(places: Places) -> str:
    """The password, made when there is none; the file has libpq's form, any host and database."""
    if not places.password_file.exists():
        aside = places.password_file.with_suffix(".new")
        aside.unlink(missing_ok=True)
        aside.touch(mode=0o600)
        aside.write_text(f"*:*:*:{USER}:{secrets.token_urlsafe(32)}\n")
        os.replace(aside, places.password_file)
    return places.password_file.read_text().strip().rpartition(":")[2]


def _settled(places: Places) -> bool:
    """Whether the server runs and answers; one that is just starting or stopping is waited for."""
    settled = wait_until(lambda: _postmaster(places) is None or _ready(places), seconds=STARTING_SECONDS)
    if not settled:
        raise EmbeddedError(f"PostgreSQL has been {_status(places)} for {STARTING_SECONDS} seconds.")
    return _postmaster(places) is not None


def _ready(places: Places) -> bool:
    """Whether it answers. One that is being killed still calls itself ready, so the socket is asked too."""
    return _status(places) == "ready" and _listens(places)


def _status(places: Places) -> str:
    """What the server says of itself in the last line of its pid file."""
    lines = _pid_file(places)
    return lines[7].strip() if len(lines) > 7 else "starting"


def _postmaster(places: Places) -> psutil.Process | None:
    """The server of this data, if it runs.

    The pid file alone proves nothing: after a crash its number may be some other process's by now.
    """
    lines = _pid_file(places)
    process = alive(int(lines[0])) if lines and lines[0].strip().isdecimal() else None
    try:
        return process if process and str(places.data) in process.cmdline() else None
    except psutil.Error:
        return None


def _pid_file(places: Places) -> list[str]:
    try:
        return (places.data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _listens(places: Places) -> bool:
    """Whether anybody answers at the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        return connection.connect_ex(str(places.sockets / f".s.PGSQL.{PORT}")) == 0


def _clear_leftovers(places: Places) -> None:
    """Clear away what a killed server left; there is no running one.

    Its processes must be gone before its pid file may go: they still write to the data's memory.
    """
    if not wait_until(lambda: not working_in(places.data), seconds=ORPHAN_SECONDS):
        for process in working_in(places.data):
            process.kill()
        wait_until(lambda: not working_in(places.data), seconds=ORPHAN_SECONDS)
    if _listens(places):
        raise EmbeddedError(
            f"A PostgreSQL that cannot be seen from here, perhaps in another container, "
            f"has {places.data} open: stop it first."
        )
    (places.data / "postmaster.pid").unlink(missing_ok=True)
    for leftover in places.sockets.glob(".s.PGSQL.*"):
        leftover.unlink()
