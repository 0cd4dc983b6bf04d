"""Posting letters. Whoever posts one does so in their own transaction: no change, no letter."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from accounts.models import User
from coaching.outbox import heartbeats, rules
from coaching.outbox.models import Letter, Suppression

log = logging.getLogger(__name__)

POSTED_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class NewLetter:
    """A letter to post. `key` names its cause and its moment; `about` holds ids, never words."""

    kind: str
    key: str
    person: User | None
    about: dict[str, Any]
    due_at: datetime
    email: str = ""
    not_after: datetime | None = None
    urgency: int = 50
    secret: bool = False
    written: dict[str, str] = field(default_factory=dict)  # subject, text and html, when they are known already

    def row(self, now: datetime) -> Letter:
        return Letter(
            kind=self.kind,
            key=self.key,
            person=self.person,
            email=self.email or (self.person.email if self.person else ""),
            about=self.about,
            posted_at=now,
            due_at=self.due_at,
            next_try_at=self.due_at,
            not_after=self.not_after,
            urgency=self.urgency,
            secret=self.secret,
            **self.written,
        )


def post(
    *,
    kind: str,
    key: str,
    person: User | None,
    about: dict[str, Any],
    due_at: datetime,
    now: datetime,
    email: str = "",
    not_after: datetime | None = None,
    urgency: int = 50,
    secret: bool = False,
) -> Letter | None:
    """Post one letter, in the caller's transaction. None when `key` was posted before: that is free.

    `email` is needed when there is no `person`; else the person's address of the moment of sending counts.
    """
    new = NewLetter(
        kind=kind,
        key=key,
        person=person,
        email=email,
        about=about,
        due_at=due_at,
        not_after=not_after,
        urgency=urgency,
        secret=secret,
    )
    return post_new(new, now=now)


def post_new(new: NewLetter, *, now: datetime) -> Letter | None:
    """As `post`, for a letter that is made already."""
    row = new.row(now)
    if not row.email:
        raise ValueError("A letter needs a person or an address.")
    values = {
        f.attname: getattr(row, f.attname) for f in Letter._meta.concrete_fields if f.name not in ("id", "key")
    }
    letter, created = Letter.objects.get_or_create(key=new.key, defaults=values)
    if not created:
        return None
    if new.due_at <= now:
        transaction.on_commit(wake)
    return letter


def post_many(letters: Iterable[NewLetter], *, now: datetime) -> int:
    """Post those whose key is new, in the caller's transaction; gives their number. Two queries a thousand.

    In key order: two sweeps that insert the same rows in different orders would deadlock. Whatever another sweep
    posts at the same moment stays as it is.
    """
    wanted = {letter.key: letter for letter in letters}
    ordered, posted = sorted(wanted), 0
    for start in range(0, len(ordered), POSTED_AT_ONCE):
        keys = ordered[start : start + POSTED_AT_ONCE]
        known = set(Letter.objects.filter(key__in=keys).values_list("key", flat=True))
        rows = [wanted[key].row(now) for key in keys if key not in known]
        Letter.objects.bulk_create(rows, ignore_conflicts=True)
        posted += len(rows)
    if posted and any(letter.due_at <= now for letter in wanted.values()):
        transaction.on_commit(wake)
    return posted


def wake() -> None:
    """Ask a worker to deliver now. Without a broker nothing is lost: the next look at the database does it."""
    try:
        current_app.send_task("outbox.deliver", ignore_result=True, retry=False, expires=15)
    except (OperationalError, OSError):
        return


def erase_secrets() -> int:
    """Erase the words of secret letters whose story is over; those kept here stay readable for an hour."""
    ended = Letter.objects.filter(secret=True, state__in=Letter.ENDED).exclude(text="")
    readable = Letter.objects.filter(state=Letter.State.KEPT, ended_at__gt=Now() - rules.SECRETS_READABLE)
    return ended.exclude(pk__in=readable.values("pk")).update(text="", html="", wire=None)


def note_pulse(*, of: str, now: datetime) -> None:
    """Remember that a worker did its round: "deliver" or "sweep"."""
    heartbeats.beat(of, now=now)


def lift(*, suppression: Suppression, now: datetime) -> None:
    """Write to this address again: its person says that it works, or wants our letters after all."""
    log.info("Letters to a stopped address (%s since %s) leave again.", suppression.cause, suppression.created_at)
    suppression.delete()
