"""A file in a form: sent with it, as ever, or sent before it, piece by piece, and then named by its upload."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.models import User
from coaching.media import rules
from coaching.media.models import Upload


class TakingInput(forms.FileInput):
    """A file input called NAME, and hidden inputs called NAME_upload with the numbers of uploads."""

    allow_multiple_selected = True

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # it may stay empty: the file has come already

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile | str]:
        sent = files.getlist(name) if isinstance(files, MultiValueDict) else []
        come = data.getlist(f"{name}_upload") if isinstance(data, MultiValueDict) else []
        return [*sent, *(number for number in come if number)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not self.value_from_datadict(data, files, name)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        come = [each for each in value or () if isinstance(each, str)]
        hidden = format_html_join(
            "", '<input type="hidden" name="{}_upload" value="{}">', ((name, each) for each in come)
        )
        return format_html("{}{}", super().render(name, None, attrs, renderer), hidden)


class TakenFilesField(forms.Field):
    """Cleans to a list of what `media.actions.take_in` accepts. Uploads of one person alone count (`only_of`)."""

    widget = TakingInput
    default_error_messages = {
        "several": gettext_lazy("One file is enough here."),
        "many": gettext_lazy("These are too many files at once."),
    }

    def __init__(
        self, *, accept: str = "audio/*,video/*", several: bool = True, most: int = 100, **options: Any
    ) -> None:
        super().__init__(**options)
        self.most = most
        self.person: User | None = None
        self.several = several
        self.widget.attrs["accept"] = accept
        if several:
            self.widget.attrs["multiple"] = True

    def clean(self, value: Any) -> list[UploadedFile | Upload]:
        given = list(value or ())
        if self.required and not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if not self.several and len(given) > 1:
            raise forms.ValidationError(self.error_messages["several"], code="several")
        if len(given) > self.most:  # before any of them is looked up
            raise forms.ValidationError(self.error_messages["many"], code="many")
        return [self._upload(each) if isinstance(each, str) else each for each in given]

    def _upload(self, number: str) -> Upload:
        try:
            return Upload.objects.get(pk=UUID(number), person=self.person)
        except (ValueError, Upload.DoesNotExist) as problem:
            raise forms.ValidationError(rules.no_longer_here(), code="gone") from problem


def only_of(person: User, form: forms.BaseForm) -> None:
    """Lets the form name uploads of this person's, and nobody else's."""
    for field in form.fields.values():
        if isinstance(field, TakenFilesField):
            field.person = person
