"""Private files over real connections: what browsers ask, answered alike by the portal and by nginx before it."""

import http.client
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from coaching.library.models import Lesson
from portal.bench import nginx
from tests import cast
from tests.conftest import signed_in
from tests.running import running_site

WITHOUT_NGINX = "nginx is not on this machine (Debian and Ubuntu: apt-get install nginx)"
CONTENT = bytes(index % 251 for index in range(400_000))
SIZE = len(CONTENT)
LISTENERS = 50


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Door:
    """One address of the site, and the session of who asks there."""

    port: int
    path: str
    cookie: str

    def ask(self, method: str = "GET", *, cookie: str | None = None, **headers: str) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, self.path, headers={"Cookie": self.cookie if cookie is None else cookie, **named})
        got = line.getresponse()
        answer = Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
        line.close()
        return answer


@pytest.fixture
def lesson(transactional_db: None, shelf: Path) -> Lesson:
    marta = cast.practitioner()
    file = cast.file_on_disk(by=marta.user)
    (shelf / file.path).write_bytes(CONTENT)
    file.size = SIZE
    file.save(update_fields=["size"])
    return cast.lesson(of=marta, file=file)


def _cookie(browser: Browser) -> str:
    return f"{site_settings.SESSION_COOKIE_NAME}={browser.cookies[site_settings.SESSION_COOKIE_NAME].value}"


@pytest.fixture
def site(lesson: Lesson) -> Iterator[int]:
    with running_site() as port:
        yield port


@pytest.fixture(
    params=["portal", pytest.param("nginx", marks=pytest.mark.skipif(not nginx.program(), reason=WITHOUT_NGINX))]
)
def door(
    request: pytest.FixtureRequest, site: int, lesson: Lesson, shelf: Path, settings: Settings, tmp_path: Path
) -> Iterator[Door]:
    path, cookie = reverse("lesson_sound", args=[lesson.pk]), _cookie(signed_in(lesson.practitioner))
    if request.param == "portal":
        yield Door(site, path, cookie)
        return
    settings.MEDIA_ACCEL = "/private-media"
    with nginx.running(tmp_path, site=site, shelf=shelf) as port:
        yield Door(port, path, cookie)


Case = tuple[dict[str, str], int, bytes, str | None]
OTHER = '"something-else"'


def _cases(tag: str) -> Iterator[Case]:
    """What is asked, and the answer: status, bytes, Content-Range (RFC 9110, 13 and 14)."""
    yield {}, 200, CONTENT, None
    yield {"Range": "bytes=0-1"}, 206, CONTENT[:2], f"bytes 0-1/{SIZE}"  # Safari's first
    yield {"Range": "bytes=0-"}, 206, CONTENT, f"bytes 0-{SIZE - 1}/{SIZE}"  # Chrome's first
    yield {"Range": "bytes=300000-"}, 206, CONTENT[300_000:], f"bytes 300000-{SIZE - 1}/{SIZE}"  # curl -C
    yield {"Range": "bytes=-500"}, 206, CONTENT[-500:], f"bytes {SIZE - 500}-{SIZE - 1}/{SIZE}"
    yield {"Range": f"bytes=10-{SIZE + 99}"}, 206, CONTENT[10:], f"bytes 10-{SIZE - 1}/{SIZE}"
    yield {"Range": "bytes=0-1,5-9"}, 200, CONTENT, None
    yield {"Range": "bytes=0-1", "If_Range": tag}, 206, CONTENT[:2], f"bytes 0-1/{SIZE}"
    yield {"Range": "bytes=0-1", "If_Range": OTHER}, 200, CONTENT, None
    yield {"If_None_Match": tag}, 304, b"", None
    yield {"If_None_Match": f"W/{tag}"}, 304, b"", None
    yield {"If_None_Match": f"{OTHER}, {tag}", "Range": "bytes=0-1"}, 304, b"", None
    yield {"If_None_Match": OTHER}, 200, CONTENT, None
    yield {"If_Match": tag, "Range": "bytes=0-1"}, 206, CONTENT[:2], f"bytes 0-1/{SIZE}"


def test_browsers_get_the_parts_that_they_ask_for(door: Door) -> None:
    tag = door.ask("HEAD").headers["etag"]
    assert tag.startswith('"')
    for asked, status, body, content_range in _cases(tag):
        answer = door.ask(**asked)
        told = (answer.status, answer.body, answer.headers.get("content-range"))
        assert told == (status, body, content_range), asked
        assert answer.headers["etag"] == tag, asked
        if status != 304:
            assert answer.headers["content-length"] == str(len(body)), asked


def test_what_lies_behind_the_end_is_refused_with_the_size(door: Door) -> None:
    answer = door.ask(Range=f"bytes={SIZE}-")
    assert (answer.status, answer.headers["content-range"]) == (416, f"bytes */{SIZE}")
    assert CONTENT[:100] not in answer.body


def test_one_that_must_be_another_is_refused(door: Door) -> None:
    assert door.ask(If_Match=OTHER).status == 412


def test_head_tells_all_and_sends_nothing(door: Door) -> None:
    head, whole = door.ask("HEAD"), door.ask()
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(SIZE))
    same = {"content-type", "content-length", "etag", "accept-ranges", "cache-control", "content-disposition"}
    assert {name: head.headers[name] for name in same} == {name: whole.headers[name] for name in same}


def test_every_answer_is_private_and_never_a_page(door: Door) -> None:
    for answer in (door.ask(), door.ask("HEAD"), door.ask(Range="bytes=0-1")):
        told = answer.headers
        assert told["content-type"] == "audio/mp4"
        assert told["cache-control"] == "private, no-cache"
        assert told["content-disposition"].startswith("attachment")
        assert told["content-security-policy"].startswith("sandbox")
        assert told["x-content-type-options"] == "nosniff"
        assert told["cross-origin-resource-policy"] == "same-origin"


def test_each_request_is_asked_who_it_is_from(door: Door) -> None:
    assert door.ask(cookie="").status == 302  # to the page for signing in
    assert door.ask(cookie=_cookie(signed_in(cast.practitioner(name="Olga Other")))).status == 404


def test_nobody_gets_past_the_portal(door: Door, lesson: Lesson) -> None:
    beside = Door(door.port, f"/private-media/{lesson.recording.file.path}", door.cookie)
    assert beside.ask().status == 404


def test_a_file_that_is_gone_is_not_found(door: Door, lesson: Lesson, shelf: Path) -> None:
    (shelf / lesson.recording.file.path).unlink()
    assert door.ask().status == 404


def test_what_was_cut_off_is_not_sent(door: Door, lesson: Lesson) -> None:
    file = lesson.recording.file
    file.begin = 2.0
    file.save(update_fields=["begin"])
    assert door.ask().status == 404


# --- many at once ------------------------------------------------------------------------------------


class _Listener:
    """Somebody on a slow line: a little is read, the rest waits."""

    def __init__(self, door: Door) -> None:
        self._line = socket.socket()
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        self._line.settimeout(20)
        self._line.connect(("127.0.0.1", door.port))
        asked = f"GET {door.path} HTTP/1.1\r\nHost: localhost\r\nCookie: {door.cookie}\r\nRange: bytes=0-\r\n\r\n"
        self._line.sendall(asked.encode())
        self.heard = self._line.recv(1024)

    def rest(self) -> int:
        """Bytes until all has come."""
        head, _, body = self.heard.partition(b"\r\n\r\n")
        wanted = int(head.lower().partition(b"content-length: ")[2].split()[0])
        while len(body) < wanted and (piece := self._line.recv(65536)):
            body += piece
        return len(body)

    def leave(self) -> None:
        self._line.close()


@pytest.fixture
def listen() -> Iterator[Callable[[Door], _Listener]]:
    there: list[_Listener] = []

    def come(door: Door) -> _Listener:
        there.append(_Listener(door))
        return there[-1]

    yield come
    for each in there:
        each.leave()


def test_while_fifty_listen_pages_are_answered(
    site: int, lesson: Lesson, shelf: Path, listen: Callable[[Door], _Listener]
) -> None:
    """All of them are in the middle of their lesson, larger than what any buffer holds, when the page comes."""
    file, long = lesson.recording.file, 8 * 1024 * 1024
    with (shelf / file.path).open("r+b") as lies:
        lies.truncate(long)
    file.size = long
    file.save(update_fields=["size"])
    cookie = _cookie(signed_in(lesson.practitioner))
    door = Door(site, reverse("lesson_sound", args=[lesson.pk]), cookie)
    listeners = [listen(door) for _ in range(LISTENERS)]
    assert all(each.heard.startswith(b"HTTP/1.1 206") for each in listeners)
    assert Door(site, reverse("lesson", args=[lesson.pk]), cookie).ask().status == 200
    assert door.ask(Range="bytes=1000-1999").status == 206
    assert listeners[7].rest() == long  # and they get theirs to the end
