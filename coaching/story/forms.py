"""One form a step of the story."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.people.models import Client
from coaching.story import figure, rules
from coaching.story.actions import Wanted
from coaching.story.felt import QUALITIES, STRONGEST, Mark
from coaching.story.models import Activity, Story, StoryAnswer, StoryQuestion


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def ten(initial: int | None) -> forms.TypedChoiceField:
    """A number from 0 to 10, or none."""
    choices = [(number, str(number)) for number in range(STRONGEST + 1)]
    return forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, initial=initial, choices=choices, widget=forms.RadioSelect
    )


class HappenedForm(forms.ModelForm):
    class Meta:
        model = Story
        fields = ["happened", "since"]
        labels = {"happened": _("In your words"), "since": _("Since when?")}
        help_texts = {
            "happened": _("A few sentences are enough. You can add to it later."),
            "since": _("As well as you know: “since spring”, “for ten years, worse since June”."),
        }
        widgets = {"happened": _area(7), "since": forms.TextInput}
        error_messages = {"happened": {"required": _("Write a sentence or two, so that it can be understood.")}}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["happened"].required = True


class BeganForm(forms.ModelForm):
    class Meta:
        model = Story
        fields = ["cause"]
        labels = {"cause": _("What comes nearest?")}
        widgets = {"cause": forms.RadioSelect}


class HelpsForm(forms.ModelForm):
    class Meta:
        model = Story
        fields = ["eases", "worsens"]
        labels = {"eases": _("What helps?"), "worsens": _("What makes it worse?")}
        help_texts = {
            "eases": _("“Warmth, walking, lying on the floor.”"),
            "worsens": _("“Long drives. Every time there is trouble at work.”"),
        }
        widgets = {"eases": _area(3), "worsens": _area(3)}


class DaysForm(forms.ModelForm):
    class Meta:
        model = Story
        fields = ["work", "sleep"]
        labels = {"work": _("What do you do all day?"), "sleep": _("How do you sleep?")}
        help_texts = {
            "work": _("At work and at home: sitting, standing, lifting, caring for somebody."),
            "sleep": _("How long, on which side, and what wakes you."),
        }
        widgets = {"work": _area(3), "sleep": _area(3)}


class ReserveForm(forms.Form):
    def __init__(self, *args: Any, now: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = ten(initial=now)


class WhereForm(forms.Form):
    where = forms.CharField(
        required=False,
        max_length=4000,
        label=_("In your words"),
        help_text=_("“Down to the knee when I sit.”"),
        widget=_area(4),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parts"] = forms.MultipleChoiceField(
            required=False,
            label=_("Parts of the body"),
            choices=[(part.key, part.name) for part in figure.parts().values()],
        )


class HowForm(forms.Form):
    """For each part that is marked: how strongly (0 to 10), and of which kind. Both may stay empty."""

    def __init__(self, *args: Any, marks: Sequence[Mark], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._marks = marks
        for mark in marks:
            self.fields[f"strength-{mark.part}"] = ten(initial=mark.strength)
            self.fields[f"quality-{mark.part}"] = forms.ChoiceField(
                required=False, initial=mark.quality, choices=list(QUALITIES.items()), widget=forms.RadioSelect
            )

    @property
    def rows(self) -> list[tuple[Mark, forms.BoundField, forms.BoundField]]:
        return [(mark, self[f"strength-{mark.part}"], self[f"quality-{mark.part}"]) for mark in self._marks]

    @property
    def how(self) -> dict[str, tuple[int | None, str]]:
        said = self.cleaned_data
        return {
            mark.part: (said.get(f"strength-{mark.part}"), said.get(f"quality-{mark.part}") or "")
            for mark in self._marks
        }


class WishForm(forms.Form):
    """Up to three activities, each with how well it goes today; and words."""

    wish = forms.CharField(required=False, max_length=4000, label=_("And in your words"), widget=_area(3))

    def __init__(self, *args: Any, activities: Sequence[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {activity.place: activity for activity in activities}
        for place in range(rules.ACTIVITIES):
            activity = known.get(place)
            rated = activity.rated if activity else []
            self.fields[f"activity-{place}"] = forms.CharField(
                required=False,
                max_length=200,
                initial=activity.words if activity else "",
                widget=forms.TextInput(attrs={"class": "input"}),
            )
            self.fields[f"value-{place}"] = ten(initial=rated[-1] if rated else None)

    @property
    def rows(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        places = range(rules.ACTIVITIES)
        return [(place + 1, self[f"activity-{place}"], self[f"value-{place}"]) for place in places]

    @property
    def activities(self) -> list[Wanted]:
        said = self.cleaned_data
        return [Wanted(said[f"activity-{n}"], said[f"value-{n}"]) for n in range(rules.ACTIVITIES)]


class AnswerForm(forms.ModelForm):
    class Meta:
        model = StoryAnswer
        fields = ["words"]
        labels = {"words": _("In your words")}
        widgets = {"words": _area(5)}


class QuestionForm(forms.ModelForm):
    class Meta:
        model = StoryQuestion
        fields = ["words", "help"]
        help_texts = {"help": _("For example what belongs into the answer. It may stay empty.")}


class SignsForm(forms.Form):
    """Ticked signs, or the box that says there are none: an empty page is no answer."""

    signs = forms.MultipleChoiceField(
        label=_("Which of these do you have now?"),
        required=False,
        choices=[(sign.key, sign.question) for sign in rules.SIGNS],
        widget=forms.CheckboxSelectMultiple,
    )
    none = forms.BooleanField(label=_("None of these"), required=False)

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        if "signs" in self.errors:
            return said
        if not said.get("signs") and not said.get("none"):
            raise forms.ValidationError(_("Tick what is so, or “None of these” at the end."))
        if said.get("signs") and said.get("none"):
            raise forms.ValidationError(_("You ticked a sign and also “None of these”: take one of them away."))
        return said


class ConsentForm(forms.Form):
    agree = forms.BooleanField(
        label=_("I have read this and agree."),
        error_messages={"required": _("Without your agreement nobody can work with what you told.")},
    )


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        choices=[each for each in Story.Decision.choices if each[0]],
        error_messages={"required": _("Choose one of the two.")},
    )
    words = forms.CharField(
        required=False,
        max_length=1000,
        label=_("Why, in a line"),
        help_text=_("Your client reads it with your decision. It may stay empty."),
        widget=_area(2),
    )


class PathForm(forms.Form):
    path = forms.ChoiceField(choices=Client.Path.choices, required=False)
