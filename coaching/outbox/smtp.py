"""The mail server, driven by hand: what Django's and Python's `send` hide is what a letter must know.

Between "354, go ahead" and the answer to the last dot a letter's fate is open; before and after it is known.
"""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Self, TypeVar
from urllib.parse import unquote, urlsplit

from coaching.outbox.rules import (
    BODY_SECONDS,
    DOT_SECONDS,
    IDLE_SECONDS,
    LAST_REPLY_SECONDS,
    REPLY_SECONDS,
    UNHEARD_SECONDS,
)

T = TypeVar("T")
Part = Literal["sender", "address", "letter"]

# Linux counts the time asleep in a clock of its own; elsewhere the ordinary one does.
_PASSING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class Unreachable(Exception):
    """There is no talking to the server now. The letter has not left and is not to blame."""


class Refused(Exception):
    """The server said no to this letter: `code` (RFC 5321 section 4.2), and to which part of it."""

    def __init__(self, code: int, said: str, part: Part) -> None:
        super().__init__(f"{code} {said}")
        self.code = code
        self.part = part

    @property
    def for_now(self) -> bool:
        return 400 <= self.code < 500


class Silent(Exception):
    """The server has the whole letter and did not answer: it may have taken it, or not."""


@dataclass(frozen=True)
class Server:
    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""


def server_from(url: str) -> Server | None:
    """The server of `smtp://user:password@host:port`; `smtps://` is wrapped in TLS, `smtp+tls://` starts it.

    None when `url` is empty: no mail is set up.
    """
    if not url:
        return None
    parts = urlsplit(url)
    return Server(
        scheme=parts.scheme,
        host=parts.hostname or "localhost",
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class Line:
    """One connection, opened when it is first needed and used for letter after letter.

    with Line(server, name="portal.example") as line:
        line.offer(sender, recipient)     # up to the 354
        answer = line.hand_over(content, fenced_at=moment())  # from there on
    """

    def __init__(self, server: Server, *, name: str) -> None:
        self._server = server
        self._name = name
        self._smtp: smtplib.SMTP | None = None
        self._used_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._smtp:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self.drop()

    def offer(self, sender: str, recipient: str) -> None:
        """MAIL, RCPT and DATA, up to the server's 354. Raises Refused or Unreachable.

        A line that fell silent since the last letter, or might have, is opened once more.
        """
        if moment() - self._used_at > IDLE_SECONDS:
            self.drop()
        used_before = self._smtp is not None
        try:
            self._offer(sender, recipient)
        except Unreachable:
            if not used_before:
                raise
            self._offer(sender, recipient)

    def hand_over(self, content: bytes, *, fenced_at: float) -> str:
        """The letter itself; gives what the server answered. Raises Refused, Unreachable or Silent.

        Without the last dot no server may take a letter (RFC 5321 section 4.1.1.4), so trouble before it
        leaves nothing open; trouble after it does. A process that slept since the fence (`fenced_at`, by
        `moment`) says nothing any more: others may have judged the letter.
        """
        smtp = self._open()
        self._talk(lambda: _send_within(smtp, stuffed(content), BODY_SECONDS))
        if moment() - fenced_at > DOT_SECONDS:
            self.drop()
            raise Unreachable("This process slept while it sent.")
        try:
            smtp.send(b".\r\n")
            _socket(smtp).settimeout(LAST_REPLY_SECONDS)
            code, said = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise Silent(_sentence(error)) from error
        _socket(smtp).settimeout(REPLY_SECONDS)
        self._used_at = moment()
        answer = said.decode(errors="replace")
        if code // 100 != 2:
            raise Refused(code, answer, "letter")
        return f"{code} {answer}"

    def drop(self) -> None:
        """Hang up without a word: a letter whose last dot was not sent is forgotten by the server."""
        if self._smtp:
            self._smtp.close()
        self._smtp = None

    def _offer(self, sender: str, recipient: str) -> None:
        smtp = self._open()
        try:
            self._expect(self._talk(lambda: smtp.mail(sender)), "sender", 250)
            self._expect(self._talk(lambda: smtp.rcpt(recipient)), "address", 250, 251)
            self._expect(self._talk(lambda: smtp.docmd("DATA")), "letter", 354)
        except Refused:
            with suppress(Unreachable):  # what it said about this letter counts, also when it hangs up next
                self._talk(smtp.rset)
            raise

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = self._connect()
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        try:
            smtp = _dial(server, self._name)
            smtp.ehlo_or_helo_if_needed()
            if server.scheme == "smtp+tls":
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
            _tune(_socket(smtp))
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_sentence(error)) from error
        self._used_at = moment()
        return smtp

    def _talk(self, say: Callable[[], T]) -> T:
        try:
            return say()
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise Unreachable(_sentence(error)) from error

    def _expect(self, reply: tuple[int, bytes], part: Part, *good: int) -> None:
        code, said = reply
        if code in good:
            return
        words = said.decode(errors="replace")
        if code == 421:  # the server closes the line: nothing against this letter
            self.drop()
            raise Unreachable(f"{code} {words}")
        raise Refused(code, words, part)


def moment() -> float:
    """Seconds that pass by themselves, also while the machine sleeps, whatever its clock is set to."""
    return time.clock_gettime(_PASSING)


def stuffed(content: bytes) -> bytes:
    """`content` with CRLF at every line's end and a dot before each line that starts with one."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    stuffed_lines = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed_lines if stuffed_lines.endswith(b"\r\n") else stuffed_lines + b"\r\n"


def _dial(server: Server, name: str) -> smtplib.SMTP:
    if server.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, name, timeout=REPLY_SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, name, timeout=REPLY_SECONDS)


def _tune(line: socket.socket) -> None:
    # The last dot is a small packet that must not wait for the acknowledgement of the one before.
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; also after the process has died
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD_SECONDS * 1000)


def _send_within(smtp: smtplib.SMTP, content: bytes, seconds: float) -> None:
    _socket(smtp).settimeout(seconds)
    smtp.send(content)


def _socket(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise Unreachable("The mail server hung up.")
    return smtp.sock


def _sentence(error: Exception) -> str:
    """What went wrong, short and without the password (SMTP errors quote the server, never us)."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return str(error) or type(error).__name__
