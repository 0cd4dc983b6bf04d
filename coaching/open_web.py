"""Going to an address that a person gave us, without becoming their way into our network.

The name is looked up once, each number that it stands for is checked, and the connection goes to a number that
passed: a name that means something else a moment later changes nothing.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
Problem = Literal[
    "scheme", "address", "unknown", "private", "unreachable", "certificate", "slow", "large", "redirects",
    "refused", "gone", "trouble",
]  # fmt: skip

_NAT64 = ip_network("64:ff9b::/96")


class Failed(Exception):
    """It did not work: `problem` says why; `status` is the other side's, where it gave one."""

    def __init__(self, problem: Problem, status: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.status = status


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


def open_web_and(networks: Iterable[IPv4Network | IPv6Network]) -> Policy:
    """The open internet, and the networks that whoever runs the portal has named."""
    named = list(networks)
    return Policy(allows=lambda number: is_public(number) or any(number in network for network in named))


def split(url: str, policy: Policy) -> SplitResult:
    """The parts of an address that one may go to, as far as it says itself. Raises Failed."""
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


@contextmanager
def connected(parts: SplitResult, policy: Policy, ends: float) -> Iterator[http.client.HTTPConnection]:
    """A line to a number that passed; hung up at `ends` (of `time.monotonic`) even while the other side is still
    speaking. Raises Failed."""
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
