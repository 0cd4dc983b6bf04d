"""The wire between the processes: "this person has something new", and nothing else.

What it is stands in the database. So a lost or doubled or late word on the wire harms nothing, and its order
does not matter: whoever hears it reads what is new, in order, from the database.
"""

import json
import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import connection

from coaching.live import rules

logger = logging.getLogger(__name__)

# A Redis that does not answer may hold up whoever told something for this long, no longer.
PATIENCE_SECONDS = 0.5


def channel() -> str:
    """One channel a database: Redis does not keep its own databases' channels apart."""
    return f"portal:live:{connection.settings_dict['NAME']}"


def whispers() -> str:
    """Where what is true for seconds alone is said: it is nowhere else, and whoever misses it misses nothing."""
    return f"portal:whispers:{connection.settings_dict['NAME']}"


@dataclass(frozen=True)
class Whisper:
    """Something for the open pages of one person, without a number: it is never asked for again."""

    person_id: int
    kind: str
    about: dict[str, Any]


def whisper(person_id: int, kind: str, about: dict[str, Any]) -> None:
    """Said to this person's open pages now or never: "is writing". `about` holds ids only. Never fails."""
    rules.refuse_words(kind, about)
    _publish(whispers(), json.dumps([person_id, kind, about]))


def heard(data: bytes | str) -> Whisper:
    return Whisper(*json.loads(data))


def wake(person_id: int) -> None:
    """Let the open pages of this person look. Never fails: without Redis they look by themselves, later."""
    _publish(channel(), person_id)


def _publish(where: str, word: int | str) -> None:
    try:
        _redis(settings.REDIS_URL).publish(where, word)
    except (redis.RedisError, OSError) as error:
        logger.warning("Open pages were not woken: %s", type(error).__name__)


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS, retry=None
    )
