"""The letters about practice. None names a body or a pain: a lock screen may show them."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import in_words
from coaching.library.models import Lesson, Program, Recording
from coaching.library.programs.words import opening_for_the_client
from coaching.media.models import StoredFile
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people import examples
from coaching.people.models import Practitioner
from coaching.practice import rules
from coaching.practice.models import Assignment
from coaching.story.queries import holds_back


def _assigned(assignment: Assignment) -> Told:
    if assignment.program:
        return _of_a_program(assignment, assignment.program)
    return _for_the_client(
        assignment, _("%s has a lesson for you"), _("%(who)s chose a lesson for you: **%(lesson)s**.")
    )


def _resumed(assignment: Assignment) -> Told:
    return _for_the_client(
        assignment, _("%s says: you can go on"), _("%(who)s says that you can do **%(lesson)s** again.")
    )


def _opened(assignment: Assignment) -> Told:
    return _for_the_client(
        assignment, _("The next lesson from %s is open"), _("**%(lesson)s** is open now, as %(who)s planned it.")
    )


@tells("practice.assigned", sample=lambda practitioner, now: _assigned(example(practitioner, now)))
def assigned(letter: Letter, now: datetime) -> Told | None:
    assignment = _active(letter)
    return _assigned(assignment) if assignment else None


@tells("practice.resumed", sample=lambda practitioner, now: _resumed(example(practitioner, now)))
def resumed(letter: Letter, now: datetime) -> Told | None:
    assignment = _active(letter)
    return _resumed(assignment) if assignment else None


@tells("practice.opened", sample=lambda practitioner, now: _opened(example(practitioner, now)))
def opened(letter: Letter, now: datetime) -> Told | None:
    assignment = _active(letter)
    still = assignment and assignment.starts_on.isoformat() == letter.about.get("day")
    return _opened(assignment) if assignment and still else None


@tells("practice.stopped", sample=lambda practitioner, now: _stopped(example(practitioner, now)))
def stopped(letter: Letter, now: datetime) -> Told | None:
    assignment = _assignment(letter)
    if assignment is None or assignment.state != Assignment.State.STOPPED:
        return None
    return _stopped(assignment)


def _stopped(assignment: Assignment) -> Told:
    client = assignment.client
    return Told(
        subject=_("A lesson was stopped"),
        preheader=_("It waits for your word."),
        greeting_name=client.practitioner.name,
        paragraphs=[
            _stopped_why(assignment) % as_is(str(client)),
            _("The page told them to leave it for now, and that you will write."),
        ],
        action=Action(_("See what happened"), absolute(reverse("client", args=[client.pk]))),
        why=_("You get this letter at once whenever a lesson of one of your clients has to stop."),
    )


def _stopped_why(assignment: Assignment) -> str:
    if assignment.stopped_why == Assignment.Why.SORE:
        return _(
            "%s is sore after a lesson, for more than a day or more and more. It rests and waits for your word."
        )
    return _("%s stopped a lesson because something hurt. It waits for your word.")


def example(practitioner: Practitioner, now: datetime) -> Assignment:
    """A lesson that was never given, for a look at the letters. Never saved."""
    file = StoredFile(duration=840.0)
    lesson = Lesson(pk=0, title=_("Arch and flatten"), recording=Recording(file=file))
    day = now.astimezone(practitioner.zone).date()
    client = examples.client(practitioner, now)
    return Assignment(client=client, lesson=lesson, starts_on=day, until=day + timedelta(days=13), created_at=now)


def _active(letter: Letter) -> Assignment | None:
    assignment = _assignment(letter)
    is_told = assignment and assignment.state == Assignment.State.ACTIVE and not holds_back(assignment.client)
    return assignment if is_told else None


def _for_the_client(assignment: Assignment, subject: str, sentence: str) -> Told:
    who, what = assignment.client.practitioner.name, assignment.lesson or assignment.program
    return Told(
        subject=subject % who,
        preheader=_("It is there when it suits you."),
        greeting_name=assignment.client.name,
        paragraphs=[sentence % {"who": as_is(who), "lesson": as_is(str(what))}, _how(assignment)],
        action=Action(_("Open the lesson"), absolute(reverse("practice_lesson", args=[assignment.pk])))
        if assignment.lesson
        else Action(_("See your lessons"), absolute(reverse("practice"))),
        why=_("You get this letter because %s works with you and chose this lesson.") % as_is(who),
    )


def _of_a_program(assignment: Assignment, program: Program) -> Told:
    told = _for_the_client(
        assignment, _("%s has a program for you"), _("%(who)s chose a program for you: **%(lesson)s**.")
    )
    return replace(told, paragraphs=[*told.paragraphs, opening_for_the_client(program.opening)])


def _how(assignment: Assignment) -> str:
    """ "14 minutes. Most days, from 23 November until 6 December." """
    days = _("from %s") % formats.date_format(assignment.starts_on, "j F")
    if assignment.until:
        days += _(" until %s") % formats.date_format(assignment.until, "j F")
    dosage = rules.dosage(str(assignment.get_rhythm_display()), assignment.times_a_day)
    return _("%(length)s. %(dosage)s, %(days)s.") % {"length": _length(assignment), "dosage": dosage, "days": days}


def _length(assignment: Assignment) -> str:
    """ "14 minutes"; of a program "three lessons"."""
    if assignment.program:
        lessons = assignment.program.steps.count()
        return ngettext("One lesson", "%(count)s lessons", lessons) % {"count": in_words(lessons).capitalize()}
    minutes = assignment.lesson.recording.file.minutes if assignment.lesson else 0
    return ngettext("%d minute", "%d minutes", minutes) % minutes


def _assignment(letter: Letter) -> Assignment | None:
    found = Assignment.objects.select_related(
        "client__user", "client__practitioner__user", "lesson__recording__file", "program"
    )
    return found.filter(pk=letter.about.get("assignment")).first()
