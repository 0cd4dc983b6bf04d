"""Coming in: the first start, a trial of the mail, and invitations."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actions import set_zone
from coaching.booking import actions as booking
from coaching.booking.rules import Stretch
from coaching.outbox import actions as outbox
from coaching.outbox.models import Letter
from coaching.people import actions as people
from coaching.people.models import Client, Invitation, Practitioner
from coaching.practice import graduating
from coaching.story.asking import ask_the_usual
from coaching.welcome.letters import INVITATION
from coaching.welcome.queries import standing_of, trials_of
from coaching.welcome.rules import GOOD_FOR, TRIAL, TRIAL_USEFUL, Standing


class AlreadyInvited(Exception):
    """There is an invitation for this address that nobody has answered: send that one again."""

    def __init__(self, invitation: Invitation) -> None:
        super().__init__(invitation.email)
        self.invitation = invitation


class NotOpen(Exception):
    """The invitation was used, taken back, or is too old."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing)
        self.standing = standing


class ForSomebodyElse(Exception):
    """Whoever is signed in is not the one who was invited."""


def set_up(
    *,
    email: str,
    name: str,
    time_zone: str,
    practice_name: str,
    hours: Mapping[int, Sequence[Stretch]],
    password: str = "",
    now: datetime,
) -> Practitioner:
    """The first start: the practitioner, the practice, its session types and opening hours ({0: Monday's, ...}).

    Raises coaching.people.actions.AlreadyMovedIn or AddressKnown.
    """
    with transaction.atomic():
        practitioner = people.move_in(
            email=email,
            name=name,
            time_zone=time_zone,
            practice_name=practice_name,
            password=password,
            now=now,
        )
        set_zone(user=practitioner.user, name=time_zone, now=now)
        people.verify_address(user=practitioner.user)
        booking.set_up_types(practitioner=practitioner)
        ask_the_usual(practitioner=practitioner)
        booking.set_hours(practitioner=practitioner, weekly=hours, now=now)
    return practitioner


def try_mail(*, practitioner: Practitioner, now: datetime) -> None:
    """A letter to the practitioner themself, to see whether it leaves: no second one while one is on its way."""
    ended = trials_of(practitioner).filter(state__in=Letter.ENDED).count()
    outbox.post(
        kind=TRIAL,
        key=f"{TRIAL}:{practitioner.pk}:{ended}",
        person=practitioner.user,
        about={},
        due_at=now,
        not_after=now + TRIAL_USEFUL,
        urgency=10,
        now=now,
    )


def invite(*, practitioner: Practitioner, name: str, email: str, note: str = "", now: datetime) -> Invitation:
    """Ask somebody in, by a letter. Raises AlreadyInvited, or AddressKnown for whoever has an account."""
    email = email.strip().lower()
    if people.is_known(email=email):
        raise people.AddressKnown(email)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                practitioner=practitioner,
                name=name,
                email=email,
                note=note,
                code=secrets.token_urlsafe(18),
                created_at=now,
                sent_at=now,
                expires_at=now + GOOD_FOR,
            )
            _write(invitation, now=now)
    except IntegrityError as refused:
        open_one = practitioner.invitations.get(email__iexact=email, accepted_at=None, revoked_at=None)
        raise AlreadyInvited(open_one) from refused
    return invitation


def send_again(*, invitation: Invitation, now: datetime) -> None:
    """The same code once more, good for another sixty days. Raises NotOpen for one that was used or taken back."""
    with transaction.atomic():
        locked = _locked(invitation.pk)
        _refuse_closed(locked, now, late_is_open=True)
        locked.sent_at, locked.expires_at = now, now + GOOD_FOR
        locked.sent_count += 1
        locked.save(update_fields=["sent_at", "expires_at", "sent_count"])
        _write(locked, now=now)


def revoke(*, invitation: Invitation, now: datetime) -> None:
    """Take an invitation back. Doing it twice is the same as once. Raises NotOpen for one that was used."""
    with transaction.atomic():
        locked = _locked(invitation.pk)
        if locked.accepted_at:
            raise NotOpen(Standing.USED)
        locked.revoked_at = locked.revoked_at or now
        locked.save(update_fields=["revoked_at"])


def accept(*, invitation: Invitation, name: str, time_zone: str, now: datetime) -> Client:
    """Whoever was invited comes in: the code came by mail, so the address is verified.

    Raises NotOpen, also for the second of two at once, or AddressKnown when there is an account meanwhile.
    """
    with transaction.atomic():
        locked = _locked(invitation.pk)
        _refuse_closed(locked, now)
        client = people.take_on(
            practitioner=locked.practitioner,
            email=locked.email,
            name=name,
            time_zone=time_zone,
            status=Client.Status.ACTIVE,
            now=now,
        )
        set_zone(user=client.user, name=time_zone, now=now)
        people.verify_address(user=client.user)
        _close(locked, client, now)
    return client


def accept_as(*, invitation: Invitation, client: Client, now: datetime) -> None:
    """A client who has an account, and was invited: new after a first talk, or coming back.

    Raises NotOpen, or ForSomebodyElse when the client has another address or another practitioner.
    """
    with transaction.atomic():
        locked = _locked(invitation.pk)
        _refuse_closed(locked, now)
        if client.user.email != locked.email or client.practitioner_id != locked.practitioner_id:
            raise ForSomebodyElse
        graduating.come_back(client=client, now=now, tells=False)
        _close(locked, client, now)


def _locked(pk: int) -> Invitation:
    """The invitation as it stands now; nobody else changes it until the transaction ends."""
    found = Invitation.objects.select_for_update(of=("self",)).select_related("practitioner__user")
    return found.get(pk=pk)


def _refuse_closed(invitation: Invitation, now: datetime, *, late_is_open: bool = False) -> None:
    standing = standing_of(invitation, now)
    if standing is Standing.OPEN or (late_is_open and standing is Standing.EXPIRED):
        return
    raise NotOpen(standing)


def _close(invitation: Invitation, client: Client, now: datetime) -> None:
    invitation.accepted_at, invitation.client = now, client
    invitation.save(update_fields=["accepted_at", "client"])


def _write(invitation: Invitation, *, now: datetime) -> None:
    outbox.post(
        kind=INVITATION,
        key=f"{INVITATION}:{invitation.pk}:{invitation.sent_count}",
        person=None,
        email=invitation.email,
        about={"invitation": invitation.pk},
        due_at=now,
        not_after=invitation.expires_at,
        urgency=20,
        now=now,
    )
