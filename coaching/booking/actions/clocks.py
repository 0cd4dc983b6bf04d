"""When the rules of a zone's clock change, by a new edition of the zone data, under sessions that are booked.

A session stays at the hour of the practitioner's clock: her day stays as she planned it, and no two sessions come
to lie on each other. A client in the same zone keeps the hour that was told; one whose clock alone has changed
cannot, and is told the new one.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import wall, zones
from coaching.booking import letters
from coaching.booking.actions import steps
from coaching.booking.actions.steps import What
from coaching.booking.models import Appointment

_PEOPLE = ("client__user", "practitioner__user", "session_type__practitioner__user")
_MOVED = ("starts_at", "ends_at", "blocked_from", "blocked_until", "sequence", *steps.TOLD)


def keep_hours(*, now: datetime, edition: str = zones.EDITION) -> int:
    """Put every session ahead that was told by older zone data right, and write to both people where an hour or
    the instant changed; gives the number of these. One query when there is none. Running it twice is free, and a
    process that still has the older data changes nothing."""
    stale = Appointment.objects.standing().told_before(edition).filter(starts_at__gt=now)
    rows = list(stale.order_by("practitioner", "starts_at").values_list("practitioner", "pk"))
    changed = 0
    for _practitioner, of_one in groupby(rows, key=lambda row: row[0]):
        changed += _keep_hers([pk for _, pk in of_one], edition, now)
    return changed


def _keep_hers(pks: list[UUID], edition: str, now: datetime) -> int:
    """The sessions of one practitioner, in one transaction under her lock."""
    with transaction.atomic():
        steps.hold(Appointment.objects.select_related("practitioner").get(pk=pks[0]).practitioner, now)
        found = Appointment.objects.standing().told_before(edition).filter(pk__in=pks).order_by("starts_at")
        sessions = list(found.only("starts_at", *steps.TOLD))
        different = {session.pk for session in sessions if _differs(session)}
        _note([session for session in sessions if session.pk not in different], edition)
        others = found.filter(pk__in=different).select_related(*_PEOPLE)
        for session, start in _in_turn([(session, _start(session)) for session in others]):
            _keep(session, start, edition, now)
    return len(different)


def _note(sessions: Iterable[Appointment], edition: str) -> None:
    """What is as it was told is now told by this edition. One query for all that have the same clocks."""
    alike: dict[tuple[int | None, int | None], list[UUID]] = defaultdict(list)
    for session in sessions:
        steps.note_clocks(session, edition)
        alike[session.client_offset, session.practitioner_offset].append(session.pk)
    for (client, practitioner), pks in alike.items():
        told = {"client_offset": client, "practitioner_offset": practitioner, "zone_edition": edition}
        Appointment.objects.filter(pk__in=pks).update(**told)


def _differs(session: Appointment) -> bool:
    """Whether one of the two clocks will show another hour than was told."""
    return any(
        told is not None and told != zones.minutes_ahead(zone, session.starts_at)
        for zone, told in (
            (session.client_zone, session.client_offset),
            (session.practitioner_zone, session.practitioner_offset),
        )
    )


def _start(session: Appointment) -> datetime:
    """The first instant at which the practitioner's clock shows the hour that she was told."""
    if session.practitioner_offset is None:
        return session.starts_at
    told = session.starts_at + timedelta(minutes=session.practitioner_offset)
    return wall.first_instant(told.replace(tzinfo=None), zones.zone(session.practitioner_zone))


def _in_turn(moves: list[tuple[Appointment, datetime]]) -> list[tuple[Appointment, datetime]]:
    """Those that go later first, the last of them first: nobody steps on a place that is not left yet."""
    later = [(session, start) for session, start in moves if start > session.starts_at]
    return [*reversed(later), *(move for move in moves if move not in later)]


def _keep(session: Appointment, start: datetime, edition: str, now: datetime) -> None:
    """At `start`, or where it was when somebody has that time; in both cases both people read how it is now."""
    told = {
        session.client.user.pk: _shown(session.starts_at, session.client_offset),
        session.practitioner.user.pk: _shown(session.starts_at, session.practitioner_offset),
    }
    session.sequence += 1
    try:
        with transaction.atomic():
            _shift(session, start - session.starts_at, edition)
    except IntegrityError as refusal:
        if not steps.is_overlap(refusal):
            raise
        session.refresh_from_db(fields=["starts_at", "ends_at", "blocked_from", "blocked_until"])
        _shift(session, timedelta(), edition)
    steps.note_change(session, What.CLOCKS, by=None, now=now)
    for person in steps.both(session):
        letters.post_clocks(session, told=told[person.pk], person=person, now=now)
    steps.tell_pages(session, now)


def _shift(session: Appointment, by: timedelta, edition: str) -> None:
    for name in ("starts_at", "ends_at", "blocked_from", "blocked_until"):
        setattr(session, name, getattr(session, name) + by)
    steps.note_clocks(session, edition)
    session.save(update_fields=_MOVED)


def _shown(at: datetime, offset: int | None) -> str:
    """What a clock so far ahead of UTC shows: "2027-06-10T10:00:00", or "" when nobody noted it."""
    return "" if offset is None else (at + timedelta(minutes=offset)).replace(tzinfo=None).isoformat()
