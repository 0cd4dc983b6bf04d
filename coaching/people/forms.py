"""What a practitioner tells about the practice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.people.models import Practice


class PracticeForm(forms.ModelForm):
    class Meta:
        model = Practice
        fields = ["name", "tagline", "welcome"]
        labels = {
            "name": _("The name of the practice"),
            "tagline": _("What you do, in one sentence"),
            "welcome": _("What visitors read first"),
        }
        help_texts = {
            "tagline": _("It stands on the first page, and in what search engines show."),
            "welcome": _("Plain text. An empty line begins a paragraph, **two stars** make words strong."),
        }
        widgets = {"welcome": forms.Textarea(attrs={"rows": 10})}
