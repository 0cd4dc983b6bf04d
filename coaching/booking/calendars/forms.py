"""What a practitioner types about her other calendars."""

from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _


class BusyForm(forms.Form):
    """An address and a name. `webcal://` is what some programs write for https://; whether there is a calendar,
    only a reading can tell."""

    url = forms.CharField(
        label=_("Its secret address"),
        help_text=_("It begins with https:// or webcal:// and mostly ends in .ics."),
        max_length=1000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Paste the address of the calendar.")},
    )
    name = forms.CharField(
        label=_("What you call it"),
        help_text=_("If you like: Home, Clinic, Family."),
        max_length=80,
        required=False,
    )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        scheme, mark, rest = url.partition("://")
        return f"https://{rest}" if mark and scheme.lower() in ("webcal", "webcals") else url

    def clean_name(self) -> str:
        """Without a name it is called as where it lies."""
        try:
            host = urlsplit(self.cleaned_data.get("url", "")).hostname
        except ValueError:
            host = None
        return self.cleaned_data["name"].strip() or (host or "")[:80]
