"""A house of its own for what a room measures, so that nobody's letters are touched: real, and gone after."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from portal import embedded
from portal.bench.figures import Figure

_THEIRS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "RELAY_LOG_URL")


class RoomFailed(Exception):
    """The measurement ended early; the words say how."""


def measured(room: str, *arguments: str, folder: Path) -> Iterator[Figure]:
    """What `python -m portal.bench room arguments` prints, with `folder` as its state. Raises RoomFailed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    own = {name: value for name, value in os.environ.items() if name not in _THEIRS}
    environment = {**own, "STATE_DIR": str(folder)}
    try:
        with embedded.servers(folder, durable=True):
            for _ in _lines("manage.py", "migrate", "--verbosity", "0", environment=environment):
                pass
            for line in _lines("-m", "portal.bench", room, *arguments, environment=environment):
                yield Figure(**json.loads(line))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lines(*command: str, environment: dict[str, str]) -> Iterator[str]:
    """What a program prints, as it comes."""
    program = [sys.executable, *command]
    with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, text=True) as process:
        yield from process.stdout or ()
    if process.returncode:
        raise RoomFailed(f"{' '.join(command)} ended with {process.returncode}.")
