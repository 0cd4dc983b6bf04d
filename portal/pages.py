"""Pages are made in a few threads: no more of them at once than there are connections to the database.

When hundreds press at the same moment, they wait for a free thread, where waiting costs nothing and nobody is
turned away. Django's own handler starts a thread for each request and goes back and forth between it and the event
loop for every middleware that looks at the view: for our pages, all of them synchronous, that cost more time than
most of the pages themselves.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from typing import IO, Any, cast

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import close_old_connections
from django.http import HttpResponseBase
from django.urls import set_script_prefix

from portal.arriving import ArrivingBody

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

AT_ANY_TIME = ("/healthz",)  # it asks whether the process answers, and touches no database
# Bodies of this type are read by their page while they arrive (tus 1.0.0, "PATCH"): a connection that is cut loses
# nothing that has come. Such pages have threads of their own, so slow uploads keep no other page waiting.
ARRIVING = (b"content-type", b"application/offset+octet-stream")
UPLOADS_AT_ONCE = 32


class PageHandler(ASGIHandler):
    """A page has a thread from the last byte of its request to the beginning of its answer: neither a slow upload
    nor a slow download, or a stream that never ends, keeps others waiting."""

    def __init__(self, *, at_once: int) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="page")
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="health")
        self._uploads = ThreadPoolExecutor(UPLOADS_AT_ONCE, thread_name_prefix="upload")

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def handle(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        loop, threads = asyncio.get_running_loop(), self._threads_for(scope)
        body: IO[bytes]
        if threads is self._uploads:
            body = cast("IO[bytes]", ArrivingBody(receive, loop))
        else:
            try:
                body = await self.read_body(receive)
            except RequestAborted:
                return
        answer = await loop.run_in_executor(threads, self._page, scope, body)
        if answer.streaming:
            await self._stream(answer, receive, send, threads)
        else:
            await self.send_response(answer, send)

    def _threads_for(self, scope: Mapping[str, Any]) -> ThreadPoolExecutor:
        if scope["path"] in AT_ANY_TIME:
            return self._aside
        return self._uploads if ARRIVING in scope["headers"] else self._threads

    def _page(self, scope: Mapping[str, Any], body: IO[bytes]) -> HttpResponseBase:
        """In a thread: the whole of an answer, or the beginning of one that streams."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        answer: HttpResponseBase = refusal or self.get_response(request)  # type: ignore[arg-type]
        answer._handler_class = type(self)  # type: ignore[attr-defined]
        answer._resource_closers.append(body.close)  # type: ignore[attr-defined]
        if answer.streaming:
            close_old_connections()
        else:
            answer.close()
        return answer

    async def _stream(self, answer: HttpResponseBase, receive: Receive, send: Send, threads: Executor) -> None:
        """Until its end, or until its reader leaves."""
        sending = asyncio.ensure_future(self.send_response(answer, send))
        leaving = asyncio.ensure_future(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            with suppress(asyncio.CancelledError, RequestAborted):
                await leaving
            try:
                with suppress(asyncio.CancelledError):
                    await sending
            finally:
                await asyncio.get_running_loop().run_in_executor(threads, answer.close)
