"""Who holds a letter, by the database's clock: every step is one conditional update that may find nothing.

A holder whose lease ran out has lost the letter and may not touch it, whatever it believes.
"""

import time
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from coaching.outbox import rules
from coaching.outbox.models import Letter, LetterQuerySet, Suppression

State = Letter.State

# What a letter is told from, fetched with it: its reader, and in whose name it comes.
_WITH = ("person__client__practitioner__user", "person__client__practitioner__practice")


class Clock:
    """The database's clock, the same for every worker however theirs run: asked once, then counted on."""

    def __init__(self, fixed: datetime | None = None) -> None:
        self._fixed = fixed
        self._asked_at = time.monotonic()
        self._told = fixed or database_now()

    def now(self) -> datetime:
        return self._fixed or self._told + timedelta(seconds=time.monotonic() - self._asked_at)


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def due_letters(due: datetime) -> LetterQuerySet:
    """Letters that may leave at `due` and are in nobody's hand, the most urgent first."""
    free = Q(leased_until=None) | _lease_is_over()
    waiting = Letter.objects.filter(free, state=State.WAITING, next_try_at__lte=due)
    return waiting.order_by("urgency", "next_try_at", "id")


def claim(*, token: uuid.UUID, due: datetime) -> list[Letter]:
    """Take up to 20 letters that are due at `due`; gives them with their readers, most urgent first."""
    with transaction.atomic():
        rows = due_letters(due).select_for_update(skip_locked=True)
        ids = list(rows.values_list("pk", flat=True)[: rules.BATCH])
        Letter.objects.filter(pk__in=ids).update(claim=token, leased_until=Now() + rules.LEASE)
    return list(Letter.objects.filter(pk__in=ids).select_related(*_WITH).order_by("urgency", "next_try_at", "id"))


def hand_over(letter: Letter, token: uuid.UUID, *, sealed: dict[str, Any]) -> bool:
    """The fence: say that the letter leaves now, with a fresh lease for it. False: do not send.

    It is not ours any more, or its address has refused us since we looked. `sealed` has what leaves, to be kept:
    email, message_id, subject, text, html, why, wire.
    """
    held: dict[str, Any] = {"pk": letter.pk, "token": token, "lease": rules.LEASE, "enough": Suppression.ENOUGH}
    with connection.cursor() as cursor:
        cursor.execute(_HAND_OVER, held | sealed)
        return cursor.rowcount == 1


# By hand: it is said once for each letter, and to compose it each time would cost more than to carry it out.
_HAND_OVER = """
    UPDATE coaching_letter
    SET state = 'handing_over', handed_over_at = statement_timestamp(),
        leased_until = statement_timestamp() + %(lease)s, email = %(email)s,
        message_id = %(message_id)s, subject = %(subject)s, text = %(text)s, html = %(html)s, why = %(why)s,
        wire = %(wire)s
    WHERE id = %(pk)s AND claim = %(token)s AND state = 'waiting' AND leased_until > statement_timestamp()
        AND NOT EXISTS (SELECT FROM coaching_suppression WHERE email = lower(%(email)s) AND refusals >= %(enough)s)
"""


def end(letter: Letter, token: uuid.UUID, *, state: str, answer: str, at: datetime, **words: Any) -> bool:
    """Close a letter that we hold, before or after it was handed over.

    After it, only the token counts: the one who heard the server's answer knows better than the lease.
    """
    if letter.secret and state != State.KEPT:
        words |= {"text": "", "html": ""}
    if letter.secret or state != State.UNCERTAIN:
        words |= {"wire": None}
    told: dict[str, Any] = {"pk": letter.pk, "token": token, "state": str(state), "answer": answer, "at": at}
    kept = "".join(f", {name} = %({name})s" for name in words if name in _WORDS)
    with connection.cursor() as cursor:
        cursor.execute(_END % kept, told | words)
        return cursor.rowcount == 1


_WORDS = ("subject", "text", "html", "why", "wire")
_END = """
    UPDATE coaching_letter
    SET state = %%(state)s, answer = %%(answer)s, ended_at = %%(at)s, claim = NULL, leased_until = NULL%s
    WHERE id = %%(pk)s AND claim = %%(token)s
        AND (state IN ('handing_over', 'uncertain') OR state = 'waiting' AND leased_until > statement_timestamp())
"""


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


def give_back(letters: Sequence[Letter], token: uuid.UUID) -> None:
    """Let go of letters that were not tried."""
    ids = [letter.pk for letter in letters]
    untried = Letter.objects.filter(pk__in=ids, claim=token, state=State.WAITING)
    untried.update(claim=None, leased_until=None)


def expire_overdue(*, due: datetime, answer: str) -> int:
    """After an outage, what is of no use any more goes first and at once, so that it is in nobody's way."""
    overdue = due_letters(due).order_by().filter(not_after__lt=due)
    return overdue.update(
        state=State.EXPIRED, answer=answer, ended_at=due, claim=None, leased_until=None, wire=None
    )


def turn_into_push(letter: Letter, token: uuid.UUID, *, device: int) -> bool:
    """Let it go to a device of its reader, and let go of it."""
    return bool(
        Letter.objects.filter(_ours(token), pk=letter.pk).update(
            channel=Letter.Channel.PUSH, device=device, claim=None, leased_until=None
        )
    )


def push_abandoned_again() -> int:
    """A push whose holder died may leave once more: a phone shows the same one once (its tag says which it is)."""
    abandoned = Letter.objects.filter(_lease_is_over(), state=State.HANDING_OVER, channel=Letter.Channel.PUSH)
    return abandoned.update(state=State.WAITING, handed_over_at=None, claim=None, leased_until=None)


def doubt_abandoned(*, answer: str) -> int:
    """Letters whose holder died between handing over and hearing the answer: uncertain, and shown so.

    The token stays, so that a holder who was only slow can still tell how it ended.
    """
    abandoned = Letter.objects.filter(_lease_is_over(), state=State.HANDING_OVER)
    return abandoned.update(state=State.UNCERTAIN, ended_at=Now(), answer=answer)


def settle(doubted: Letter, *, state: str, answer: str) -> bool:
    """Somebody knows how an uncertain letter ended: close it."""
    words: dict[str, Any] = {"text": "", "html": ""} if doubted.secret else {}
    same = _as_doubted(doubted)
    return bool(same.update(state=state, answer=answer, claim=None, leased_until=None, wire=None, **words))


def send_again(doubted: Letter, *, answer: str) -> bool:
    """Let an uncertain letter leave once more, with the very same bytes. Its former holder has lost it."""
    return bool(
        _as_doubted(doubted).update(
            state=State.WAITING,
            next_try_at=Now(),
            answer=answer,
            doubts=F("doubts") + 1,
            handed_over_at=None,
            ended_at=None,
            claim=None,
            leased_until=None,
        )
    )


def _as_doubted(letter: Letter) -> LetterQuerySet:
    """The letter, unless something happened to it since we looked: an old answer must not move a new try."""
    return Letter.objects.filter(pk=letter.pk, state=State.UNCERTAIN, handed_over_at=letter.handed_over_at)


def _lease_is_over() -> Q:
    """One that ends later than any lease can was given before the clock was set back: nobody could outwait it."""
    return Q(leased_until__lt=Now()) | Q(leased_until__gt=Now() + rules.LEASE)


def _ours(token: uuid.UUID) -> Q:
    return Q(claim=token, state=State.WAITING, leased_until__gt=Now())
