"""One reading of another calendar: fetched, read apart, and only what is busy kept. Nothing here writes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils.functional import Promise

from coaching.booking.calendars import apart, fetching, rules, words
from coaching.booking.calendars.reading import Busy
from coaching.booking.intervals import Interval, merged
from coaching.booking.models import Appointment
from coaching.open_web import Failed, Policy, open_web_and
from coaching.people.models import Practitioner

_OURS = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@portal")


class NotRead(Exception):
    """Why there is no reading; `sentence` tells its owner."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True)
class Reading:
    """`times` are the busy stretches, apart and in order, until `until`; None when nothing changed there."""

    times: list[Interval] | None
    until: datetime
    zone: str
    etag: str = ""
    last_modified: str = ""


def read(
    url: str,
    *,
    practitioner: Practitioner,
    now: datetime,
    policy: Policy | None = None,
    etag: str = "",
    last_modified: str = "",
) -> Reading:
    """What is busy at `url` from yesterday to the horizon. Raises NotRead."""
    until, zone = now + rules.HORIZON, practitioner.user.time_zone
    try:
        found = fetching.fetch(
            url, etag=etag, last_modified=last_modified, policy=policy or open_web_and(settings.CALENDAR_NETWORKS)
        )
        if found.content is None:
            if not (etag or last_modified):
                raise NotRead(words.FETCHING["trouble"])
            return Reading(None, until, zone)
        busy = apart.busy_apart(
            found.content, zone=zone, since=now - timedelta(days=1), until=until, mine=_addresses(practitioner)
        )
    except Failed as failed:
        raise NotRead(words.FETCHING[failed.problem]) from failed
    except apart.Failed as failed:
        raise NotRead(words.READING[failed.problem]) from failed
    return Reading(_foreign(busy, practitioner), until, zone, found.etag, found.last_modified)


def _foreign(busy: Sequence[Busy], practitioner: Practitioner) -> list[Interval]:
    """Without our own sessions, which invitations and feeds have put there: they hold their time here already."""
    ids = {one.uid: UUID(found[1]) for one in busy if (found := _OURS.fullmatch(one.uid.lower()))}
    ours = set(
        Appointment.objects.filter(practitioner=practitioner, pk__in=ids.values()).values_list("pk", flat=True)
    )
    return merged((one.start, one.end) for one in busy if ids.get(one.uid) not in ours)


def _addresses(practitioner: Practitioner) -> set[str]:
    known = EmailAddress.objects.filter(user=practitioner.user, verified=True).values_list("email", flat=True)
    return {practitioner.user.email.lower(), *(email.lower() for email in known)}
