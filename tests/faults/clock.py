"""A clock that can be set, for the processes that are started with it (Linux, with a C compiler)."""

import shutil
import struct
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

_SOURCE = Path(__file__).with_name("clock.c")


class Clock:
    """with Clock() as clock: start processes with `clock.variables`, then `clock.set_ahead(timedelta(hours=1))`."""

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="clock-"))
        self._folder.chmod(0o755)  # PostgreSQL may run as somebody else
        self._library = self._folder / "clock.so"
        self._file = self._folder / "ahead"
        self.set_ahead(timedelta())
        compiler = shutil.which("cc") or shutil.which("gcc")
        assert compiler, "There is no C compiler here: install one (Debian: gcc) for the tests that set the clock."
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(self._library), str(_SOURCE)]
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
