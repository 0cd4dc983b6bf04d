"""What the database knows of a practitioner's time: when she is open, and what is taken. A query each, in plain
SQL: every list of free times asks both, and reads nothing that lies outside the asked time.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from coaching.booking.intervals import Interval
from coaching.booking.models import Appointment, SessionType
from coaching.booking.rules import Hours, Stretch
from coaching.booking.timetable import Timetable
from coaching.people.models import Practitioner

But = Appointment | Sequence[Appointment] | None

_MARGIN = timedelta(days=2)  # stretches cross midnight, and no two calendars are further apart than a day


def hours_of(
    practitioner: Practitioner, since: datetime, until: datetime, *, session_type: SessionType | None = None
) -> Hours:
    """The opening hours that can matter within [since, until), with what differs on single dates. One query.

    Those of a session type are its own when it has any; without a type they are those for all.
    """
    return timetable_of(practitioner, since, until).hours(session_type.pk if session_type else None)


def timetable_of(practitioner: Practitioner, since: datetime, until: datetime) -> Timetable:
    """All the opening hours that can matter within [since, until): those for all, and those of single types. One
    query. A date that is replaced by no stretch is closed."""
    zone = practitioner.zone
    weeks: dict[int | None, dict[int, list[Stretch]]] = {}
    dates: dict[date, list[Stretch]] = {}
    more: dict[date, list[Stretch]] = {}
    asked: dict[str, Any] = {
        "practitioner": practitioner.pk,
        "first": (since - _MARGIN).astimezone(zone).date(),
        "last": (until + _MARGIN).astimezone(zone).date(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, asked)
        for kind, weekday, day, opens, closes, adds in cursor.fetchall():
            if day is None:
                stretches = weeks.setdefault(kind, {}).setdefault(weekday, [])
            else:
                stretches = (more if adds else dates).setdefault(day, [])
            if opens is not None:
                stretches.append(Stretch(opens, closes))
    for_all = weeks.pop(None, {})
    own = {kind: week for kind, week in weeks.items() if kind is not None}
    return Timetable(zone=zone, for_all=for_all, own=own, dates=dates, more=more)


_OPEN = """
    SELECT session_type_id, weekday, NULL::date, opens, closes, false
    FROM coaching_openinghours WHERE practitioner_id = %(practitioner)s
    UNION ALL SELECT NULL, NULL, date, opens, closes, adds
    FROM coaching_dateoverride WHERE practitioner_id = %(practitioner)s AND date BETWEEN %(first)s AND %(last)s
    ORDER BY 3, 2, 4
"""


class Taken(NamedTuple):
    """A stretch [start, end) that is not free, buffers counted. A session also says when it starts and of which
    type it is; time that is kept free or busy elsewhere does not."""

    start: datetime
    end: datetime
    session_starts: datetime | None
    session_type: int | None


def taken(
    practitioner: Practitioner, since: datetime, until: datetime, now: datetime, *, but: But = None
) -> list[Taken]:
    """What holds the practitioner's time within [since, until): sessions (AppointmentQuerySet.blocking), time kept
    free, busy times of outside calendars. Without the session, or the sessions, that are to move. One query."""
    moving = [but] if isinstance(but, Appointment) else but or []
    asked: dict[str, Any] = {
        "practitioner": practitioner.pk,
        "since": since,
        "until": until,
        "now": now,
        "standing": list(Appointment.STANDING),
        "but": [each.pk for each in moving],
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, asked)
        return [
            Taken(_moment(start), _moment(end), None if begins is None else _moment(begins), kind)
            for start, end, begins, kind in cursor.fetchall()
        ]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# Times come as seconds since 1970: to read them from text, as Django does, took half the time of such a query.
_TAKEN = """
    SELECT extract(epoch FROM a)::float8, extract(epoch FROM b)::float8, extract(epoch FROM c)::float8, kind FROM (
        SELECT blocked_from, blocked_until, starts_at, session_type_id FROM coaching_appointment
        WHERE practitioner_id = %(practitioner)s AND blocked_until > %(since)s AND blocked_from < %(until)s
        AND (status = ANY(%(standing)s) OR (status = 'offered' AND held_until > %(now)s))
        AND id <> ALL(%(but)s::uuid[])
        UNION ALL SELECT starts_at, ends_at, NULL, NULL FROM coaching_keptfree
        WHERE practitioner_id = %(practitioner)s AND ends_at > %(since)s AND starts_at < %(until)s
        UNION ALL SELECT starts_at, ends_at, NULL, NULL FROM coaching_busytime
        WHERE practitioner_id = %(practitioner)s AND ends_at > %(since)s AND starts_at < %(until)s
    ) AS taken (a, b, c, kind)
"""


def blocked(
    practitioner: Practitioner, since: datetime, until: datetime, now: datetime, *, but: But = None
) -> list[Interval]:
    """What is taken, as intervals. One query."""
    return intervals(taken(practitioner, since, until, now, but=but))


def intervals(rows: Iterable[Taken]) -> list[Interval]:
    return [(row.start, row.end) for row in rows]
