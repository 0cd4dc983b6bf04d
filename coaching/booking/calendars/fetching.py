"""Fetching a file from an address that a person gave us, without becoming their way into our network.

The name is looked up once, each number that it stands for is checked, and the connection goes to a number that
passed: a name that means something else a moment later changes nothing. Every redirect starts anew. All of it ends
within `SECONDS`, however slowly the other side speaks.
"""

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal
from urllib.parse import SplitResult, urljoin, urlsplit

Address = IPv4Address | IPv6Address
Problem = Literal[
    "scheme", "address", "unknown", "private", "unreachable", "certificate", "slow", "large", "redirects",
    "refused", "gone", "trouble",
]  # fmt: skip

SECONDS = 15
MOST_BYTES = 8 * 1024 * 1024
MOST_REDIRECTS = 5
_HEAD = {
    "Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1",
    "Accept-Encoding": "gzip",
    "Connection": "close",
    "User-Agent": "coaching-portal (busy times)",
}
_NAT64 = ip_network("64:ff9b::/96")


class Failed(Exception):
    """Nothing was fetched: `problem` says why; `status` is the other side's, where it gave one."""

    def __init__(self, problem: Problem, status: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.status = status


@dataclass(frozen=True)
class Fetched:
    """`content` is None when nothing changed since `etag` or `last_modified` (304)."""

    content: bytes | None
    etag: str = ""
    last_modified: str = ""


def is_public(address: Address) -> bool:
    """Whether a number belongs to the open internet, also the one that hides in another (RFC 4291, 3056, 4380,
    6052)."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        hidden = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(inner is not None and not is_public(inner) for inner in hidden):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


@dataclass(frozen=True)
class Policy:
    """Where one may go. The default is the open internet over https."""

    allows: Callable[[Address], bool] = is_public
    schemes: tuple[str, ...] = ("https",)
    tls: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context)


def fetch(url: str, *, etag: str = "", last_modified: str = "", policy: Policy | None = None) -> Fetched:
    """The file at `url`, if it changed. Raises Failed."""
    policy = policy or Policy()
    head = dict(_HEAD)
    head |= {"If-None-Match": etag} if etag else {}
    head |= {"If-Modified-Since": last_modified} if last_modified else {}
    ends = time.monotonic() + SECONDS
    for _hop in range(MOST_REDIRECTS + 1):
        parts = _split(url, policy)
        answer = _ask(parts, head | {"Host": parts.netloc}, policy, ends)
        if isinstance(answer, Fetched):
            return answer
        url = _joined(url, answer)
    raise Failed("redirects")


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise Failed("address") from error


def _split(url: str, policy: Policy) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (reading it checks it)
    except ValueError as error:
        raise Failed("address") from error
    if parts.scheme.lower() not in policy.schemes:
        raise Failed("scheme")
    if not parts.hostname or parts.username or parts.password or any(sign <= " " or sign > "~" for sign in url):
        raise Failed("address")
    return parts


def _ask(parts: SplitResult, head: dict[str, str], policy: Policy, ends: float) -> Fetched | str:
    """What one address answers: the file, or where it lies instead."""
    with _connected(parts, policy, ends) as line:
        try:
            line.request("GET", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", headers=head)
            found = _understood(line.getresponse())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Failed("slow" if time.monotonic() >= ends else "unreachable") from error
    if time.monotonic() >= ends:  # what was cut off by our own clock can look whole
        raise Failed("slow")
    return found


def _understood(answer: http.client.HTTPResponse) -> Fetched | str:
    status, to = answer.status, answer.headers.get("Location", "")
    if status in (301, 302, 303, 307, 308) and to:
        return to
    if status == 304:
        return Fetched(None)
    if status != 200:
        raise Failed({401: "refused", 403: "refused", 404: "gone", 410: "gone"}.get(status, "trouble"), status)  # type: ignore[arg-type]
    etag, modified = (answer.headers.get(name, "") for name in ("ETag", "Last-Modified"))
    return Fetched(_body(answer), etag if len(etag) <= 200 else "", modified if len(modified) <= 60 else "")


def _body(answer: http.client.HTTPResponse) -> bytes:
    content = answer.read(MOST_BYTES + 1)
    if answer.length and len(content) <= MOST_BYTES:  # the line broke before all was said
        raise http.client.IncompleteRead(content)
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        content = _unpacked(content)
    elif encoding not in ("identity", ""):
        raise Failed("trouble")
    if len(content) > MOST_BYTES:
        raise Failed("large")
    return content


def _unpacked(packed: bytes) -> bytes:
    """Never more than one byte above the limit, whatever is packed inside."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, MOST_BYTES + 1)
    except zlib.error as error:
        raise Failed("trouble") from error


@contextmanager
def _connected(parts: SplitResult, policy: Policy, ends: float) -> Iterator[http.client.HTTPConnection]:
    """A line to a number that passed; hung up at `ends` even while the other side is still speaking."""
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    sock = _dial(_numbers(host, port, policy), port, ends)
    if parts.scheme == "https":
        sock = policy.tls().wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    clock = threading.Timer(max(0.0, ends - time.monotonic()), _hang_up, [sock])
    clock.daemon = True
    clock.start()
    try:
        if isinstance(sock, ssl.SSLSocket):
            _greet(sock, ends)
        line = http.client.HTTPConnection(host, port)
        line.sock = sock
        yield line
    finally:
        clock.cancel()
        sock.close()


def _greet(sock: ssl.SSLSocket, ends: float) -> None:
    """Agree on a key, with somebody whose certificate is for the name that was asked for."""
    try:
        sock.do_handshake()
    except ssl.SSLCertVerificationError as error:
        raise Failed("certificate") from error
    except (OSError, ValueError) as error:
        raise Failed("slow" if time.monotonic() >= ends else "unreachable") from error


def _numbers(host: str, port: int, policy: Policy) -> list[str]:
    """The numbers that a name stands for, as far as one may go there."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Failed("unknown") from error
    numbers = [str(entry[4][0]) for entry in found]
    allowed = [number for number in numbers if policy.allows(ip_address(number.partition("%")[0]))]
    if not allowed:
        raise Failed("private")
    return allowed


def _dial(numbers: list[str], port: int, ends: float) -> socket.socket:
    for number in dict.fromkeys(numbers):
        left = ends - time.monotonic()
        if left <= 0:
            raise Failed("slow")
        try:
            return socket.create_connection((number, port), timeout=left)
        except OSError:
            continue
    raise Failed("slow" if time.monotonic() >= ends else "unreachable")


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # below TLS: whoever is reading hears the end
