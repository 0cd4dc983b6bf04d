"""One connection to the mail server, with batch after batch of letters over it: steps 1 to 5."""

import logging
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from coaching.outbox import (
    claims,
    envelope,
    heartbeats,
    letters,
    pushing,
    rules,
    smtp,
    suppressions,
    webpush,
    writing,
)
from coaching.outbox.models import Letter
from coaching.outbox.smtp import Line, Refused, Server, Silent, Unreachable
from coaching.outbox.writing import Sealed

log = logging.getLogger(__name__)
State = Letter.State
PUT_OFF = "put_off"
PUSHED = "pushed"  # of those that were sent
Gate = threading.Semaphore


class Lane:
    """Claims and sends, batch after batch. `done` counts how letters ended, and how many were put off."""

    def __init__(self, *, server: Server | None, now: datetime | None = None, gate: Gate | None = None) -> None:
        self._server = server
        self._now = now
        self._gate = gate or threading.Semaphore()
        self.done: Counter[str] = Counter()

    def run(self, most: int) -> Counter[str]:
        """Until nothing is due, the server cannot be reached, or `most` letters are done."""
        with Line(self._server, name=_our_name()) if self._server else nullcontext() as line:
            while self.done.total() < most and self.batch(line):
                pass
        if self.done[State.SENT] > self.done[PUSHED]:
            heartbeats.beat(heartbeats.Part.MAIL, now=self._now)
        return self.done

    def batch(self, line: Line | None) -> bool:
        """True when there may be more to do: some were due, and the server could be reached."""
        return Batch(self.done, line, gate=self._gate, clock=claims.Clock(self._now)).deliver()


class Batch:
    """Up to 20 letters under one claim."""

    def __init__(self, done: Counter[str], line: Line | None, *, gate: Gate, clock: claims.Clock) -> None:
        self._done = done
        self._line = line
        self._gate = gate
        self._clock = clock
        self.token = uuid.uuid4()

    def deliver(self) -> bool:
        begun = self._clock.now()
        batch = claims.claim(token=self.token, due=begun)
        refusals = suppressions.counted({writing.address(letter) for letter in batch})
        known_until = begun
        for position, letter in enumerate(batch):
            now = self._clock.now()
            if now - begun > rules.BATCH_LASTS:  # a slow server: others may take the rest
                claims.give_back(batch[position:], self.token)
                return True
            if position == 0 or now > known_until:
                _look_up(batch[position:])
                known_until = now + rules.TRUTH_LASTS
            try:
                self.carry(letter, refused_before=refusals.get(writing.address(letter).lower(), 0))
            except Unreachable:
                claims.give_back(batch[position + 1 :], self.token)
                return False
        return bool(batch)

    def carry(self, letter: Letter, *, refused_before: int = 0) -> None:
        """One letter, to its end or to its next try. Raises Unreachable when there is no talking to the server."""
        now = self._clock.now()
        sealed = self._sealed(letter, now, refused_before)
        if sealed is None:
            return
        if letter.channel == Letter.Channel.PUSH:
            self._push(letter, sealed, now)
            return
        if self._line is None:
            self._end(letter, State.KEPT, _("No mail is set up: it stays here."), **sealed.words)
            return
        self._send(letter, sealed, self._line, now)
        if refused_before and letter.state == State.SENT:
            suppressions.forget_single(sealed.to)

    def _sealed(self, letter: Letter, now: datetime, refused_before: int) -> Sealed | None:
        """Step 2. None when the letter came to its end here."""
        try:
            wish = letters.wish(letter, now)
            phones = pushing.devices_for(letter, wish)
            if phones or letter.channel == Letter.Channel.PUSH:
                refused_before = 0  # it goes to no address
            reason = writing.why_not(letter, wish, now, refused_before=refused_before)
            sealed = None if reason or wish.until or phones else writing.seal(letter, now)
        except (OperationalError, InterfaceError):  # the database went away: no letter's fault
            raise
        except Exception as error:  # noqa: BLE001  (whatever one letter holds, the others must leave)
            log.error("Letter %s (%s) could not be written: %s", letter.pk, letter.kind, type(error).__name__)
            self._end(letter, State.FAILED, _("It could not be written (%s).") % type(error).__name__)
            return None
        if wish.until and not reason:
            self._put_off(letter, wish.until, _("Its reader wants it later."), counted=False)
        elif phones and not reason:
            pushing.pass_on(letter, self.token, phones, now=now)
        elif sealed is None:
            state, answer = reason or (State.DROPPED, _("What it told was no longer true."))
            self._end(letter, state, answer)
        return sealed

    def _send(self, letter: Letter, sealed: Sealed, line: Line, now: datetime) -> None:
        """Steps 3 to 5. Between 4 and 5 a letter's fate is open: by one lane of a process at a time."""
        offer = partial(
            line.offer, envelope.wire_address(envelope.sender_address()), envelope.wire_address(sealed.to)
        )
        if self._goes_well(offer, letter, sealed, now):
            with self._gate:
                self._goes_well(partial(self._hand_over, letter, sealed, line), letter, sealed, now)

    def _push(self, letter: Letter, sealed: Sealed, now: datetime) -> None:
        """Steps 3 to 5 towards a phone. When it cannot be told at all, another way is looked for."""
        try:
            answer = pushing.send(letter, self.token, sealed.at_the_fence(), now=now)
        except webpush.Later as later:
            attempts = letter.attempts + 1
            again = now + (later.wait or rules.pause_after(attempts=attempts, key=letter.key))
            if not rules.gives_up(due_at=letter.due_at, next_try_at=again):
                self._put_off(letter, again, str(later), counted=True)
                return
            self._not_told(letter, str(later), now)
        except (webpush.Gone, webpush.Refused) as refused:
            self._not_told(letter, str(refused), now)
        else:
            if answer is not None:
                self._end(letter, State.SENT, answer)
                self._done[PUSHED] += 1

    def _not_told(self, letter: Letter, answer: str, now: datetime) -> None:
        self._end(letter, State.FAILED, answer)
        pushing.fall_back(letter, now=now)

    def _hand_over(self, letter: Letter, sealed: Sealed, line: Line) -> None:
        fenced_at = smtp.moment()
        if claims.hand_over(letter, self.token, sealed=sealed.at_the_fence()):
            self._end(letter, State.SENT, line.hand_over(sealed.content, fenced_at=fenced_at))
        else:
            line.drop()  # without its last dot the server forgets the letter

    def _goes_well(self, step: Callable[[], None], letter: Letter, sealed: Sealed, now: datetime) -> bool:
        """Take a step of the talk. What the server says against the letter becomes how the letter stands."""
        try:
            step()
        except Refused as refused:
            self._refused(letter, sealed.to, refused, now)
        except Silent:
            self._end(letter, State.UNCERTAIN, _("The mail server took it and did not answer."))
        except Unreachable as trouble:
            self._unreachable(letter, trouble, now)
            raise
        else:
            return True
        return False

    def _refused(self, letter: Letter, to: str, refused: Refused, now: datetime) -> None:
        """4xx: again later. 5xx, or put off for days: failed; an address refused for good is remembered."""
        attempts = letter.attempts + 1
        again = now + rules.pause_after(attempts=attempts, key=letter.key)
        if refused.for_now and not rules.gives_up(due_at=letter.due_at, next_try_at=again):
            self._put_off(letter, again, str(refused), counted=True)
            return
        self._end(letter, State.FAILED, str(refused))
        if refused.part == "sender":  # nobody's letters would be taken
            heartbeats.trouble(heartbeats.Part.MAIL, words=str(refused))
        if refused.part == "address" and not refused.for_now:
            suppressions.count_refusal(to, reason=str(refused), now=now)

    def _unreachable(self, letter: Letter, trouble: Unreachable, now: datetime) -> None:
        log.warning("The mail server cannot be reached: %s", trouble)
        heartbeats.trouble(heartbeats.Part.MAIL, words=str(trouble))
        answer = _("The mail server could not be reached: %s") % trouble
        self._put_off(letter, now + rules.UNREACHABLE_PAUSE, answer, counted=False)

    def _put_off(self, letter: Letter, until: datetime, answer: str, *, counted: bool) -> None:
        if claims.put_off(letter, self.token, until=until, answer=answer, counted=counted):
            self._done[PUT_OFF] += 1

    def _end(self, letter: Letter, state: str, answer: str, **words: str) -> None:
        if claims.end(letter, self.token, state=state, answer=answer, at=self._clock.now(), **words):
            letter.state = state
            self._done[state] += 1


def _look_up(batch: Sequence[Letter]) -> None:
    """Where one letter is not fit to be looked up, all are looked up one by one: it alone will fail."""
    try:
        letters.look_up(batch)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  (whatever one letter holds, the others must leave)
        log.error("Letters could not be looked up together: %s", type(error).__name__)
        for letter in batch:
            vars(letter).pop("looked", None)


def _our_name() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
