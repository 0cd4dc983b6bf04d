"""Who wants to hear how far a file is prepared. The rooms above say so once, when they are imported: `@follows`."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

_log = logging.getLogger(__name__)
Follower = Callable[[UUID, datetime], None]
_followers: dict[str, Follower] = {}


def follows(follower: Follower) -> Follower:
    """Calls it with the file's id and the moment when the work began: after each step, and when it ends."""
    _followers[f"{follower.__module__}.{follower.__qualname__}"] = follower
    return follower


def tell(file_id: UUID, now: datetime) -> None:
    """Whoever cannot be told does not hold up the work: the page that shows the file asks again."""
    for name, follower in _followers.items():
        try:
            follower(file_id, now)
        except Exception:  # noqa: BLE001 - the recording is worth more than the news of it
            _log.exception("%s could not be told about file %s", name, file_id)
