"""What a practitioner types at the desk: until when something is set aside, saved answers, when they answer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.wall import first_instant
from coaching.booking.forms_hours import WallTimeField, weekday_name
from coaching.messaging import rules, rules_desk, saved
from coaching.messaging.actions_desk import Leave
from coaching.messaging.models_desk import SavedAnswer
from coaching.messaging.reaching import Reach
from coaching.messaging.rules_desk import WeekdayHours
from coaching.people import places


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
        moment = first_instant(datetime.combine(day, clock), self._zone)
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


class SavedAnswerForm(forms.ModelForm):
    class Meta:
        model = SavedAnswer
        fields = ["title", "words"]
        labels = {"title": gettext_lazy("What you call it"), "words": gettext_lazy("The words")}
        help_texts = {"title": gettext_lazy("Only you see this.")}
        widgets = {"words": forms.Textarea(attrs={"rows": 8})}

    def clean_title(self) -> str:
        return " ".join(str(self.cleaned_data["title"]).split())

    def clean_words(self) -> str:
        try:
            words = rules.clean(self.cleaned_data["words"])
            places.check(words, allowed=saved.PLACES)
        except (rules.Refused, places.WrongPlace) as wrong:
            raise forms.ValidationError(getattr(wrong, "sentence", str(wrong))) from wrong
        return words


class ReachForm(forms.Form):
    """When a practitioner answers: a sentence, hours of each weekday on their clock, days away."""

    answers = forms.CharField(
        label=gettext_lazy("In one sentence"),
        help_text=gettext_lazy("Clients read it where they write: “I usually answer within one working day.”"),
        max_length=200,
        required=False,
    )
    first = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("Until, that day too"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=gettext_lazy("A few words about it"),
        help_text=gettext_lazy("They stand above the field in which clients write, as long as you are away."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, reach: Reach, now: datetime, **options: Any) -> None:
        hours = {each.weekday: each for each in reach.hours}
        initial: dict[str, Any] = {"answers": reach.practitioner.answers}
        if not reach.is_over(now):
            initial |= {"first": reach.first, "last": reach.last, "note": reach.note}
        for day, stretch in hours.items():
            initial |= {f"begins_{day}": f"{stretch.begins:%H:%M}", f"ends_{day}": f"{stretch.ends:%H:%M}"}
        super().__init__(*args, **{**options, "initial": initial})
        for day in range(7):
            self.fields[f"begins_{day}"] = WallTimeField(label=_("From"))
            self.fields[f"ends_{day}"] = WallTimeField(label=_("to"))

    def days(self) -> Iterator[dict[str, Any]]:
        """For the page: each weekday's name, its two fields, and what is wrong with them."""
        for day in range(7):
            begins, ends = self[f"begins_{day}"], self[f"ends_{day}"]
            errors = [*begins.errors, *ends.errors]
            yield {"name": weekday_name(day), "number": day, "begins": begins, "ends": ends, "errors": errors}

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for day in range(7):
            begins, ends = said.get(f"begins_{day}"), said.get(f"ends_{day}")
            if (begins is None) != (ends is None) and not self._is_wrong(day):
                self.add_error(f"ends_{day}", _("Say both from when and until when on %s.") % weekday_name(day))
            elif begins and ends and ends <= begins:
                self.add_error(f"ends_{day}", _("On %s it ends before it begins.") % weekday_name(day))
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            self.add_error("last", _("You are back before you leave: choose a later day."))
        elif first and not last and "last" not in self.errors:
            self.add_error("last", _("Say the last day, too: it ends by itself after that."))
        elif last and not first and "first" not in self.errors:
            self.add_error("first", _("Say the first day, too."))
        return said

    @property
    def hours(self) -> list[WeekdayHours]:
        said = self.cleaned_data
        days = [day for day in range(7) if said.get(f"begins_{day}") is not None]
        return [WeekdayHours(day, said[f"begins_{day}"], said[f"ends_{day}"]) for day in days]

    @property
    def leave(self) -> Leave | None:
        said = self.cleaned_data
        return Leave(said["first"], said["last"], said["note"]) if said.get("first") else None

    def _is_wrong(self, day: int) -> bool:
        return bool({f"begins_{day}", f"ends_{day}"} & self.errors.keys())
