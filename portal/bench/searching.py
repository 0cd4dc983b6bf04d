"""Searching among very many messages: how long one practitioner waits for what she typed."""

import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.db import connection
from django.utils import timezone

from coaching.messaging.models import Conversation, Message
from coaching.people.models import Practitioner
from portal.bench.figures import Figure

AT_ONCE = 10_000
WORDS, LENGTH = 8_000, 24  # different words, and of one message
RUNS = 30
GOAL = 100  # milliseconds
COMMON, RARE, ABSENT = "shoulder", "sacroiliac", "zeppelin"
_SYLLABLES = ("ba", "de", "fi", "go", "hu", "la", "me", "ni", "po", "ra", "se", "ti", "vo", "wu")


def measure(practitioner: Practitioner, messages: int) -> Iterator[Figure]:
    """`messages` are spread over everybody's conversations; those of `practitioner` are searched."""
    _fill(messages)
    searching: Any = import_module("coaching.messaging.searching")
    own = searching.within(practitioner)
    for kind, wanted in (("a common word", COMMON), ("a rare word", RARE), ("what nobody said", ABSENT)):
        times = _times(lambda wanted=wanted: searching.search(own, wanted, language="en"))  # type: ignore[misc]
        name = f"{messages:,} messages, searched for {kind}"
        yield Figure(f"{name}: median", statistics.median(times), "ms")
        yield Figure(f"{name}: 95 %", times[int(len(times) * 0.95)], "ms", GOAL)


def _fill(number: int) -> None:
    """The same words on every run. Every tenth message names the common word, every 5,000th the rare one."""
    chance = random.Random(6)  # noqa: S311 - no secret
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(WORDS)]
    threads = list(Conversation.objects.select_related("client").order_by("pk"))
    begun = timezone.now() - timedelta(days=365)
    for start in range(0, number, AT_ONCE):
        Message.objects.bulk_create(
            Message(
                conversation=threads[n % len(threads)],
                author_id=threads[n % len(threads)].client.user_id,
                uuid=uuid.UUID(int=chance.getrandbits(128)),
                words=_said(chance, words, n),
                sent_at=begun + timedelta(minutes=n),
            )
            for n in range(start, min(start + AT_ONCE, number))
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE coaching_message")


def _said(chance: random.Random, words: list[str], number: int) -> str:
    said = chance.choices(words, k=LENGTH)
    said += [COMMON] if number % 10 == 0 else []
    said += [RARE] if number % 5_000 == 0 else []
    return " ".join(said)


def _times(search: Callable[[], object]) -> list[float]:
    """Milliseconds, in order."""
    for _ in range(3):
        search()
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        search()
        times.append((time.perf_counter() - begun) * 1000)
    return sorted(times)
