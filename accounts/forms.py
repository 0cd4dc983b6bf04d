"""What people fill in about their account. The forms of django-allauth, in our words."""

import re
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as second
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import zones
from accounts.models import User

DIGITS = 6
MISSING = {
    1: _("There are six numbers. One is missing."),
    2: _("There are six numbers. Two are missing."),
    3: _("There are six numbers. Three are missing."),
    4: _("There are six numbers. Four are missing."),
    5: _("There are six numbers. Five are missing."),
    6: _("There are six numbers. All are missing."),
}
EMAIL = _("Your e-mail address")
PASSWORD = _("Your password")
NEW_PASSWORD = _("New password")
PASSWORD_HINT = _("At least ten characters. Four words that only you would put together are good.")


class Plain:
    """Labels and hints above fields, nothing inside them; a new password is asked once."""

    fields: dict[str, forms.Field]
    words: ClassVar[dict[str, Any]] = {}
    hints: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, each in self.fields.items():
            each.widget.attrs.pop("placeholder", None)
            each.label = self.words.get(name, each.label)
            each.help_text = self.hints.get(name, "")


class SixNumbers(Plain):
    """A code of six numbers: spaces are forgiven, missing numbers are counted."""

    words = {"code": _("The six numbers")}
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        code = re.sub(r"[\s.\-]", "", self.cleaned_data["code"])
        missing = DIGITS - len(code)
        if missing > 0 and code.isdecimal():
            raise forms.ValidationError(MISSING[missing])
        self.cleaned_data["code"] = code
        return super().clean_code()  # type: ignore[misc]


class LoginForm(Plain, account.LoginForm):
    words = {"login": EMAIL, "password": PASSWORD}


class RequestLoginCodeForm(Plain, account.RequestLoginCodeForm):
    words = {"email": EMAIL}


class ConfirmLoginCodeForm(SixNumbers, account.ConfirmLoginCodeForm):
    pass


class ConfirmEmailForm(SixNumbers, account.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetForm(SixNumbers, account.ConfirmPasswordResetCodeForm):
    pass


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    words = {"email": EMAIL}


class NewPasswordForm(Plain, account.ResetPasswordKeyForm):
    words = {"password1": NEW_PASSWORD}
    hints = {"password1": PASSWORD_HINT}


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    words = {"oldpassword": _("The password that you have now"), "password1": NEW_PASSWORD}
    hints = {"password1": PASSWORD_HINT}


class SetPasswordForm(Plain, account.SetPasswordForm):
    words = {"password1": _("A password")}
    hints = {"password1": PASSWORD_HINT}


class ChangeEmailForm(Plain, account.AddEmailForm):
    words = {"email": _("New e-mail address")}
    hints = {"email": _("We send six numbers there, to be sure that it is yours.")}


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    words = {"password": PASSWORD}


class SecondStepForm(Plain, second.AuthenticateForm):
    words = {"code": _("The six numbers of your app, or a recovery code")}


class ConfirmSecondStepForm(Plain, second.ReauthenticateForm):
    words = {"code": _("The six numbers of your app, or a recovery code")}


class ActivateTOTPForm(SixNumbers, totp.ActivateTOTPForm):
    words = {"code": _("The six numbers that the app shows now")}


class AddPasskeyForm(Plain, passkeys.AddWebAuthnForm):
    words = {"name": _("A name for it")}
    hints = {"name": _("So that you know it again in the list: “My telephone”.")}


class RenamePasskeyForm(Plain, passkeys.EditWebAuthnForm):
    words = {"name": _("A name for it")}


class ZoneField(forms.ChoiceField):
    """A time zone, chosen by area and place. Old names, as browsers give them, become the new ones."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Your time zone"))
        super().__init__(choices=lambda: [("", _("Choose the nearest place")), *zones.zone_choices()], **kwargs)

    def to_python(self, value: Any) -> str:
        return zones.current_name(super().to_python(value))


class ZoneForm(forms.Form):
    time_zone = ZoneField()


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Your name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(label=_("Light or dark?"), choices=User.Theme.choices, widget=forms.RadioSelect)
