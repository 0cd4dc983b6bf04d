"""Connections that are cut at any byte, and two that send at once: real sockets, against the real server."""

import hashlib
import random
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client as Browser

from coaching.media.models import StoredFile, Upload
from coaching.media.turns import AT_ONCE
from coaching.people.models import Client
from tests.conftest import signed_in
from tests.live.site import Site, running, wait_until
from tests.media import sounds
from tests.media.test_resumable import meta

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as site:
        yield site


class Line:
    """One connection that speaks tus by hand."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.socket = socket.create_connection(("127.0.0.1", site.port), timeout=15)
        self.cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())

    def say(self, method: str, address: str, body: bytes = b"", **headers: str) -> None:
        """`Content_Length` may promise more than `body` holds."""
        said = {"Host": "localhost", "Cookie": self.cookies, "Tus-Resumable": "1.0.0"}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        said.setdefault("Content-Length", str(len(body)))
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        self.socket.sendall(f"{method} {address} HTTP/1.1\r\n{head}\r\n".encode() + body)

    def hear(self) -> tuple[int, dict[str, str]]:
        come = b""
        while b"\r\n\r\n" not in come:
            part = self.socket.recv(65536)
            if not part:
                raise ConnectionError
            come += part
        first, *lines = come.split(b"\r\n\r\n")[0].decode().split("\r\n")
        return int(first.split()[1]), dict(line.lower().split(": ", 1) for line in lines)

    def ask(self, method: str, address: str, **headers: str) -> tuple[int, dict[str, str]]:
        self.say(method, address, **headers)
        return self.hear()

    def part(self, address: str, part: bytes, offset: int, promised: int) -> None:
        content_type = "application/offset+octet-stream"
        self.address = address
        self.say(
            "PATCH",
            address,
            part,
            Upload_Offset=str(offset),
            Content_Type=content_type,
            Content_Length=str(promised),
        )

    def cut(self, *, at_once: bool = False) -> None:
        if at_once:  # with a reset, as when a network vanishes: what is on its way is lost
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def begin(site: Site, browser: Browser, content: bytes) -> str:
    said = {"Upload_Length": str(len(content)), "Upload_Metadata": meta(purpose="voice", filename="long.flac")}
    status, headers = Line(site, browser).ask("POST", "/uploads/", **said)
    assert status == 201
    return headers["location"].removeprefix("http://localhost")


def come(site: Site, browser: Browser, address: str) -> int:
    return int(Line(site, browser).ask("HEAD", address)[1]["upload-offset"])


def test_a_file_arrives_whole_though_the_connection_is_cut_at_any_byte(
    site: Site, teresa: Client, shelf: Path
) -> None:
    browser, content, chance = signed_in(teresa), sounds.long(), random.Random(7)
    address = begin(site, browser, content)
    at, cuts = 0, 0
    while at < len(content):
        line, end = (
            Line(site, browser),
            min(len(content), at + chance.choice((1, 63, 64, 65, 8191, 100_000, 300_000))),
        )
        line.part(address, content[at:end], at, promised=len(content) - at)
        if end < len(content):
            # What the server has read is kept; wait until it has, so that each cut falls on its own byte.
            wait_until(lambda end=end: come(site, browser, address) == end)
        else:
            assert line.hear()[0] == 204
        line.cut()
        at, cuts = come(site, browser, address), cuts + 1
    assert cuts > 10
    file = StoredFile.objects.get()
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (shelf / file.path).read_bytes() == content


def test_resets_in_the_middle_leave_no_gap_and_nothing_twice(site: Site, teresa: Client) -> None:
    browser, content, chance = signed_in(teresa), sounds.long(), random.Random(11)
    address = begin(site, browser, content)
    for _number in range(60):
        at = come(site, browser, address)
        line, end = Line(site, browser), min(len(content) - 1, at + chance.randrange(1, 90_000))
        line.part(address, content[at:end], at, promised=len(content) - at)
        line.cut(at_once=chance.random() < 0.7)
    while (at := come(site, browser, address)) < len(content):
        line = Line(site, browser)
        line.part(address, content[at:], at, promised=len(content) - at)
        assert line.hear()[0] in (204, 409)  # 409: the last of those cut off had not ended yet
    wait_until(lambda: Upload.objects.get().file_id)
    assert StoredFile.objects.get().sha256 == hashlib.sha256(content).hexdigest()


def test_a_connection_that_hangs_on_never_mixes_with_its_successor(site: Site, teresa: Client, shelf: Path) -> None:
    browser, content = signed_in(teresa), sounds.long()
    address = begin(site, browser, content)
    hanging = Line(site, browser)
    hanging.part(address, content[:1000], 0, promised=len(content))
    wait_until(lambda: come(site, browser, address) == 1000)
    successor = Line(site, browser)
    successor.part(address, content[1000:], 1000, promised=len(content) - 1000)
    assert successor.hear()[0] == 204
    hanging.socket.sendall(b"x" * 1000)
    assert hanging.hear()[0] == 409
    assert StoredFile.objects.get().sha256 == hashlib.sha256(content).hexdigest()


def test_two_that_race_leave_a_whole_file(site: Site, teresa: Client) -> None:
    browser, content = signed_in(teresa), sounds.long()
    address = begin(site, browser, content)

    def send() -> None:
        while True:
            try:
                at = come(site, browser, address)
                if at == len(content):
                    return
                line = Line(site, browser)
                line.part(address, content[at : at + 200_000], at, promised=min(200_000, len(content) - at))
                line.hear()
            except ConnectionError:
                continue

    senders = [threading.Thread(target=send) for _number in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(30)
    wait_until(lambda: Upload.objects.get().file_id)
    assert StoredFile.objects.get().sha256 == hashlib.sha256(content).hexdigest()


def test_slow_uploads_keep_no_page_and_nobody_elses_upload_waiting(
    site: Site, teresa: Client, outsider: Client
) -> None:
    browser, others = signed_in(teresa), signed_in(outsider)

    def sends(browser: Browser) -> Line:
        line = Line(site, browser)
        line.part(begin(site, browser, bytes(5000)), b"\x1a\x45\xdf\xa3", 0, promised=5000)
        return line

    lines = [sends(browser) for _number in range(19)]  # nearly as many as one may have begun
    assert {line.hear()[0] for line in lines[AT_ONCE:]} == {409}
    assert Line(site, browser).ask("GET", "/today/")[0] == 200
    others_line = sends(others)
    wait_until(lambda: come(site, others, others_line.address) == 4)
    for line in lines[:AT_ONCE]:
        line.cut()
    address = begin(site, browser, sounds.tone())
    later = Line(site, browser)
    later.part(address, sounds.tone(), 0, promised=len(sounds.tone()))
    assert later.hear()[0] == 204
