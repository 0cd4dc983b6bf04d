"""What people type when they ask for a change, answer to one, or wait for a time."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.booking.forms import StartField
from coaching.booking.models import ChangeRequest


class AskForm(forms.Form):
    """What a client wants the practitioner to change: the wish, perhaps another time, perhaps a reason."""

    wish = forms.ChoiceField(choices=ChangeRequest.Wish.choices)
    start = StartField(required=False)
    why = forms.CharField(
        label=gettext_lazy("Would you like to say why?"),
        help_text=gettext_lazy("Nobody has to."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("wish") == ChangeRequest.Wish.MOVE and not cleaned.get("start") and not self.errors:
            self.add_error("start", _("Choose a time first."))
        return cleaned

    def asked(self) -> dict[str, Any]:
        """For `actions.ask`."""
        typed = self.cleaned_data
        wanted = typed["start"] if typed["wish"] == ChangeRequest.Wish.MOVE else None
        return {"wish": typed["wish"], "wanted": wanted, "why": typed["why"]}


class AnswerForm(forms.Form):
    """The practitioner's word to a wish; `start` proposes another time."""

    answer = forms.CharField(
        label=gettext_lazy("A word to go with it"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    start = StartField(required=False)


class WaitForm(forms.Form):
    """Joining the waiting list."""

    until = forms.DateField(
        label=gettext_lazy("No later than"),
        help_text=gettext_lazy("If it makes no sense after some day. Nobody has to say one."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("This is no date that we can read.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until and until < self.today:
            raise forms.ValidationError(_("This day is over."))
        return until
