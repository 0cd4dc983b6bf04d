"""What arrives with a note: words that may be long, and what was pressed."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.wall import instant_of
from coaching.journal import asides
from coaching.journal.models import NoteTemplate


class WordsField(forms.CharField):
    """As they were typed: line ends as one sign, and nothing that the database cannot hold."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(required=False, strip=False, max_length=most, widget=forms.Textarea, **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\0", "").replace("\r\n", "\n")


class NoteForm(forms.Form):
    """`knows` is how many changes the page has seen; `do`, `begin_with`, `task` and `undo` say what was pressed."""

    words = WordsField(most=20000, label=gettext_lazy("Only you read this"))
    draft = WordsField(most=8000)
    knows = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    do = forms.CharField(required=False, max_length=20)
    begin_with = forms.CharField(required=False, max_length=20)
    undo = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class TemplateForm(forms.ModelForm):
    class Meta:
        model = NoteTemplate
        fields = ("name", "words")
        labels = {"name": gettext_lazy("Its name"), "words": gettext_lazy("What a note begins with")}

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        others = NoteTemplate.objects.filter(practitioner=self.instance.practitioner, name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("You have one of this name already."))
        return name


class Until(models.TextChoices):
    """Until when somebody is set aside on Today."""

    TOMORROW = "tomorrow", gettext_lazy("Tomorrow")
    THREE_DAYS = "three", gettext_lazy("In three days")
    MONDAY = "monday", gettext_lazy("Next Monday")
    GOOD = "good", gettext_lazy("I have seen it")


class AsideForm(forms.Form):
    """`since` is the moment of the last news that the page showed of this reason."""

    reason = forms.ChoiceField(choices=[(each, each) for each in asides.REASONS])
    until = forms.ChoiceField(choices=Until)
    since = forms.CharField(max_length=40)

    def clean_since(self) -> datetime:
        moment = instant_of(self.cleaned_data["since"])
        if moment is None:
            raise ValidationError(_("This is no moment."))
        return moment

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the entry comes back; None: not by itself."""
        days = {Until.TOMORROW: 1, Until.THREE_DAYS: 3, Until.MONDAY: asides.days_to_monday(now, zone)}
        chosen = Until(self.cleaned_data["until"])
        return None if chosen == Until.GOOD else asides.morning(now, zone, timedelta(days=days[chosen]))
