"""How a program opens, said to the practitioner and to a client."""

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from accounts.numbers import in_words
from coaching.library.models import Program, ProgramStep


def opening_in_words(opening: str) -> str:
    """ "One lesson opens after the other was done." """
    return {
        Program.Opening.TOGETHER: _("All lessons open at once."),
        Program.Opening.DAY_BY_DAY: _("Lessons open on their days, counted from the first."),
        Program.Opening.IN_TURN: _("A lesson opens once the one above it was done often enough."),
        Program.Opening.BY_HAND: _("The first lesson opens at once, each further one when you say so."),
    }[Program.Opening(opening)]


def opening_for_the_client(opening: str) -> str:
    return {
        Program.Opening.TOGETHER: _("All its lessons are open: take your time with each."),
        Program.Opening.DAY_BY_DAY: _("Its lessons open one by one, each on its day."),
        Program.Opening.IN_TURN: _(
            "The first lesson is open. The next opens when you have noted this one often enough."
        ),
        Program.Opening.BY_HAND: _("The first lesson is open. The others follow when it is time."),
    }[Program.Opening(opening)]


def opens_in_words(
    opening: str, step: ProgramStep, before: ProgramStep | None, start: date | None, *, who: str
) -> str:
    """When a lesson that has not opened yet will: "on Monday 30 November", "when “Side bend” was done three times".

    Without a `start` days are counted: "on day 8". `before` is the step above, `who` opens by hand.
    """
    if opening == Program.Opening.DAY_BY_DAY and start:
        return _("opens on %s") % formats.date_format(start, "l j F")
    if opening == Program.Opening.DAY_BY_DAY:
        return _("opens on day %s") % (step.after_days + 1)
    if opening == Program.Opening.IN_TURN and before:
        return _("opens when “%(lesson)s” was done %(times)s") % {
            "lesson": before.lesson,
            "times": times_in_words(before.times),
        }
    if opening == Program.Opening.BY_HAND and before:
        return _("opens when %s says so") % who
    return ""


def times_in_words(times: int) -> str:
    """ "once", "twice", "three times"."""
    return {1: _("once"), 2: _("twice")}.get(times) or _("%s times") % in_words(times)
