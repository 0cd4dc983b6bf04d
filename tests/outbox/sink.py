"""A real mail server for tests, on a port of its own, which can be told to behave badly."""

import asyncio
import socket
import threading
from collections import Counter, deque
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from coaching.outbox.smtp import Server

TAKEN = "250 2.0.0 Taken as 4711"
CUT = "cut"  # take the letter, then hang up without an answer
STALL = "stall"  # take the letter, then say nothing
LOST = "lost"  # forget the letter, and hang up without an answer


class Sink:
    """with Sink() as sink: ...; `answers_to_rcpt` and `answers_to_data` are used up one after the other."""

    def __init__(self, *, on_rcpt: list[str] | None = None, on_data: list[str] | None = None) -> None:
        self.on_rcpt = deque(on_rcpt or [])
        self.on_data = deque(on_data or [])
        self.letters: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.connections = 0
        self.has_body = threading.Event()  # set when a letter came in that gets no answer
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.open_again()
        self._log = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Log, self))
        threading.Thread(target=self._log.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._log.shutdown()
        self._log.server_close()

    def close(self) -> None:
        """Nobody answers at its port any more."""
        self._controller.stop(no_assert=True)

    def open_again(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    @property
    def server(self) -> Server:
        return Server(scheme="smtp", host="127.0.0.1", port=self.port)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def log_url(self) -> str:
        """Where the sink can be asked whether it has a letter."""
        return f"http://127.0.0.1:{self._log.server_address[1]}/taken/{{message_id}}"

    def has(self, message_id: str) -> bool:
        return f"<{message_id}>" in self.times_by_message_id()

    def times_by_message_id(self) -> Counter[str]:
        return Counter(str(letter["Message-ID"]) for letter in self.letters)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        with self._lock:
            self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._next(self.on_rcpt, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self._next(self.on_data, TAKEN)
        content: Any = envelope.content
        if answer.startswith("250") or answer in (CUT, STALL):
            with self._lock:
                self.raw.append(content)
                self.letters.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        if answer == STALL:
            self.has_body.set()
            await asyncio.sleep(600)
        if answer in (CUT, LOST):
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
        return answer if answer not in (CUT, STALL, LOST) else TAKEN

    def _next(self, answers: deque[str], otherwise: str) -> str:
        with self._lock:
            return answers.popleft() if answers else otherwise


class _Log(BaseHTTPRequestHandler):
    """The sink's own log: 200 for a letter that it has, 404 for one that it has not."""

    def __init__(self, sink: Sink, *args: Any) -> None:
        self._sink = sink
        super().__init__(*args)

    def do_GET(self) -> None:
        what, _, message_id = self.path.strip("/").partition("/")
        known = {"taken": 200 if self._sink.has(unquote(message_id)) else 404}
        self.send_response(known.get(what, 500))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass
