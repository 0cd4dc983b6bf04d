"""A mail server that takes every letter and keeps none: `python -m portal.bench.post_office`.

It prints its port. For each line that it is told, it prints how many letters it took, how many seconds lay
between the first of them and the last, and how many connections were open at most; then it counts anew.
A process of its own, so that its work is not counted as the worker's.
"""

import asyncio
import sys
import time
from dataclasses import dataclass
from typing import Any


@dataclass
class Count:
    """Since it was last asked. Moments by a clock that never jumps."""

    taken: int = 0
    first: float = 0.0
    last: float = 0.0
    open: int = 0
    most: int = 0

    def take(self) -> None:
        self.taken += 1
        self.last = time.monotonic()
        self.first = self.first or self.last

    def tell(self) -> str:
        told = f"{self.taken} {self.last - self.first:.3f} {self.most}"
        self.taken, self.first, self.last, self.most = 0, 0.0, 0.0, self.open
        return told


class Counter(asyncio.Protocol):
    """One connection: as much SMTP (RFC 5321) as our own sending asks for."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._waiting = b""
        self._in_letter = False

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport
        self._count.open += 1
        self._count.most = max(self._count.most, self._count.open)
        self._say(b"220 post office")

    def connection_lost(self, _error: Exception | None) -> None:
        self._count.open -= 1

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        end = b"\r\n.\r\n" if self._in_letter else b"\r\n"
        while end in self._waiting:
            told, _, self._waiting = self._waiting.partition(end)
            self._take() if self._in_letter else self._hear(told[:4].upper())
            end = b"\r\n.\r\n" if self._in_letter else b"\r\n"

    def _hear(self, verb: bytes) -> None:
        self._in_letter = verb == b"DATA"
        self._say({b"DATA": b"354 go ahead", b"QUIT": b"221 bye"}.get(verb, b"250 yes"))
        if verb == b"QUIT":
            self._transport.close()

    def _take(self) -> None:
        self._count.take()
        self._in_letter = False
        self._say(b"250 taken")

    def _say(self, words: bytes) -> None:
        self._transport.write(words + b"\r\n")


async def serve() -> None:
    count = Count()
    server = await asyncio.get_running_loop().create_server(lambda: Counter(count), "127.0.0.1", 0)
    _say(str(server.sockets[0].getsockname()[1]))
    while await asyncio.to_thread(sys.stdin.readline):
        _say(count.tell())


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve())
