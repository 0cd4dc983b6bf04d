"""The letters of this room, by subject. Importing this makes all of their kinds known to the outbox."""

from coaching.booking.letters import sessions
from coaching.booking.letters.asking import post_answered, post_asked
from coaching.booking.letters.clocks import post_clocks
from coaching.booking.letters.posting import (
    CANCELLED,
    MOVED,
    post_already,
    post_cancelled,
    post_confirmed,
    post_moved,
    post_not_booked,
    post_refused,
    post_requested,
    post_taken_back,
)
from coaching.booking.letters.series import post_series, post_series_cancelled, post_series_moved
from coaching.booking.letters.waiting import post_offered

__all__ = [
    "CANCELLED",
    "MOVED",
    "post_already",
    "post_answered",
    "post_asked",
    "post_cancelled",
    "post_clocks",
    "post_confirmed",
    "post_moved",
    "post_not_booked",
    "post_offered",
    "post_refused",
    "post_requested",
    "post_series",
    "post_series_cancelled",
    "post_series_moved",
    "post_taken_back",
    "sessions",
]
