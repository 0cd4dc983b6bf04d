"""How often another calendar is read, and how far ahead. No database, no clock, no settings."""

import zlib
from datetime import datetime, timedelta

EVERY = timedelta(minutes=15)
HORIZON = timedelta(days=400)  # as far as anybody can book, and then some
# Nothing changed is an answer; but what was written out then ends earlier with each day.
AGAIN_IN_FULL = timedelta(days=7)
LEASE = timedelta(minutes=5)  # longer than fetching and reading may take
FEED_PAST = timedelta(days=90)

_PAUSES = (15, 30, 60, 180, 360)


def pause(*, failures: int, key: int) -> timedelta:
    """How long until the next reading: a quarter of an hour, and after failures 15 minutes up to 6 hours. Up to a
    fifth is added, drawn from the calendar's key and failures, so that calendars of one host come apart."""
    base = timedelta(minutes=_PAUSES[min(failures, len(_PAUSES)) - 1]) if failures else EVERY
    return base * (1 + zlib.crc32(f"{key} {failures}".encode()) % 1000 / 5000)


def may_ask_for_changes(*, covers_until: datetime | None, written_in: str, zone: str, now: datetime) -> bool:
    """Whether "nothing changed" would do: the busy times reach far enough and are on today's clock."""
    return covers_until is not None and covers_until > now + HORIZON - AGAIN_IN_FULL and written_in == zone


def is_current(
    *, answers_to: int | None, sequence: int, stamped_at: datetime | None, last: datetime | None
) -> bool:
    """Whether an answer is the latest word on the session as it stands: given to this version of the invitation,
    and not written before one that came already (RFC 5546 section 2.1.5)."""
    if answers_to is not None and answers_to != sequence:
        return False
    return stamped_at is None or last is None or stamped_at >= last
