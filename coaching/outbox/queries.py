"""Who may see which letter, and whether letters leave at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.core.cache import cache
from django.db.models import BigIntegerField, Count, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Now

from accounts.models import User
from coaching.outbox import rules
from coaching.outbox.models import Letter, LetterQuerySet
from coaching.people.models import Client, Invitation, Practitioner

Beat = Literal["deliver", "sweep"]

# Beat looks every 15 seconds and sweeps every minute: five minutes without a sign is no hiccup.
PULSE_LASTS = timedelta(minutes=5)
LOG_DAYS = 7


def letters_seen_by(practitioner: Practitioner) -> LetterQuerySet:
    """Letters to the practitioner, to their clients, and to those whom they invited. One query.

    A letter of an invitation names it in `about["invitation"]`.
    """
    invitation = Cast(KeyTextTransform("invitation", "about"), BigIntegerField())
    return (
        Letter.objects.alias(invitation=invitation)
        .filter(
            Q(person=practitioner.user_id)
            | Q(person__in=Client.objects.of(practitioner).values("user"))
            | Q(invitation__in=Invitation.objects.filter(practitioner=practitioner).values("pk"))
        )
        .select_related("person__client")
    )


def letters_to(user: User) -> LetterQuerySet:
    """What was sent to `user`, newest first; what turned out untrue before it left is not told."""
    sent = (Letter.State.SENT, Letter.State.KEPT, Letter.State.UNCERTAIN)
    return Letter.objects.filter(person=user, state__in=sent).in_order()


def in_doubt() -> LetterQuerySet:
    """Letters of the last day whose end nobody saw, the longest in doubt first.

    Not before the lease of their hand-over is over: until then the mail server may still be taking them.
    """
    when = {"handed_over_at__gt": Now() - rules.DOUBTS_LAST, "handed_over_at__lt": Now() - rules.LEASE}
    return Letter.objects.filter(state=Letter.State.UNCERTAIN, **when).order_by("handed_over_at")


def week_by_state(letters: LetterQuerySet, now: datetime) -> dict[str, int]:
    """How many of `letters` were due in the last seven days, by state. One query."""
    recent = letters.filter(due_at__gt=now - timedelta(days=LOG_DAYS), due_at__lte=now)
    return dict(recent.order_by().values_list("state").annotate(n=Count("pk")))


@dataclass(frozen=True)
class Pulse:
    """Whether letters leave by themselves. `workers_seen_at` is the older of the last delivery and the last
    sweep, or None when either was not seen within a day; `late` counts letters due for over five minutes."""

    workers_seen_at: datetime | None
    workers: bool
    mail: bool
    late: int

    @property
    def well(self) -> bool:
        return self.workers and self.mail and not self.late


def pulse_key(of: Beat) -> str:
    return f"outbox.pulse.{of}"


def workers_seen_at() -> datetime | None:
    seen: dict[str, datetime] = cache.get_many([pulse_key("deliver"), pulse_key("sweep")])
    return min(seen.values()) if len(seen) == 2 else None


def pulse(now: datetime) -> Pulse:
    """How delivery is at `now`. One query, one look at Redis. `words.pulse_in_words` says it to people."""
    seen = workers_seen_at()
    late = Letter.objects.filter(
        state=Letter.State.WAITING, next_try_at__lt=now - PULSE_LASTS, due_at__lt=now - PULSE_LASTS
    ).count()
    return Pulse(
        workers_seen_at=seen,
        workers=seen is not None and now - seen < PULSE_LASTS,
        mail=bool(settings.EMAIL_URL),
        late=late,
    )


def is_readable(letter: Letter, now: datetime) -> bool:
    """Whether the letter's words may be shown. Secret ones only where no mail is set up, for an hour: then a
    sign-in code has no other way to its person."""
    if not letter.secret:
        return bool(letter.text)
    if letter.state != Letter.State.KEPT or letter.ended_at is None:
        return False
    return bool(letter.text) and now - letter.ended_at < rules.SECRETS_READABLE
