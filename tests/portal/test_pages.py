"""Pages are made in a few threads; what waits, uploads or streams has none."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from portal.arriving import ArrivingBody
from portal.pages import ARRIVING, Message, PageHandler

WHOLE = {"type": "http.request", "body": b"", "more_body": False}
PART = {"type": "http.request", "body": b"a", "more_body": True}
GONE = {"type": "http.disconnect"}
SOON = 5


class Doors:
    """What the views below wait for, and what happened in them."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.come: list[str] = []
        self.left: list[str] = []

    def close(self) -> None:
        self.open.clear()
        self.come.clear()
        self.left.clear()


doors = Doors()


def page(request: HttpRequest, name: str = "healthz") -> HttpResponse:
    doors.come.append(name)
    if name != "healthz":
        assert doors.open.wait(SOON)
    return HttpResponse(name)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def words() -> AsyncIterator[str]:
        yield "first"
        try:
            await asyncio.Event().wait()
        finally:
            doors.left.append("stream")

    answer = StreamingHttpResponse(words())
    answer._resource_closers.append(lambda: doors.left.append("closed"))  # type: ignore[attr-defined]
    return answer


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("broken")


def upload(request: HttpRequest) -> HttpResponse:
    try:
        while part := request.read(2):
            doors.come.append(part.decode())
    except OSError:
        doors.left.append("broken off")
    return HttpResponse("thanks")


urlpatterns = [
    path("arriving", upload),
    *(path("healthz", page), path("stream", stream), path("broken", broken)),
    path("<name>", page),
]


class Reader:
    """A connection with one request: its messages come from `says`, `heard` is what was answered."""

    def __init__(self, site: PageHandler, name: str, *messages: Message) -> None:
        self.says: asyncio.Queue[Message] = asyncio.Queue()
        self.heard: list[Message] = []
        for message in messages:
            self.says.put_nowait(message)
        headers = [ARRIVING] if name == "arriving" else []
        scope = {"type": "http", "method": "GET", "path": f"/{name}", "headers": headers, "query_string": b""}
        self.task = asyncio.create_task(site(scope, self.says.get, self._hear))  # type: ignore[arg-type]

    async def _hear(self, message: Message) -> None:
        self.heard.append(message)

    @property
    def words(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.heard)


async def until(what: Any) -> None:
    async with asyncio.timeout(SOON):
        while not what():
            await asyncio.sleep(0.01)


def play(scene: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: a browser of another test may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, scene).result()


@pytest.fixture(autouse=True)
def only_these_pages() -> Iterator[None]:
    doors.close()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        yield
        doors.open.set()


def test_a_third_page_waits_until_one_of_two_is_made() -> None:
    async def scene() -> None:
        site = PageHandler(at_once=2)
        readers = [Reader(site, name, WHOLE) for name in ("1", "2", "3")]
        await until(lambda: len(doors.come) == 2)
        health = Reader(site, "healthz", WHOLE)
        await until(lambda: health.words == b"healthz")
        assert doors.come == ["1", "2", "healthz"]
        doors.open.set()
        await asyncio.gather(*(reader.task for reader in readers))
        assert [reader.words for reader in readers] == [b"1", b"2", b"3"]

    play(scene())


def test_a_slow_upload_keeps_nobody_waiting() -> None:
    async def scene() -> None:
        site = PageHandler(at_once=1)
        doors.open.set()
        upload = Reader(site, "upload", PART)
        await Reader(site, "other", WHOLE).task
        assert doors.come == ["other"]
        upload.says.put_nowait(WHOLE)
        await upload.task
        assert upload.words == b"upload"

    play(scene())


def test_an_upload_that_is_broken_off_reaches_no_page() -> None:
    async def scene() -> None:
        upload = Reader(PageHandler(at_once=1), "upload", PART, GONE)
        await upload.task
        assert (doors.come, upload.heard) == ([], [])

    play(scene())


def test_the_bytes_of_an_upload_reach_its_page_while_others_are_made() -> None:
    async def scene() -> None:
        site = PageHandler(at_once=1)
        doors.open.set()
        upload = Reader(site, "arriving", PART, PART)
        await until(lambda: "".join(doors.come) == "aa")
        await Reader(site, "other", WHOLE).task
        assert not upload.task.done()
        upload.says.put_nowait({"type": "http.request", "body": b"b"})
        await upload.task
        assert (doors.come[-1], upload.words) == ("b", b"thanks")

    play(scene())


def test_what_came_before_an_upload_broke_off_is_not_lost() -> None:
    async def scene() -> None:
        upload = Reader(PageHandler(at_once=1), "arriving", PART, PART, PART, GONE)
        await upload.task
        assert ("".join(doors.come), doors.left) == ("aaa", ["broken off"])

    play(scene())


def test_a_page_that_reads_no_further_holds_nothing_up() -> None:
    """A megabyte waits at most; what comes after it stays in the connection."""

    async def scene() -> None:
        much = {"type": "http.request", "body": b"a" * 600_000, "more_body": True}
        messages = asyncio.Queue[Message]()
        for _number in range(10):
            messages.put_nowait(much)
        body = ArrivingBody(messages.get, asyncio.get_running_loop())
        assert await asyncio.to_thread(body.read, 1) == b"a"
        await until(lambda: messages.qsize() == 8)
        await asyncio.sleep(0.05)
        assert messages.qsize() == 8
        body.close()

    play(scene())


def test_a_server_that_stops_lets_go_of_its_uploads() -> None:
    async def scene() -> None:
        Reader(PageHandler(at_once=1), "arriving", PART)
        await until(lambda: doors.come == ["a"])

    play(scene())  # the end of its loop cancels what waits there
    deadline = time.monotonic() + SOON
    while not doors.left and time.monotonic() < deadline:
        time.sleep(0.01)
    assert doors.left == ["broken off"]


def test_a_stream_has_no_thread_and_ends_when_its_reader_leaves() -> None:
    async def scene() -> None:
        site = PageHandler(at_once=1)
        doors.open.set()
        listener = Reader(site, "stream", WHOLE)
        await until(lambda: listener.words == b"first")
        await Reader(site, "other", WHOLE).task
        assert doors.come == ["other"]
        assert not doors.left
        listener.says.put_nowait(GONE)
        await listener.task
        assert doors.left == ["stream", "closed"]

    play(scene())


def test_a_stream_ends_with_the_server() -> None:
    async def scene() -> None:
        listener = Reader(PageHandler(at_once=1), "stream", WHOLE)
        await until(lambda: listener.words == b"first")
        listener.task.cancel()
        await asyncio.wait([listener.task])
        assert doors.left == ["stream", "closed"]

    play(scene())


def test_a_page_that_breaks_is_answered_and_its_thread_works_on() -> None:
    async def scene() -> None:
        site = PageHandler(at_once=1)
        doors.open.set()
        broken, other = Reader(site, "broken", WHOLE), Reader(site, "other", WHOLE)
        await asyncio.gather(broken.task, other.task)
        assert broken.heard[0]["status"] == 500
        assert other.words == b"other"

    play(scene())
