"""Fetching a file from an address that a person gave us (`open_web` says how one goes there).

Every redirect starts anew. All of it ends within `SECONDS`, however slowly the other side speaks.
"""

import http.client
import time
import zlib
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin

from coaching.open_web import Failed, Policy, connected, split

SECONDS = 15
MOST_BYTES = 8 * 1024 * 1024
MOST_REDIRECTS = 5
_HEAD = {
    "Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1",
    "Accept-Encoding": "gzip",
    "Connection": "close",
    "User-Agent": "coaching-portal (busy times)",
}


@dataclass(frozen=True)
class Fetched:
    """`content` is None when nothing changed since `etag` or `last_modified` (304)."""

    content: bytes | None
    etag: str = ""
    last_modified: str = ""


def fetch(url: str, *, etag: str = "", last_modified: str = "", policy: Policy | None = None) -> Fetched:
    """The file at `url`, if it changed. Raises Failed."""
    policy = policy or Policy()
    head = dict(_HEAD)
    head |= {"If-None-Match": etag} if etag else {}
    head |= {"If-Modified-Since": last_modified} if last_modified else {}
    ends = time.monotonic() + SECONDS
    for _hop in range(MOST_REDIRECTS + 1):
        parts = split(url, policy)
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


def _ask(parts: SplitResult, head: dict[str, str], policy: Policy, ends: float) -> Fetched | str:
    """What one address answers: the file, or where it lies instead."""
    with connected(parts, policy, ends) as line:
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
