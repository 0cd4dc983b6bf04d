"""What a person wants to be told of, when, and how often."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from coaching.practice.models import Barrier
from coaching.reminders import rules
from coaching.reminders.clocks import LONGEST_QUIET, Quiet
from coaching.reminders.models import ReminderChoice
from coaching.reminders.topics import CLIENTS, PRACTITIONERS, WORDS, Topic

LONGEST_PAUSE = timedelta(days=366)
EMAIL, PHONE, OFF = "email", "phone", "off"
_WAYS = [(EMAIL, _("By e-mail")), (PHONE, _("On my phone")), (OFF, _("Not at all"))]
_HOURS = {
    48: _("Two days before"),
    24: _("The day before"),
    12: _("Twelve hours before"),
    3: _("Three hours before"),
    2: _("Two hours before"),
    1: _("One hour before"),
}
_CAPS = [("1", _("One")), ("2", _("Two")), ("3", _("Three")), ("5", _("Five")), ("", _("As many as there are"))]


def _time(**options: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(required=False, widget=widget, **options)


def _way(topic: Topic, *, with_phone: bool) -> forms.ChoiceField:
    """On which way letters of a topic come."""
    name, told = str(WORDS[topic].name), str(WORDS[topic].told)
    ways = [way for way in _WAYS if with_phone or way[0] != PHONE]
    return forms.ChoiceField(label=name, help_text=told, choices=ways, widget=forms.RadioSelect)


class ChoiceForm(forms.Form):
    """`topics` are the ones of the reader's role; only clients choose session and practice times, and only who has
    a phone that can be told something (`with_phone`) what comes there."""

    session_hours = forms.TypedMultipleChoiceField(
        label=_("Before each session"),
        choices=[(hours, _HOURS[hours]) for hours in rules.HOURS],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    evening_before = _time(label=_("And on the evening before, at"), help_text=_("Empty: not then."))
    practice_days = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    practice_at = _time(label=_("At"))
    practice_at_weekend = _time(label=_("On Saturdays and Sundays at"), help_text=_("Empty: as on other days."))
    quiet_from = _time(label=_("From"))
    quiet_until = _time(label=_("Until"))
    daily_cap = forms.TypedChoiceField(
        label=_("Letters a day, at most"),
        help_text=_("Those before a session do not count."),
        choices=_CAPS,
        coerce=int,
        empty_value=None,
        required=False,
    )
    quiet_until_day = forms.DateField(
        label=_("Write nothing until"),
        help_text=_("Letters before a session come all the same. Empty: no pause."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    words_by_mail = forms.BooleanField(
        label=_("Show the words in the letter"),
        help_text=_("Whoever can read your mail can read them, too."),
        required=False,
    )
    words_on_phone = forms.BooleanField(
        label=_("Show the first words on my phone"),
        help_text=_("They show on the lock screen, too."),
        required=False,
    )

    def __init__(
        self, *args: Any, today: date, zone: ZoneInfo, is_client: bool, with_phone: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._today, self._zone, self.is_client = today, zone, is_client
        self._topics = CLIENTS if is_client else PRACTITIONERS
        self.fields |= {topic.value: _way(topic, with_phone=with_phone) for topic in self._topics}
        if not with_phone:
            del self.fields["words_on_phone"]
        if not is_client:
            for name in ("session_hours", "evening_before", "practice_days", "practice_at", "practice_at_weekend"):
                del self.fields[name]

    def topic_fields(self) -> list[forms.BoundField]:
        return [self[topic.value] for topic in self._topics]

    def clean_practice_at(self) -> time:
        at: time | None = self.cleaned_data["practice_at"]
        if at is None:
            raise forms.ValidationError(_("Say at what time. To get none, choose “Not at all” for practice above."))
        return at

    def clean_quiet_until_day(self) -> date | None:
        day: date | None = self.cleaned_data["quiet_until_day"]
        if day and day <= self._today:
            raise forms.ValidationError(_("This day has begun already. Choose a later one, or none."))
        if day and day - self._today > LONGEST_PAUSE:
            raise forms.ValidationError(_("A pause can last a year at most."))
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        start, end = said.get("quiet_from"), said.get("quiet_until")
        if "quiet_from" in self.errors or "quiet_until" in self.errors:
            return said
        if (start is None) != (end is None):
            self.add_error("quiet_until", _("Quiet hours need both times. Leave both empty for none."))
        elif start and end and not timedelta() < Quiet(start, end).length <= LONGEST_QUIET:
            self.add_error("quiet_until", _("Quiet hours can last sixteen hours at most."))
        return said

    @property
    def chosen(self) -> dict[str, Any]:
        """Fields of ReminderChoice with what was chosen, when it is valid."""
        said = self.cleaned_data
        day: date | None = said["quiet_until_day"]
        names = (
            "evening_before",
            "practice_at",
            "practice_at_weekend",
            "practice_days",
            "quiet_from",
            "quiet_until",
            "words_by_mail",
            "words_on_phone",
        )
        kept = {name: said[name] for name in (*names, "daily_cap") if name in said}
        if "session_hours" in said:
            kept["session_hours"] = sorted(set(said["session_hours"]), reverse=True)
        paused_until = datetime.combine(day, time(), self._zone) if day else None
        off, on_phone = (
            [topic.value for topic in self._topics if said[topic.value] == way] for way in (OFF, PHONE)
        )
        return kept | {"paused_until": paused_until, "off": off, "on_phone": on_phone}


def initial_of(choice: ReminderChoice, *, today: date, zone: ZoneInfo, with_phone: bool = False) -> dict[str, Any]:
    """`choice` as the form shows it: what should come on a phone comes by mail as long as there is none."""
    until = choice.paused_until.astimezone(zone).date() if choice.paused_until else None
    on_phone = choice.on_phone if with_phone else []
    ways = {topic.value: OFF if topic in choice.off else PHONE if topic in on_phone else EMAIL for topic in Topic}
    return ways | {
        "session_hours": choice.session_hours,
        "evening_before": choice.evening_before,
        "practice_days": choice.practice_days,
        "practice_at": choice.practice_at,
        "practice_at_weekend": choice.practice_at_weekend,
        "quiet_from": choice.quiet_from,
        "quiet_until": choice.quiet_until,
        "daily_cap": choice.daily_cap or "",
        "words_by_mail": choice.words_by_mail,
        "words_on_phone": choice.words_on_phone,
        "quiet_until_day": until if until and until > today else None,
    }


class DeviceForm(forms.Form):
    """What a browser's push subscription says about itself; `devices.add` judges it."""

    endpoint = forms.CharField(max_length=1000)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)


class BarrierForm(forms.Form):
    why = forms.ChoiceField(choices=Barrier.Why.choices)
