"""Who holds a letter, by the database's clock: every step is one conditional update that may find nothing.

A holder whose lease ran out has lost the letter and may not touch it, whatever it believes.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from coaching.outbox import rules
from coaching.outbox.models import Letter

State = Letter.State


def database_now() -> datetime:
    """The database's clock, aware: the same for every worker, however theirs run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def claim(*, token: uuid.UUID, due: datetime) -> list[int]:
    """Take up to 20 letters that are due at `due` and in nobody's hand; gives their ids, most urgent first."""
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    with transaction.atomic():
        waiting = Letter.objects.filter(free, state=State.WAITING, next_try_at__lte=due)
        rows = waiting.order_by("urgency", "next_try_at", "id").select_for_update(skip_locked=True)
        ids = list(rows.values_list("pk", flat=True)[: rules.BATCH])
        Letter.objects.filter(pk__in=ids).update(claim=token, leased_until=Now() + rules.LEASE)
    return ids


def held(pk: int, token: uuid.UUID) -> Letter | None:
    """The letter as it stands now, or None when it is not ours any more."""
    return Letter.objects.select_related("person").filter(_ours(token), pk=pk).first()


def hand_over(letter: Letter, token: uuid.UUID, *, words: dict[str, Any]) -> bool:
    """The fence: say that the letter leaves now, with a fresh lease for it. False: it is not ours, do not send."""
    fenced = Letter.objects.filter(_ours(token), pk=letter.pk)
    lease = Now() + rules.LEASE
    return bool(fenced.update(state=State.HANDING_OVER, handed_over_at=Now(), leased_until=lease, **words))


def end(letter: Letter, token: uuid.UUID, *, state: str, answer: str, at: datetime, **words: Any) -> bool:
    """Close a letter that we hold, before or after it was handed over.

    After it, only the token counts: the one who heard the server's answer knows better than the lease.
    """
    ours = _ours(token) | Q(claim=token, state__in=[State.HANDING_OVER, State.UNCERTAIN])
    if letter.secret and state != State.KEPT:
        words |= {"text": "", "html": ""}
    closed = Letter.objects.filter(ours, pk=letter.pk)
    return bool(closed.update(state=state, answer=answer, ended_at=at, claim=None, leased_until=None, **words))


def put_off(letter: Letter, token: uuid.UUID, *, until: datetime, answer: str, counted: bool) -> bool:
    """Give the letter back, to be tried again at `until`. An attempt counts only when the letter was at fault."""
    ours = _ours(token) | Q(claim=token, state=State.HANDING_OVER)
    return bool(
        Letter.objects.filter(ours, pk=letter.pk).update(
            state=State.WAITING,
            next_try_at=until,
            answer=answer,
            attempts=F("attempts") + int(counted),
            handed_over_at=None,
            claim=None,
            leased_until=None,
        )
    )


def give_back(ids: Sequence[int], token: uuid.UUID) -> None:
    """Let go of letters that were not tried."""
    untried = Letter.objects.filter(pk__in=ids, claim=token, state=State.WAITING)
    untried.update(claim=None, leased_until=None)


def doubt_abandoned(*, answer: str) -> int:
    """Letters whose holder died between handing over and hearing the answer: uncertain, and shown so.

    The token stays, so that a holder who was only slow can still tell how it ended.
    """
    abandoned = Letter.objects.filter(state=State.HANDING_OVER, leased_until__lt=Now())
    return abandoned.update(state=State.UNCERTAIN, ended_at=Now(), answer=answer)


def _ours(token: uuid.UUID) -> Q:
    return Q(claim=token, state=State.WAITING, leased_until__gt=Now())
