"""The wire between the processes: "this person has something new", and nothing else.

What it is stands in the database. So a lost or doubled or late word on the wire harms nothing, and its order
does not matter: whoever hears it reads what is new, in order, from the database.
"""

import logging
from functools import cache

import redis
from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

# A Redis that does not answer may hold up whoever told something for this long, no longer.
PATIENCE_SECONDS = 0.5


def channel() -> str:
    """One channel a database: Redis does not keep its own databases' channels apart."""
    return f"portal:live:{connection.settings_dict['NAME']}"


def wake(person_id: int) -> None:
    """Let the open pages of this person look. Never fails: without Redis they look by themselves, later."""
    try:
        _redis(settings.REDIS_URL).publish(channel(), person_id)
    except (redis.RedisError, OSError) as error:
        logger.warning("Open pages were not woken: %s", type(error).__name__)


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS, retry=None
    )
