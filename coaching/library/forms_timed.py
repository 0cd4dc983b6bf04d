"""What belongs to a moment of a recording: cues, chapters and captions, as lines of text; and another recording."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coaching.library import captions as vtt
from coaching.library import rules
from coaching.media.forms import TakenFilesField, only_of


class TimedField(forms.CharField):
    """Text about moments of a recording, as `read` understands it. `duration`: its seconds, where known."""

    duration: float | None = None
    read: Callable[[str, float | None], Any]
    attrs: Mapping[str, Any]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs=dict(self.attrs)), **kwargs)

    def clean(self, value: Any) -> Any:
        return _understood(type(self).read, super().clean(value), self.duration)


class CuesField(TimedField):
    """Cleaned, a list of `NewCue`."""

    read = staticmethod(rules.read_cues)
    attrs = {"rows": 8}

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Cues"),
            help_text=gettext_lazy(
                "A line for each: the time, then contract, release or rest, then the words for the player. "
                "For example: 0:12 release Let your back come down to the floor"
            ),
        )


class ChaptersField(TimedField):
    """Cleaned, a list of `NewChapter`."""

    read = staticmethod(rules.read_chapters)
    attrs = {"rows": 4}

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Chapters"),
            help_text=gettext_lazy("A line for each: the time, then its name. 0:00 Arriving"),
        )


class CaptionsField(TimedField):
    """A WebVTT file's text; cleaned, plain lines of WebVTT."""

    read = staticmethod(vtt.accept)
    attrs = {"rows": 12, "spellcheck": "false"}

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Captions"),
            help_text=gettext_lazy("What is said, as a WebVTT file would hold it. It is read beside the lesson."),
            max_length=vtt.LARGEST,
        )


def _lasting(duration: float | None, form: forms.BaseForm) -> None:
    """Tells the form's fields how long the recording is that they are about."""
    for field in form.fields.values():
        if isinstance(field, TimedField):
            field.duration = duration


class TimesForm(forms.Form):
    """The cues and chapters of a lesson whose recording lasts `duration` seconds."""

    cues = CuesField()
    chapters = ChaptersField()

    def __init__(self, *args: Any, duration: float | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _lasting(duration, self)


class CaptionsForm(forms.Form):
    """What is said in a recording of `duration` seconds: typed or pasted; a file counts more than that."""

    captions = CaptionsField()
    file = forms.FileField(
        label=gettext_lazy("Or take them from a file"),
        help_text=gettext_lazy("WebVTT (.vtt) or SubRip (.srt). It replaces the lines above."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,text/vtt"}),
    )

    def __init__(self, *args: Any, duration: float | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.duration = duration
        _lasting(duration, self)

    def clean_file(self) -> str | None:
        file = self.cleaned_data["file"]
        return _understood(_from_file, file, self.duration) if file else None

    @property
    def text(self) -> str:
        """The captions to keep."""
        from_file = self.cleaned_data["file"]
        return str(self.cleaned_data["captions"] if from_file is None else from_file)


class ReplaceForm(forms.Form):
    """Another recording for a lesson."""

    file = TakenFilesField(
        label=gettext_lazy("The new recording"),
        help_text=gettext_lazy("Sound or film: MP3, M4A, WAV, MP4, MOV or WebM."),
        several=False,
        error_messages={"required": gettext_lazy("Choose a recording first, or record one here.")},
    )
    captions = forms.ChoiceField(
        label=gettext_lazy("The captions that there are"),
        choices=[
            ("alike", gettext_lazy("Keep them if it lasts as long")),
            ("keep", gettext_lazy("Keep them")),
            ("leave", gettext_lazy("Begin without")),
        ],
        initial="alike",
        required=False,
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only_of(person, self)

    @property
    def carry_captions(self) -> bool | None:
        """None: when the new recording lasts as long as the old one."""
        return {"keep": True, "leave": False}.get(self.cleaned_data["captions"])


def _from_file(file: UploadedFile, duration: float | None) -> str:
    if (file.size or 0) > 4 * vtt.LARGEST:
        raise rules.Unclear(_("These captions are too long for one recording."))
    return vtt.accept(vtt.from_file(file.read()), duration)


def _understood(read: Any, text: Any, duration: float | None) -> Any:
    """What `read` makes of it; what it cannot understand is the field's error."""
    try:
        return read(text, duration)
    except rules.Unclear as unclear:
        raise forms.ValidationError(unclear.sentence) from unclear
