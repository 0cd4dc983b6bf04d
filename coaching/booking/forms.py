"""What people type when they book, move or cancel."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import zones
from coaching.booking.models import Question
from coaching.people.models import Client


class StartField(forms.Field):
    """An instant as "2026-11-26T14:15:00Z". Gives an aware datetime in UTC."""

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            start = datetime.fromisoformat(value)
            if start.tzinfo is None:
                raise ValueError
            return start.astimezone(UTC)
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("This is no time that we can read. Choose one from the list.")) from None


class NearStartField(StartField):
    """A start from which other days are counted: a few lifetimes away at most."""

    def to_python(self, value: Any) -> datetime | None:
        start = super().to_python(value)
        if start and not 1900 < start.year < 2200:
            raise forms.ValidationError(_("This is no time that we can read. Choose one from the list."))
        return start


class TimeForm(forms.Form):
    """The time alone: moving a session."""

    start = StartField(error_messages={"required": gettext_lazy("Choose a time first.")})


class BookingForm(TimeForm):
    token = forms.UUIDField(
        error_messages={
            "required": gettext_lazy("The form's token is missing. Load the page again."),
            "invalid": gettext_lazy("The form's token is broken. Load the page again."),
        }
    )
    message = forms.CharField(
        label=gettext_lazy("What should it be about?"),
        help_text=gettext_lazy("If you like. A sentence is enough."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, questions: Sequence[Question] = (), **kwargs: Any) -> None:
        """`questions` are what the session type asks; they come before "what should it be about"."""
        super().__init__(*args, **kwargs)
        self.questions = {f"question_{question.pk}": question for question in questions}
        for name, question in self.questions.items():
            self.fields[name] = forms.CharField(
                label=question.words,
                required=question.required,
                help_text="" if question.required else _("If you like."),
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"required": _("This has to be answered: %s") % question.words},
            )
        self.order_fields([*(self.field_order or ()), *self.questions, "message"])

    def shown(self) -> list[forms.BoundField]:
        """What a person fills in; the time is chosen from the page, the rest is carried along."""
        return [bound for bound in self if bound.name not in ("start", "token", "zone")]

    def answers(self) -> list[dict[str, str]]:
        """What was answered, with the words that were asked: [{"asked": ..., "answer": ...}, ...]."""
        typed = [(question.words, self.cleaned_data[name]) for name, question in self.questions.items()]
        return [{"asked": words, "answer": answer} for words, answer in typed if answer]


class VisitorForm(BookingForm):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Tell us your name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("The time and the way in are sent there."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": gettext_lazy("Tell us your e-mail address: the time is sent there."),
            "invalid": gettext_lazy("This address is not complete. It looks like name@example.org."),
        },
    )
    zone = forms.CharField(widget=forms.HiddenInput)

    field_order = ("name", "email")

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        if not zones.is_zone(zone):
            raise forms.ValidationError(_("%s is not a time zone that we know.") % zone)
        return zone


class ForClientForm(BookingForm):
    """The practitioner books for one of her clients."""

    client = forms.ModelChoiceField(
        Client.objects.none(),
        label=gettext_lazy("For whom?"),
        empty_label=gettext_lazy("Choose a client"),
        error_messages={"required": gettext_lazy("Choose for whom the session is.")},
    )
    field_order = ("client",)

    def __init__(self, *args: Any, clients: QuerySet[Client], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["client"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = clients


class ClientField(forms.ModelChoiceField):
    """Each client is named with what their clock says at `at`."""

    at: datetime | None = None

    def label_from_instance(self, obj: Client) -> str:
        if self.at is None:
            return str(obj)
        words = {"name": obj, "clock": zones.clock(self.at, obj.zone), "place": zones.place(obj.zone.key)}
        return _("%(name)s (%(clock)s in %(place)s)") % words


class WhatField(forms.ChoiceField):
    """What and when in one: "coaching@2026-11-26T09:15:00Z". Gives the type's slug and the start; whether it can be
    booked is for the action to say."""

    widget = forms.RadioSelect

    def valid_value(self, value: Any) -> bool:
        return True

    def clean(self, value: Any) -> Any:
        slug, _at, start = str(super().clean(value)).partition("@")
        return slug, StartField().clean(start)


class HereForm(forms.Form):
    """The practitioner books out of her calendar: who comes, and what it is ("coaching@2026-11-26T09:15:00Z")."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    client = ClientField(
        Client.objects.none(),
        label=gettext_lazy("Who comes?"),
        empty_label=gettext_lazy("Choose a client"),
        error_messages={"required": gettext_lazy("Choose for whom the session is.")},
    )
    what = WhatField(
        label=gettext_lazy("What is it?"), error_messages={"required": gettext_lazy("Choose what is booked.")}
    )

    def __init__(
        self, *args: Any, clients: QuerySet[Client], at: datetime, whats: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        """`whats` are the choices that fit; each client is named with their clock at `at`."""
        super().__init__(*args, **kwargs)
        choice, what = self.fields["client"], self.fields["what"]
        if isinstance(choice, ClientField) and isinstance(what, forms.ChoiceField):
            choice.queryset, choice.at = clients, at
            what.choices = whats


class CancelForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Would you like to say why?"),
        help_text=gettext_lazy("Nobody has to."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MarkForm(forms.Form):
    """Afterwards: how it went, and what was agreed."""

    held = forms.TypedChoiceField(
        choices=[("yes", ""), ("no", "")], coerce=lambda answer: answer == "yes", empty_value=None
    )
    agreed = forms.CharField(
        label=gettext_lazy("What did you agree?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
