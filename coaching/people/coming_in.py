"""Who is asked for a second step on the way in, and who comes back: here it matters who works with whom."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.db.models import QuerySet
from django.http import HttpResponseBase

from accounts.adapter import AccountAdapter
from accounts.lookup import Lookup
from accounts.models import User
from coaching.people.models import Practitioner


def needs_second_step(user: User) -> bool:
    """Whether a passkey or an app, once there is one, is asked for after six numbers or a password.

    A practitioner's account opens other people's stories: always. For a client a passkey is one more door and never
    a lock, since whoever loses a telephone must not lose their lessons; an app locks only if they set it up.
    """
    if Practitioner.objects.filter(user=user).exists():
        return True
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def _people(user_id: int) -> QuerySet[User]:
    return User.objects.filter(pk=user_id).select_related(
        "client__practitioner__user", "client__practitioner__practice", "practitioner__practice"
    )


_READERS = Lookup(_people, -1)


class Backend(AuthenticationBackend):
    """allauth's, for whom every page looks up who reads it: the account and its side of the house, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        user = _READERS.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class SecondStep(AuthenticateStage):
    """allauth's stage, for those who need it."""

    def handle(self) -> tuple[HttpResponseBase | None, bool]:
        """The page that asks, or None and True when signing in may go on."""
        if self.login.user is not None and not needs_second_step(self.login.user):
            return None, True
        return super().handle()


class Adapter(AccountAdapter):
    def get_login_stages(self) -> list[str]:
        """allauth's, with our second step in the place of its own."""
        theirs = f"{AuthenticateStage.__module__}.{AuthenticateStage.__qualname__}"
        ours = f"{SecondStep.__module__}.{SecondStep.__qualname__}"
        return [ours if stage == theirs else stage for stage in DefaultAccountAdapter.get_login_stages(self)]
