"""Answering with a private file. The room that holds it has asked who reads; here it is only sent, and in parts."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header

from coaching.media import rules
from coaching.media.models import Rendition, StoredFile
from coaching.media.shelf import shelf

_CHUNK = 128 * 1024


def respond(
    request: HttpRequest, *, file: StoredFile | Rendition, download_name: str | None = None
) -> HttpResponseBase:
    """The file, or the part of it that was asked for (RFC 9110, 13 and 14): 200, 206, 304, 405, 412 or 416; or 302,
    where a bucket has it.

    Call it only after authorising: it asks nobody. `download_name` is how a kept copy is called.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if isinstance(file, StoredFile) and file.is_cut:
        raise Http404  # what was cut off is not heard; what is left is, as soon as it is made
    headers = _private(download_name)
    elsewhere = _elsewhere(request, file, headers["Content-Disposition"])
    etag = _etag(file)
    response = elsewhere or _already_there(request, etag) or _content(request, file, etag)
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if response.status_code in (200, 206, 304):
        response.headers["ETag"] = etag
    return response


def _elsewhere(request: HttpRequest, file: StoredFile | Rendition, disposition: str) -> HttpResponse | None:
    """To the bucket, by an address that is good for minutes. Range, If-Range and tags go along with the reader, who
    knows the bucket's own. Nobody keeps the answer: it would outlive its address."""
    if request.method != "GET":
        return None
    address = shelf().address(file.path, media_type=file.media_type, disposition=disposition)
    if address is None:
        return None
    response = HttpResponse(status=302, headers={"Location": address, "Cache-Control": "private, no-store"})
    del response.headers["Content-Type"]
    return response


def _etag(file: StoredFile | Rendition) -> str:
    """What the bytes are; behind nginx the tag that it gives the file by itself, since nginx compares the tags of
    If-Match and If-Range (ngx_http_set_etag: the time and the size, as hexadecimal numbers)."""
    if not settings.MEDIA_ACCEL:
        return f'"{file.sha256}"'
    try:
        found = (Path(settings.MEDIA_ROOT) / file.path).stat()
    except FileNotFoundError as problem:
        raise Http404 from problem
    return f'"{int(found.st_mtime):x}-{found.st_size:x}"'


def _already_there(request: HttpRequest, etag: str) -> HttpResponse | None:
    if (wanted := request.headers.get("If-Match")) and not rules.matches(wanted, etag, weakly=False):
        return HttpResponse(status=412)
    if (known := request.headers.get("If-None-Match")) and rules.matches(known, etag, weakly=True):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
        return response
    return None


def _content(request: HttpRequest, file: StoredFile | Rendition, etag: str) -> HttpResponseBase:
    if settings.MEDIA_ACCEL:
        location = f"{settings.MEDIA_ACCEL.rstrip('/')}/{quote(file.path)}"
        return HttpResponse(content_type=file.media_type, headers={"X-Accel-Redirect": location})
    try:
        part = _asked(request, file.size, etag)
    except rules.Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    return _send(request, file, part)


def _asked(request: HttpRequest, size: int, etag: str) -> rules.Part | None:
    """Range is defined for GET alone (section 14.2)."""
    header = request.headers.get("Range", "")
    if request.method != "GET" or not rules.range_still_holds(request.headers.get("If-Range", ""), etag):
        return None
    return rules.asked_part(header, size)


def _send(request: HttpRequest, file: StoredFile | Rendition, part: rules.Part | None) -> HttpResponseBase:
    first, length = (part.first, part.length) if part else (0, file.size)
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(content_type=file.media_type)
    else:
        response = FilePart(_open(file.path), first, length, content_type=file.media_type)
    response.headers["Content-Length"] = str(length)
    if part:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {part.first}-{part.last}/{file.size}"
    return response


def _open(path: str) -> BinaryIO:
    try:
        return (Path(settings.MEDIA_ROOT) / path).open("rb")
    except FileNotFoundError as problem:
        raise Http404 from problem


def _private(download_name: str | None) -> dict[str, str]:
    """Kept by the reader's own browser at most, asked for anew each time, and never shown as a page."""
    disposition = content_disposition_header(as_attachment=True, filename=download_name or "")
    return {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": disposition or "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


class FilePart(StreamingHttpResponse):
    """`length` bytes of `file` from `first`, a chunk at a time; under ASGI each chunk is read in a thread."""

    def __init__(self, file: BinaryIO, first: int, length: int, *, content_type: str) -> None:
        super().__init__(content_type=content_type)
        self._file, self._left = file, length
        self._resource_closers.append(file.close)  # type: ignore[attr-defined]
        file.seek(first)

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._next():
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await asyncio.to_thread(self._next):
            yield chunk

    def _next(self) -> bytes:
        if not self._left or self._file.closed:
            return b""
        chunk = self._file.read(min(_CHUNK, self._left))
        self._left -= len(chunk)
        return chunk
