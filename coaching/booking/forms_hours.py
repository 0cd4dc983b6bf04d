"""What a practitioner types to say when she is open, and how much she takes on."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.booking.models import Workload
from coaching.booking.rules import Stretch
from coaching.booking.timetable import Week

_DAYS = {str(day) for day in range(7)}


class WallTimeField(forms.CharField):
    """A time the way people type it: "9", "9:30", "0930", "9.30", "24". Gives a `time`, or None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        looks = {"class": "input", "inputmode": "numeric", "autocomplete": "off", "size": 5, "placeholder": " "}
        widget = forms.TextInput(attrs=looks)
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

    def __init__(
        self, data: QueryDict | None = None, *, week: Week, needs_a_day: bool = False, **kwargs: Any
    ) -> None:
        self.needs_a_day = needs_a_day
        self.room = {day: self._room(day, week, data) for day in range(7)}
        initial = {
            name: f"{clock:%H:%M}"
            for day in range(7)
            for number, stretch in enumerate(sorted(week.get(day, ())), start=1)
            for name, clock in zip(self._names(day, number), stretch, strict=True)
        }
        super().__init__(data, **{**kwargs, "initial": initial})
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

    def _room(self, day: int, week: Week, data: QueryDict | None) -> int:
        """As much as there is, or was typed; and one stretch more where all that are shown are filled."""
        filled = len(week.get(day, ()))
        if data is not None:
            typed = [n for n in range(1, self.MOST + 1) if any(data.get(name) for name in self._names(day, n))]
            filled = max([filled, *typed])
        return self.LEAST if filled < self.LEAST else min(filled + 1, self.MOST)

    @classmethod
    def copied(cls, data: QueryDict) -> QueryDict:
        """What was typed, with one day (`copy_from`) written into others (`copy_to`) as well. Saves nothing."""
        result = data.copy()
        source = data.get("copy_from", "")
        if source not in _DAYS:
            return result
        for target in set(data.getlist("copy_to")) & _DAYS - {source}:
            for number in range(1, cls.MOST + 1):
                for said, goes in zip(
                    cls._names(int(source), number), cls._names(int(target), number), strict=True
                ):
                    result[goes] = data.get(said, "")
        return result

    def _check_day(self, day: int) -> None:
        for number in range(1, self.room[day] + 1):
            opens, closes = self._names(day, number)
            if opens in self.errors or closes in self.errors:
                continue
            if (self.cleaned_data[opens] is None) != (self.cleaned_data[closes] is None):
                self.add_error(closes, _("Say both when %s opens and when it closes.") % weekday_name(day))
        stretches = self._stretches(day)
        if any(overlap(one, two) for one, two in pairwise(stretches)):
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


def overlap(one: Stretch, two: Stretch) -> bool:
    """Of one day, sorted by opening. A stretch that crosses midnight ends after everything."""
    return one.closes <= one.opens or two.opens < one.closes
