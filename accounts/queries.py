"""What a person may see of their own account."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from accounts import devices
from accounts.models import User


@dataclass(frozen=True)
class SignIn:
    """One browser that is signed in. Instants in UTC; `seen_at` is true to the hour."""

    pk: int
    device: str
    address: str
    since: datetime
    seen_at: datetime
    here: bool


def has_second_factor(user: User) -> bool:
    """Whether more than the mailbox or a password is needed to sign in: an authenticator app or a passkey."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=user, type__in=kinds).exists())


def passkeys_of(user: User) -> int:
    """How many passkeys this person has."""
    return int(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count())


def sign_ins_of(user: User, *, session_key: str | None) -> list[SignIn]:
    """Where this person is signed in, the browser that asks first, then the last used. Forgets those that ended."""
    found = [
        SignIn(
            pk=each.pk,
            device=devices.in_words(each.user_agent),
            address=each.ip,
            since=each.created_at,
            seen_at=each.last_seen_at,
            here=each.session_key == session_key,
        )
        for each in UserSession.objects.purge_and_list(user)
    ]
    return sorted(found, key=lambda one: (one.here, one.seen_at), reverse=True)
