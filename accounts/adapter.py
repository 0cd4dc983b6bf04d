"""How django-allauth behaves here, and what it says."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import actions
from accounts.models import User

THEME_COOKIE = "theme"
WRONG_NUMBERS = gettext_lazy("These are not the numbers that we sent last. Look for the newest letter.")
WRONG_CODE = gettext_lazy("This is not what the app shows now, and no recovery code of yours.")
TOO_MANY = gettext_lazy("That was too often. Wait a few minutes, then try again.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("This account is closed."),
        "duplicate_email": gettext_lazy("This is the address that you have already."),
        "email_password_mismatch": gettext_lazy(
            "This address and this password do not belong together. Have six numbers sent to you instead."
        ),
        "email_taken": gettext_lazy("This address belongs to another account here."),
        "enter_current_password": gettext_lazy("This is not the password that you have now."),
        "incorrect_code": WRONG_NUMBERS,
        "incorrect_password": gettext_lazy("This is not your password."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "same_as_current": gettext_lazy("This is the one that you have already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves: people come by invitation or by booking a first talk."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names here."""

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; whoever chose light or dark on the way in keeps it."""
        super().login(request, user)
        chosen = request.COOKIES.get(THEME_COOKIE, "")
        if user.theme == User.Theme.AUTO and chosen in (User.Theme.LIGHT, User.Theme.DARK):
            actions.set_theme(user=user, theme=chosen, now=request.now)  # type: ignore[attr-defined]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("settings")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        said = {
            "reauthenticate": _("Use my password"),
            "mfa_reauthenticate": _("Use my app or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use my passkey"),
        }
        return [{**way, "description": said[way["id"]]} for way in super().get_reauthentication_methods(user)]


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "unverified_email": gettext_lazy("Confirm your e-mail address first."),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Set up two-step sign-in first: recovery codes belong to it."
        ),
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("My passkey") if not count else _("My passkey %d") % (count + 1)
