"""What people type about practice."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coaching.media.forms import TakenFilesField, only_of
from coaching.media.models import Upload
from coaching.practice.hearing import Sitting
from coaching.practice.models import Assignment, PracticeEntry

_ZERO_TO_TEN = [(str(number), str(number)) for number in range(11)]
_LONGEST_WAIT = 60 * 24 * 3600.0  # seconds that a note or a report may have waited for a network
_A_DAY = 24 * 3600
_TIMES = [(1, gettext_lazy("Once")), (2, gettext_lazy("Twice")), (3, gettext_lazy("Three times"))]


class WhenForm(forms.Form):
    """Something that may have waited for a network: `ago` are the seconds since it was so."""

    ago = forms.FloatField(min_value=0, required=False)

    def clean_ago(self) -> timedelta:
        return timedelta(seconds=min(self.cleaned_data["ago"] or 0.0, _LONGEST_WAIT))


class NoteForm(WhenForm):
    """How it went. Everything may stay empty; `token` makes one form one note."""

    before = forms.TypedChoiceField(choices=_ZERO_TO_TEN, coerce=int, empty_value=None, required=False)
    after = forms.TypedChoiceField(choices=_ZERO_TO_TEN, coerce=int, empty_value=None, required=False)
    ease_before = forms.TypedChoiceField(choices=_ZERO_TO_TEN, coerce=int, empty_value=None, required=False)
    ease_after = forms.TypedChoiceField(choices=_ZERO_TO_TEN, coerce=int, empty_value=None, required=False)
    soreness = forms.TypedChoiceField(choices=_ZERO_TO_TEN, coerce=int, empty_value=None, required=False)
    control = forms.ChoiceField(choices=[("", ""), *PracticeEntry.Control.choices], required=False)
    felt = forms.MultipleChoiceField(choices=PracticeEntry.Felt, required=False)
    words = forms.CharField(max_length=2000, required=False, label=gettext_lazy("In your words"))
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    recording = forms.IntegerField(min_value=1, required=False)
    voice = TakenFilesField(label=gettext_lazy("Or say it"), required=False, several=False, accept="audio/*")

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        only_of(person, self)

    @property
    def spoken(self) -> UploadedFile | Upload | None:
        """What was said of it, when it could be found."""
        return next(iter(self.cleaned_data.get("voice", [])), None)

    @property
    def said(self) -> dict[str, Any]:
        """What `actions.note` takes."""
        words = {name: self.cleaned_data[name] for name in ("before", "after", "felt", "words", "token", "control")}
        ease = (self.cleaned_data["ease_before"], self.cleaned_data["ease_after"])
        return {**words, "ease": ease, "sore": self.cleaned_data["soreness"]}


class SittingForm(WhenForm):
    """What the player tells of one sitting: seconds."""

    uuid = forms.UUIDField()
    told = forms.IntegerField(min_value=1, max_value=1_000_000)
    spans = forms.CharField(max_length=100_000)
    position = forms.FloatField(min_value=0, max_value=86400)
    finished = forms.BooleanField(required=False)
    recording = forms.IntegerField(min_value=1, required=False)

    def clean_spans(self) -> list[list[float]]:
        try:
            spans = json.loads(self.cleaned_data["spans"])
        except (ValueError, RecursionError):
            spans = None
        if not isinstance(spans, list) or not all(_is_pair(each) for each in spans):
            raise forms.ValidationError(_("Spans are pairs of seconds."))
        return spans

    def sitting(self, now: datetime) -> Sitting:
        said = self.cleaned_data
        return Sitting(
            uuid=said["uuid"],
            told=said["told"],
            spans=said["spans"],
            position=said["position"],
            finished=said["finished"],
            at=now - said["ago"],
        )


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_is_second(each) for each in value)


def _is_second(value: Any) -> bool:
    """True is a number as well, for Python; what is none (NaN) is not less than anything."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _A_DAY


class AfterForm(forms.Form):
    """How it was, from a letter's link: one number, and whether it was sore or hurt. `again`: once more today."""

    FELT = [(each.value, each.label) for each in (PracticeEntry.Felt.SORE, PracticeEntry.Felt.SHARP)]

    after = forms.TypedChoiceField(choices=_ZERO_TO_TEN, coerce=int, empty_value=None, required=False)
    felt = forms.MultipleChoiceField(choices=FELT, required=False)
    again = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("after") is None and not cleaned.get("felt") and not self.errors:
            raise forms.ValidationError(_("Please tap a number."))
        return cleaned


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
        only_of(person, self)

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
