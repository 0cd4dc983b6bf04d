"""Measuring live pages, in a house of its own (see `room`): streams held, what each costs, and how soon they are
told."""

import json
import socket
import statistics
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import psutil
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from coaching.messaging.models import Conversation
from coaching.people.models import Client, Practice, Practitioner
from portal.bench import callers, streams
from portal.bench.figures import AT_LEAST, Figure
from portal.bench.web import Web, cookie_of, running
from portal.running import prepare

PRACTITIONERS, CLIENTS = 50, 1_000
STREAMS = (10, 100, 1_000)
SENT = 300  # messages for each number of streams: each practitioner stays below what one may send in a minute
PACE = 20.0  # messages a second while latency is measured
AT_ONCE, BURST = 8, 600
GOAL = 250  # milliseconds at the 95th percentile
KB_A_STREAM = 100
PROOF = "b" * 32  # of a form, and its cookie


@dataclass(frozen=True)
class People:
    practitioners: list[tuple[Practitioner, str]]
    clients: list[tuple[Client, str]]


def measure() -> Iterator[Figure]:
    prepare.collect_static(settings.STATE_DIR / "static-files")
    people = _gather(timezone.now())
    for number in STREAMS:
        with running() as web:
            yield from _told(web, people, number)
    with running() as web:
        yield from _burst(web, people)


def _gather(now: datetime) -> People:
    practice = Practice.objects.create(name="Bench", created_at=now)
    users = User.objects.bulk_create(
        User(email=f"{name}{n}@bench.example", name=f"{name} {n}", time_zone="UTC", zone_confirmed_at=now)
        for name, number in (("practitioner", PRACTITIONERS), ("client", CLIENTS))
        for n in range(number)
    )
    practitioners = Practitioner.objects.bulk_create(
        Practitioner(user=user, practice=practice, created_at=now) for user in users[:PRACTITIONERS]
    )
    clients = Client.objects.bulk_create(
        Client(user=user, practitioner=practitioners[n % PRACTITIONERS], since=now)
        for n, user in enumerate(users[PRACTITIONERS:])
    )
    Conversation.objects.bulk_create(Conversation(client=each) for each in clients)
    return People(
        [(each, _cookie(each.user)) for each in practitioners], [(each, _cookie(each.user)) for each in clients]
    )


def _cookie(person: User) -> str:
    return f"{cookie_of(person)}; {settings.CSRF_COOKIE_NAME}={PROOF}"


def _told(web: Web, people: People, number: int) -> Iterator[Figure]:
    """Practitioners write to clients whose pages are open: from the first byte that is sent to the one that is
    told."""
    path, clients = reverse("live"), people.clients[:number]
    callers.call(web.port, [callers.get(reverse("live_since"), clients[0][1])] * 50, at_once=2)  # warm
    before = _memory(web.process)
    with streams.held(web.port, path, [cookies for _, cookies in clients]) as pages:
        held = _memory(web.process)
        sent = _sent(web.port, people, number)
        waited = _waited(sent, pages)
        after = _memory(web.process)
    name = f"{number:,} open pages"
    yield Figure(f"{name}: held", pages.open - pages.broken, "", number, AT_LEAST)
    if number == max(STREAMS):
        yield Figure(f"{name}: memory of one", (held - before) * 1024 / number, "KB", KB_A_STREAM)
        yield Figure(f"{name}: grown while {len(sent)} were told", after - held, "MB", 20)
    yield Figure(f"{name}: from send to screen, median", statistics.median(waited), "ms")
    yield Figure(f"{name}: from send to screen, 95 %", waited[int(len(waited) * 0.95)], "ms", GOAL)
    yield Figure(f"{name}: not told at all", len(sent) - len(waited), "", 0)


def _memory(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1024**2


def _sent(port: int, people: People, number: int) -> list[tuple[int, int, float]]:
    """Whose page should be told (its index), of which message, and when it was sent. At a steady pace."""
    told: list[tuple[int, int, float]] = []
    due = time.perf_counter()
    for turn in range(SENT):
        index = (turn * 7) % number
        client, _ = people.clients[index]
        cookies = people.practitioners[index % PRACTITIONERS][1]
        begun = time.perf_counter()
        message = _send(port, reverse("conversation", args=[client.pk]), cookies)
        if message:
            told.append((index, message, begun))
        due += 1 / PACE
        time.sleep(max(0.0, due - time.perf_counter()))
    return told


def _send(port: int, path: str, cookies: str) -> int | None:
    """The id of the new message; None when it was refused."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(_post(path, cookies, close=True))
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(json.loads(body)["message"]) if b" 201 " in head.split(b"\r\n")[0] else None


def _post(path: str, cookies: str, *, close: bool = False) -> bytes:
    form = f"csrfmiddlewaretoken={PROOF}&uuid={uuid.uuid4()}&words=Which+side+lets+go+first%3F"
    head = "Accept: application/json\r\n" + ("Connection: close\r\n" if close else "")
    made = callers.post(path, cookies, form)
    return made.replace(b"\r\n", f"\r\n{head}".encode(), 1)


def _waited(sent: Sequence[tuple[int, int, float]], pages: streams.Pages) -> list[float]:
    """Milliseconds, in order; of those that were told within ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any((index, message) not in pages.told for index, message, _ in sent):
        time.sleep(0.05)
    found = ((pages.told.get((index, message)), begun) for index, message, begun in sent)
    return sorted((at - begun) * 1000 for at, begun in found if at)


def _burst(web: Web, people: People) -> Iterator[Figure]:
    """As many as go through the page that people send by, from all clients in turn."""
    clients = [people.clients[n % CLIENTS] for n in range(BURST)]
    posts = [_post(reverse("messages"), cookies) for _, cookies in clients]
    callers.call(web.port, posts[:40], at_once=AT_ONCE)
    answers, took = callers.call(web.port, posts[40:], at_once=AT_ONCE)
    taken = sum(each.status == 201 for each in answers)
    yield Figure("messages taken, through the page that sends", taken / took, "/s")
    yield Figure("messages refused meanwhile", len(answers) - taken, "", 0)
