"""A lesson as the practitioner writes it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.library.forms_timed import CaptionsField, ChaptersField, CuesField
from coaching.library.models import Lesson
from coaching.library.programs import queries as programs
from coaching.people.models import Practitioner


class LessonForm(forms.ModelForm):
    """The words of a lesson."""

    class Meta:
        model = Lesson
        fields = [
            "title",
            "phase",
            "follows",
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
            "instructions": gettext_lazy(
                "An empty line begins a new paragraph, **two stars** make words strong, a line with “- ” is a list."
            ),
            "follows": gettext_lazy("The lesson that unlearns first. This one never opens before it."),
            "open_to_visitors": gettext_lazy("Anybody can play it without an account."),
        }

    def __init__(self, *args: Any, practitioner: Practitioner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practitioner = practitioner
        if self.instance.only_for_id:
            del self.fields["open_to_visitors"]
        choice = self.fields["follows"]
        if isinstance(choice, forms.ModelChoiceField):
            own = Lesson.objects.of(practitioner).current().filter(phase=Lesson.Phase.UNLEARN)
            choice.queryset = own.exclude(pk=self.instance.pk).order_by("title")
            choice.empty_label = _("none")

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        others = Lesson.objects.of(self.practitioner).current().exclude(pk=self.instance.pk)
        if not self.instance.only_for_id and others.filter(title__iexact=title).exists():
            raise forms.ValidationError(_("You already have a lesson with this title."))
        return title

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        phase, follows = cleaned.get("phase"), cleaned.get("follows")
        if phase == Lesson.Phase.UNLEARN and follows:
            self.add_error("follows", _("Only a lesson to relearn comes after another one."))
        if self.instance.pk:
            self._check_what_it_is_tied_to(phase, follows)
        return cleaned

    def _check_what_it_is_tied_to(self, phase: str | None, follows: Lesson | None) -> None:
        after = Lesson.objects.of(self.practitioner).filter(follows=self.instance.pk).first()
        if phase == Lesson.Phase.RELEARN and after:
            self.add_error("phase", _("“%s” comes after this lesson: it stays one to unlearn.") % after)
        upset = programs.upset_by(self.instance, follows) if follows else None
        if upset:
            self.add_error(
                "follows",
                _("In the program “%(program)s” this lesson stands above “%(first)s”: move it there first.")
                % {"program": upset, "first": follows},
            )

    @property
    def words(self) -> dict[str, Any]:
        """The lesson's own fields, cleaned."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}


class NewLessonForm(LessonForm):
    """All words of a lesson whose recording is there. `cleaned_data` holds cues and chapters as `NewCue` and
    `NewChapter`."""

    cues = CuesField()
    chapters = ChaptersField()
    captions = CaptionsField()
