"""What a practitioner types at the desk: until when something is set aside, saved answers, when they answer."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.messaging import rules_desk


class AsideForm(forms.Form):
    """`until` is a moment that was offered, as a wall time; else a day and a time of one's own. Gives `moment`."""

    until = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])
    day = forms.DateField(
        required=False, label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        required=False, label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **options: Any) -> None:
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        options.setdefault("initial", {"day": tomorrow, "time": rules_desk.MORNING})
        super().__init__(*args, **options)
        self._zone, self._now = zone, now

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return said
        # A form's moments come in the zone of the page, which is the reader's; what was meant is the wall clock.
        offered = said.get("until")
        day, clock = (offered.date(), offered.time()) if offered else (said.get("day"), said.get("time"))
        if not day or not clock:
            raise forms.ValidationError(_("Say on which day it comes back, and at what time."))
        moment = rules_desk.on_the_wall(day, clock, self._zone)
        if not self._now < moment <= self._now + rules_desk.FURTHEST:
            raise forms.ValidationError(_("Choose a time that is still to come, within a year."))
        said["moment"] = moment
        return said


class SearchForm(forms.Form):
    """What is looked for and where; nonsense in an address counts as not said."""

    q = forms.CharField(required=False, max_length=200)
    client = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    order = forms.ChoiceField(required=False, choices=[("newest", ""), ("best", "")])
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    @classmethod
    def asked(cls, said: QueryDict) -> dict[str, Any]:
        form = cls(said)
        form.is_valid()
        found = {name: form.cleaned_data.get(name) for name in cls.base_fields}
        return found | {"q": found["q"] or "", "order": found["order"] or "newest"}
