"""Who may see which letter, and whether letters leave at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import BigIntegerField, Count, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Lower, Now

from accounts.models import User
from coaching.outbox import rules
from coaching.outbox.models import Heartbeat, Letter, LetterQuerySet, Suppression, SuppressionQuerySet
from coaching.people.models import Client, Invitation, Practitioner

Part = Heartbeat.Part

# Workers look every 15 seconds, beat sweeps every 20: five minutes without a sign is no hiccup.
PULSE_LASTS = timedelta(minutes=5)
# A mail server may be out for a moment; nobody needs to know.
TROUBLE_LASTS = timedelta(minutes=2)
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
        .select_related("person__client", "device")
    )


def letters_to(user: User) -> LetterQuerySet:
    """What was sent to `user`, newest first; what turned out untrue before it left is not told."""
    sent = (Letter.State.SENT, Letter.State.KEPT, Letter.State.UNCERTAIN)
    return Letter.objects.filter(person=user, state__in=sent).in_order()


def in_doubt() -> LetterQuerySet:
    """Letters of the last day whose end nobody saw, the longest in doubt first.

    Not before they were in doubt for as long as a lease lasts: until then the mail server may still be taking them,
    also when it was only a jump of the clock that ended their lease.
    """
    when = {"ended_at__gt": Now() - rules.DOUBTS_LAST, "ended_at__lt": Now() - rules.LEASE}
    return Letter.objects.filter(state=Letter.State.UNCERTAIN, **when).order_by("handed_over_at")


def week_by_state(letters: LetterQuerySet, now: datetime) -> dict[str, int]:
    """How many of `letters` were due in the last seven days, by state. One query."""
    recent = letters.filter(due_at__gt=now - timedelta(days=LOG_DAYS), due_at__lte=now)
    return dict(recent.order_by().values_list("state").annotate(n=Count("pk")))


@dataclass(frozen=True)
class Pulse:
    """Whether letters leave by themselves. `seen` has the last sign of life of each part, `late` counts letters due
    for over five minutes, `trouble` is what the mail server said when it has failed for a while, else ""."""

    seen: Mapping[str, datetime]
    late: int
    trouble: str
    mail: bool
    now: datetime

    def lives(self, part: str) -> bool:
        """One in the future was given before the clock was set back, and says nothing."""
        return part in self.seen and abs(self.now - self.seen[part]) < PULSE_LASTS

    @property
    def workers(self) -> bool:
        return self.lives(Part.DELIVER)

    @property
    def beat(self) -> bool:
        return self.lives(Part.SWEEP)

    @property
    def is_grave(self) -> bool:
        """Whether somebody has to do something."""
        return not self.workers or not self.beat or bool(self.trouble) or self.late > 0

    @property
    def well(self) -> bool:
        return self.mail and not self.is_grave


def pulse(now: datetime, *, late: int | None = None) -> Pulse:
    """How delivery is at `now`. Two queries, one when the `late_letters` are counted already.
    `words.pulse_in_words` says it to people."""
    beats = {each.part: each for each in Heartbeat.objects.all()}
    mail = beats.get(Part.MAIL)
    failing = mail and mail.troubled_since and now - mail.troubled_since >= TROUBLE_LASTS
    return Pulse(
        seen={part: beat.beat_at for part, beat in beats.items() if beat.beat_at},
        late=late_letters(now).count() if late is None else late,
        trouble=mail.trouble if mail and failing else "",
        mail=bool(settings.EMAIL_URL),
        now=now,
    )


def late_letters(now: datetime) -> LetterQuerySet:
    """Letters that nobody took in hand. One that the mail server puts off, or its reader, has its own time."""
    before = now - PULSE_LASTS
    return Letter.objects.filter(state=Letter.State.WAITING, next_try_at__lt=before, due_at__lt=before)


def refusing(practitioner: Practitioner) -> SuppressionQuerySet:
    """Addresses of the practitioner's own people, and their own, to which nothing is sent any more. One query."""
    people = User.objects.filter(Q(client__practitioner=practitioner) | Q(pk=practitioner.user_id))
    invited = Invitation.objects.filter(practitioner=practitioner)
    own = Q(email__in=people.values_list(Lower("email"))) | Q(email__in=invited.values_list(Lower("email")))
    return Suppression.objects.standing().filter(own).order_by("-created_at")


class Refusing(NamedTuple):
    """A client whose address takes nothing any more: why (a Suppression.Cause), and since when."""

    client: Client
    cause: Suppression.Cause
    since: datetime


def clients_who_refuse(practitioner: Practitioner) -> list[Refusing]:
    """Clients whose address takes nothing any more, with the reason. One query."""
    refused = Suppression.objects.standing().filter(email=Lower(OuterRef("user__email")))
    clients = (
        Client.objects.of(practitioner)
        .exclude(status=Client.Status.ENDED)
        .select_related("user")
        .annotate(
            cause=Subquery(refused.values("cause")[:1]), refuses_since=Subquery(refused.values("created_at")[:1])
        )
        .filter(cause__isnull=False)
        .order_by("pk")
    )
    return [Refusing(each, Suppression.Cause(each.cause), each.refuses_since) for each in clients]


def is_readable(letter: Letter, now: datetime) -> bool:
    """Whether the letter's words may be shown. Secret ones only where no mail is set up, for an hour: then a
    sign-in code has no other way to its person."""
    if not letter.secret:
        return bool(letter.text)
    if letter.state != Letter.State.KEPT or letter.ended_at is None:
        return False
    return bool(letter.text) and now - letter.ended_at < rules.SECRETS_READABLE
