"""Fetching from an address that a person gave us, tried on a real server that behaves as badly as it can."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest

from coaching.booking.calendars import fetching
from coaching.booking.calendars.fetching import fetch
from coaching.open_web import Failed, Policy, is_public
from tests.booking.calendars.outside import ONLY_HERE, Outside, calendar, certificate_for, send, trusting

FILE = calendar()


@pytest.fixture
def outside() -> Iterator[Outside]:
    with Outside() as server:
        yield server


def problem(url: str, policy: Policy | None = None) -> str:
    with pytest.raises(Failed) as failed:
        fetch(url, policy=policy)
    return failed.value.problem


def test_a_file_comes_with_its_marks_and_is_not_fetched_twice(outside: Outside) -> None:
    outside.gives("/a.ics", FILE, ETag='"one"', Last_Modified="Mon, 23 Nov 2026 10:00:00 GMT")
    first = fetch(outside.url("/a.ics"), policy=ONLY_HERE)
    assert (first.content, first.etag) == (FILE, '"one"')
    assert first.last_modified == "Mon, 23 Nov 2026 10:00:00 GMT"
    again = fetch(outside.url("/a.ics"), etag='"one"', policy=ONLY_HERE)
    assert again.content is None
    since = fetch(outside.url("/a.ics"), last_modified="Mon, 23 Nov 2026 10:00:00 GMT", policy=ONLY_HERE)
    assert since.content is None


def test_a_packed_file_is_unpacked(outside: Outside) -> None:
    outside.gives("/a.ics", gzip.compress(FILE), Content_Encoding="gzip")
    assert fetch(outside.url("/a.ics"), policy=ONLY_HERE).content == FILE


def test_a_redirect_is_followed(outside: Outside) -> None:
    outside.says("/old", 302, Location="/new?key=1")
    outside.gives("/new?key=1", FILE)
    assert fetch(outside.url("/old"), policy=ONLY_HERE).content == FILE


def test_redirects_without_end_have_an_end(outside: Outside) -> None:
    outside.says("/round", 302, Location="/round")
    assert problem(outside.url("/round"), ONLY_HERE) == "redirects"
    assert len(outside.asked) == fetching.MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:0:7f00:1::",
    ],
)  # fmt: skip
def test_a_number_that_is_not_of_the_open_internet_is_refused(number: str) -> None:
    assert not is_public(ip_address(number))


@pytest.mark.parametrize("number", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_a_number_of_the_open_internet_is_allowed(number: str) -> None:
    assert is_public(ip_address(number))


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/a.ics",
        "https://localhost/a.ics",
        "https://2130706433/a.ics",
        "https://0x7f.1/a.ics",
        "https://[::1]/a.ics",
        "https://[::ffff:169.254.169.254]/latest/meta-data",
    ],
)
def test_a_private_address_is_refused_however_it_is_written(url: str) -> None:
    assert problem(url) == "private"


def test_a_redirect_into_a_private_network_is_refused(outside: Outside) -> None:
    outside.says("/out", 302, Location=outside.url("/in", host="127.0.0.2"))
    outside.gives("/in", FILE)
    assert problem(outside.url("/out"), ONLY_HERE) == "private"
    assert [path for path, _headers in outside.asked] == ["/out"]


def test_a_redirect_away_from_https_is_refused(tmp_path: Path) -> None:
    certificate = certificate_for("localhost", tmp_path)
    with Outside(certificate=certificate) as secure:
        secure.says("/out", 302, Location="http://localhost/a.ics")
        assert problem(secure.url("/out", host="localhost"), trusting(certificate)) == "scheme"


def test_the_certificate_is_for_the_name_although_the_line_goes_to_a_number(tmp_path: Path) -> None:
    here, elsewhere = certificate_for("localhost", tmp_path), certificate_for("elsewhere.example", tmp_path)
    with Outside(certificate=here) as secure:
        secure.gives("/a.ics", FILE)
        assert fetch(secure.url("/a.ics", host="localhost"), policy=trusting(here)).content == FILE
        assert secure.asked[0][1]["Host"].startswith("localhost:")
        only_the_world = Policy(allows=lambda number: True)
        assert problem(secure.url("/a.ics", host="localhost"), only_the_world) == "certificate"
    with Outside(certificate=elsewhere) as impostor:
        assert problem(impostor.url("/a.ics", host="localhost"), trusting(elsewhere)) == "certificate"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://calendar.example/a.ics", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("ftp://calendar.example/a.ics", "scheme"),
        ("calendar.example/a.ics", "scheme"),
        ("https://", "address"),
        ("https://marta:secret@calendar.example/a.ics", "address"),
        ("https://calendar.example/a\r\nHost: b", "address"),
        ("https://calendar.example:99999/", "address"),
        ("https://[::1/", "address"),
    ],
)
def test_an_address_that_is_none_is_told_so(url: str, expected: str) -> None:
    assert problem(url) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, "refused"), (403, "refused"), (404, "gone"), (410, "gone"), (500, "trouble"), (204, "trouble")],
)
def test_what_the_other_side_says_is_told(outside: Outside, status: int, expected: str) -> None:
    outside.says("/a.ics", status)
    assert problem(outside.url("/a.ics"), ONLY_HERE) == expected


def test_nobody_at_home_is_told() -> None:
    with Outside() as gone:
        url = gone.url("/a.ics")
    assert problem(url, ONLY_HERE) == "unreachable"


def test_a_file_that_is_too_large_is_refused_by_its_bytes(outside: Outside) -> None:
    outside.gives("/large", b"x" * (fetching.MOST_BYTES + 1))
    assert problem(outside.url("/large"), ONLY_HERE) == "large"


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(outside: Outside) -> None:
    bomb = gzip.compress(bytes(64 * 1024 * 1024), compresslevel=1)
    outside.gives("/bomb", bomb, Content_Encoding="gzip")
    assert len(bomb) < fetching.MOST_BYTES
    assert problem(outside.url("/bomb"), ONLY_HERE) == "large"


def test_what_claims_to_be_packed_and_is_not_is_refused(outside: Outside) -> None:
    outside.gives("/a.ics", FILE, Content_Encoding="gzip")
    assert problem(outside.url("/a.ics"), ONLY_HERE) == "trouble"
    outside.gives("/b.ics", FILE, Content_Encoding="br")
    assert problem(outside.url("/b.ics"), ONLY_HERE) == "trouble"


def test_a_file_that_breaks_off_is_not_taken_for_whole(outside: Outside) -> None:
    def half(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "5000")
        request.end_headers()
        request.wfile.write(FILE)

    outside.does("/a.ics", half)
    assert problem(outside.url("/a.ics"), ONLY_HERE) == "unreachable"


@pytest.mark.parametrize("part", ["head", "body"])
def test_whoever_speaks_too_slowly_is_hung_up_on(
    outside: Outside, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One byte now and then keeps any time limit of a single read from ever being reached."""
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    hung_up = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        if part == "body":
            request.send_response(200)
            request.end_headers()
        while not hung_up.wait(0.05):
            try:
                request.wfile.write(b"X")
                request.wfile.flush()
            except OSError:
                hung_up.set()

    outside.does("/slow", drip)
    assert problem(outside.url("/slow"), ONLY_HERE) == "slow"
    assert hung_up.wait(10)


def test_nonsense_instead_of_http_is_refused(outside: Outside) -> None:
    outside.does("/a.ics", lambda request: request.wfile.write(b"\x00\x01 nonsense\r\n\r\n"))
    assert problem(outside.url("/a.ics"), ONLY_HERE) == "unreachable"


def test_a_redirect_to_nonsense_is_refused(outside: Outside) -> None:
    outside.does("/a.ics", lambda request: send(request, 302, b"", {"Location": "http://[::1"}))
    assert problem(outside.url("/a.ics"), ONLY_HERE) == "address"
