"""What a practitioner types about single days: time off, other hours, and time that she keeps free."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.wall import first_instant
from coaching.booking.forms_hours import WallTimeField, overlap
from coaching.booking.intervals import Interval
from coaching.booking.rules import Stretch


class DatesForm(forms.Form):
    """Time off, other hours, or more hours, on one date or several."""

    OFF, INSTEAD, MORE = "off", "instead", "more"
    MOST_DAYS = 366

    first = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Say which day, or from which day."),
            "invalid": gettext_lazy("This is no date that we can read."),
        },
    )
    last = forms.DateField(
        label=gettext_lazy("To (if more than one)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("What is different?"),
        choices=[
            (OFF, gettext_lazy("Closed all day")),
            (INSTEAD, gettext_lazy("Open at these times only")),
            (MORE, gettext_lazy("Open at these times, too")),
        ],
        initial=OFF,
        required=False,
        widget=forms.RadioSelect,
    )
    opens = WallTimeField(label=gettext_lazy("Open from"))
    closes = WallTimeField(label=gettext_lazy("Until"))
    opens_2 = WallTimeField(label=gettext_lazy("And again from"))
    closes_2 = WallTimeField(label=gettext_lazy("Until"))
    note = forms.CharField(label=gettext_lazy("A note for yourself"), required=False, max_length=120)

    _PAIRS = (("opens", "closes"), ("opens_2", "closes_2"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_dates(cleaned)
        typed = any(cleaned.get(name) is not None for pair in self._PAIRS for name in pair)
        cleaned["how"] = cleaned.get("how") or (self.INSTEAD if typed else self.OFF)
        if self.errors:
            return cleaned
        if cleaned["how"] != self.OFF:
            self._check_times(cleaned)
        elif typed:
            self.add_error("how", _("Closed, or open at these times? Choose one, or take the times out."))
        return cleaned

    def _check_times(self, cleaned: dict[str, Any]) -> None:
        for number, (opens, closes) in enumerate(self._PAIRS):
            both = cleaned[opens], cleaned[closes]
            if None in both and (number == 0 or both != (None, None)):
                self.add_error(closes, _("Say both when you open and when you close."))
        if not self.errors and any(overlap(one, two) for one, two in pairwise(self.stretches())):
            self.add_error("closes_2", _("These times overlap."))

    def _check_dates(self, cleaned: dict[str, Any]) -> None:
        first: date | None = cleaned.get("first")
        last = cleaned["last"] = cleaned.get("last") or first
        if first and last and last < first:
            self.add_error("last", _("The last day comes before the first."))
        elif first and last and last - first > timedelta(days=self.MOST_DAYS):
            self.add_error("last", _("At most a year at once."))

    @property
    def adds(self) -> bool:
        return bool(self.cleaned_data["how"] == self.MORE)

    def stretches(self) -> list[Stretch]:
        pairs = [tuple(self.cleaned_data[name] for name in pair) for pair in self._PAIRS]
        return sorted(Stretch(opens, closes) for opens, closes in pairs if opens is not None)


class RangeForm(forms.Form):
    """Which dates follow the weekly hours again."""

    first = forms.DateField()
    last = forms.DateField()


class KeepForm(forms.Form):
    """A stretch of one day that is kept free."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Say which day."),
            "invalid": gettext_lazy("This is no date that we can read."),
        },
    )
    opens = WallTimeField(label=gettext_lazy("From"))
    closes = WallTimeField(label=gettext_lazy("Until"))
    note = forms.CharField(label=gettext_lazy("A note for yourself"), required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if self.errors:
            return cleaned
        if opens is None or closes is None:
            self.add_error("closes", _("Say both from when and until when."))
        elif time() < closes <= opens:
            self.add_error("closes", _("The end comes before the beginning."))
        return cleaned

    def stretch(self, zone: ZoneInfo) -> Interval:
        """Its instants. Until midnight is until the end of the day."""
        day, closes = self.cleaned_data["day"], self.cleaned_data["closes"]
        last = day if closes > time() else day + timedelta(days=1)
        opens = datetime.combine(day, self.cleaned_data["opens"])
        return first_instant(opens, zone), first_instant(datetime.combine(last, closes), zone)
