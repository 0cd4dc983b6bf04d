"""What happened to a session, in sentences for one of its two people. Pure: the changes come in, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import zones
from accounts.models import User
from coaching.booking.models import AppointmentChange

What = AppointmentChange.What

# What was done: said of the reader, of somebody with a name, and of nobody in particular.
_SENTENCES = {
    What.ASKED: (
        gettext_lazy("You asked for %(to)s."),
        gettext_lazy("%(name)s asked for %(to)s."),
        gettext_lazy("It was asked for: %(to)s."),
    ),
    What.BOOKED: (
        gettext_lazy("You booked it for %(to)s."),
        gettext_lazy("%(name)s booked it for %(to)s."),
        gettext_lazy("It was booked for %(to)s."),
    ),
    What.APPROVED: (
        gettext_lazy("You agreed to it."),
        gettext_lazy("%(name)s agreed to it."),
        gettext_lazy("It was agreed to."),
    ),
    What.REFUSED: (
        gettext_lazy("You could not take it."),
        gettext_lazy("%(name)s could not take it."),
        gettext_lazy("It could not be taken."),
    ),
    What.MOVED: (
        gettext_lazy("You moved it from %(was)s to %(to)s."),
        gettext_lazy("%(name)s moved it from %(was)s to %(to)s."),
        gettext_lazy("It was moved from %(was)s to %(to)s."),
    ),
    What.BACK: (
        gettext_lazy("You took that back: it is %(to)s again."),
        gettext_lazy("%(name)s took that back: it is %(to)s again."),
        gettext_lazy("That was taken back: it is %(to)s again."),
    ),
    What.CLOCKS: (
        gettext_lazy("The rules of the clocks changed: it is %(to)s."),
        gettext_lazy("The rules of the clocks changed: it is %(to)s."),
        gettext_lazy("The rules of the clocks changed: it is %(to)s."),
    ),
    What.CANCELLED: (
        gettext_lazy("You cancelled it."),
        gettext_lazy("%(name)s cancelled it."),
        gettext_lazy("It was cancelled."),
    ),
    What.REOPENED: (
        gettext_lazy("You took that back: it takes place."),
        gettext_lazy("%(name)s took that back: it takes place."),
        gettext_lazy("That was taken back: it takes place."),
    ),
    What.HELD: (
        gettext_lazy("You noted that it was held."),
        gettext_lazy("%(name)s noted that it was held."),
        gettext_lazy("It was held."),
    ),
    What.MISSED: (
        gettext_lazy("You noted that it was missed."),
        gettext_lazy("%(name)s noted that it was missed."),
        gettext_lazy("It was missed."),
    ),
}


@dataclass(frozen=True)
class Line:
    """One change: what happened, when (an instant), and the reason that was given ("" for none)."""

    words: str
    at: datetime
    why: str


def told(changes: Sequence[AppointmentChange], *, reader: User, other: User, now: datetime) -> list[Line]:
    """The history, oldest first. Moments are on the reader's clock, with the other person's beside it when it
    differs."""
    lines = []
    was: datetime | None = None
    for change in changes:
        moments = {
            "to": on_both_clocks(change.starts_at, reader, other, now),
            "was": on_both_clocks(was or change.starts_at, reader, other, now),
        }
        lines.append(Line(_said(change, reader, moments), change.at, change.why))
        was = change.starts_at
    return lines


def on_both_clocks(at: datetime, reader: User, other: User, now: datetime) -> str:
    """ "Wednesday 25 November, 10:00 (11:00 in Copenhagen)"; the other day is named when it is another one."""
    mine = _day_and_time(at, reader, now)
    if at.astimezone(reader.zone).utcoffset() == at.astimezone(other.zone).utcoffset():
        return mine
    same_day = at.astimezone(reader.zone).date() == at.astimezone(other.zone).date()
    theirs = zones.clock(at, other.zone) if same_day else _day_and_time(at, other, now)
    return _("%(mine)s (%(theirs)s in %(place)s)") % {"mine": mine, "theirs": theirs, "place": other.place}


def _day_and_time(at: datetime, person: User, now: datetime) -> str:
    day, today = at.astimezone(person.zone).date(), now.astimezone(person.zone).date()
    words = formats.date_format(day, "l j F" if day.year == today.year else "l j F Y")
    return f"{words}, {zones.clock(at, person.zone)}"


def _said(change: AppointmentChange, reader: User, moments: dict[str, str]) -> str:
    mine, named, nobodys = _SENTENCES[What(change.what)]
    if change.by is None:
        return str(nobodys) % moments
    if change.by_id == reader.pk:
        return str(mine) % moments
    return str(named) % {"name": change.by.get_short_name(), **moments}
