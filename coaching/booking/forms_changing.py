"""What people type when they ask for a change, answer to one, or wait for a time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.booking import repeats
from coaching.booking.forms import NearStartField, StartField
from coaching.booking.models import Appointment, ChangeRequest
from coaching.people.models import Client


class AskForm(forms.Form):
    """What a client wants the practitioner to change: the wish, perhaps another time, perhaps a reason."""

    wish = forms.ChoiceField(choices=ChangeRequest.Wish.choices)
    start = StartField(required=False)
    why = forms.CharField(
        label=gettext_lazy("Would you like to say why?"),
        help_text=gettext_lazy("Nobody has to."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("wish") == ChangeRequest.Wish.MOVE and not cleaned.get("start") and not self.errors:
            self.add_error("start", _("Choose a time first."))
        return cleaned

    def asked(self) -> dict[str, Any]:
        """For `actions.ask`."""
        typed = self.cleaned_data
        wanted = typed["start"] if typed["wish"] == ChangeRequest.Wish.MOVE else None
        return {"wish": typed["wish"], "wanted": wanted, "why": typed["why"]}


class AnswerForm(forms.Form):
    """The practitioner's word to a wish; `start` proposes another time."""

    answer = forms.CharField(
        label=gettext_lazy("A word to go with it"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    start = StartField(required=False)


class WaitForm(forms.Form):
    """Joining the waiting list."""

    until = forms.DateField(
        label=gettext_lazy("No later than"),
        help_text=gettext_lazy("If it makes no sense after some day. Nobody has to say one."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("This is no date that we can read.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until and until < self.today:
            raise forms.ValidationError(_("This day is over."))
        return until


class RepeatForm(forms.Form):
    """How a row repeats: from when, every so many weeks, so many times."""

    start = NearStartField(error_messages={"required": gettext_lazy("Choose the first time.")})
    every = forms.TypedChoiceField(
        label=gettext_lazy("How often?"),
        choices=[
            (1, gettext_lazy("Every week")),
            (2, gettext_lazy("Every second week")),
            (3, gettext_lazy("Every third week")),
            (4, gettext_lazy("Every fourth week")),
        ],
        coerce=int,
        initial=2,
    )
    times = forms.TypedChoiceField(
        label=gettext_lazy("How many sessions?"),
        choices=[(n, str(n)) for n in range(2, repeats.MOST + 1)],
        coerce=int,
        initial=6,
    )
    client = forms.ModelChoiceField(
        Client.objects.none(),
        label=gettext_lazy("For whom?"),
        empty_label=gettext_lazy("Choose a client"),
        error_messages={"required": gettext_lazy("Choose for whom the sessions are.")},
    )
    message = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, clients: QuerySet[Client] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["client"]
        if clients is None:
            del self.fields["client"]
        elif isinstance(choice, forms.ModelChoiceField):
            choice.queryset = clients


class RowTimeForm(forms.Form):
    """The time to which a session moves, and all after it in its row by as much."""

    start = NearStartField(error_messages={"required": gettext_lazy("Choose a time first.")})


class TurnsForm(forms.Form):
    """What was decided about each session of a row: `turn_1`, ... hold its time, or nothing to leave it out."""

    token = forms.UUIDField()

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count
        for number in range(1, count + 1):
            self.fields[f"turn_{number}"] = NearStartField(required=False)

    def _turns(self) -> list[datetime | None]:
        return [self.cleaned_data[f"turn_{number}"] for number in range(1, self.count + 1)]

    def starts(self) -> list[datetime]:
        return [start for start in self._turns() if start is not None]

    def by_session(self, row: Sequence[Appointment]) -> dict[UUID, datetime]:
        """The times of those that move; the others stay."""
        return {session.pk: start for session, start in zip(row, self._turns(), strict=True) if start is not None}
