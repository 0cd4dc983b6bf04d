"""RFC 9110, sections 13 and 14, as a table; then the same through a real response."""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpResponseBase
from django.test import AsyncRequestFactory, RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from coaching.media import rules, serving
from coaching.media.models import StoredFile
from coaching.media.rules import Part, Unsatisfiable, asked_part

SIZE = 1000
CONTENT = bytes(index % 251 for index in range(SIZE))
TAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'
OTHER = '"something else"'


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-1", Part(0, 1)),  # what Safari asks first
        ("bytes=0-", Part(0, 999)),  # what Chrome asks first
        ("bytes=0-0", Part(0, 0)),
        ("bytes=500-", Part(500, 999)),
        ("bytes=500-599", Part(500, 599)),
        ("bytes=999-999", Part(999, 999)),
        ("bytes=990-5000", Part(990, 999)),
        ("bytes=-1", Part(999, 999)),
        ("bytes=-5000", Part(0, 999)),
        ("BYTES = 0-9", Part(0, 9)),
        ("bytes=, 0-9 ,", Part(0, 9)),
        ("bytes=0-1,5-6", None),  # several parts: the whole
        ("bytes=0-1,5000-", None),
        ("bytes=5-1", None),  # invalid: ignored
        ("bytes=a-b", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes", None),
        ("", None),
        ("lines=0-5", None),
        ("bytes=١-٢", None),
        ("bytes=0-" + "9" * 40, None),
    ],
)
def test_a_range_header_means(header: str, part: Part | None) -> None:
    assert asked_part(header, SIZE) == part


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0", "bytes=1000-,2000-3000"])
def test_a_range_behind_the_end_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked_part(header, SIZE)


def test_nothing_of_an_empty_file_can_be_satisfied() -> None:
    with pytest.raises(Unsatisfiable):
        asked_part("bytes=0-", 0)


@given(header=st.text(max_size=30).map("bytes={}".format) | st.text(max_size=30), size=st.integers(1, 5000))
def test_whatever_is_asked_the_part_lies_inside(header: str, size: int) -> None:
    try:
        part = asked_part(header, size)
    except Unsatisfiable:
        return
    assert part is None or 0 <= part.first <= part.last < size


@pytest.fixture
def file(shelf: Path) -> StoredFile:
    shelf.mkdir()
    (shelf / "lesson").write_bytes(CONTENT)
    return StoredFile(media_type="audio/mp4", path="lesson", size=SIZE, sha256=TAG.strip('"'))


def _ask(file: StoredFile, method: str = "GET", **headers: str) -> HttpResponseBase:
    names = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return serving.respond(RequestFactory().generic(method, "/", **names), file=file)  # type: ignore[arg-type]


def _body(response: HttpResponseBase) -> bytes:
    return b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("headers", "status", "body", "content_range"),
    [
        ({}, 200, CONTENT, None),
        ({"range": "bytes=0-1"}, 206, CONTENT[:2], "bytes 0-1/1000"),
        ({"range": "bytes=-10"}, 206, CONTENT[-10:], "bytes 990-999/1000"),
        ({"range": "bytes=1000-"}, 416, b"", "bytes */1000"),
        ({"range": "bytes=0-1,3-4"}, 200, CONTENT, None),
        ({"range": "bytes=0-1", "if_range": TAG}, 206, CONTENT[:2], "bytes 0-1/1000"),
        ({"range": "bytes=0-1", "if_range": OTHER}, 200, CONTENT, None),
        ({"range": "bytes=0-1", "if_range": f"W/{TAG}"}, 200, CONTENT, None),
        ({"range": "bytes=0-1", "if_range": "Mon, 23 Nov 2026 10:00:00 GMT"}, 200, CONTENT, None),
        ({"range": "bytes=5000-", "if_range": OTHER}, 200, CONTENT, None),
        ({"if_none_match": TAG}, 304, b"", None),
        ({"if_none_match": f"W/{TAG}"}, 304, b"", None),
        ({"if_none_match": f"{OTHER}, {TAG}"}, 304, b"", None),
        ({"if_none_match": "*"}, 304, b"", None),
        ({"if_none_match": OTHER}, 200, CONTENT, None),
        ({"if_none_match": TAG, "range": "bytes=0-1"}, 304, b"", None),
        ({"if_match": OTHER}, 412, b"", None),
        ({"if_match": f"W/{TAG}"}, 412, b"", None),
        ({"if_match": TAG, "range": "bytes=0-1"}, 206, CONTENT[:2], "bytes 0-1/1000"),
    ],
)
def test_a_request_is_answered(
    file: StoredFile, headers: dict[str, str], status: int, body: bytes, content_range: str | None
) -> None:
    response = _ask(file, **headers)
    assert (response.status_code, _body(response)) == (status, body)
    assert response.headers.get("Content-Range") == content_range
    if status in (200, 206):
        assert response.headers["Content-Length"] == str(len(body))
        assert response.headers["ETag"] == TAG


def test_head_tells_the_size_and_ignores_a_range(file: StoredFile) -> None:
    response = _ask(file, "HEAD", range="bytes=0-1")
    assert (response.status_code, response.headers["Content-Length"], _body(response)) == (200, "1000", b"")
    assert response.headers["Accept-Ranges"] == "bytes"


def test_an_answer_is_private_and_never_a_page(file: StoredFile) -> None:
    headers = _ask(file).headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"] == "attachment"
    assert headers["Content-Security-Policy"].startswith("sandbox")


def test_a_name_for_keeping_is_safe_in_a_header(file: StoredFile) -> None:
    response = serving.respond(RequestFactory().get("/"), file=file, download_name='Über "A"\r\nX: 1.m4a')
    assert "\n" not in response.headers["Content-Disposition"]
    assert response.headers["Content-Disposition"].startswith("attachment; filename")


def test_a_file_that_is_gone_is_not_found(file: StoredFile, shelf: Path) -> None:
    (shelf / "lesson").unlink()
    with pytest.raises(Http404):
        _ask(file)


def test_behind_a_proxy_the_proxy_sends(file: StoredFile, settings: Settings) -> None:
    settings.MEDIA_ACCEL = "/private-media/"
    response = _ask(file, range="bytes=0-1")
    assert (response.status_code, response.headers["X-Accel-Redirect"]) == (200, "/private-media/lesson")
    assert response.headers["Content-Type"] == "audio/mp4"
    assert _body(response) == b""


def test_under_asgi_it_is_streamed_in_pieces(file: StoredFile, shelf: Path) -> None:
    big = CONTENT * 400
    (shelf / "lesson").write_bytes(big)
    file.size = len(big)

    async def pieces() -> list[bytes]:
        request = AsyncRequestFactory().get("/", headers={"Range": "bytes=1-"})
        assert isinstance(request, ASGIRequest)
        return [piece async for piece in serving.respond(request, file=file)]  # type: ignore[attr-defined]

    with ThreadPoolExecutor(1) as aside:  # a browser's loop may be running in this thread
        received = aside.submit(asyncio.run, pieces()).result(10)
    assert b"".join(received) == big[1:]
    assert len(received) > 1


def test_sizes_are_said_in_words(now: datetime) -> None:
    assert [rules.size_in_words(size) for size in (999, 2048, 5 * 1024**2 + 300000, 4 * 1024**3)] == [
        "999 bytes",
        "2 KB",
        "5.3 MB",
        "4 GB",
    ]
