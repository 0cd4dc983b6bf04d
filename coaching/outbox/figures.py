"""How letters leave, as numbers for machines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Min

from coaching.outbox import queries
from coaching.outbox.models import Heartbeat, Letter, Suppression

State = Letter.State
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
QUANTILES = ("0.5", "0.95", "0.99")


@dataclass(frozen=True)
class Figures:
    """Seconds and counts. `heartbeats` has only parts that were ever seen, `delays` is empty when nothing left."""

    by_state: Mapping[str, float]
    oldest: float
    late: float
    heartbeats: Mapping[str, float]
    trouble: float
    delays: Mapping[str, float]
    sent: float
    stopped: Mapping[str, float]


def of(now: datetime) -> Figures:
    """Seven queries, each on an index."""
    beats = list(Heartbeat.objects.all())
    delays, sent = _delays(now)
    return Figures(
        by_state=_by_state(now),
        oldest=_oldest(now),
        late=queries.pulse(now).late,
        heartbeats={each.part: _age(each.beat_at, now) for each in beats if each.beat_at},
        trouble=max((_age(each.troubled_since, now) for each in beats if each.troubled_since), default=0),
        delays=delays,
        sent=sent,
        stopped=_counted(Suppression.objects.standing().values_list("cause").annotate(n=Count("pk"))),
    )


def _by_state(now: datetime) -> dict[str, float]:
    """Every state has its number; what still waits counts whenever it is due."""
    recent = Letter.objects.filter(due_at__gt=now - WEEK, due_at__lte=now).exclude(state=State.WAITING)
    found = _counted(recent.order_by().values_list("state").annotate(n=Count("pk")))
    waiting = Letter.objects.filter(state=State.WAITING).count()
    return dict.fromkeys(State.values, 0.0) | found | {State.WAITING.value: waiting}


def _oldest(now: datetime) -> float:
    """Seconds since the first letter that could leave by now was due to be tried."""
    waiting = Letter.objects.filter(state=State.WAITING, next_try_at__lte=now)
    return _age(waiting.aggregate(first=Min("next_try_at"))["first"] or now, now)


def _delays(now: datetime) -> tuple[dict[str, float], int]:
    """Quantiles of the time from due to sent, in seconds, of the letters due in the last hour; and their number."""
    with connection.cursor() as cursor:
        cursor.execute(_DELAYS, {"quantiles": [float(each) for each in QUANTILES], "since": now - HOUR, "now": now})
        found, sent = cursor.fetchone()
    return dict(zip(QUANTILES, found or [], strict=False)), sent


_DELAYS = """
    SELECT percentile_cont(%(quantiles)s::float[]) WITHIN GROUP (
        ORDER BY extract(epoch FROM ended_at - greatest(due_at, posted_at))), count(*)
    FROM coaching_letter WHERE state = 'sent' AND due_at BETWEEN %(since)s AND %(now)s
"""


def _counted(rows: object) -> dict[str, float]:
    return dict(rows)  # type: ignore[call-overload]


def _age(moment: datetime | None, now: datetime) -> float:
    return (now - moment).total_seconds() if moment else 0.0
