"""What players tell while people listen: each a sitting of its own, every report all of it so far."""

import json
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.db.models import Sum
from django.urls import reverse

from accounts.models import User
from coaching.library.models import Lesson
from coaching.people.models import Client
from coaching.practice.models import Assignment, Listening
from portal.bench import callers
from portal.bench.figures import Figure
from portal.bench.web import Web, cookie_of

PLAYERS, REPORTS, AT_ONCE = 50, 40, 8
EVERY = 10  # seconds of the lesson between two reports
_PROOF = "b" * 32  # of a form, and its cookie


def measure(web: Web, lesson: Lesson, now: datetime) -> Iterator[Figure]:
    """Fails when a report is not kept."""
    players = [_Player(each) for each in _given(lesson, now)]
    told = [player.tells(n) for n in range(1, REPORTS + 1) for player in players]
    callers.call(web.port, told[:PLAYERS], at_once=AT_ONCE)
    before = web.worked()
    answers, took = callers.call(web.port, told[PLAYERS:], at_once=AT_ONCE)
    if wrong := {each.status for each in answers} - {204}:
        raise RuntimeError(f"Reports were to be answered with 204, and some were with {wrong}.")
    heard = Listening.objects.aggregate(all=Sum("heard"))["all"]
    if heard != PLAYERS * REPORTS * EVERY:
        raise RuntimeError(f"{heard} seconds were kept of {PLAYERS * REPORTS * EVERY}.")
    yield Figure("heartbeats of players, each kept", len(answers) / took, "/s")
    yield Figure("one heartbeat: the portal's own work", (web.worked() - before) / len(answers) * 1000, "ms")


def _given(lesson: Lesson, now: datetime) -> list[Assignment]:
    users = User.objects.bulk_create(
        User(email=f"player{n}@bench.example", name=f"Player {n}") for n in range(PLAYERS)
    )
    clients = Client.objects.bulk_create(
        Client(user=user, practitioner=lesson.practitioner, since=now) for user in users
    )
    rhythm = Assignment.Rhythm.DAILY
    return Assignment.objects.bulk_create(
        Assignment(client=each, lesson=lesson, rhythm=rhythm, starts_on=now.date(), created_at=now)
        for each in clients
    )


class _Player:
    """Somebody's, in one sitting."""

    def __init__(self, given: Assignment) -> None:
        self._path, self._sitting = reverse("played", args=[given.pk]), uuid4()
        self._cookies = f"{cookie_of(given.client.user)}; {settings.CSRF_COOKIE_NAME}={_PROOF}"

    def tells(self, n: int) -> bytes:
        """The request that tells of its first `n` pieces."""
        here = n * EVERY
        told = {"uuid": self._sitting, "told": n, "spans": json.dumps([[0, here]]), "position": here}
        return callers.post(self._path, self._cookies, urlencode({**told, "csrfmiddlewaretoken": _PROOF}))
