"""What belongs to a moment of a recording: cues, chapters and captions, as lines of text; and another recording."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coaching.library import captions as vtt
from coaching.library import rules
from coaching.media.forms import TakenFilesField


class CuesField(forms.CharField):
    """Lines as `rules.read_cues` reads them; cleaned, a list of `NewCue`. `duration` is in seconds."""

    duration: float | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Cues"))
        kwargs.setdefault(
            "help_text",
            gettext_lazy(
                "A line for each: the time, then contract, release or rest, then the words for the player. "
                "For example: 0:12 release Let your back come down to the floor"
            ),
        )
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 8}), **kwargs)

    def clean(self, value: Any) -> Any:
        return _understood(rules.read_cues, super().clean(value), self.duration)


class ChaptersField(forms.CharField):
    """Lines as `rules.read_chapters` reads them; cleaned, a list of `NewChapter`."""

    duration: float | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Chapters"))
        kwargs.setdefault("help_text", gettext_lazy("A line for each: the time, then its name. 0:00 Arriving"))
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def clean(self, value: Any) -> Any:
        return _understood(rules.read_chapters, super().clean(value), self.duration)


class CaptionsField(forms.CharField):
    """A WebVTT file's text; cleaned, plain lines of WebVTT."""

    duration: float | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Captions"))
        kwargs.setdefault(
            "help_text",
            gettext_lazy("What is said, as a WebVTT file would hold it. It is read beside the lesson."),
        )
        widget = forms.Textarea(attrs={"rows": 12, "spellcheck": "false"})
        super().__init__(required=False, max_length=vtt.LARGEST, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        return str(_understood(vtt.accept, text, self.duration)) if text else ""


class TimesForm(forms.Form):
    """The cues and chapters of a lesson whose recording lasts `duration` seconds."""

    cues = CuesField()
    chapters = ChaptersField()

    def __init__(self, *args: Any, duration: float | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.duration = duration  # type: ignore[attr-defined]


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
        self.fields["captions"].duration = duration  # type: ignore[attr-defined]

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
        self.fields["file"].person = person  # type: ignore[attr-defined]

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
