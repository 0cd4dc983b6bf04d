"""A clock that can be set, for the processes that are started with it.

It is built when it is needed: on Linux, by any C compiler. Where there is none and the system's package manager
may, one is installed; else the tests that need it fail with one sentence that says so.
"""

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

_SOURCE = Path(__file__).with_name("clock.c")
_COMPILERS = ("cc", "gcc", "clang", "tcc")
_INSTALLS = (("apt-get", "update", "-qq"), ("apt-get", "install", "-y", "-qq", "gcc", "libc6-dev"))


class Clock:
    """with Clock() as clock: start processes with `clock.variables`, then `clock.set_ahead(timedelta(hours=1))`."""

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="clock-"))
        self._folder.chmod(0o755)  # PostgreSQL may run as somebody else
        self._library = self._folder / "clock.so"
        self._file = self._folder / "ahead"
        self.set_ahead(timedelta())
        command = [_compiler(), "-shared", "-fPIC", "-O1", "-o", str(self._library), str(_SOURCE)]
        subprocess.run(command, check=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder)

    @property
    def variables(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._library), "CLOCK_FILE": str(self._file)}

    def set_ahead(self, of_real_time: timedelta) -> None:
        """All at once for every process that has this clock. Whole seconds; negative means behind."""
        self.ahead = of_real_time
        told = struct.pack("=q", int(of_real_time.total_seconds()))
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(told)
        self._file.chmod(0o644)

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC) + self.ahead

    def set_to(self, moment: datetime) -> None:
        self.set_ahead(moment - datetime.fromtimestamp(time.time(), UTC))


def _compiler() -> str:
    assert sys.platform == "linux", "Only on Linux can the tests set the clock of the processes that they start."
    found = _found() or (_install() and _found())
    assert found, "There is no C compiler here: install one (Debian: gcc) for the tests that set the clock."
    return found


def _found() -> str | None:
    return next(filter(None, map(shutil.which, _COMPILERS)), None)


def _install() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    return all(subprocess.run(command, check=False).returncode == 0 for command in _INSTALLS)
