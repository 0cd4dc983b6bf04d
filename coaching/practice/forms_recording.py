"""Something recorded for one client: a lesson of their own, given at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from coaching.media.forms import TakenFilesField, only_of
from coaching.practice.models import Assignment


class RecordForm(forms.Form):
    file = TakenFilesField(
        label=gettext_lazy("What you say"),
        help_text=gettext_lazy("Record it here, or choose a file that you have."),
        several=False,
        error_messages={"required": gettext_lazy("Record something first, or choose a file.")},
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    rhythm = forms.ChoiceField(choices=Assignment.Rhythm, initial=Assignment.Rhythm.WHEN_NEEDED)
    note = forms.CharField(
        label=gettext_lazy("A note"),
        help_text=gettext_lazy("What you would say when you hand it over. It stands beside the lesson."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        only_of(person, self)
