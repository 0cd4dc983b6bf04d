"""What comes in: one recording with the words of its lesson, or several without."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from coaching.library.forms import NewLessonForm
from coaching.media.forms import TakenFilesField, only_of

_MISSING = {"required": gettext_lazy("Choose a recording first, or record one here.")}


def _field() -> TakenFilesField:
    return TakenFilesField(
        label=gettext_lazy("The recording"),
        help_text=gettext_lazy(
            "Sound or film: MP3, M4A, WAV, MP4, MOV or WebM. Several at once are kept for later."
        ),
        error_messages=_MISSING,
    )


class FilesForm(forms.Form):
    """The files alone."""

    file = _field()

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        only_of(person, self)


class AddForm(NewLessonForm):
    """A file and the words of its lesson."""

    file = _field()
    field_order = ["file"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        only_of(self.practitioner.user, self)
