"""Posting letters. Whoever posts one does so in their own transaction: no change, no letter."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from accounts.models import User
from coaching.outbox import heartbeats, rules
from coaching.outbox.models import Letter, Suppression

log = logging.getLogger(__name__)

POSTED_AT_ONCE = 5000


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

    @property
    def address(self) -> str:
        return self.email or (self.person.email if self.person else "")

    def row(self, now: datetime) -> Letter:
        return Letter(
            kind=self.kind,
            key=self.key,
            person=self.person,
            email=self.address,
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
    """Post those whose key is new, in the caller's transaction; gives their number. One query for thousands.

    In key order: two sweeps that insert the same rows in different orders would deadlock. Whatever another sweep
    posts at the same moment stays as it is.
    """
    wanted = {letter.key: letter for letter in letters}
    ordered = [wanted[key] for key in sorted(wanted)]
    chunks = (ordered[start : start + POSTED_AT_ONCE] for start in range(0, len(ordered), POSTED_AT_ONCE))
    posted = sum(_insert(chunk, now) for chunk in chunks)
    if posted and any(letter.due_at <= now for letter in ordered):
        transaction.on_commit(wake)
    return posted


def _insert(letters: Sequence[NewLetter], now: datetime) -> int:
    values: dict[str, Any] = {name: [getattr(each, name) for each in letters] for name in _AS_THEY_ARE}
    values |= {
        "person": [each.person.pk if each.person else None for each in letters],
        "email": [each.address for each in letters],
        "about": [json.dumps(each.about) for each in letters],
        **{name: [each.written.get(name, "") for each in letters] for name in ("subject", "text", "html", "why")},
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        return int(cursor.rowcount)


_AS_THEY_ARE = ("key", "kind", "due_at", "not_after", "urgency", "secret")
# By hand, as columns: rows made one by one take five times as long, and after an outage thousands are due at once.
_INSERT = """
    INSERT INTO coaching_letter (key, kind, person_id, email, channel, about, urgency, secret, state, posted_at,
        due_at, next_try_at, not_after, attempts, doubts, message_id, subject, text, html, why, answer)
    SELECT key, kind, person, email, 'email', about::jsonb, urgency, secret, 'waiting', %(now)s,
        due_at, due_at, not_after, 0, 0, '', subject, text, html, why, ''
    FROM unnest(%(key)s::text[], %(kind)s::text[], %(person)s::bigint[], %(email)s::text[], %(about)s::text[],
        %(urgency)s::smallint[], %(secret)s::boolean[], %(due_at)s::timestamptz[], %(not_after)s::timestamptz[],
        %(subject)s::text[], %(text)s::text[], %(html)s::text[], %(why)s::text[])
        AS new(key, kind, person, email, about, urgency, secret, due_at, not_after, subject, text, html, why)
    ORDER BY key COLLATE "C"
    ON CONFLICT (key) DO NOTHING
"""


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
