"""The release line, drawn from real cues and real days: `{% load lessons %}`."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from django import template
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import in_words
from coaching.library import queries
from coaching.library.models import Lesson
from coaching.library.rules import Swell, first_movements, release_path
from coaching.people.models import Client
from coaching.practice import giving, plots
from coaching.practice import queries as practice
from coaching.practice.histories import Heard
from coaching.practice.models import Assignment, PracticeEntry

register = template.Library()


class PractisedDay(Protocol):
    date: date
    practised: bool


@register.simple_tag
def cover_line(lesson: Lesson) -> SafeString:
    """The line on a cover, with its shape in words. The lesson comes with its cues and its file."""
    swells = queries.swells(lesson)
    return format_html(
        '<svg viewBox="0 0 320 96" role="img" aria-label="{}"><path class="rl" d="{}"/></svg>',
        _shape(swells),
        release_path(swells, 320, 96),
    )


@register.simple_tag
def thumb(lesson: Lesson) -> SafeString:
    """The small cover in lists, with its own line. Hidden from screen readers: a title stands beside it."""
    return format_html(
        '<span class="thumb{}"><svg viewBox="0 0 40 26" aria-hidden="true">'
        '<path class="rl thin" d="{}"/></svg></span>',
        " relearn" if lesson.phase == Lesson.Phase.RELEARN else "",
        release_path(first_movements(queries.swells(lesson), 2), 40, 26, room=2),
    )


@register.simple_tag
def player_line(lesson: Lesson) -> SafeString:
    """The line in the player: what lies ahead, what is done, and the sun. Its script moves the sun."""
    path = release_path(queries.swells(lesson), 640, 120, room=24)
    return format_html(
        '<svg viewBox="0 0 640 120" aria-hidden="true"><defs><clipPath id="heard">'
        '<rect x="-4" y="-4" width="4" height="128"/></clipPath></defs><path class="rl ahead" d="{0}"/>'
        '<path class="rl done" d="{0}" clip-path="url(#heard)"/>'
        '<circle class="rl-now" cx="0" cy="114" r="6"/></svg>',
        path,
    )


@register.simple_tag
def week_line(days: Sequence[PractisedDay]) -> SafeString:
    """The last days, today last: a day with practice is a swell, a day without is flat."""
    width = 50 * len(days)
    done = bool(days) and days[-1].practised
    drawn = width if done else width - 50
    swells = [_swell(place, len(days) - (not done)) for place, day in enumerate(days) if day.practised]
    ahead = "" if done else format_html('<path class="rl ahead" d="M{} 44H{}"/>', width - 50, width)
    sun = (width - 38, 14) if done else (width - 25, 44)
    initials = format_html(
        "".join("<li>{}</li>" for _day in days[:-1]) + "<li><b>{}</b></li>", *map(_initial, days)
    )
    return format_html(
        '<div class="week"><svg viewBox="0 0 {} 56" role="img" aria-label="{}"><path class="rl" d="{}"/>{}'
        '<circle class="rl-now" cx="{}" cy="{}" r="6"/></svg><ol aria-hidden="true">{}</ol></div>',
        width,
        week_in_words(days),
        release_path(swells, drawn, 56, floor=12, room=14),
        ahead,
        *sun,
        initials,
    )


def _swell(place: int, days: int) -> Swell:
    return Swell(place / days, (place + 0.27) / days, (place + 0.86) / days)


def week_in_words(days: Sequence[PractisedDay]) -> str:
    """ "Practised on Tuesday and Friday. Not on Thursday. Today is still open." """
    practised = [_weekday(day) for day in days[:-1] if day.practised]
    not_practised = [_weekday(day) for day in days[:-1] if not day.practised]
    sentences = [
        _("Practised on %s.") % _and(practised) if practised else "",
        _("Not on %s.") % _and(not_practised) if not_practised else "",
        (_("Practised today.") if days[-1].practised else _("Today is still open.")) if days else "",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


@register.simple_tag
def change_line(entry: PracticeEntry) -> SafeString:
    """Before and after of one practice on a small line; empty when one of them was not rated."""
    if entry.before is None or entry.after is None:
        return SafeString("")
    return plots.small_change(entry.before, entry.after)


@register.simple_tag
def heard_line(heard: Heard) -> SafeString:
    """Which parts of a lesson were heard how often: a low bar for each part, as high as it was heard often."""
    width, step = 320 / len(heard.parts), 30 / max(heard.most, 1)
    bars = [
        (f"{place * width:.1f}", f"{34 - step * times:.1f}", f"{width - 1.5:.1f}", f"{step * times:.1f}")
        for place, times in enumerate(heard.parts)
        if times
    ]
    return format_html(
        '<svg class="heard" viewBox="0 0 320 36" preserveAspectRatio="none" role="img" aria-label="{}">'
        '{}<path d="M0 35H320"/></svg>',
        _how_often(heard.parts),
        format_html_join("", '<rect x="{}" y="{}" width="{}" height="{}"/>', bars),
    )


def _how_often(parts: Sequence[int]) -> str:
    said = {"first": parts[0], "middle": parts[len(parts) // 2], "last": parts[-1]}
    return _("How often it was heard: the beginning %(first)s, the middle %(middle)s, the end %(last)s.") % said


@register.simple_tag
def lessons_given(client: Client) -> list[Assignment]:
    """What a client has now, stopped ones first; for the practitioner's pages. Two queries."""
    return practice.assignments_for(client)


@register.simple_tag(takes_context=True)
def programs_given(context: dict[str, Any], client: Client) -> list[giving.Glance]:
    """The programs a client has, for the practitioner's pages. One query."""
    return giving.programs_at_a_glance(client, context["request"].now.astimezone(client.zone).date())


@register.filter
def minutes_in_words(lesson: Lesson) -> str:
    """ "14 minutes"; "less than a minute"."""
    if 0 < (lesson.recording.file.duration or 0) < 45:
        return _("less than a minute")
    minutes = lesson.recording.file.minutes
    return ngettext("one minute", "%(count)s minutes", minutes) % {"count": minutes}


@register.filter
def in_line(words: str) -> str:
    """ "Lying on your back" as it stands within a line: "lying on your back". Abbreviations stay."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


@register.filter
def timecode(seconds: float | None) -> str:
    """ "8:58"."""
    minutes, second = divmod(int(seconds or 0), 60)
    return f"{minutes}:{second:02d}"


def _shape(swells: Sequence[Swell]) -> str:
    if not swells:
        return _("The line at rest: this lesson has no cues yet.")
    return ngettext(
        "The shape of the lesson: one slow movement, followed by a long release",
        "The shape of the lesson: %(count)s slow movements, each followed by a long release",
        len(swells),
    ) % {"count": in_words(len(swells))}


def _weekday(day: Any) -> str:
    return formats.date_format(day.date, "l")


def _initial(day: Any) -> str:
    return _weekday(day)[:1]


def _and(words: Sequence[str]) -> str:
    return _(" and ").join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
