"""Who was asked to come in, and what became of a trial of the mail."""

from datetime import datetime

from django.db.models import QuerySet

from coaching.outbox.models import Letter, LetterQuerySet
from coaching.people.models import Invitation, Practitioner
from coaching.welcome.rules import TRIAL, Standing, standing


def open_invitations(practitioner: Practitioner) -> QuerySet[Invitation]:
    """Those that nobody has answered or taken back, late ones too; the last sent first."""
    waiting = practitioner.invitations.filter(accepted_at=None, revoked_at=None)
    return waiting.order_by("-sent_at", "-pk")


def standing_of(invitation: Invitation, now: datetime) -> Standing:
    return standing(
        accepted_at=invitation.accepted_at,
        revoked_at=invitation.revoked_at,
        expires_at=invitation.expires_at,
        now=now,
    )


def trials_of(practitioner: Practitioner) -> LetterQuerySet:
    """The trial letters that the practitioner had sent, the newest first."""
    return Letter.objects.filter(person=practitioner.user_id, kind=TRIAL).order_by("-posted_at", "-pk")
