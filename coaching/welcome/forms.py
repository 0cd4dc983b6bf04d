"""What people fill in on their way in."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.forms import PASSWORD_HINT, ZoneField
from accounts.models import User
from coaching.booking.rules import Stretch
from coaching.people.models import Invitation


class SetUpForm(forms.Form):
    """The first start. `hours()` gives the opening hours for booking.

    Without mail (`mail` is False) no six numbers can arrive: a password is asked for then.
    """

    name = forms.CharField(label=_("Your name"), max_length=100, help_text=_("As clients know you."))
    email = forms.EmailField(
        label=_("Your e-mail address"), help_text=_("You sign in with it, and clients' answers come to it.")
    )
    time_zone = ZoneField()
    practice_name = forms.CharField(
        label=_("The name of your practice"), max_length=120, help_text=_("Your own name will do.")
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days can sessions be booked?"),
        coerce=int,
        choices=lambda: list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=[0, 1, 2, 3, 4],
        required=False,
    )
    opens = forms.TimeField(label=_("From"), initial=time(9), widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    closes = forms.TimeField(label=_("To"), initial=time(17), widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    password = forms.CharField(
        label=_("A password, if you like"),
        help_text=PASSWORD_HINT,
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = not mail
        if not mail:
            self.fields["password"].label = _("A password")

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            asked = self.cleaned_data
            validate_password(password, User(email=asked.get("email", ""), name=asked.get("name", "")))
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", _("This is not after the beginning."))
        return cleaned

    def hours(self) -> dict[int, Sequence[Stretch]]:
        """{0: [Stretch(09:00, 17:00)], ...}, 0 is Monday."""
        asked = self.cleaned_data
        return {day: [Stretch(asked["opens"], asked["closes"])] for day in asked["weekdays"]}


class InviteForm(forms.ModelForm):
    class Meta:
        model = Invitation
        fields = ["name", "email", "note"]
        labels = {
            "name": _("Their name"),
            "email": _("Their e-mail address"),
            "note": _("A few words of your own"),
        }
        help_texts = {"note": _("They stand in the letter. You can leave this empty.")}
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class ComeForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=100)
    time_zone = ZoneField(help_text=_("Every time that you read here will be on your own clock."))
