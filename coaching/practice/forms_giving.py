"""Giving a lesson or a program: a dosage by one press, and everything else when it is wanted."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.library.models import Lesson, Program
from coaching.library.programs import queries as programs
from coaching.library.programs import rules as openings
from coaching.people.models import Client
from coaching.practice.forms import DosageForm
from coaching.practice.giving import lessons_to_give
from coaching.practice.models import Assignment

A_WEEK = 7  # days


class Preset(models.TextChoices):
    WEEK = "week", gettext_lazy("Daily for 7 days")
    THREE = "three", gettext_lazy("Three times a week")
    NEEDED = "needed", gettext_lazy("When needed")
    OTHER = "other", gettext_lazy("Other …")


_RHYTHMS = {
    Preset.WEEK: Assignment.Rhythm.DAILY,
    Preset.THREE: Assignment.Rhythm.THREE_A_WEEK,
    Preset.NEEDED: Assignment.Rhythm.WHEN_NEEDED,
}


class GiveForm(DosageForm):
    """A lesson or a program for `client`, pressed, with a preset; rhythm and last day count for "other" alone."""

    preset = forms.ChoiceField(choices=Preset, required=False)
    lesson = forms.ModelChoiceField(queryset=Lesson.objects.none(), required=False)
    program = forms.ModelChoiceField(queryset=Program.objects.none(), required=False)

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, person=client.practitioner.user, **kwargs)
        self._choose_from("lesson", lessons_to_give(client))
        self._choose_from("program", programs.programs_of(client.practitioner))
        for name in ("rhythm", "times_a_day"):
            self.fields[name].required = self.chosen == Preset.OTHER

    def _choose_from(self, name: str, rows: QuerySet[Any]) -> None:
        choice = self.fields[name]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = rows

    @property
    def chosen(self) -> str:
        """What stands chosen. A form that says nothing about it is filled in by hand."""
        return str(self["preset"].value() or Preset.OTHER)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and bool(cleaned.get("lesson")) == bool(cleaned.get("program")):
            self.add_error(None, _("Choose what to give: press Give beside a lesson or a program."))
        return cleaned

    @property
    def dosage(self) -> dict[str, Any]:
        said = super().dosage
        if self.chosen == Preset.OTHER:
            return said
        rhythm, until = _RHYTHMS[Preset(self.chosen)], self._last_day(said["starts_on"])
        return {**said, "rhythm": rhythm, "times_a_day": 1, "until": until}

    def _last_day(self, start: date) -> date | None:
        program = self.cleaned_data.get("program")
        if self.chosen != Preset.WEEK:
            return None
        if program is None:
            return start + timedelta(days=A_WEEK - 1)
        return openings.last_day(program.opening, programs.as_rules(program.steps.all()), start, A_WEEK)
