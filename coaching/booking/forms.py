"""What people type when they book, and when a practitioner says when she is open."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import zones
from accounts.wall import first_instant
from coaching.booking.intervals import Interval
from coaching.booking.models import ChangeRequest, Question
from coaching.booking.rules import Hours, Stretch
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


class CancelForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Would you like to say why?"),
        help_text=gettext_lazy("Nobody has to."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


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


class WallTimeField(forms.CharField):
    """A time the way people type it: "9", "9:30", "0930", "9.30", "24". Gives a `time`, or None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"class": "input", "inputmode": "numeric", "autocomplete": "off", "size": 5})
        super().__init__(required=False, max_length=8, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words:
            return None
        found = re.fullmatch(r"(\d{1,2})(?:[:.h ]?(\d{2}))?h?", words.strip())
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
        if minute > 59 or hour > 24 or (hour == 24 and minute):
            raise forms.ValidationError(_("%s is no time of day. Write it like 09:30.") % words)
        return time(hour % 24, minute)


class HoursForm(forms.Form):
    """The week: two stretches a day, each with when it opens and when it closes."""

    STRETCHES = (1, 2)

    def __init__(self, *args: Any, hours: Hours, **kwargs: Any) -> None:
        initial = {}
        for weekday in range(7):
            for number, stretch in zip(self.STRETCHES, hours.weekly.get(weekday, ()), strict=False):
                initial[f"opens_{weekday}_{number}"] = f"{stretch.opens:%H:%M}"
                initial[f"closes_{weekday}_{number}"] = f"{stretch.closes:%H:%M}"
        super().__init__(*args, **{**kwargs, "initial": initial})
        for weekday in range(7):
            for number in self.STRETCHES:
                self.fields[f"opens_{weekday}_{number}"] = WallTimeField(label=_("Opens"))
                self.fields[f"closes_{weekday}_{number}"] = WallTimeField(label=_("Closes"))

    def days(self) -> Iterator[dict[str, Any]]:
        """For the page: each weekday's name, its fields in pairs, and what is wrong with it."""
        for weekday in range(7):
            names = [(f"opens_{weekday}_{n}", f"closes_{weekday}_{n}") for n in self.STRETCHES]
            pairs = [(self[opens], self[closes]) for opens, closes in names]
            errors = [error for pair in pairs for bound in pair for error in bound.errors]
            yield {"name": weekday_name(weekday), "pairs": pairs, "errors": errors, "number": weekday}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for weekday in range(7):
            self._check_day(weekday)
        return cleaned

    def _check_day(self, weekday: int) -> None:
        for n in self.STRETCHES:
            opens, closes = (f"{name}_{weekday}_{n}" for name in ("opens", "closes"))
            if opens in self.errors or closes in self.errors:
                continue
            if (self.cleaned_data[opens] is None) != (self.cleaned_data[closes] is None):
                self.add_error(closes, _("Say both when %s opens and when it closes.") % weekday_name(weekday))
        stretches = self._stretches(weekday)
        if len(stretches) == 2 and _overlap(*stretches):
            self.add_error(f"opens_{weekday}_2", _("The two stretches of %s overlap.") % weekday_name(weekday))

    def weekly(self) -> dict[int, list[Stretch]]:
        return {weekday: self._stretches(weekday) for weekday in range(7)}

    def _stretches(self, weekday: int) -> list[Stretch]:
        found = []
        for n in self.STRETCHES:
            opens = self.cleaned_data.get(f"opens_{weekday}_{n}")
            closes = self.cleaned_data.get(f"closes_{weekday}_{n}")
            if opens is not None and closes is not None:
                found.append(Stretch(opens, closes))
        return sorted(found)


class DatesForm(forms.Form):
    """Time off, or other hours, on one date or several."""

    first = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Say which day, or from which day."),
            "invalid": gettext_lazy("This is no date that we can read."),
        },
    )
    last = forms.DateField(
        label=gettext_lazy("To (if more than one)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    opens = WallTimeField(label=gettext_lazy("Open from"))
    closes = WallTimeField(label=gettext_lazy("Until"))
    note = forms.CharField(label=gettext_lazy("A note for yourself"), required=False, max_length=120)

    MOST_DAYS = 366

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first: date | None = cleaned.get("first")
        last = cleaned["last"] = cleaned.get("last") or first
        if first and last and last < first:
            self.add_error("last", _("The last day comes before the first."))
        elif first and last and last - first > timedelta(days=self.MOST_DAYS):
            self.add_error("last", _("At most a year at once."))
        if (cleaned.get("opens") is None) != (cleaned.get("closes") is None) and not self.errors:
            self.add_error("closes", _("Say both when you open and when you close, or neither."))
        return cleaned

    def stretches(self) -> list[Stretch]:
        opens, closes = self.cleaned_data["opens"], self.cleaned_data["closes"]
        return [] if opens is None else [Stretch(opens, closes)]


class RangeForm(forms.Form):
    """Which dates follow the weekly hours again."""

    first = forms.DateField()
    last = forms.DateField()


class KeepForm(forms.Form):
    """A stretch of one day that is kept free."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Say which day."),
            "invalid": gettext_lazy("This is no date that we can read."),
        },
    )
    opens = WallTimeField(label=gettext_lazy("From"))
    closes = WallTimeField(label=gettext_lazy("Until"))
    note = forms.CharField(label=gettext_lazy("A note for yourself"), required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if self.errors:
            return cleaned
        if opens is None or closes is None:
            self.add_error("closes", _("Say both from when and until when."))
        elif time() < closes <= opens:
            self.add_error("closes", _("The end comes before the beginning."))
        return cleaned

    def stretch(self, zone: ZoneInfo) -> Interval:
        """Its instants. Until midnight is until the end of the day."""
        day, closes = self.cleaned_data["day"], self.cleaned_data["closes"]
        last = day if closes > time() else day + timedelta(days=1)
        opens = datetime.combine(day, self.cleaned_data["opens"])
        return first_instant(opens, zone), first_instant(datetime.combine(last, closes), zone)


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


def weekday_name(weekday: int) -> str:
    """ "Monday" for 0."""
    return formats.date_format(date(2026, 11, 23) + timedelta(days=weekday), "l")


def _overlap(one: Stretch, two: Stretch) -> bool:
    """Of one day, sorted by opening. A stretch that crosses midnight ends after everything."""
    return one.closes <= one.opens or two.opens < one.closes
