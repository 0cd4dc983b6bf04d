"""Time zones and moments, told the way people say them.

Zone data comes from the `tzdata` package (see `fresh_zone_data`), never from the machine, whose copy may be stale.
"""

import zoneinfo
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import tzdata
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import in_words

zoneinfo.reset_tzpath(to=())  # an empty path leaves the tzdata package as the only source (PEP 615)

# Which edition of the rules this is ("2026b"): later ones sort later.
EDITION: str = tzdata.IANA_VERSION

_AREAS = {
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
}

# Names that browsers still give, and what the tz database calls these places now (its file `backward`).
RENAMED = {
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Louisville": "America/Kentucky/Louisville",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Europe/Kiev": "Europe/Kyiv",
    "Pacific/Enderbury": "Pacific/Kanton",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of this name, read once. `ZoneInfo` alone remembers eight, and reads all others from the disk again.

    Raises ZoneInfoNotFoundError.
    """
    return ZoneInfo(name)


@cache
def zone_names() -> tuple[str, ...]:
    """Every zone that a person can live in ("Asia/Kathmandu"), sorted by area and place."""
    names = (name for name in zoneinfo.available_timezones() if name.split("/")[0] in _AREAS and "/" in name)
    return tuple(sorted(set(names) - RENAMED.keys()))


def current_name(name: str) -> str:
    """What the zone is called now: "Asia/Kolkata" for the "Asia/Calcutta" that browsers give."""
    return RENAMED.get(name, name)


def same_clocks(one: str, other: str, at: datetime) -> bool:
    """Whether the clocks of two zones agree at `at` and all through the half year after it."""
    moments = [at + timedelta(days=30 * month) for month in range(7)]
    first, second = zone(one), zone(other)
    return all(moment.astimezone(first).utcoffset() == moment.astimezone(second).utcoffset() for moment in moments)


@cache
def zone_choices() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Zones for a form, grouped: (("Europe", (("Europe/Lisbon", "Lisbon"), ...)), ...)."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for name in zone_names():
        areas.setdefault(name.split("/")[0], []).append((name, place(name)))
    choices = [(area, tuple(sorted(names, key=lambda pair: pair[1]))) for area, names in areas.items()]
    return (*choices, (_("Elsewhere"), (("UTC", _("Universal time")),)))


def minutes_ahead(name: str, at: datetime) -> int:
    """How far the clock of this zone is ahead of UTC at `at`, in whole minutes."""
    return round((zone(name).utcoffset(at) or timedelta()).total_seconds() / 60)


def is_zone(name: str) -> bool:
    return name == "UTC" or name in zone_names()


def place(name: str) -> str:
    """The place that a zone is called after, in words: "America/Argentina/Buenos_Aires" is "Buenos Aires"."""
    return name.rsplit("/", 1)[-1].replace("_", " ")


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """The wall clock of `zone` at `moment`: "14:15"."""
    return formats.date_format(moment.astimezone(zone), "H:i")


def day_in_words(day: date, today: date) -> str:
    """ "Tomorrow, Tuesday 24 November"; with the year when it is another one than today's."""
    pattern = "l j F" if day.year == today.year else "l j F Y"
    words = formats.date_format(day, pattern)
    near = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}.get((day - today).days)
    return f"{near}, {words}" if near else words


def short_day(day: date, today: date) -> str:
    """ "Today", "Tomorrow", "Yesterday", the weekday within six days, else "24 November"."""
    away = (day - today).days
    if away in (-1, 0, 1):
        return {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}[away]
    if abs(away) < 7:
        return formats.date_format(day, "l")
    return formats.date_format(day, "j F" if day.year == today.year else "j F Y")


def moment_in_words(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """ "Tomorrow, Tuesday 24 November, 10:00", on the wall clock of `zone`."""
    here = moment.astimezone(zone)
    return f"{day_in_words(here.date(), now.astimezone(zone).date())}, {clock(moment, zone)}"


def distance_in_words(mine: ZoneInfo, theirs: ZoneInfo, at: datetime) -> str:
    """How far the other clock is from mine: "one hour ahead of you", "the same time as yours"."""
    offset = (theirs.utcoffset(at) or timedelta()) - (mine.utcoffset(at) or timedelta())
    minutes = int(abs(offset).total_seconds() // 60)
    if not minutes:
        return _("the same time as yours")
    return (_("%s ahead of you") if offset > timedelta() else _("%s behind you")) % _length(*divmod(minutes, 60))


def _length(hours: int, minutes: int) -> str:
    said = [ngettext("%s hour", "%s hours", hours) % in_words(hours)] if hours else []
    if minutes:
        said.append(_("%d minutes") % minutes)
    return _(" and ").join(said)
