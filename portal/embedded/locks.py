"""Locks that the kernel keeps: a process that is killed, however rudely, lets go of them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

_open_descriptors: set[int] = set()


def _close_in_child() -> None:
    """Let go in a forked child: it would keep a dead parent's lock for as long as it lives."""
    while _open_descriptors:
        os.close(_open_descriptors.pop())


os.register_at_fork(after_in_child=_close_in_child)


class FileLock:
    """An advisory lock on a file, which is made (mode 600) when it is missing.

    Raises OSError when the file can be neither made nor opened.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        _open_descriptors.add(self._descriptor)

    def share(self) -> None:
        """Hold it together with others; waits while somebody holds it alone."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def take(self) -> None:
        """Hold it alone; waits for everybody else."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def try_take(self) -> bool:
        """Hold it alone if nobody else holds it, without waiting; says whether that worked."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def read(self) -> str:
        """What the holder wrote into the file."""
        return os.pread(self._descriptor, 4096, 0).decode(errors="replace")

    def write(self, text: str) -> None:
        """Leave a word for whoever finds it locked; only the holder does this."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def close(self) -> None:
        """Let go."""
        if self._descriptor in _open_descriptors:
            _open_descriptors.remove(self._descriptor)
            os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock on `path` alone for the length of the block, waiting for it first."""
    with FileLock(path) as lock:
        lock.take()
        yield
