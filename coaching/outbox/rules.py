"""How often a letter is tried, when one gives up, and what its name in the world is. No database, no clock."""

import zlib
from datetime import datetime, timedelta
from hashlib import sha256

BATCH = 20
LINES = 2  # to the mail server, of each process: a worker has two (portal/running/supervise.py)
LEASE = timedelta(seconds=120)
# From the fence to the last answer everything ends within the lease, so that nobody judges a letter that is still
# being handed over: its bytes are taken soon, the last dot leaves early or never, and the answer is not awaited for
# ever. What the kernel still holds after UNHEARD_SECONDS without a sign from the server, it forgets.
BODY_SECONDS = 30
DOT_SECONDS = 40
LAST_REPLY_SECONDS = 70
UNHEARD_SECONDS = 60
# Before the fence: a reply that takes longer is none. A line that was idle for longer is opened afresh.
REPLY_SECONDS = 30
IDLE_SECONDS = 60
# Who needs longer for a batch leaves the rest of it to others.
BATCH_LASTS = timedelta(seconds=60)

# So long what was looked up for a batch counts as the truth: no longer than the talk before the fence may take.
TRUTH_LASTS = timedelta(seconds=1)

# Letters in doubt: how many are asked about in one round, for how long, and how often one is sent again unasked.
DOUBTS_AT_ONCE = 100
DOUBTS_LAST = timedelta(days=1)
DOUBTS_MOST = 2

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
