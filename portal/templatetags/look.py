"""The look's small components: icons, moments and fields, said and drawn the same way everywhere."""

import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import heroicons
from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from accounts import numbers, zones

register = template.Library()

# The release line is the sign of progress; a solid triangle reads better than an outlined one at any size.
_OWN = {"progress": '<path d="M2.5 18c3.800 0 3.200-11 6.500-11s3.500 11 12.500 11"/>'}
_SOLID = {"play", "pause", "stop"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of heroicons by its name ("chat-bubble-left"), hidden from screen readers: words stand beside it."""
    if name in _OWN:
        return mark_safe(f'<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{_OWN[name]}</svg>')  # noqa: S308
    style = "solid" if name in _SOLID else "outline"
    marks: dict[str, object] = {"class": "i solid" if name in _SOLID else "i", "aria-hidden": "true"}
    return mark_safe(heroicons._render_icon(style, name, None, marks))  # noqa: S308


@register.filter
def clock(moment: datetime, zone: ZoneInfo | str) -> str:
    """ "14:15" on the wall clock of `zone` (a ZoneInfo or a zone's name)."""
    return zones.clock(moment, _zone(zone))


@register.filter
def place(zone: ZoneInfo | str) -> str:
    """ "Lisbon" for "Europe/Lisbon"."""
    return zones.place(str(zone))


@register.simple_tag(takes_context=True)
def said(context: dict[str, Any], moment: datetime, zone: ZoneInfo | str | None = None) -> str:
    """ "Tomorrow, Tuesday 24 November, 10:00" in the reader's zone, or in `zone`."""
    return zones.moment_in_words(moment, _zone(zone), context["request"].now)


@register.simple_tag(takes_context=True)
def day(context: dict[str, Any], moment: datetime | date, zone: ZoneInfo | str | None = None) -> str:
    """ "Tomorrow, Tuesday 24 November" in the reader's zone, or in `zone`."""
    return zones.day_in_words(*_days(context, moment, zone))


@register.simple_tag(takes_context=True)
def short_day(context: dict[str, Any], moment: datetime | date, zone: ZoneInfo | str | None = None) -> str:
    """ "Yesterday", "Thursday" or "12 November" in the reader's zone, or in `zone`."""
    return zones.short_day(*_days(context, moment, zone))


@register.filter
def lower_near(words: str) -> str:
    """A day inside a sentence: "today", "tomorrow, Tuesday 24 November"; other days stay as they are."""
    near = words.partition(",")[0] in (gettext("Today"), gettext("Tomorrow"), gettext("Yesterday"))
    return words[:1].lower() + words[1:] if near else words


@register.inclusion_tag("_parts/field.html")
def field(bound: BoundField, **attrs: str) -> dict[str, Any]:
    """A form field with its label, hint and error, tied together for screen readers.

    `attrs` become attributes of the control ("inputmode", "autocomplete", "placeholder"); underscores are hyphens.
    """
    described = [
        f"{bound.id_for_label}_{part}"
        for part, there in (("hint", bound.help_text), ("error", bound.errors))
        if there
    ]
    extra: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in attrs.items()}
    extra["class"] = f"input {extra.pop('class', '')}".strip()
    if described:
        extra["aria-describedby"] = " ".join(described)
    if bound.errors:
        extra["aria-invalid"] = "true"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=extra),
        "choices": hasattr(bound.field.widget, "choices"),
    }


@register.simple_tag
def plural(count: int, one: str, many: str) -> str:
    """ "one lesson", "three lessons": numbers up to twelve are words, `many` and `one` hold a %s."""
    return (one if count == 1 else many).replace("%s", numbers.in_words(count))


@register.filter
def in_words(count: int) -> str:
    """Numbers up to twelve as words, larger ones as digits."""
    return numbers.in_words(count)


@register.simple_tag
def renamed_zones() -> str:
    """The old names of zones that browsers still give, with the new ones, as JSON for `zone.js`."""
    return json.dumps(zones.RENAMED)


def _zone(zone: ZoneInfo | str | None) -> ZoneInfo:
    if isinstance(zone, ZoneInfo):
        return zone
    return ZoneInfo(zone) if zone else ZoneInfo(str(timezone.get_current_timezone()))


def _days(context: dict[str, Any], moment: datetime | date, zone: ZoneInfo | str | None) -> tuple[date, date]:
    where = _zone(zone)
    then = moment.astimezone(where).date() if isinstance(moment, datetime) else moment
    return then, context["request"].now.astimezone(where).date()
