"""One more thing that happened, for the line of years."""

from datetime import date
from typing import Any

from django import forms
from django.utils import dates
from django.utils.translation import gettext_lazy as _

from coaching.story.models import Happening

EARLIEST = 1900


class WhenForm(forms.Form):
    """Nothing is typed: nothing is added. `remove` is the key of one that is taken away."""

    kind = forms.ChoiceField(
        label=_("What kind?"),
        choices=Happening.Kind.choices,
        required=False,
        initial=Happening.Kind.STRESS,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What was it?"),
        max_length=200,
        required=False,
        help_text=_("“Two jobs and small children.” “Fell off a bicycle.”"),
    )
    year = forms.IntegerField(
        label=_("Which year?"),
        required=False,
        widget=forms.TextInput,
        error_messages={"invalid": _("A year has four numbers, like 2014.")},
    )
    month = forms.TypedChoiceField(
        label=_("Which month?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("I do not know")), *dates.MONTHS.items()],
    )
    until_year = forms.IntegerField(
        label=_("Until which year?"),
        required=False,
        widget=forms.TextInput,
        help_text=_("Empty: it goes on. For long stress only."),
        error_messages={"invalid": _("A year has four numbers, like 2014.")},
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self._this_year = today.year

    @property
    def removed(self) -> int | None:
        key = str(self.data.get("remove", ""))
        return int(key) if key.isdecimal() and len(key) < 18 else None

    @property
    def is_one_more(self) -> bool:
        """Whether something is to be added: the button says so, or something is typed."""
        typed = any(str(self.data.get(name, "")).strip() for name in ("words", "year", "until_year"))
        return self.removed is None and ("add" in self.data or typed)

    @property
    def stays(self) -> bool:
        """Whether the same page comes next."""
        return "add" in self.data or self.removed is not None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.is_one_more:
            self._check(said)
        return said

    def _check(self, said: dict[str, Any]) -> None:
        if not said.get("words") and "words" not in self.errors:
            self.add_error("words", _("Say in a few words what it was."))
        if "year" not in self.errors:
            self._check_year("year", said.get("year"), EARLIEST)
        if said.get("kind") == Happening.Kind.ACCIDENT:
            said["until_year"] = None
        elif said.get("until_year") is not None and "year" not in self.errors:
            self._check_year("until_year", said["until_year"], said["year"])

    def _check_year(self, name: str, year: int | None, earliest: int) -> None:
        if year is None:
            self.add_error(name, _("Say the year, as well as you remember."))
        elif not earliest <= year <= self._this_year:
            between = {"first": earliest, "last": self._this_year}
            self.add_error(name, _("This is a year from %(first)s to %(last)s.") % between)

    @property
    def one_more(self) -> dict[str, Any]:
        said = self.cleaned_data
        names = ("words", "year", "month", "until_year")
        return {"kind": said["kind"] or Happening.Kind.STRESS, **{name: said[name] for name in names}}
