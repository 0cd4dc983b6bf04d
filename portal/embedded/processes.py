"""Starting programs as the servers' account, and looking for what earlier ones left behind."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from portal.embedded.places import Places


class ProgramFailed(Exception):
    """A program ended with an error; the message is the last thing that it said."""


def run(places: Places, command: list[str | Path], *, text: str = "", seconds: float = 120) -> None:
    """Run one program to its end as the servers' account, with `text` as its input.

    It gets a session of its own, so that Ctrl-C in a terminal does not reach it halfway, and none of
    our environment, which holds secrets and may hold PG* variables that would mislead it.

    Raises ProgramFailed with the program's last line, OSError when it cannot be started at all.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as given:
        given.write(text.encode())
        given.seek(0)
        # Files and no pipes: a server that a program leaves behind would hold a pipe open for ever.
        finished = subprocess.run(
            command,
            stdin=given,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=places.home,
            env=_environment(places.home),
            start_new_session=True,
            timeout=seconds,
            umask=0o077,
            check=False,
            **places.account.spawn_options(),
        )
        if finished.returncode:
            output.seek(0)
            raise ProgramFailed(_complaint(output.read().decode(errors="replace")))


def _environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LC_ALL": "C", "TZ": "UTC"}


def _complaint(output: str) -> str:
    """The line that says what went wrong: the first with an error in it, else the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line or "FATAL:" in line or "ERROR:" in line]
    return (errors or lines[-1:] or ["it said nothing"])[0]


def wait_until(condition: Callable[[], bool], *, seconds: float, pause: float = 0.02) -> bool:
    """Ask again and again until the condition holds or the time is over; says whether it held."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def alive(pid: int) -> psutil.Process | None:
    """The process of that number, if it runs; one that ended and was not yet fetched does not."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process
    except psutil.NoSuchProcess:
        return None


def working_in(folder: Path) -> list[psutil.Process]:
    """Every process whose working folder is `folder`."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found
