"""What a practitioner types to say when she is open, and how much she takes on."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.wall import first_instant
from coaching.booking.intervals import Interval
from coaching.booking.models import Workload
from coaching.booking.rules import Stretch
from coaching.booking.timetable import Week


class WallTimeField(forms.CharField):
    """A time the way people type it: "9", "9:30", "0930", "9.30", "24". Gives a `time`, or None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"class": "input", "inputmode": "numeric", "autocomplete": "off", "size": 5})
        super().__init__(required=False, max_length=8, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words:
            return None
        found = re.fullmatch(r"(\d{1,2})(?:[:.h ]?(\d{2}))?h?", words.strip())
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
        if minute > 59 or hour > 24 or (hour == 24 and minute):
            raise forms.ValidationError(_("%s is no time of day. Write it like 09:30.") % words)
        return time(hour % 24, minute)


class HoursForm(forms.Form):
    """The week: stretches of each day, each with when it opens and when it closes.

    Two stretches are shown; on a day that has so many already there is room for one more.
    """

    LEAST, MOST = 2, 6

    def __init__(self, *args: Any, week: Week, needs_a_day: bool = False, **kwargs: Any) -> None:
        self.needs_a_day = needs_a_day
        self.room = {day: self._room(len(week.get(day, ()))) for day in range(7)}
        initial = {
            name: f"{clock:%H:%M}"
            for day in range(7)
            for number, stretch in enumerate(sorted(week.get(day, ())), start=1)
            for name, clock in zip(self._names(day, number), stretch, strict=True)
        }
        super().__init__(*args, **{**kwargs, "initial": initial})
        for day in range(7):
            for number in range(1, self.room[day] + 1):
                opens, closes = self._names(day, number)
                self.fields[opens] = WallTimeField(label=_("Opens"))
                self.fields[closes] = WallTimeField(label=_("Closes"))

    def days(self) -> Iterator[dict[str, Any]]:
        """For the page: each weekday's name, its fields in pairs, the seldom needed pair, and what is wrong."""
        for day in range(7):
            pairs = [tuple(self[name] for name in self._names(day, n)) for n in range(1, self.room[day] + 1)]
            errors = [error for pair in pairs for bound in pair for error in bound.errors]
            shown = max(self.LEAST, len(pairs) - 1)
            yield {
                "name": weekday_name(day),
                "number": day,
                "pairs": pairs[:shown],
                "seldom": pairs[shown:],
                "errors": errors,
            }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for day in range(7):
            self._check_day(day)
        if self.needs_a_day and not self.errors and not any(self.week().values()):
            raise forms.ValidationError(_("Leave it open on one day at least, or let it follow the hours for all."))
        return cleaned

    def week(self) -> dict[int, list[Stretch]]:
        return {day: self._stretches(day) for day in range(7)}

    def _room(self, filled: int) -> int:
        return self.LEAST if filled < self.LEAST else min(filled + 1, self.MOST)

    def _check_day(self, day: int) -> None:
        for number in range(1, self.room[day] + 1):
            opens, closes = self._names(day, number)
            if opens in self.errors or closes in self.errors:
                continue
            if (self.cleaned_data[opens] is None) != (self.cleaned_data[closes] is None):
                self.add_error(closes, _("Say both when %s opens and when it closes.") % weekday_name(day))
        stretches = self._stretches(day)
        if any(_overlap(one, two) for one, two in pairwise(stretches)):
            self.add_error(f"opens_{day}_2", _("The stretches of %s overlap.") % weekday_name(day))

    def _stretches(self, day: int) -> list[Stretch]:
        found = []
        for number in range(1, self.room[day] + 1):
            opens, closes = (self.cleaned_data.get(name) for name in self._names(day, number))
            if opens is not None and closes is not None:
                found.append(Stretch(opens, closes))
        return sorted(found)

    @staticmethod
    def _names(day: int, number: int) -> tuple[str, str]:
        return f"opens_{day}_{number}", f"closes_{day}_{number}"


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
    note = forms.CharField(label=gettext_lazy("A note for yourself"), required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_dates(cleaned)
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        cleaned["how"] = cleaned.get("how") or (self.OFF if opens is None and closes is None else self.INSTEAD)
        if self.errors:
            return cleaned
        if cleaned["how"] == self.OFF:
            if opens is not None or closes is not None:
                self.add_error("how", _("Closed, or open at these times? Choose one, or take the times out."))
        elif opens is None or closes is None:
            self.add_error("closes", _("Say both when you open and when you close."))
        return cleaned

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
        opens, closes = self.cleaned_data["opens"], self.cleaned_data["closes"]
        return [] if opens is None else [Stretch(opens, closes)]


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


class WorkloadForm(forms.Form):
    """How much she takes on; an empty field is no limit."""

    day_limit = forms.IntegerField(
        label=gettext_lazy("Sessions a day, at most"), required=False, min_value=1, max_value=48
    )
    week_limit = forms.IntegerField(
        label=gettext_lazy("Sessions a week, at most"), required=False, min_value=1, max_value=300
    )

    @classmethod
    def of(cls, workload: Workload | None, data: Any = None) -> "WorkloadForm":
        known = {"day_limit": workload.day_limit, "week_limit": workload.week_limit} if workload else {}
        return cls(data, initial=known)


def weekday_name(weekday: int) -> str:
    """ "Monday" for 0."""
    return formats.date_format(date(2026, 11, 23) + timedelta(days=weekday), "l")


def _overlap(one: Stretch, two: Stretch) -> bool:
    """Of one day, sorted by opening. A stretch that crosses midnight ends after everything."""
    return one.closes <= one.opens or two.opens < one.closes
