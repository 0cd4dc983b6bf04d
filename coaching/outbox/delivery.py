"""Sending what is due: each letter once, also when processes die in the middle (docs/decisions.md has the trials).

1. claim up to 20 with a token and a lease; 2. look the truth up again and write the letter; 3. MAIL, RCPT and
DATA up to the server's 354; 4. commit "handing over", fenced by the token and the lease; 5. send the body and
commit how it ended. Nothing talks to the mail server inside a transaction.
"""

import math
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from coaching.outbox import actions, claims, doubts, relay, rules
from coaching.outbox.lane import Gate, Lane
from coaching.outbox.models import Letter
from coaching.outbox.rendering import forget_words
from coaching.outbox.smtp import Server, server_from

State = Letter.State
MOST = 2000  # a round ends, so that its worker is free for the next thing


def deliver_due(
    *, server: Server | None, now: datetime | None = None, most: int = MOST, lines: int = 1
) -> Counter[str]:
    """Send what is due over at most `lines` connections; gives how many letters ended in which state.

    Without a `server` letters are written and kept. `now` is for stories told in the past and for tests: else
    the database's clock counts, and it alone always counts for who holds what.
    """
    done: Counter[str] = Counter()
    moment = now or claims.database_now()
    done[State.EXPIRED] = claims.expire_overdue(due=moment, answer=_("It would have come too late to be of use."))
    claims.push_abandoned_again()
    done[State.UNCERTAIN] = claims.doubt_abandoned(answer=_("The process that sent it ended before the answer."))
    doubts.settle_all()
    done += _over_lines(server, now=now, most=most, lines=lines)
    actions.erase_secrets()
    forget_words()
    return done


def mail_server() -> Server | None:
    """The mail server of the settings, or None when none is set up."""
    return server_from(settings.EMAIL_URL)


def _over_lines(server: Server | None, *, now: datetime | None, most: int, lines: int) -> Counter[str]:
    """One lane here, or several in threads when there is more than one batch to carry."""
    gate = _gate(lines)
    wanted = _lanes_wanted(now or claims.database_now(), lines) if server and lines > 1 else 1
    if wanted == 1:
        return Lane(server=server, now=now, gate=gate).run(most)

    def run(_number: int) -> Counter[str]:
        try:
            return Lane(server=server, now=now, gate=gate).run(most // wanted)
        finally:
            connection.close()

    with ThreadPoolExecutor(wanted, thread_name_prefix="lane") as threads:
        return sum(threads.map(run, range(wanted)), Counter())


def _lanes_wanted(due: datetime, lines: int) -> int:
    waiting = claims.due_letters(due).order_by()[: lines * rules.BATCH].count()
    return max(1, math.ceil(waiting / rules.BATCH))


def _gate(lines: int) -> Gate:
    """How many letters of one process may be between the fence and the end at once.

    One, so that a process that dies leaves one letter uncertain at most; as many as there are lines where the
    relay can be asked what became of them.
    """
    return threading.Semaphore(lines if relay.can_be_asked() else 1)
