"""Requests wait for their turn, not for a connection."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from portal.in_turn import InTurn, Message

WHOLE = {"type": "http.request", "body": b"", "more_body": False}
PART = {"type": "http.request", "body": b"a", "more_body": True}
START = {"type": "http.response.start", "status": 200, "headers": []}


class House:
    """An application that notes who is at work, and answers when it is told to."""

    def __init__(self) -> None:
        self.at_work: list[str] = []
        self.answer = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        self.at_work.append(scope["path"])
        await self.answer.wait()
        await send(START)
        await asyncio.Event().wait()  # a stream: it never ends


async def come(site: InTurn, path: str, *messages: Message) -> asyncio.Task[None]:
    """A request whose messages arrive; gives its task once nothing more happens."""
    coming = iter(messages)

    async def receive() -> Message:
        message = next(coming, None)
        if message is None:
            await asyncio.Event().wait()
        assert message is not None
        return message

    async def send(message: Message) -> None:
        pass

    task = asyncio.ensure_future(site({"type": "http", "path": path}, receive, send))  # type: ignore[arg-type]
    await settled()
    return task


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def play(scene: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: a browser of another test may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, scene).result()


def test_a_third_waits_until_one_of_two_is_answered() -> None:
    async def scene() -> None:
        house = House()
        site = InTurn(house, at_once=2)
        tasks = [await come(site, f"/{n}/", WHOLE) for n in (1, 2, 3)]
        assert house.at_work == ["/1/", "/2/"]
        tasks.append(await come(site, "/healthz", WHOLE))
        assert house.at_work == ["/1/", "/2/", "/healthz"]
        house.answer.set()
        await settled()
        assert house.at_work[-1] == "/3/"  # though the first two still stream
        for task in tasks:
            task.cancel()

    play(scene())


def test_a_slow_upload_keeps_nobody_waiting() -> None:
    async def scene() -> None:
        house = House()
        site = InTurn(house, at_once=1)
        upload = await come(site, "/upload/", PART)
        page = await come(site, "/page/", WHOLE)
        assert house.at_work == ["/page/"]
        for task in (upload, page):
            task.cancel()

    play(scene())


def test_who_leaves_gives_their_turn_back() -> None:
    async def scene() -> None:
        house = House()
        site = InTurn(house, at_once=1)
        first, second = [await come(site, path, WHOLE) for path in ("/1/", "/2/")]
        third = await come(site, "/3/", WHOLE)
        second.cancel()  # while it waits
        first.cancel()  # while it is at work
        await settled()
        assert house.at_work == ["/1/", "/3/"]
        third.cancel()

    play(scene())
