"""One ear a process: a single Redis subscription and one reader for all of its open pages.

A page costs a small queue and no connection, neither to Redis nor to the database. The wire only says who has
something new; a single query then reads it for everyone who was named. A page that does not take what it is given
is let go: it comes back by itself and asks for what it missed.
"""

import asyncio
import logging
import signal
import threading
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from types import FrameType
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import redis.asyncio
from django.conf import settings
from django.db import connection

from coaching.live import queries, wire
from coaching.live.models import Event

logger = logging.getLogger(__name__)

QUEUE = 256  # events that a page may be behind
LOOK_SECONDS = 20.0  # how often the hub looks without being told, should the wire have lost a word
RETRY_SECONDS = (0.2, 1.0, 5.0)  # after a first failure, a second, and any other
WELL_SECONDS = 60.0  # what ran this long before it failed counts as a first failure

T = TypeVar("T")
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, "Hub"] = WeakKeyDictionary()


def current() -> "Hub":
    """The hub of this event loop, started at its first page."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


class Page:
    """One open page. `seen` is the last event that was put into its queue; None in the queue is the end."""

    def __init__(self, person_id: int, seen: int) -> None:
        self.person_id = person_id
        self.seen = seen
        self.queue: asyncio.Queue[Event | wire.Whisper | None] = asyncio.Queue(QUEUE)
        self._writing = asyncio.current_task()

    def give(self, event: Event) -> bool:
        """False when the page is too far behind. Others' events, and those it has, are not for it."""
        if event.person_id != self.person_id or event.pk <= self.seen:
            return True
        if self.queue.full():
            return False
        self.queue.put_nowait(event)
        self.seen = event.pk
        return True

    def whisper(self, said: wire.Whisper) -> None:
        """A page that is behind does without."""
        if not self.queue.full():
            self.queue.put_nowait(said)

    def end(self) -> None:
        """Let it finish what it is writing, then end."""
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(None)

    def drop(self) -> None:
        """End it now, in the middle of a write that may never return."""
        if self._writing is not None:
            self._writing.cancel()


class Hub:
    """All open pages of one event loop. Used from that loop only."""

    def __init__(self) -> None:
        self.closed = False
        self._pages: dict[int, set[Page]] = defaultdict(set)
        self._woken: set[int] = set()
        self._wake = asyncio.Event()
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")
        self._tasks: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return sum(map(len, self._pages.values()))

    async def events(self, person_id: int, seen: int) -> AsyncGenerator[Event | wire.Whisper | None]:
        """This person's events after `seen`, for ever; None whenever nothing came for `LOOK_SECONDS`."""
        self._start()
        # First what was missed, as fast as the page takes it; then what comes.
        while missed := await self.read(queries.after, {person_id: seen}):
            for event in missed:
                seen = event.pk
                yield event
        page = Page(person_id, seen)
        self._pages[person_id].add(page)
        self.wake(person_id)
        try:
            async with aclosing(self._take(page)) as taken:
                async for event_or_pause in taken:
                    yield event_or_pause
        finally:
            self._forget(page)

    def wake(self, *person_ids: int) -> None:
        """Look for what is new for these people."""
        self._woken.update(person_ids)
        self._wake.set()

    async def read(self, query: Callable[..., T], *args: Any) -> T:
        """Ask the database in one of the hub's two threads, without keeping a connection."""

        def ask() -> T:
            try:
                return query(*args)
            finally:
                connection.close()

        return await asyncio.get_running_loop().run_in_executor(self._threads, ask)

    def close(self) -> None:
        """End every stream: their pages come back to whatever is started next."""
        self.closed = True
        for page in [page for pages in self._pages.values() for page in pages]:
            page.end()
        for task in self._tasks:
            task.cancel()

    def _start(self) -> None:
        if self._tasks or self.closed:
            return
        self._tasks = [asyncio.create_task(run(each)) for each in (self._listen, self._deliver, self._look)]
        _close_with_the_server(self)

    async def _take(self, page: Page) -> AsyncGenerator[Event | wire.Whisper | None]:
        while not self.closed:
            try:
                event = await asyncio.wait_for(page.queue.get(), LOOK_SECONDS)
            except TimeoutError:
                yield None
                continue
            if event is None:
                return
            yield event

    async def _listen(self) -> None:
        """Hear the wire. Whatever was said while nobody heard is read from the database."""
        ear = redis.asyncio.Redis.from_url(settings.REDIS_URL)
        try:
            async with ear.pubsub(ignore_subscribe_messages=True) as subscription:
                await subscription.subscribe(wire.channel(), wire.whispers())
                self.wake(*self._pages)
                async for word in subscription.listen():
                    if word["channel"].decode() == wire.whispers():
                        self._whisper(wire.heard(word["data"]))
                    elif int(word["data"]) in self._pages:
                        self.wake(int(word["data"]))
        finally:
            await ear.aclose()

    def _whisper(self, said: wire.Whisper) -> None:
        for page in self._pages.get(said.person_id, ()):
            page.whisper(said)

    async def _deliver(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            seen = {person: self._seen(person) for person in self._woken if self._pages.get(person)}
            self._woken.clear()
            if seen:
                await self._hand_out(seen)

    async def _hand_out(self, seen: Mapping[int, int]) -> None:
        try:
            events = await self.read(queries.after, seen)
        except BaseException:
            self.wake(*seen)
            raise
        for event in events:
            for page in list(self._pages.get(event.person_id, ())):
                if not page.give(event):
                    self._forget(page)
                    page.drop()
        # There may be more than one query gives: pages take what they have before they are asked again.
        self.wake(*{event.person_id for event in events})

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.wake(*self._pages)

    def _seen(self, person_id: int) -> int:
        return min(page.seen for page in self._pages[person_id])

    def _forget(self, page: Page) -> None:
        pages = self._pages.get(page.person_id, set())
        pages.discard(page)
        if not pages:
            self._pages.pop(page.person_id, None)


async def run(duty: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do it for ever: a database or Redis that went away comes back."""
    loop = asyncio.get_running_loop()
    failures = 0
    while True:
        begun = loop.time()
        try:
            await duty()
        except Exception as error:  # noqa: BLE001 - whatever it was, the open pages must not be left alone
            logger.warning("Live pages: %s; trying again.", type(error).__name__)
        failures = 0 if loop.time() - begun > WELL_SECONDS else min(failures + 1, len(RETRY_SECONDS) - 1)
        await asyncio.sleep(RETRY_SECONDS[failures])


def _close_with_the_server(hub: Hub) -> None:
    """A server that is told to stop waits for its open answers; a stream has no end, so it is ended here.

    The server's own handler is called after. In any thread but the main one there is no signal to hear.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)

        def stop(received: int, frame: FrameType | None, before: Any = before) -> None:
            loop.call_soon_threadsafe(hub.close)
            if callable(before):
                before(received, frame)

        signal.signal(number, stop)
