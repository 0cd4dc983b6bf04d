"""What the practitioner set aside of "who needs you": until a morning, or for good, unless it comes up anew."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import JSONObject

from accounts.wall import first_instant
from coaching.journal.models import SetAside
from coaching.live.actions import tell
from coaching.messaging import actions_inbox
from coaching.messaging.models import Conversation
from coaching.people.models import Client, Practitioner

# The reasons of Today's queue that can be set aside; a sign that needs a doctor is decided, not laid away.
REASONS = (*("knocks", "sore", "asks", "waits", "barrier", "unreached", "quiet", "told", "untold", "ready"),)
WAITS = "waits"
MORNING = time(6)


@dataclass(frozen=True)
class Aside:
    """Of a client (by key) one reason, up to its news of `since`."""

    pk: int
    client: int
    name: str
    reason: str
    since: datetime
    until: datetime | None


def days_to_monday(now: datetime, zone: ZoneInfo) -> int:
    return 7 - now.astimezone(zone).weekday()


def morning(now: datetime, zone: ZoneInfo, ahead: timedelta) -> datetime:
    """Early on the day that lies so far ahead, on the wall clock of `zone`."""
    return first_instant(datetime.combine(now.astimezone(zone).date() + ahead, MORNING), zone)


def set_aside(*, client: Client, reason: str, since: datetime, until: datetime | None, now: datetime) -> SetAside:
    """Away from Today until that moment (None: for good), unless there is news after `since`. Whoever waits for an
    answer and is set aside for good needs none."""
    if reason not in REASONS:
        raise ValueError(f"{reason!r} is nothing that can be set aside.")
    with transaction.atomic():
        laid, _created = SetAside.objects.update_or_create(
            practitioner=client.practitioner,
            client=client,
            reason=reason,
            defaults={"since": min(since, now), "until": until, "at": now},
        )
        if reason == WAITS and until is None:
            for talk in Conversation.objects.filter(client=client, last_message_at__lte=laid.since):
                actions_inbox.let_be(conversation=talk, now=now)
        _tell(client, now)
    return laid


def bring_back(*, aside: SetAside, now: datetime) -> None:
    with transaction.atomic():
        if aside.reason == WAITS and aside.until is None:
            for talk in Conversation.objects.filter(client=aside.client_id):
                actions_inbox.wait_after_all(conversation=talk, now=now)
        aside.delete()
        _tell(aside.client, now)


def in_one_row(practitioner: Practitioner, now: datetime) -> ArraySubquery:
    """What holds now, as a part of another query: `read` makes `Aside`s of it."""
    holds = Q(until=None) | Q(until__gt=now)
    rows = SetAside.objects.filter(holds, practitioner=practitioner).order_by("-at")
    values = {"pk": "pk", "client": "client_id", "reason": "reason", "since": "since", "until": "until"}
    return ArraySubquery(rows.values(data=JSONObject(name=F("client__user__name"), **values)))


def read(rows: list[dict[str, Any]] | None) -> list[Aside]:
    return [
        Aside(
            pk=row["pk"],
            client=row["client"],
            name=row["name"],
            reason=row["reason"],
            since=datetime.fromisoformat(row["since"]),
            until=datetime.fromisoformat(row["until"]) if row["until"] else None,
        )
        for row in rows or []
    ]


def _tell(client: Client, now: datetime) -> None:
    tell(person=client.practitioner.user, kind="inbox.changed", about={"client": client.pk}, now=now)
