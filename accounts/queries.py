"""What a person may see of their own account."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

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


def second_factors(user: User) -> QuerySet[Authenticator]:
    """What is asked for besides the mailbox or a password: an authenticator app, passkeys."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type__in=kinds)
    return found


def has_second_factor(user: User) -> bool:
    """Whether more than the mailbox or a password is needed to sign in."""
    return second_factors(user).exists()


def passkeys_of(user: User) -> int:
    """How many passkeys this person has."""
    return int(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count())


def sign_ins_of(user: User, *, session_key: str | None) -> list[SignIn]:
    """Where this person is signed in, the browser that asks first, then the last used. Forgets those that ended:
    two queries, a third when there are any."""
    rows = list(UserSession.objects.filter(user=user))
    kept = {
        each.session_key: each for each in Session.objects.filter(session_key__in=[row.session_key for row in rows])
    }
    standing = [row for row in rows if row.session_key in kept and _lets_in(kept[row.session_key], user)]
    if ended := {row.pk for row in rows} - {row.pk for row in standing}:
        UserSession.objects.filter(pk__in=ended).delete()
    found = [
        SignIn(
            pk=each.pk,
            device=devices.in_words(each.user_agent),
            address=each.ip,
            since=each.created_at,
            seen_at=each.last_seen_at,
            here=each.session_key == session_key,
        )
        for each in standing
    ]
    return sorted(found, key=lambda one: (one.here, one.seen_at), reverse=True)


def _lets_in(session: Session, user: User) -> bool:
    """Whether whoever holds this session is still taken for `user`: a new password ends those from before it."""
    said = session.get_decoded()
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return said.get(SESSION_KEY) == str(user.pk) and any(
        constant_time_compare(said.get(HASH_SESSION_KEY, ""), each) for each in hashes
    )
