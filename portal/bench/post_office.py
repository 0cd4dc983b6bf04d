"""A mail server that takes every letter and keeps none: `python -m portal.bench.post_office`.

It prints its port, and once its input ends, how many letters it took. A process of its own, so that its work is not
counted as the worker's.
"""

import asyncio
import sys
from typing import Any


class Counter(asyncio.Protocol):
    """One connection: as much SMTP (RFC 5321) as our own sending asks for."""

    taken = 0

    def __init__(self) -> None:
        self._waiting = b""
        self._in_letter = False

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport
        self._say(b"220 post office")

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
        Counter.taken += 1
        self._in_letter = False
        self._say(b"250 taken")

    def _say(self, words: bytes) -> None:
        self._transport.write(words + b"\r\n")


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Counter, "127.0.0.1", 0)
    _tell(server.sockets[0].getsockname()[1])
    await asyncio.to_thread(sys.stdin.read)
    _tell(Counter.taken)


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve())
