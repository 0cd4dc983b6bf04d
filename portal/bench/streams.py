"""Open pages that hold a stream, in a thread of their own: when each of them was told what."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from portal.bench import callers

PATIENCE = 120.0  # seconds until all are open


class Pages:
    """`told` has the moment (of `perf_counter`) at which a page of a person was told of a message: by the index
    of its cookie and the message's id."""

    def __init__(self) -> None:
        self.told: dict[tuple[int, int], float] = {}
        self.open = 0
        self.broken = 0


@contextmanager
def held(port: int, path: str, cookies: Sequence[str]) -> Iterator[Pages]:
    """One stream for each cookie, until the block ends. Raises RuntimeError when they do not open."""
    pages, ended = Pages(), threading.Event()
    thread = threading.Thread(target=asyncio.run, args=[_all(port, path, cookies, pages, ended)])
    thread.start()
    try:
        _wait_for(pages, len(cookies))
        yield pages
    finally:
        ended.set()
        thread.join()


def _wait_for(pages: Pages, number: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while pages.open < number:
        if time.monotonic() > deadline or pages.broken:
            raise RuntimeError(f"Of {number} streams {pages.open} opened, and {pages.broken} broke.")
        time.sleep(0.05)


async def _all(port: int, path: str, cookies: Sequence[str], pages: Pages, ended: threading.Event) -> None:
    few = asyncio.Semaphore(16)  # who opens a thousand pages at once measures the queue at the door
    readers = [asyncio.create_task(_read(port, path, each, n, pages, few)) for n, each in enumerate(cookies)]
    while not ended.is_set():
        await asyncio.sleep(0.1)
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)


async def _read(port: int, path: str, cookies: str, number: int, pages: Pages, few: asyncio.Semaphore) -> None:
    try:
        async with few:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(callers.get(path, cookies))
            await reader.readuntil(b"event: here")
            pages.open += 1
        while line := await reader.readline():
            if line.startswith(b"data: ") and b'"message.new"' in line:
                about = json.loads(line[6:])["about"]
                pages.told.setdefault((number, about["message"]), time.perf_counter())
        pages.broken += 1
    except (OSError, asyncio.IncompleteReadError):
        pages.broken += 1
