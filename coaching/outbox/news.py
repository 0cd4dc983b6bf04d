"""What a mail provider tells later about a letter that it took: it arrived, came back, or was not wanted."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.utils.translation import gettext as _

from coaching.outbox import claims, suppressions
from coaching.outbox.models import Letter, Suppression

log = logging.getLogger(__name__)
State = Letter.State
Cause = Suppression.Cause
LATELY = timedelta(days=14)

_TAKEN = {EventType.QUEUED, EventType.SENT, EventType.DELIVERED}
_CAME_BACK = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}
# Reasons that will be the same tomorrow. Others (a full mailbox, a suspicion) stop our letters after a repeat only.
_FOR_GOOD = {None, RejectReason.INVALID, RejectReason.BOUNCED}


@dataclass(frozen=True)
class News:
    """`what` and `reason` are anymail's words; `said` is the other side's, for people."""

    what: str
    message_id: str
    email: str
    reason: str | None
    said: str

    @classmethod
    def of(cls, event: AnymailTrackingEvent) -> "News":
        return cls(
            what=event.event_type,
            message_id=f"<{str(event.message_id or '').strip('<>')}>",
            email=event.recipient or "",
            reason=event.reject_reason,
            said=str(event.mta_response or event.description or event.reject_reason or event.event_type)[:500],
        )


def hear(news: News, *, now: datetime) -> None:
    """Note it with the letter, and stop writing to an address where letters do not arrive or are not wanted.

    A provider with ids of its own names no letter of ours: then only the address counts, if we wrote to it lately.
    News of what is not ours changes nothing, and hearing the same twice changes nothing more.
    """
    letter = Letter.objects.filter(message_id=news.message_id).first()
    if letter and news.email.lower() not in ("", letter.email.lower()):
        return
    if letter and news.what in _TAKEN:
        _taken(letter, news)
    elif news.what in _CAME_BACK:
        _came_back(letter, news, now)
    elif news.what == EventType.COMPLAINED:
        _stop(letter, Cause.COMPLAINED, news, now)


def _taken(letter: Letter, news: News) -> None:
    if letter.state == State.UNCERTAIN:
        claims.settle(letter, state=State.SENT, answer=_("The mail provider says that it has it."))
    elif news.what == EventType.DELIVERED:
        Letter.objects.filter(pk=letter.pk, state=State.SENT).update(answer=_("Delivered: %s") % news.said)


def _came_back(letter: Letter | None, news: News, now: datetime) -> None:
    gone = Letter.objects.filter(pk=letter.pk if letter else 0, state__in=[State.SENT, State.UNCERTAIN])
    first = gone.update(state=State.FAILED, answer=_("It came back: %s") % news.said, wire=None)
    if news.reason in _FOR_GOOD:
        _stop(letter, Cause.BOUNCED, news, now)
    elif letter and first:
        suppressions.count_refusal(letter.email, reason=news.said, now=now)


def _stop(letter: Letter | None, cause: str, news: News, now: datetime) -> None:
    if letter is None and not _wrote_to(news.email, now):
        return
    log.warning("Letter %s %s: nothing more is sent to its address.", letter.pk if letter else "(unnamed)", cause)
    suppressions.stop(letter.email if letter else news.email, cause=cause, reason=news.said, now=now)


def _wrote_to(email: str, now: datetime) -> bool:
    lately = Letter.objects.filter(due_at__gt=now - LATELY, email__iexact=email)
    return lately.exclude(message_id="").exists()
