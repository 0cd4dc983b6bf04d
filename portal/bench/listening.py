"""Fifty people who listen, at the pace of a voice, while others open pages."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from portal.bench import callers

LISTENERS = 50
PACE = 128_000 // 8  # bytes a second: 128 kbit/s
_STEP = 0.25  # seconds


class Audience:
    """What they have heard so far, in bytes, and how many had to wait for theirs."""

    def __init__(self) -> None:
        self.heard, self.late, self.broken = 0, 0, 0


@contextmanager
def listeners(port: int, path: str, cookies: str) -> Iterator[Audience]:
    """They listen in a thread of their own until the block ends."""
    audience, ended = Audience(), threading.Event()
    thread = threading.Thread(target=asyncio.run, args=[_all(port, path, cookies, audience, ended)])
    thread.start()
    try:
        time.sleep(2)  # all have come
        yield audience
    finally:
        ended.set()
        thread.join()


async def _all(port: int, path: str, cookies: str, audience: Audience, ended: threading.Event) -> None:
    await asyncio.gather(*(_listen(port, path, cookies, audience, ended) for _ in range(LISTENERS)))


async def _listen(port: int, path: str, cookies: str, audience: Audience, ended: threading.Event) -> None:
    """One of them: takes its bytes in time, no faster, so that the rest waits at the server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=PACE)
    writer.write(callers.get(path, cookies))
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        audience.broken += 1
    part, due = int(PACE * _STEP), time.perf_counter()
    while not ended.is_set():
        begun = time.perf_counter()
        audience.heard += len(await reader.readexactly(part))
        audience.late += time.perf_counter() - begun > _STEP
        due += _STEP
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    writer.close()


def seconds(port: int, requests: Sequence[bytes], *, at_once: int = 2) -> list[float]:
    """How long each page took, in order of size."""
    answers, _ = callers.call(port, requests, at_once=at_once)
    if wrong := {each.status for each in answers} - {200}:
        raise RuntimeError(f"Pages were to answer 200, and some answered {wrong}.")
    return sorted(each.seconds for each in answers)
