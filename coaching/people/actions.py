"""Who comes to whom, and how it goes on between them."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from coaching.people.models import Client, Practice, Practitioner

_MOVING_IN = 0x636F6163  # the number of the lock that lets one practitioner move in at a time


class AddressKnown(Exception):
    """Somebody has an account with this e-mail address already."""


class AlreadyMovedIn(Exception):
    """There is a practitioner already: the first start is over."""


def take_on(
    *, practitioner: Practitioner, email: str, name: str, time_zone: str, status: str, now: datetime
) -> Client:
    """A new client of `practitioner`, with an account that has no password and an address not yet verified.

    `time_zone` is a zone's name, `status` one of Client.Status. Raises AddressKnown.
    """
    with transaction.atomic():
        user = _account(email=email, name=name, time_zone=time_zone)
        return Client.objects.create(user=user, practitioner=practitioner, status=status, since=now)


def move_in(
    *, email: str, name: str, time_zone: str, practice_name: str, password: str = "", now: datetime
) -> Practitioner:
    """The first practitioner and the practice. Raises AlreadyMovedIn, also for the second of two at once."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MOVING_IN])
        if Practitioner.objects.exists():
            raise AlreadyMovedIn
        user = _account(email=email, name=name, time_zone=time_zone, password=password or None)
        practice = Practice.objects.create(name=practice_name, created_at=now)
        return Practitioner.objects.create(user=user, practice=practice, created_at=now)


def is_known(*, email: str) -> bool:
    """Whether somebody has an account with this e-mail address."""
    return User.objects.filter(email__iexact=email.strip()).exists()


def verify_address(*, user: User) -> None:
    """The user has shown that the mail to their address reaches them."""
    EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)


def resume(*, client: Client, now: datetime) -> None:
    """Work with a client who is new, or who comes back (`practice.graduating.come_back` does that whole)."""
    client.status = Client.Status.ACTIVE
    client.graduated_at = None
    client.save(update_fields=["status", "graduated_at"])


def graduate(*, client: Client, now: datetime) -> None:
    """The standing alone: `practice.graduating.graduate` does with it all that belongs to it."""
    client.status = Client.Status.GRADUATED
    client.graduated_at = now
    client.save(update_fields=["status", "graduated_at"])


def set_stage(*, client: Client, stage: str, since: datetime | None) -> None:
    """Where a client is on the way to doing without a plan (one of Client.Stage), and since when; None: since the
    beginning."""
    client.stage, client.stage_since = Client.Stage(stage), since
    client.save(update_fields=["stage", "stage_since"])


def end(*, client: Client, now: datetime) -> None:
    """The work with this client is over. Nothing is deleted."""
    client.status = Client.Status.ENDED
    client.save(update_fields=["status"])


def choose_path(*, client: Client, path: str, now: datetime) -> None:
    """The practitioner decides: one of Client.Path. Chosen once more, it stands since it was chosen first."""
    if client.path == path and client.path_since:
        return
    client.path, client.path_since = Client.Path(path), now if path else None
    client.save(update_fields=["path", "path_since"])


def describe_practice(*, practice: Practice, name: str, tagline: str, welcome: str, now: datetime) -> None:
    """What visitors read first. `welcome` is Markdown."""
    practice.name, practice.tagline, practice.welcome = name, tagline, welcome
    practice.save(update_fields=["name", "tagline", "welcome"])


def promise_answers(*, practitioner: Practitioner, answers: str, now: datetime) -> None:
    """When clients can expect an answer, in the practitioner's own sentence."""
    practitioner.answers = answers
    practitioner.save(update_fields=["answers"])


def _account(*, email: str, name: str, time_zone: str, password: str | None = None) -> User:
    try:
        with transaction.atomic():
            user = User.objects.create_user(email=email, name=name, time_zone=time_zone, password=password)
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    except IntegrityError as refused:
        raise AddressKnown(email) from refused
    return user
