"""A program as the practitioner writes it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from coaching.library.models import Program
from coaching.library.programs.actions import MOST_DAYS, MOST_TIMES


class ProgramForm(forms.ModelForm):
    """Its title, what it is for, and when its lessons open."""

    class Meta:
        model = Program
        fields = ["title", "purpose", "opening"]
        widgets = {"opening": forms.RadioSelect}
        labels = {"opening": gettext_lazy("Its lessons open")}
        help_texts = {"purpose": gettext_lazy("One sentence. Clients read it too.")}

    @property
    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self) -> None:
        """The form only reads: the action writes."""


class StepsForm(forms.Form):
    """The order of a program's lessons, and for each the number that its opening asks for.

    `order` holds the keys of the steps, with commas between; without it they stay as they are.
    """

    order = forms.CharField(required=False, max_length=2000)

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.steps = list(program.steps.all())
        name, most = _NUMBER.get(program.opening, ("", 0))
        for step in self.steps if name else []:
            self.fields[f"{name}-{step.pk}"] = forms.IntegerField(
                min_value=0 if name == "days" else 1, max_value=most, required=False
            )

    def clean_order(self) -> list[int]:
        said = [part for part in self.cleaned_data["order"].split(",") if part]
        known = {str(step.pk) for step in self.steps}
        return [int(part) for part in said if part in known] or [step.pk for step in self.steps]

    def numbers(self, name: str) -> dict[int, int]:
        """What was typed under `name` ("days" or "times"), by step."""
        found = {step.pk: self.cleaned_data.get(f"{name}-{step.pk}") for step in self.steps}
        return {pk: number for pk, number in found.items() if number is not None}


_NUMBER: dict[str, tuple[str, int]] = {
    Program.Opening.DAY_BY_DAY: ("days", MOST_DAYS),
    Program.Opening.IN_TURN: ("times", MOST_TIMES),
}
