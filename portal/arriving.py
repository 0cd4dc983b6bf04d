"""The body of an upload, read by its page while it arrives: none of it waits for its end, in memory or on disk."""

import asyncio
import io
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

Receive = Callable[[], Awaitable[Mapping[str, Any]]]

WAITING = 1024 * 1024  # bytes that may wait for the page; then the connection is not read on
SILENCE = 60.0  # seconds without a byte, after which a connection counts as broken off


class BrokenOff(OSError):
    """No more comes, though more was meant to."""


class ArrivingBody(io.RawIOBase):
    """A file for one thread; its bytes are fetched on the event loop, as soon as the first read asks for them.

    What has come is handed over before `BrokenOff` is raised, so whoever reads to the end of it loses nothing.
    """

    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        self._receive, self._loop = receive, loop
        self._come = bytearray()
        self._news = threading.Condition()
        self._whole = self._broken = self._closing = False
        self._room = asyncio.Event()
        self._fetching: asyncio.Task[None] | None = None
        self._begun = False

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes, as soon as there are some; all of the rest for -1; empty at the end."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(WAITING), b""))
        self._begin()
        with self._news:
            if not self._news.wait_for(self._something, SILENCE):
                raise BrokenOff("the connection fell silent")
            part = bytes(self._come[:size])
            del self._come[:size]
            if not part and not self._whole and size:
                raise BrokenOff("the connection was broken off")
        self._say_there_is_room()
        return part

    def close(self) -> None:
        if not self.closed:
            self._closing = True
            self._say_there_is_room()
        super().close()

    def _something(self) -> bool:
        return bool(self._come) or self._whole or self._broken

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._loop.call_soon_threadsafe(self._start)

    def _start(self) -> None:
        self._fetching = self._loop.create_task(self._fetch())

    def _say_there_is_room(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: the server has ended
            self._loop.call_soon_threadsafe(self._make_room)

    def _make_room(self) -> None:
        self._room.set()
        if self._closing and self._fetching:
            self._fetching.cancel()

    async def _fetch(self) -> None:
        try:
            while not (self._whole or self._broken):
                self._take(await self._receive())
                while len(self._come) > WAITING and not self._closing:
                    self._room.clear()
                    await self._room.wait()
        finally:  # the server stops: nobody waits for the rest
            with self._news:
                self._broken = not self._whole
                self._news.notify_all()

    def _take(self, message: Mapping[str, Any]) -> None:
        with self._news:
            if message["type"] == "http.disconnect":
                self._broken = True
            else:
                self._come += message.get("body", b"")
                self._whole = not message.get("more_body", False)
            self._news.notify_all()
