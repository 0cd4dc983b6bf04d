"""Whose practice asks for the practitioner's word: for Today and for the note on Mondays."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment, Barrier, BarrierQuerySet, PracticeEntry

QUIET_AFTER = timedelta(days=7)
THREE_WEEKS = timedelta(weeks=3)


def stopped(practitioner: Practitioner) -> QuerySet[Assignment]:
    """Lessons that hurt and wait for a word, the longest waiting first."""
    found = Assignment.objects.filter(client__practitioner=practitioner, state=Assignment.State.STOPPED)
    return found.filter(stopped_at__isnull=False).select_related("client__user", "lesson").order_by("stopped_at")


def barriers(practitioner: Practitioner, now: datetime) -> BarrierQuerySet:
    """What clients said is in the way of practice, the longest ago first."""
    found = Barrier.objects.open(now).filter(client__practitioner=practitioner, client__status=Client.Status.ACTIVE)
    return found.select_related("client__user").order_by("said_at")


def gone_quiet(practitioner: Practitioner, now: datetime, most: int = 50) -> QuerySet[Client]:
    """Active clients who practised and do not any more, each with `last_practice` (an instant) and `days_before`:
    on how many days of the three weeks up to then."""
    last = PracticeEntry.objects.filter(client=OuterRef("pk")).order_by("-noted_at").values("noted_at")[:1]
    asked = Assignment.objects.filter(client=OuterRef("pk")).exclude(rhythm=Assignment.Rhythm.WHEN_NEEDED)
    return (
        Client.objects.of(practitioner)
        .select_related("user")
        .filter(Exists(asked.running(now.date())), status=Client.Status.ACTIVE)
        .annotate(last_practice=Subquery(last))
        .filter(last_practice__lt=now - QUIET_AFTER)
        .annotate(days_before=_days_up_to("last_practice"))
        .order_by("last_practice")[:most]
    )


def practising(practitioner: Practitioner, now: datetime) -> QuerySet[Client]:
    """The active clients who have practised within the last week."""
    lately = PracticeEntry.objects.filter(client=OuterRef("pk"), noted_at__gte=now - QUIET_AFTER)
    return Client.objects.of(practitioner).filter(Exists(lately), status=Client.Status.ACTIVE)


def _days_up_to(moment: str) -> Subquery:
    """On how many days there was practice in the three weeks up to a `moment` of the outer query's client."""
    practised = PracticeEntry.objects.filter(
        client=OuterRef("pk"), noted_at__gt=OuterRef(moment) - THREE_WEEKS, noted_at__lte=OuterRef(moment)
    )
    return Subquery(practised.order_by().values("client").annotate(n=Count("day", distinct=True)).values("n"))
