"""What stands in a practitioner's calendar, and why a time in it is not free."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext as _

from accounts import zones
from coaching.booking import intervals, queries, rules, times
from coaching.booking.diary import Agenda, bounds
from coaching.booking.intervals import Interval
from coaching.booking.models import (
    Appointment,
    AppointmentQuerySet,
    BusyTime,
    KeptFree,
    OpeningHours,
    SessionType,
)
from coaching.booking.rules import Stretch
from coaching.people.models import Practitioner

Status = Appointment.Status


def of(practitioner: Practitioner, since: datetime, until: datetime, now: datetime) -> Agenda:
    """All that [since, until) holds. Six queries, whatever is booked."""
    sessions = list(_sessions(practitioner, since, until, now))
    kept = list(KeptFree.objects.filter(practitioner=practitioner).overlapping(since, until))
    busy = _busy(practitioner, since, until)
    hours = replace(times.hours_of(practitioner, since, until), weekly=_weekly(practitioner))
    open_time = rules.open_intervals(hours, since, until)
    taken = [
        *((each.blocked_from, each.blocked_until) for each in sessions if each.status != Status.MISSED),
        *((each.starts_at, each.ends_at) for each in kept),
        *busy,
    ]
    ahead = [(max(start, next_quarter(now)), end) for start, end in open_time]
    return Agenda(
        sessions=sessions,
        kept=kept,
        busy=busy,
        open_time=open_time,
        free=_long_enough(intervals.without(ahead, taken)),
    )


def _weekly(practitioner: Practitioner) -> dict[int, list[Stretch]]:
    """When anything at all can be booked: the hours for all types, and those that some types have of their own."""
    weekly: dict[int, list[Stretch]] = defaultdict(list)
    rows = OpeningHours.objects.filter(practitioner=practitioner, session_type__retired_at=None)
    for weekday, opens, closes in rows.values_list("weekday", "opens", "closes"):
        weekly[weekday].append(Stretch(opens, closes))
    return weekly


def _sessions(practitioner: Practitioner, since: datetime, until: datetime, now: datetime) -> AppointmentQuerySet:
    """Those that hold their time, and those that were missed."""
    shown = Q(status__in=[*Appointment.STANDING, Status.MISSED]) | Q(status=Status.OFFERED, held_until__gt=now)
    found = queries.appointments_with(practitioner).filter(shown, starts_at__lt=until, ends_at__gt=since)
    found = found.filter(starts_at__gt=since - timedelta(days=1))  # none is that long: the index ends here
    return found.order_by("starts_at")


def _busy(practitioner: Practitioner, since: datetime, until: datetime) -> list[Interval]:
    rows = BusyTime.objects.filter(practitioner=practitioner, starts_at__lt=until, ends_at__gt=since)
    return intervals.merged(rows.values_list("starts_at", "ends_at"))


def next_quarter(now: datetime) -> datetime:
    """Zones differ by whole quarters of an hour, so a quarter in UTC is one on every wall."""
    whole = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    return whole if whole == now else whole + timedelta(minutes=15)


def _long_enough(spans: list[Interval]) -> list[Interval]:
    return [(start, end) for start, end in spans if end - start >= timedelta(minutes=15)]


def why_not(
    session_type: SessionType, start: datetime, now: datetime, *, but: Appointment | None = None
) -> str | None:
    """Why the practitioner cannot put a session there, in words for her; None when she can.

    The list of free times decides; the rest only says why.
    """
    tick = timedelta.resolution
    if start >= now and queries.free_slots_for(
        session_type=session_type, since=start, until=start + tick, now=now, but=but, soon=True
    ):
        return None
    if start < now:
        return _("That time is over.")
    practitioner = session_type.practitioner
    zone, offer = practitioner.zone, queries.offer_of(session_type)
    here = start.astimezone(zone).date()
    agenda = of(practitioner, *bounds(here, 2, zone), now)
    wanted = (start - offer.before, start + offer.length + offer.after)
    return (
        _somebody(agenda, wanted, zone, but)
        or kept_or_busy(agenda, wanted)
        or _closed(agenda, (start, start + offer.length), here, zone)
        or _off_the_grid(session_type, agenda, start, zone)
        or _over_the_limit(session_type, start, now, but)
        or _("%s is not offered at this time.") % session_type.name
    )


def _somebody(agenda: Agenda, wanted: Interval, zone: ZoneInfo, but: Appointment | None) -> str | None:
    for each in agenda.sessions:
        taken = each.status != Status.MISSED and (but is None or each.pk != but.pk)
        if taken and each.blocked_from < wanted[1] and each.blocked_until > wanted[0]:
            return _("%(name)s is there from %(start)s to %(end)s, with the time kept around it.") % {
                "name": each.client,
                "start": zones.clock(each.starts_at, zone),
                "end": zones.clock(each.ends_at, zone),
            }
    return None


def kept_or_busy(agenda: Agenda, wanted: Interval) -> str | None:
    """Which of the practitioner's own plans stands in the way, in words."""
    for kept in agenda.kept:
        if kept.starts_at < wanted[1] and kept.ends_at > wanted[0]:
            return _("You keep that time free: %s") % kept.note if kept.note else _("You keep that time free.")
    if any(start < wanted[1] and end > wanted[0] for start, end in agenda.busy):
        return _("Your other calendar says that you are busy then.")
    return None


def _closed(agenda: Agenda, wanted: Interval, day: date, zone: ZoneInfo) -> str | None:
    if any(start <= wanted[0] and wanted[1] <= end for start, end in agenda.open_time):
        return None
    first, last = bounds(day, 1, zone)
    hours = [
        _("%(start)s to %(end)s") % {"start": zones.clock(start, zone), "end": zones.clock(end, zone)}
        for start, end in agenda.open_time
        if start < last and end > first
    ]
    weekday = formats.date_format(day, "l j F")
    if not hours:
        return _("You are closed on %s.") % weekday
    return _("That is outside your opening hours: on %(day)s you are open %(hours)s.") % {
        "day": weekday,
        "hours": _(" and ").join(hours),
    }


def _off_the_grid(session_type: SessionType, agenda: Agenda, start: datetime, zone: ZoneInfo) -> str | None:
    """Starts are counted from the opening of the stretch."""
    opens = next((span[0] for span in agenda.open_time if span[0] <= start < span[1]), None)
    grid = timedelta(minutes=session_type.grid)
    if opens is None or not (start - opens) % grid:
        return None
    before = start - (start - opens) % grid
    return _("%(type)s begins every %(minutes)d minutes: at %(before)s or %(after)s.") % {
        "type": session_type.name,
        "minutes": session_type.grid,
        "before": zones.clock(before, zone),
        "after": zones.clock(before + grid, zone),
    }


def _over_the_limit(
    session_type: SessionType, start: datetime, now: datetime, but: Appointment | None
) -> str | None:
    practitioner = session_type.practitioner
    rows = times.taken(practitioner, start - queries.MARGIN, start + queries.MARGIN, now, but=but)
    for limit in queries.limits_on(session_type, rows):
        if any(first <= start < last for first, last in limit.full(practitioner.zone)):
            return (
                _("That week holds as many sessions as you take.")
                if limit.weekly
                else _("That day holds as many sessions as you take.")
            )
    return None
