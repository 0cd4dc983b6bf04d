"""What arrives with a message."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from coaching.media.forms import TakenFilesField, only_of
from coaching.messaging.rules import MOST_FILES

TAKEN = "image/*,video/*,audio/*,.pdf,.odt,.docx,.txt"
_ID: dict[str, Any] = {"required": False, "min_value": 1, "max_value": 2**63 - 1}
_SECOND: dict[str, Any] = {"required": False, "min_value": 0, "max_value": 24 * 3600}


class WordsField(forms.CharField):
    """As they were typed. What the database cannot hold was not typed by anybody."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\0", "")


class AboutForm(forms.Form):
    """What a message is about: a lesson or a second in it, a session, another message."""

    lesson = forms.IntegerField(**_ID, widget=forms.HiddenInput)
    at = forms.IntegerField(**_SECOND, widget=forms.HiddenInput)
    session = forms.UUIDField(required=False, widget=forms.HiddenInput)
    answers = forms.IntegerField(**_ID, widget=forms.HiddenInput)


class MessageForm(AboutForm):
    """`words` are judged by `rules.clean`, so that every way in has the same limits. `draft` is the number of the
    draft that the page knows."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    words = WordsField(required=False, strip=False, widget=forms.Textarea)
    draft = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    enclosed = TakenFilesField(
        required=False,
        most=MOST_FILES,
        accept=TAKEN,
        error_messages={"many": gettext_lazy("These are more than ten files. Send them in several messages.")},
    )

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        only_of(person, self)


class DraftForm(AboutForm):
    """What stands in the writer. `knows` is the number of the draft that the device saw last."""

    words = WordsField(required=False, strip=False)
    knows = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class WordForm(forms.Form):
    """One line to a client, said where something of theirs is read: `entry` is the doing that it is about, `up_to`
    the last message that stood there, and so was seen."""

    uuid = forms.UUIDField()
    words = WordsField(required=False, strip=False)
    entry = forms.IntegerField(**_ID)
    up_to = forms.IntegerField(**_ID)
    back = forms.CharField(required=False, max_length=500)


class WordsForm(forms.Form):
    """Words alone, judged by `rules.clean`."""

    words = WordsField(required=False, strip=False)


class SeenForm(forms.Form):
    up_to = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class WhereForm(AboutForm):
    """Which part of the conversation a page asks for, and what it wants to write about or change."""

    before = forms.IntegerField(**_ID)
    after = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    changes = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    change = forms.IntegerField(**_ID)
