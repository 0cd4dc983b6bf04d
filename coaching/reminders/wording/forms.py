"""A practitioner's own words for one kind of letter."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.reminders.wording import rules
from coaching.reminders.wording.rules import EVERYWHERE, OURS, Words


class WordingForm(forms.Form):
    subject = forms.CharField(
        label=_("Subject"),
        help_text=_("It may stand on a locked screen: nothing about health, please."),
        max_length=120,
        required=False,
    )
    greeting = forms.CharField(label=_("Greeting"), max_length=120, required=False)
    opening = forms.CharField(
        label=_("First words"),
        help_text=_("They stand before what the letter has to say."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    closing = forms.CharField(
        label=_("Closing words"),
        help_text=_("They stand at the end."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, places: Sequence[str] = (), **kwargs: Any) -> None:
        """`places` are what this kind of letter can fill in besides what every one can."""
        super().__init__(*args, **kwargs)
        self._places = [*EVERYWHERE, *places]

    def clean_subject(self) -> str:
        return rules.one_line(self._checked("subject", OURS))

    def clean_greeting(self) -> str:
        return rules.one_line(self._checked("greeting"))

    def clean_opening(self) -> str:
        return self._checked("opening")

    def clean_closing(self) -> str:
        return self._checked("closing")

    @property
    def words(self) -> Words:
        """What was typed, when it is valid."""
        said = self.cleaned_data
        return Words(said["subject"], said["greeting"], said["opening"], said["closing"])

    def _checked(self, name: str, *also: str) -> str:
        said: str = self.cleaned_data[name]
        try:
            rules.check(said, allowed=[*self._places, *also])
        except rules.WrongPlace as wrong:
            raise forms.ValidationError(wrong.sentence) from wrong
        return said
