"""Who was asked to come in."""

from datetime import datetime

from django.db.models import QuerySet

from coaching.people.models import Invitation, Practitioner
from coaching.welcome.rules import Standing, standing


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
