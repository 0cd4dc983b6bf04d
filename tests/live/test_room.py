"""What the streams must bear: many pages, few files, a dead Redis, a server that starts anew."""

import asyncio
import os
import resource
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client as Browser

from coaching.live import actions, hub, room
from coaching.people.models import Client
from tests.cast import NOW
from tests.live.site import Reader, Site, running, wait_until
from tests.live.test_stream import ROOT, _answers, _free_port

pytestmark = pytest.mark.django_db(transaction=True)


def tell(person: Client, number: int) -> None:
    actions.tell(person=person.user, kind="test.told", about={"number": number}, now=NOW)


def numbers(reader: Reader) -> list[int]:
    return [each["about"]["number"] for each in reader.told]


@contextmanager
def opened(readers: list[Reader]) -> Iterator[list[Reader]]:
    with ExitStack() as stack:
        yield [stack.enter_context(reader) for reader in readers]


@contextmanager
def server(*, files: int) -> Iterator[Site]:
    """The site in a process of its own, which may open this many files and no more."""
    port, name = _free_port(), str(connection.settings_dict["NAME"])
    code = (
        "import django, uvicorn; from django.conf import settings;"
        f"settings.DATABASES['default']['NAME'] = {name!r}; django.setup();"
        f"uvicorn.run('portal.asgi:application', host='127.0.0.1', port={port}, log_level='critical')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
    )
    try:
        wait_until(lambda: _answers(port), 30)
        yield Site(port, asyncio.new_event_loop())
    finally:
        process.kill()
        process.wait()


def test_one_person_holds_no_more_streams_than_anybody_needs_and_others_have_theirs(
    as_teresa: Browser, as_outsider: Browser, teresa: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "OF_ONE", 3)
    with running() as site, opened([Reader(site, as_teresa) for _ in range(3)]) as pages:
        with Reader(site, as_teresa) as one_more, Reader(site, as_outsider) as other:
            wait_until(lambda: one_more.ended or not one_more.open)
            assert not one_more.open
            assert other.open
        tell(teresa, 1)
        wait_until(lambda: all(page.told for page in pages))
        pages[0].__exit__()
        pages[0].__enter__()
        assert pages[0].open, "a place that was left is free again"


def test_where_no_stream_has_room_asking_tells_the_same(
    as_teresa: Browser, teresa: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "of_all", lambda: 0)
    with running() as site, Reader(site, as_teresa) as page:
        assert not page.open
        assert page.status == "200"
    tell(teresa, 1)
    assert len(as_teresa.get("/live/since/?id=0").json()["events"]) == 1


def test_a_process_with_few_files_keeps_enough_of_them_for_pages(
    as_teresa: Browser, as_outsider: Browser, teresa: Client
) -> None:
    with server(files=room._FOR_OTHERS + 20) as site:
        readers = [Reader(site, browser) for browser in (as_teresa, as_outsider) for _ in range(20)]
        with opened(readers) as pages:
            assert sum(page.open for page in pages) == 20
            for path in ("/healthz", "/live/since/"):
                cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in as_teresa.cookies.items())
                asked = urllib.request.Request(f"{site.url}{path}", headers={"Cookie": cookies})  # noqa: S310
                assert urllib.request.urlopen(asked, timeout=10).status == 200  # noqa: S310
            tell(teresa, 7)
            wait_until(
                lambda: all(numbers(page) == [7] for page in pages if page.open and page.browser is as_teresa)
            )


def test_a_process_may_open_as_many_files_as_the_system_lets_it() -> None:
    code = (
        "import resource as r; from coaching.live.room import make_room, of_all;"
        "hard = r.getrlimit(r.RLIMIT_NOFILE)[1]; r.setrlimit(r.RLIMIT_NOFILE, (300, hard));"
        "make_room(); print(of_all())"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(told.stdout) >= 1000


def test_with_redis_away_open_pages_are_told_a_little_later(
    as_teresa: Browser, teresa: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LOOK_SECONDS", 0.3)
    with running() as site, Reader(site, as_teresa) as page:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        live = asyncio.run_coroutine_threadsafe(_hub(), site.loop).result(5)
        site.loop.call_soon_threadsafe(live._tasks[0].cancel)  # its ear is gone, and finds no new one
        for number in range(5):
            tell(teresa, number)
        wait_until(lambda: len(page.told) == 5)
        assert numbers(page) == list(range(5))


async def _hub() -> hub.Hub:
    return hub.current()


def test_a_page_goes_on_where_it_was_when_the_server_starts_anew(as_teresa: Browser, teresa: Client) -> None:
    with running() as first, Reader(first, as_teresa) as page:
        tell(teresa, 1)
        wait_until(lambda: page.told)
    wait_until(lambda: page.ended)
    for number in (2, 3):
        tell(teresa, number)
    with running() as second, Reader(second, as_teresa, since=page.ids[-1]) as again:
        tell(teresa, 4)
        wait_until(lambda: len(again.told) == 3)
        assert numbers(again) == [2, 3, 4]
