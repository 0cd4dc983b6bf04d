"""What a person wants to be reminded of."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.reminders import rules

LONGEST_PAUSE = timedelta(days=366)
_LABELS = {48: _("Two days before"), 24: _("The day before"), 2: _("Two hours before"), 1: _("One hour before")}


class ChoiceForm(forms.Form):
    session_hours = forms.TypedMultipleChoiceField(
        label=_("Before each session"),
        choices=[(hours, _LABELS[hours]) for hours in rules.HOURS],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quiet_until = forms.DateField(
        label=_("Be quiet until"),
        help_text=_(
            "Until this day begins, we do not write to you about unread messages. What concerns a session or a "
            "lesson is still told. Empty: no pause."
        ),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self._zone = zone

    def clean_quiet_until(self) -> date | None:
        day: date | None = self.cleaned_data["quiet_until"]
        if day and day <= self._today:
            raise forms.ValidationError(_("This day has begun already. Choose a later one, or none."))
        if day and day - self._today > LONGEST_PAUSE:
            raise forms.ValidationError(_("A pause can last a year at most."))
        return day

    def paused_until(self) -> datetime | None:
        """The chosen day's first instant on the person's clock."""
        day: date | None = self.cleaned_data["quiet_until"]
        return datetime.combine(day, time(), self._zone) if day else None
