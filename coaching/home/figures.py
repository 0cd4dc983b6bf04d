"""How a practitioner's house is, in numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery, Value

from accounts.queries import second_factors
from coaching.booking.models import SessionType
from coaching.journal import asides
from coaching.library.models import Lesson
from coaching.media.models import StoredFile
from coaching.messaging.queries import unread_sum
from coaching.outbox.models import Letter
from coaching.outbox.queries import late_letters
from coaching.people.models import Client, Practitioner
from coaching.practice.needs import practising


@dataclass(frozen=True)
class Figures:
    """How a practitioner's house is, in numbers. `left` and `failed` are letters of the last three days, `nowhere`
    counts session types by video that have no address to meet at,
    `asides` is what she set aside of her queue."""

    all_clients: int
    all_lessons: int
    nowhere: int
    practising: int
    preparing: int
    left: int
    failed: int
    late: int
    unread: int
    second_factors: int
    asides: list[asides.Aside]

    @property
    def begins(self) -> bool:
        """Something that all the rest stands on is not there yet."""
        return not self.all_clients or not self.all_lessons


def figures_of(practitioner: Practitioner, now: datetime) -> Figures:
    """All of them in one query."""
    work = (StoredFile.State.WAITING, StoredFile.State.WORKING)
    lately = Letter.objects.filter(posted_at__gte=now - timedelta(days=3)).filter(
        Q(person=practitioner.user) | Q(person__in=Client.objects.of(practitioner).values("user"))
    )
    by_video = SessionType.objects.filter(practitioner=practitioner, retired_at=None, place=SessionType.Place.VIDEO)
    counted: dict[str, QuerySet[Any]] = {
        "all_clients": Client.objects.of(practitioner),
        "all_lessons": Lesson.objects.of(practitioner),
        "nowhere": by_video.filter(address=""),
        "practising": practising(practitioner, now),
        "preparing": StoredFile.objects.filter(created_by=practitioner.user, state__in=work),
        "left": lately.filter(state=Letter.State.SENT),
        "failed": lately.filter(state__in=[Letter.State.FAILED, Letter.State.UNCERTAIN]),
        "late": late_letters(now),
        "second_factors": second_factors(practitioner.user),
    }
    numbers = {name: _number(rows) for name, rows in counted.items()}
    numbers["unread"] = Subquery(unread_sum(practitioner.user, now))
    laid = asides.in_one_row(practitioner, now)
    found: Any = Practitioner.objects.filter(pk=practitioner.pk).values(laid=laid, **numbers).get()
    kept = asides.read(found.pop("laid"))
    return Figures(**{name: number or 0 for name, number in found.items()}, asides=kept)


def _number(rows: QuerySet[Any]) -> Subquery:
    """How many there are, as part of another query."""
    return Subquery(rows.order_by().values(everything=Value(1)).annotate(n=Count("*")).values("n"))
