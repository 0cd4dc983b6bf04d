"""Measuring booking, in a house of its own (see `room`). The database must be empty."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coaching.booking import queries, rules
from coaching.booking.models import SessionType
from coaching.people.models import Client, Practitioner
from portal.bench import callers, practice
from portal.bench.figures import AT_LEAST, Figure
from portal.bench.web import Web, cookie_of, running
from portal.running import prepare

BOOKED = (0, 500, 5_000)
DAYS = (1, 30, 90)
PURE_GOAL = {30: 2}  # milliseconds, with 5,000 booked
REQUEST_GOAL = {30: 10, 90: 20}
RUNS, WARM_UP = 100, 10
CALLS, AT_ONCE = 2_000, 8
BOOKINGS, CROWD = 100, 50
PROOF = "b" * 32  # of a form, and its cookie


def measure() -> Iterator[Figure]:
    now = timezone.now()
    prepare.collect_static(settings.STATE_DIR / "static-files")
    practice.furnish(now)
    requests: dict[tuple[int, int], float] = {}
    for booked in BOOKED:
        practice.fill(_kind(), booked, now)
        for days in DAYS:
            yield from _listing(days, booked, requests)
    ratio = requests[30, 5_000] / requests[30, 500]
    yield Figure("30 days: 5,000 booked against 500, slower by", max(0.0, ratio - 1) * 100, "%", 10)
    with running() as web:
        yield from _calls(web)
        yield from _bookings(web)
        yield from _one_slot(web)


def _kind() -> SessionType:
    """With its practitioner and her limits, as pages fetch it."""
    return queries.bookable_types(Practitioner.objects.get()).get()


def _listing(days: int, booked: int, requests: dict[tuple[int, int], float]) -> Iterator[Figure]:
    name, full = f"{days} days, {booked:,} booked", booked == max(BOOKED)
    now = timezone.now()
    with CaptureQueriesContext(connection) as asked:
        pure = _pure(_kind(), now, now + timedelta(days=days))
    found = len(pure())
    yield Figure(f"{name}: {found:,} free, pure", _median(pure), "ms", PURE_GOAL.get(days) if full else None)
    request = _request(days)
    requests[days, booked] = _median(request)
    yield Figure(f"{name}: request", requests[days, booked], "ms", REQUEST_GOAL.get(days) if full else None)
    yield Figure(
        f"{name}: queries for what is free", len(asked) - 2, "", 4
    )  # without the type and its practitioner
    with CaptureQueriesContext(connection) as asked:
        request()
    yield Figure(f"{name}: queries of the request", len(asked), "", 12)


def _pure(kind: SessionType, now: datetime, until: datetime) -> Callable[[], list[rules.Slot]]:
    """The rules alone, with what the queries give them."""
    asked = queries.what_decides(session_type=kind, since=now, until=until, now=now)
    return lambda: rules.free_slots(**asked) if asked else []


def _request(days: int) -> Callable[[], int]:
    """A client's request through every middleware, answered within this process."""
    handler = BaseHandler()
    handler.load_middleware()
    cookie = cookie_of(_clients(1)[0].user)
    path = _path(days)

    def ask() -> int:
        request = RequestFactory(headers={"cookie": cookie, "host": "localhost"}).get(path)
        response = handler.get_response(request)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}.")
        return sum(len(part) for part in response)

    return ask


def _median(what: Callable[[], object]) -> float:
    """Milliseconds."""
    for _ in range(WARM_UP):
        what()
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        what()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def _path(days: int) -> str:
    today = timezone.now().date()
    return f"{reverse('book_slots', args=['coaching'])}?from={today}&to={today + timedelta(days=days - 1)}"


def _clients(number: int) -> list[Client]:
    return list(Client.objects.select_related("user").order_by("pk")[:number])


def _calls(web: Web) -> Iterator[Figure]:
    """Slot requests, from a visitor and from a client who is signed in."""
    cookie = cookie_of(_clients(1)[0].user)
    for who, cookies in (("a visitor", ""), ("a client", cookie)):
        for days in (1, 30):
            request = callers.get(_path(days), cookies)
            _answered(200, callers.call(web.port, [request] * WARM_UP * AT_ONCE, at_once=AT_ONCE)[0])
            before = web.worked()
            answers, took = callers.call(web.port, [request] * CALLS, at_once=AT_ONCE)
            _answered(200, answers)
            name = f"{who} asks for {days} {'day' if days == 1 else 'days'}"
            yield Figure(f"{name}: answers of one worker", CALLS / took, "/s", 400, AT_LEAST)
            yield Figure(f"{name}: its own work for one", (web.worked() - before) / CALLS * 1000, "ms")


def _bookings(web: Web) -> Iterator[Figure]:
    """Different times, a client each."""
    free = queries.all_free_slots(_kind(), timezone.now())
    apart = [slot.stamp for slot in free if slot.start.minute == 30 and slot.start.hour % 5 == 1]
    pressed = [_press(who, start) for who, start in zip(_clients(BOOKINGS), apart, strict=False)]
    answers, took = callers.call(web.port, pressed, at_once=AT_ONCE)
    _answered(303, answers)
    yield Figure(f"{len(pressed)} bookings, {AT_ONCE} at once", len(pressed) / took, "/s")
    yield Figure("a booking then: median", _middle(answers), "ms")


def _one_slot(web: Web) -> Iterator[Figure]:
    """Everybody presses at the same moment for the same time."""
    last = queries.all_free_slots(_kind(), timezone.now())[-1].stamp
    crowd = _clients(BOOKINGS + CROWD)[BOOKINGS:]
    answers, _seconds = callers.call(web.port, [_press(who, last) for who in crowd], at_once=CROWD)
    booked = [answer for answer in answers if answer.status == 303]
    _answered(409, [answer for answer in answers if answer not in booked])
    yield Figure(f"{CROWD} at once for one time: booked", len(booked), "", 1)
    yield Figure(f"{CROWD} at once for one time: median", _middle(answers), "ms")
    yield Figure(f"{CROWD} at once for one time: slowest", max(each.seconds for each in answers) * 1000, "ms")


def _press(client: Client, start: str) -> bytes:
    """The form of the page of free times, sent."""
    cookies = f"{cookie_of(client.user)}; {settings.CSRF_COOKIE_NAME}={PROOF}"
    form = f"start={quote(start)}&token={uuid4()}&message=&zone=Europe/Berlin&csrfmiddlewaretoken={PROOF}"
    return callers.post(reverse("book_type", args=["coaching"]), cookies, form)


def _middle(answers: Sequence[callers.Answer]) -> float:
    return statistics.median(each.seconds for each in answers) * 1000


def _answered(status: int, answers: Sequence[callers.Answer]) -> None:
    if wrong := {each.status for each in answers} - {status}:
        raise RuntimeError(f"Answers were to be {status}, and some were {wrong}.")
