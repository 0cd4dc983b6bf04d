"""A session type as the practitioner describes it."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.booking.actions.types import Asked
from coaching.booking.models import SessionType
from coaching.booking.places import ROOM
from coaching.people.models import Client, Practitioner

GRIDS = {
    5: gettext_lazy("every five minutes"),
    10: gettext_lazy("every ten minutes"),
    15: gettext_lazy("every quarter of an hour"),
    20: gettext_lazy("every twenty minutes"),
    30: gettext_lazy("every half hour"),
    45: gettext_lazy("every three quarters of an hour"),
    60: gettext_lazy("every hour"),
    90: gettext_lazy("every hour and a half"),
    120: gettext_lazy("every two hours"),
}
# field: least, most. The longest session with its buffers stays within a day.
RANGES = {
    "minutes": (5, 480),
    "buffer_before": (0, 240),
    "buffer_after": (0, 240),
    "notice_hours": (0, 24 * 60),
    "horizon_days": (1, 365),
    "day_limit": (1, 48),
    "week_limit": (1, 300),
    "cancel_hours": (0, 24 * 30),
    "most_moves": (0, 20),
}


class TypeForm(forms.ModelForm):
    """Everything about a session type. `questions()` are what it asks, `fields_of_type()` the rest.

    A question is taken out by emptying it; two empty ones are always there to be filled.
    """

    SPARE, MOST = 2, 12

    grid = forms.TypedChoiceField(label=gettext_lazy("It can start"), coerce=int)

    class Meta:
        model = SessionType
        fields = [
            "name",
            "description",
            "minutes",
            "place",
            "address",
            "before_confirming",
            "buffer_before",
            "buffer_after",
            "grid",
            "notice_hours",
            "horizon_days",
            "day_limit",
            "week_limit",
            "audience",
            "invited",
            "by_approval",
            "needs_story",
            "cancel_hours",
            "most_moves",
            "later",
        ]
        widgets = {
            "place": forms.RadioSelect,
            "audience": forms.RadioSelect,
            "later": forms.RadioSelect,
            "invited": forms.CheckboxSelectMultiple,
            "before_confirming": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {
            "name": gettext_lazy("What is it called?"),
            "description": gettext_lazy("What is it, in one sentence?"),
            "minutes": gettext_lazy("How many minutes does it take?"),
            "place": gettext_lazy("Where does it take place?"),
            "address": gettext_lazy("Meeting address, telephone number, or way to the room"),
            "before_confirming": gettext_lazy("What they read before they confirm"),
            "buffer_before": gettext_lazy("Minutes kept free before it"),
            "buffer_after": gettext_lazy("Minutes kept free after it"),
            "notice_hours": gettext_lazy("How many hours before, at the latest?"),
            "horizon_days": gettext_lazy("How many days ahead, at most?"),
            "day_limit": gettext_lazy("At most so many of these a day"),
            "week_limit": gettext_lazy("At most so many of these a week"),
            "audience": gettext_lazy("Who may book it?"),
            "invited": gettext_lazy("Which clients?"),
            "by_approval": gettext_lazy("I look at each booking first, and say yes or no"),
            "needs_story": gettext_lazy("A client tells the story first"),
            "cancel_hours": gettext_lazy("Moved or cancelled until how many hours before?"),
            "most_moves": gettext_lazy("How often can a client move it?"),
            "later": gettext_lazy("And after that?"),
        }
        help_texts = {
            "description": gettext_lazy("Read by whoever chooses what to book."),
            "address": gettext_lazy(
                "Sent with the booking. Write {room} in a meeting address where each session shall have a room "
                "of its own."
            ),
            "before_confirming": gettext_lazy("For example: have a mat ready, and space to lie on the floor."),
            "notice_hours": gettext_lazy("24 is a day. You yourself can always book for a client."),
            "day_limit": gettext_lazy("Empty: no limit."),
            "week_limit": gettext_lazy("Empty: no limit."),
            "by_approval": gettext_lazy("Until you answer, the time is held for them."),
            "needs_story": gettext_lazy(
                "Whoever has not told it is asked to, and then comes back to book. Visitors do not see this type "
                "until they are your clients. You yourself can always book it for a client."
            ),
            "cancel_hours": gettext_lazy("0: until it begins."),
            "most_moves": gettext_lazy("Empty: as often as they like. 0: never by themselves."),
        }

    def __init__(self, *args: Any, practitioner: Practitioner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practitioner = practitioner
        own = self.instance.grid
        self._choose("grid", sorted({own: _("every %d minutes") % own, **GRIDS}.items()))
        self._choose("later", list(SessionType.Later.choices))
        invited = self.fields["invited"]
        if isinstance(invited, forms.ModelMultipleChoiceField):
            invited.queryset = _clients(practitioner)
        for name, (least, most) in RANGES.items():
            self.fields[name] = _number(self.fields[name], least, most)
        self._add_questions()

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = SessionType.objects.filter(practitioner=self.practitioner, name__iexact=name, retired_at=None)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You already have a session type with this name."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("audience") == SessionType.Audience.INVITED and not cleaned.get("invited"):
            self.add_error("invited", _("Choose at least one client, or let others book it."))
        return cleaned

    def clean_address(self) -> str:
        """Where it is by video, the address is what Join opens: a slip in it would leave both without a way in."""
        address = str(self.cleaned_data["address"]).strip()
        if self.cleaned_data.get("place") != SessionType.Place.VIDEO or not address:
            return address
        if not re.fullmatch(r"https://[^\s/]+\.[^\s]+", address):
            raise forms.ValidationError(_("A meeting address begins with https:// and holds no spaces."))
        if "{" in address.replace(ROOM, "") or "}" in address.replace(ROOM, ""):
            raise forms.ValidationError(_("Only {room} is filled in, written exactly like this."))
        return address

    def asked(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """For the page: each question and whether it has to be answered."""
        for number in range(self.room):
            yield self[f"asks_{number}"], self[f"must_{number}"]

    def questions(self) -> list[Asked]:
        typed = self.cleaned_data
        numbers = [number for number in range(self.room) if typed[f"asks_{number}"]]
        return [(typed[f"asks_{number}"], typed[f"must_{number}"]) for number in numbers]

    def fields_of_type(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name != "invited"}

    def invited(self) -> list[Client]:
        """Nobody, where it is not only for some: a list that is not shown shall not come back by surprise."""
        only = self.cleaned_data["audience"] == SessionType.Audience.INVITED
        return list(self.cleaned_data["invited"]) if only else []

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _add_questions(self) -> None:
        known = list(self.instance.questions.all()) if self.instance.pk else []
        self.room = min(len(known) + self.SPARE, self.MOST)
        for number in range(self.room):
            question = known[number] if number < len(known) else None
            self.fields[f"asks_{number}"] = forms.CharField(
                label=_("Question %d") % (number + 1),
                required=False,
                max_length=200,
                initial=question.words if question else "",
            )
            self.fields[f"must_{number}"] = forms.BooleanField(
                label=_("has to be answered"), required=False, initial=bool(question and question.required)
            )


def _clients(practitioner: Practitioner) -> Any:
    clients = Client.objects.of(practitioner).exclude(status=Client.Status.ENDED)
    return clients.select_related("user").order_by("user__name")


def _number(field: forms.Field, least: int, most: int) -> forms.IntegerField:
    """The same field with limits of its own, said in words."""
    return forms.IntegerField(
        label=field.label,
        help_text=field.help_text,
        required=field.required,
        initial=field.initial,
        min_value=least,
        max_value=most,
        error_messages={
            "required": _("Give a number."),
            "invalid": _("Give a whole number."),
            "min_value": _("At least %(limit_value)s."),
            "max_value": _("At most %(limit_value)s."),
        },
    )
