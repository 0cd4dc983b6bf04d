"""What arrives with a message."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from coaching.media.forms import TakenFilesField, only_of
from coaching.messaging.rules import MOST_FILES

TAKEN = "image/*,video/*,audio/*,.pdf,.odt,.docx,.txt"


class MessageForm(forms.Form):
    """`words` are judged by `rules.clean`, so that every way in has the same limits."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    lesson = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    at = forms.IntegerField(required=False, min_value=0, max_value=24 * 3600, widget=forms.HiddenInput)
    files = TakenFilesField(
        required=False,
        most=MOST_FILES,
        accept=TAKEN,
        error_messages={"many": gettext_lazy("These are more than ten files. Send them in several messages.")},
    )

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        only_of(person, self)

    def clean_words(self) -> str:
        return str(self.data.get("words", ""))


class SeenForm(forms.Form):
    up_to = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class WhereForm(forms.Form):
    """Which part of the conversation a page asks for, and which lesson it wants to write about."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    after = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    lesson = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    at = forms.IntegerField(required=False, min_value=0, max_value=24 * 3600)
