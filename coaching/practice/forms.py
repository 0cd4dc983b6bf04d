"""What people type about practice."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coaching.media.forms import TakenFilesField
from coaching.media.models import Upload
from coaching.practice.models import Assignment, PracticeEntry

_ZERO_TO_TEN = [(str(number), str(number)) for number in range(11)]
_TIMES = [(1, gettext_lazy("Once")), (2, gettext_lazy("Twice")), (3, gettext_lazy("Three times"))]


class NoteForm(forms.Form):
    """How it went. Everything may stay empty; `token` makes one form one note."""

    before = forms.TypedChoiceField(choices=_ZERO_TO_TEN, coerce=int, empty_value=None, required=False)
    after = forms.TypedChoiceField(choices=_ZERO_TO_TEN, coerce=int, empty_value=None, required=False)
    felt = forms.MultipleChoiceField(choices=PracticeEntry.Felt, required=False)
    words = forms.CharField(max_length=2000, required=False, label=gettext_lazy("In your words"))
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class PlayedForm(forms.Form):
    """What the player reports: seconds."""

    position = forms.FloatField(min_value=0, max_value=86400)
    heard = forms.FloatField(min_value=0, max_value=86400)
    finished = forms.BooleanField(required=False)


class RatingForm(forms.Form):
    value = forms.TypedChoiceField(choices=_ZERO_TO_TEN, coerce=int)


class DosageForm(forms.ModelForm):
    """How often, from when, until when, and a note. Days are of the client's calendar."""

    times_a_day = forms.TypedChoiceField(label=gettext_lazy("On such a day"), choices=_TIMES, coerce=int, initial=1)
    voice = TakenFilesField(label=gettext_lazy("Or say it"), required=False, several=False, accept="audio/*")

    class Meta:
        model = Assignment
        fields = ["rhythm", "times_a_day", "starts_on", "until", "note"]
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "note": gettext_lazy("What you would say when you hand it over. It stands beside the lesson."),
        }

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["voice"].person = person  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_on, until = cleaned.get("starts_on"), cleaned.get("until")
        if isinstance(starts_on, date) and isinstance(until, date) and until < starts_on:
            self.add_error("until", _("The last day lies before the first."))
        return cleaned

    def _post_clean(self) -> None:
        """The form only reads: the action writes, and the database refuses what may not be."""

    @property
    def spoken(self) -> UploadedFile | Upload | None:
        """The note, said: None when it was not."""
        return next(iter(self.cleaned_data["voice"]), None)

    @property
    def dosage(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
