"""Open pages on the real site: told at once, told again after a gap, and nobody else's things."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings as portal_settings
from django.db import connection
from django.test import Client as Browser

from coaching.live import actions, hub, wire
from coaching.live.models import Event
from coaching.people.models import Client
from tests.cast import NOW
from tests.live.site import Reader, Site, connect, running, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as started:
        yield started


def tell(person: Client, number: int) -> None:
    actions.tell(person=person.user, kind="test.told", about={"number": number}, now=NOW)


def numbers(reader: Reader) -> list[int]:
    return [each["about"]["number"] for each in reader.told]


def test_two_open_pages_are_told_at_once_and_an_outsider_is_not(
    site: Site, teresa: Client, outsider: Client, as_teresa: Browser, as_outsider: Browser
) -> None:
    with Reader(site, as_teresa) as phone, Reader(site, as_teresa) as laptop, Reader(site, as_outsider) as other:
        for number in range(20):
            tell(teresa, number)
        tell(outsider, 99)
        wait_until(lambda: len(phone.told) == len(laptop.told) == 20 and other.told)
        assert numbers(phone) == numbers(laptop) == list(range(20))
        assert numbers(other) == [99]


def test_a_page_that_lost_its_line_is_told_what_it_missed_once_and_in_order(
    site: Site, teresa: Client, as_teresa: Browser
) -> None:
    with Reader(site, as_teresa) as before:
        tell(teresa, 1)
        wait_until(lambda: before.told)
        last = before.ids[-1]
    for number in range(2, 302):
        tell(teresa, number)
    with Reader(site, as_teresa, since=last) as after:
        tell(teresa, 302)
        wait_until(lambda: len(after.told) >= 301)
        assert numbers(after) == list(range(2, 303))
        assert after.ids == sorted(set(after.ids))


def test_a_whisper_is_heard_by_open_pages_of_that_person_and_kept_nowhere(
    site: Site, teresa: Client, outsider: Client, as_teresa: Browser, as_outsider: Browser
) -> None:
    with Reader(site, as_teresa) as page, Reader(site, as_outsider) as other:
        for person in (teresa, outsider):
            tell(person, 1)  # once it is told, the wire is heard
        wait_until(lambda: page.told and other.told)
        last = list(page.ids)
        wire.whisper(teresa.user.pk, "message.typing", {"client": teresa.pk})
        wait_until(lambda: len(page.told) == 2)
        assert page.told[1] == {"kind": "message.typing", "about": {"client": teresa.pk}}
        assert page.ids == last  # who comes back asks from where they were
        assert len(other.told) == 1
    assert Event.objects.count() == 2


def test_a_whisper_carries_no_words() -> None:
    with pytest.raises(ValueError, match="ids only"):
        wire.whisper(1, "message.typing", {"words": "what was typed"})


def test_a_new_page_is_told_only_what_comes(site: Site, teresa: Client, as_teresa: Browser) -> None:
    tell(teresa, 1)
    with Reader(site, as_teresa) as page:
        tell(teresa, 2)
        wait_until(lambda: page.told)
        assert numbers(page) == [2]


def test_a_word_lost_on_the_wire_is_made_good_by_the_next_look(
    site: Site, teresa: Client, as_teresa: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LOOK_SECONDS", 0.2)
    with Reader(site, as_teresa) as page:
        Event.objects.create(person=teresa.user, kind="test.told", about={"number": 5}, created_at=NOW)
        wait_until(lambda: page.told)
        assert numbers(page) == [5]


def test_what_is_told_while_the_wire_is_cut_arrives_once_it_is_back(
    site: Site, teresa: Client, as_teresa: Browser
) -> None:
    server = redis.Redis.from_url(portal_settings.REDIS_URL)
    with Reader(site, as_teresa) as page:
        tell(teresa, 0)
        wait_until(lambda: page.told)
        for number in range(1, 6):
            server.client_kill_filter(_type="pubsub")
            tell(teresa, number)
        wait_until(lambda: len(page.told) == 6)
        assert numbers(page) == list(range(6))


def test_a_reader_who_takes_nothing_is_let_go_and_harms_nobody(
    site: Site, teresa: Client, as_teresa: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "QUEUE", 20)
    stuck = connect(site, as_teresa, since=0, buffer=2048)
    with Reader(site, as_teresa) as well:
        live = asyncio.run_coroutine_threadsafe(_hub(), site.loop).result(5)
        wait_until(lambda: len(live) == 2)
        told = 0
        while len(live) == 2 and told < 6000:
            fat = {f"n{number}": "x" * 60 for number in range(100)}
            Event.objects.bulk_create(
                Event(person=teresa.user, kind="test.told", about={**fat, "number": told + n}, created_at=NOW)
                for n in range(15)
            )
            told += 15
            wire.wake(teresa.user.pk)
            wait_until(lambda: len(well.told) == told)  # noqa: B023 - used within the turn
        assert len(live) == 1, "the stuck reader still has its place"
        assert numbers(well) == list(range(told))
    stuck.close()


async def _hub() -> hub.Hub:
    return hub.current()


def test_an_open_page_holds_no_connection_to_the_database(site: Site, as_teresa: Browser) -> None:
    before = _connections()
    readers = [Reader(site, as_teresa) for _ in range(10)]
    for reader in readers:
        reader.__enter__()
    wait_until(lambda: _connections() <= before)
    for reader in readers:
        reader.__exit__()


def _connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_a_page_that_leaves_is_forgotten(site: Site, as_teresa: Browser) -> None:
    with Reader(site, as_teresa):
        live = asyncio.run_coroutine_threadsafe(_hub(), site.loop).result(5)
        wait_until(lambda: len(live) == 1)
    wait_until(lambda: len(live) == 0)


def test_a_quiet_stream_shows_that_it_lives(
    site: Site, as_teresa: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LOOK_SECONDS", 0.1)
    quiet = connect(site, as_teresa)
    quiet.settimeout(10)
    received = b""
    while received.count(b"\n:\n") < 2:
        received += quiet.recv(4096).replace(b"\r\n", b"\n")
    assert b"retry: 3000\n" in received
    assert b"content-type: text/event-stream" in received.lower()
    assert b"x-accel-buffering: no" in received.lower()
    quiet.close()


def test_a_server_that_is_told_to_stop_ends_its_streams_at_once(as_teresa: Browser) -> None:
    port = _free_port()
    name = str(connection.settings_dict["NAME"])
    code = (
        "import django, uvicorn; from django.conf import settings;"
        f"settings.DATABASES['default']['NAME'] = {name!r}; django.setup();"
        f"uvicorn.run('portal.asgi:application', host='127.0.0.1', port={port},"
        " timeout_graceful_shutdown=8, log_level='warning')"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: _answers(port), 30)
        with Reader(Site(port, asyncio.new_event_loop()), as_teresa) as page:
            assert page.status == "200"
            server.send_signal(signal.SIGTERM)
            wait_until(lambda: page.ended, 3)
        _, said = server.communicate(timeout=5)
        assert "Cancel" not in said
        assert "Traceback" not in said
    finally:
        server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def test_pages_leave_no_connection_behind(site: Site, as_teresa: Browser) -> None:
    """Each request runs in a thread of its own: a connection that outlives it is lost to everybody."""
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in as_teresa.cookies.items())
    before = _connections()
    for _ in range(10):
        request = urllib.request.Request(f"{site.url}/live/since/", headers={"Cookie": cookies})  # noqa: S310
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
    wait_until(lambda: _connections() <= before)


def test_a_page_that_is_not_there_leaves_no_connection_behind(site: Site) -> None:
    before = _connections()
    for _ in range(10):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{site.url}/no-such-page/", timeout=10)  # noqa: S310
    wait_until(lambda: _connections() <= before)
