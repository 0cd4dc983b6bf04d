"""The two papers that there are: the plan, and how it goes."""

from collections.abc import Sequence
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.people.models import Client
from coaching.progress.paper import blocks
from coaching.progress.paper.blocks import Block
from coaching.progress.paper.maps import maps
from coaching.progress.paper.setting import Paper
from coaching.progress.plan import Aid, Given, Plan
from coaching.progress.plots import drawing
from coaching.progress.queries import Numbers
from coaching.progress.sections import Section
from coaching.story.comparing import compare
from coaching.templatetags.lessons import in_line


def plan_paper(plan: Plan) -> Paper:
    client = plan.client
    made = [block for given in plan.lessons for block in _lesson(given, client.practitioner.name)]
    if plan.is_held:
        waits = _("A safety question was answered with yes: wait with the lessons until a doctor has looked at it.")
        made = [blocks.paragraph(waits), *made]
    if not plan.lessons:
        made = [blocks.paragraph(_("There is nothing to practise just now."))]
    if plan.meeting:
        made += [blocks.heading(_("The next session"), plan.meeting.mine)]
        made += [blocks.paragraph(f"{plan.meeting.theirs}. {plan.meeting.kind}.")]
    made += [*_aids(plan.aids), blocks.heading(_("Signs that need a doctor")), blocks.paragraph(plan.emergency)]
    return _paper(_("The plan of %s") % client, client, plan.day, made)


def progress_paper(client: Client, found: Numbers, headline: str, sections: Sequence[Section]) -> Paper:
    period = found.period
    span = {"first": formats.date_format(period.first, "j F Y"), "last": formats.date_format(period.today, "j F Y")}
    made = [blocks.paragraph(_("%(first)s to %(last)s") % span + f". {headline}.")]
    if found.sessions:
        days = ", ".join(drawing.short(session.day) for session in found.sessions)
        made.append(blocks.paragraph(_("Arrows mark the days of sessions: %s.") % days, soft=True))
    for section in sections:
        made += _section(section)
    if compared := compare(found.maps, {}):
        made += maps(compared)
    return _paper(_("How it goes for %s") % client, client, period.today, made, columns=2)


def _lesson(given: Given, who: str) -> list[Block]:
    lesson = given.lesson
    length = ngettext("one minute", "%(count)s minutes", given.minutes) % {"count": given.minutes}
    where = ", ".join(part for part in (length, in_line(lesson.position)) if part)
    made = [blocks.heading(lesson.title, f"{given.how}. {drawing.upper_first(where)}.")]
    if given.note:
        made.append(blocks.word(_("From %s") % who, given.note))
    if lesson.purpose:
        made.append(blocks.paragraph(lesson.purpose))
    made += [blocks.paragraph(line) for line in blocks.unmarked(lesson.instructions)]
    if lesson.cautions:
        made.append(blocks.word(_("When to leave it"), lesson.cautions))
    return made


def _aids(aids: Sequence[Aid]) -> list[Block]:
    if not aids:
        return []
    return [blocks.heading(_("When it comes back"))] + [blocks.word(aid.title, aid.words) for aid in aids]


def _section(section: Section) -> list[Block]:
    heading = blocks.heading(section.title)
    words = [blocks.paragraph(section.words, soft=True)] if section.words else []
    drawn = [blocks.figure(each.plot, each.label) for each in section.figures if each.plot]
    said = [
        blocks.paragraph(f"{each.label}: {each.plot.caption}" if each.label else each.plot.caption)
        for each in section.figures
        if not each.plot
    ]
    keys = [blocks.keys((str(key.mark), key.words) for key in section.keys)] if drawn and section.keys else []
    return [heading, *words, *keys, *drawn, *said]


def _paper(title: str, client: Client, day: date, made: Sequence[Block], columns: int = 1) -> Paper:
    house = f"{client.practitioner.practice}, {client.practitioner}"
    return Paper(title, house, formats.date_format(day, "j F Y"), client.zone, made, columns)
