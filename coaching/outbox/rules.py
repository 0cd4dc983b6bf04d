"""How often a letter is tried, when one gives up, and what its name in the world is. No database, no clock."""

import zlib
from datetime import datetime, timedelta
from hashlib import sha256

BATCH = 20
LEASE = timedelta(seconds=120)
# Both stay below the lease, so that nobody else takes a letter over while the server is still being waited for.
REPLY_SECONDS = 30
LAST_REPLY_SECONDS = 100

UNREACHABLE_PAUSE = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(days=3)
SECRETS_READABLE = timedelta(hours=1)
# A code or a note about the account is of no use a day later.
ACCOUNT_USEFUL = timedelta(days=1)

_PAUSES = (1, 5, 15, 60)


def pause_after(*, attempts: int, key: str) -> timedelta:
    """How long to wait after the n-th (from 1) "not now" of the mail server: 1, 5, 15, then 60 minutes.

    Up to a fifth is added, drawn from the letter's key, so that letters that were put off together come
    back apart.
    """
    minutes = _PAUSES[min(attempts, len(_PAUSES)) - 1]
    jitter = zlib.crc32(f"{key} {attempts}".encode()) % 1000 / 5000
    return timedelta(minutes=minutes * (1 + jitter))


def gives_up(*, due_at: datetime, next_try_at: datetime) -> bool:
    return next_try_at - due_at > GIVE_UP_AFTER


def message_id(*, key: str, domain: str) -> str:
    """The Message-ID (RFC 5322 section 3.6.4) of the letter with this key: always the same one."""
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"
