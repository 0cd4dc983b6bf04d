"""Sending what is due: each letter once, also when processes die in the middle (docs/decisions.md has the trials).

1. claim up to 20 with a token and a lease; 2. look the truth up again and write the letter; 3. MAIL, RCPT and
DATA up to the server's 354; 4. commit "handing over", fenced by the token and the lease; 5. send the body and
commit how it ended. Nothing talks to the mail server inside a transaction.
"""

import logging
import uuid
from collections import Counter
from contextlib import ExitStack
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from coaching.outbox import actions, claims, envelope, letters, rules, suppressions
from coaching.outbox.models import Letter
from coaching.outbox.rendering import Rendered, render, sender_for
from coaching.outbox.smtp import Line, Refused, Server, Silent, Unreachable, server_from

log = logging.getLogger(__name__)
State = Letter.State
PUT_OFF = "put_off"
MOST = 2000  # a round ends, so that its worker is free for the next thing


def deliver_due(*, server: Server | None, now: datetime | None = None, most: int = MOST) -> Counter[str]:
    """Send what is due; gives how many letters ended in which state, and how many were put off.

    Without a `server` letters are written and kept. `now` is for stories told in the past and for tests: else
    the database's clock counts, and it alone always counts for who holds what.
    """
    done: Counter[str] = Counter()
    done[State.UNCERTAIN] = claims.doubt_abandoned(answer=_("The process that sent it ended before the answer."))
    while done.total() < most:
        batch = Batch(server=server, now=now, done=done)
        if not batch.deliver():
            break
    actions.erase_secrets()
    return done


def mail_server() -> Server | None:
    """The mail server of the settings, or None when none is set up."""
    return server_from(settings.EMAIL_URL)


class Batch:
    """Up to 20 letters under one claim, over one connection."""

    def __init__(self, *, server: Server | None, now: datetime | None, done: Counter[str]) -> None:
        self._server = server
        self._now = now
        self._done = done
        self._token = uuid.uuid4()

    def deliver(self) -> bool:
        """True when there may be more to do: some were due, and the server could be reached."""
        ids = claims.claim(token=self._token, due=self._moment())
        with ExitStack() as open_lines:
            line = open_lines.enter_context(Line(self._server, name=_our_name())) if self._server else None
            for position, pk in enumerate(ids):
                try:
                    self._deliver(pk, line)
                except Unreachable:
                    claims.give_back(ids[position + 1 :], self._token)
                    return False
        return bool(ids)

    def _moment(self) -> datetime:
        return self._now or claims.database_now()

    def _deliver(self, pk: int, line: Line | None) -> None:
        now = self._moment()
        letter = claims.held(pk, self._token)
        if letter is None:
            return
        rendered = self._written(letter, now)
        if rendered is None:
            return
        if line is None:
            self._end(letter, State.KEPT, _("No mail is set up: it stays here."), **_words(letter, rendered))
        else:
            self._send(letter, rendered, line, now)

    def _written(self, letter: Letter, now: datetime) -> Rendered | None:
        """Step 2. None when the letter came to its end here."""
        try:
            with transaction.atomic():
                wish = letters.wish(letter, now)
                reason = _why_not(letter, wish, now)
                rendered = None if reason or wish.until else _write(letter, now)
        except (OperationalError, InterfaceError):  # the database went away: no letter's fault
            raise
        except Exception as error:  # noqa: BLE001  (whatever one letter holds, the others must leave)
            log.error("Letter %s (%s) could not be written: %s", letter.pk, letter.kind, type(error).__name__)
            self._end(letter, State.FAILED, _("It could not be written (%s).") % type(error).__name__)
            return None
        if wish.until and not reason:
            self._put_off(letter, wish.until, _("Its reader wants it later."), counted=False)
        elif rendered is None:
            state, answer = reason or (State.DROPPED, _("What it told was no longer true."))
            self._end(letter, state, answer)
        return rendered

    def _send(self, letter: Letter, rendered: Rendered, line: Line, now: datetime) -> None:
        """Steps 3 to 5. Raises Unreachable when there is no talking to the server."""
        to = _address(letter)
        try:
            content = envelope.message(rendered, to=to, key=letter.key, now=now).as_bytes()
            line.offer(envelope.wire_address(envelope.sender_address()), envelope.wire_address(to))
            words = _words(letter, rendered) | {"email": to, "message_id": envelope.message_id(letter.key)}
            if not claims.hand_over(letter, self._token, words=words):
                line.drop()  # without its last dot the server forgets the letter
                return
            answer = line.hand_over(content)
        except Refused as refused:
            self._refused(letter, to, refused, now)
        except Silent:
            self._end(letter, State.UNCERTAIN, _("The mail server took it and did not answer."))
        except Unreachable as trouble:
            self._unreachable(letter, trouble, now)
            raise
        except ValueError as error:
            log.error("Letter %s (%s) has no valid envelope: %s", letter.pk, letter.kind, type(error).__name__)
            self._end(letter, State.FAILED, _("Its address or subject cannot be sent."))
        else:
            self._end(letter, State.SENT, answer)
            suppressions.forget_single(to)

    def _refused(self, letter: Letter, to: str, refused: Refused, now: datetime) -> None:
        """4xx: again later. 5xx, or put off for days: failed; an address refused for good is remembered."""
        attempts = letter.attempts + 1
        again = now + rules.pause_after(attempts=attempts, key=letter.key)
        if refused.for_now and not rules.gives_up(due_at=letter.due_at, next_try_at=again):
            self._put_off(letter, again, str(refused), counted=True)
            return
        self._end(letter, State.FAILED, str(refused))
        if refused.part == "address" and not refused.for_now:
            suppressions.count_refusal(to, reason=str(refused), now=now)

    def _unreachable(self, letter: Letter, trouble: Unreachable, now: datetime) -> None:
        log.warning("The mail server cannot be reached: %s", trouble)
        answer = _("The mail server could not be reached: %s") % trouble
        self._put_off(letter, now + rules.UNREACHABLE_PAUSE, answer, counted=False)

    def _put_off(self, letter: Letter, until: datetime, answer: str, *, counted: bool) -> None:
        if claims.put_off(letter, self._token, until=until, answer=answer, counted=counted):
            self._done[PUT_OFF] += 1

    def _end(self, letter: Letter, state: str, answer: str, **words: str) -> None:
        if claims.end(letter, self._token, state=state, answer=answer, at=self._moment(), **words):
            self._done[state] += 1


def _why_not(letter: Letter, wish: letters.Wish, now: datetime) -> tuple[str, str] | None:
    """Why the letter must not leave any more: the state that it comes to, and a sentence."""
    if letter.is_too_late(now):
        return State.EXPIRED, _("It would have come too late to be of use.")
    if letter.person and not letter.person.is_active:
        return State.DROPPED, _("This account is closed.")
    if wish.refusal:
        return State.DROPPED, wish.refusal
    if suppressions.stands(_address(letter)):
        return State.FAILED, _("This address refused our letters more than once; nothing more is sent there.")
    return None


def _write(letter: Letter, now: datetime) -> Rendered | None:
    """The letter's words as they are true at `now`; None when there is nothing true to say."""
    if letter.kind == letters.ACCOUNT:
        sender = sender_for(letter.person)
        return Rendered(letter.subject, letter.text, letter.html, why=letter.why, sender=sender.name)
    told = letters.tell_in_their_words(letter, now)
    return render(told, person=letter.person) if told else None


def _address(letter: Letter) -> str:
    """The person's address of today; account letters may be about an address that is not theirs yet."""
    if letter.person and letter.kind != letters.ACCOUNT:
        return letter.person.email
    return letter.email


def _words(letter: Letter, rendered: Rendered) -> dict[str, str]:
    return {
        "subject": rendered.subject[:250],
        "text": rendered.text,
        "html": rendered.html,
        "why": rendered.why[:300],
    }


def _our_name() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
