"""Pages are made in turn: no more of them at once than there are connections to the database.

When hundreds press at the same moment, they wait here, where waiting costs nothing and nobody is turned away.
Without it each would have a thread and wait there for a connection, and after some seconds get an error instead.
"""

from asyncio import AbstractEventLoop, Semaphore, get_running_loop
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]

AT_ANY_TIME = ("/healthz",)  # it asks whether the process answers, and touches no database


class InTurn:
    """An ASGI application around another one. A server has one event loop, and each loop its own turns."""

    def __init__(self, application: Application, *, at_once: int) -> None:
        self._application = application
        self._at_once = at_once
        self._turns: WeakKeyDictionary[AbstractEventLoop, Semaphore] = WeakKeyDictionary()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in AT_ANY_TIME:
            await self._application(scope, receive, send)
            return
        turns = self._turns.setdefault(get_running_loop(), Semaphore(self._at_once))
        turn = _Turn(turns, receive, send)
        try:
            await self._application(scope, turn.receive, turn.send)
        finally:
            turn.end()


class _Turn:
    """One request's turn: from its last byte, so that a slow upload keeps nobody waiting, to the beginning of the
    answer, so that neither does a slow download or a stream that never ends."""

    def __init__(self, turns: Semaphore, receive: Receive, send: Send) -> None:
        self._turns, self._receive, self._send = turns, receive, send
        self._asked = self._has = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body") and not self._asked:
            self._asked = True
            await self._turns.acquire()
            self._has = True
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.end()
        await self._send(message)

    def end(self) -> None:
        if self._has:
            self._has = False
            self._turns.release()
