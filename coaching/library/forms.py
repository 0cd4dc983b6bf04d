"""A lesson as the practitioner writes it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.library import captions as vtt
from coaching.library import rules
from coaching.library.models import Lesson
from coaching.people.models import Practitioner


class LessonForm(forms.ModelForm):
    """The words of a lesson, its captions and its cues. `cleaned_data["cues"]` is a list of `NewCue`."""

    captions = forms.CharField(
        label=gettext_lazy("Captions"),
        help_text=gettext_lazy("What is said, as a WebVTT file would hold it. It is read beside the lesson."),
        required=False,
        strip=False,
        max_length=vtt.LARGEST,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    cues = forms.CharField(
        label=gettext_lazy("Cues"),
        help_text=gettext_lazy(
            "A line for each: the time, then contract, release or rest, then the words for the player. "
            "For example: 0:12 release Let your back come down to the floor"
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    class Meta:
        model = Lesson
        fields = [
            "title",
            "phase",
            "position",
            "area",
            "purpose",
            "instructions",
            "cautions",
            "open_to_visitors",
        ]
        widgets = {
            "phase": forms.RadioSelect,
            "instructions": forms.Textarea(attrs={"rows": 4}),
            "cautions": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "position": gettext_lazy("For example: lying on your back"),
            "area": gettext_lazy("One word, as in: How tense is your back now?"),
            "purpose": gettext_lazy("One sentence."),
            "open_to_visitors": gettext_lazy("Anybody can play it without an account."),
        }

    def __init__(
        self, *args: Any, practitioner: Practitioner, duration: float | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.practitioner, self.duration = practitioner, duration

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        taken = (
            Lesson.objects.of(self.practitioner).current().filter(title__iexact=title).exclude(pk=self.instance.pk)
        )
        if taken.exists():
            raise forms.ValidationError(_("You already have a lesson with this title."))
        return title

    def clean_captions(self) -> str:
        text = str(self.cleaned_data["captions"]).strip()
        try:
            vtt.read(text) if text else []
        except rules.Unclear as unclear:
            raise forms.ValidationError(unclear.sentence) from unclear
        return text

    def clean_cues(self) -> list[rules.NewCue]:
        try:
            return rules.read_cues(self.cleaned_data["cues"], self.duration)
        except rules.Unclear as unclear:
            raise forms.ValidationError(unclear.sentence) from unclear

    @property
    def words(self) -> dict[str, Any]:
        """The lesson's own fields, cleaned."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class NewLessonForm(LessonForm):
    file = forms.FileField(
        label=gettext_lazy("The recording"),
        help_text=gettext_lazy("Sound or film: MP3, M4A, WAV, MP4, MOV or WebM."),
        allow_empty_file=True,  # taking it in says so in its own words
        widget=forms.FileInput(attrs={"accept": "audio/*,video/*"}),
    )
    field_order = ["file"]
