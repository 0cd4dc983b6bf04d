"""The letters about practice. None names a body or a pain: a lock screen may show them."""

from datetime import datetime

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.practice import rules
from coaching.practice.models import Assignment


@tells("practice.assigned")
def assigned(letter: Letter, now: datetime) -> Told | None:
    return _for_the_client(
        letter, _("%s has a lesson for you"), _("%(who)s chose a lesson for you: **%(lesson)s**.")
    )


@tells("practice.resumed")
def resumed(letter: Letter, now: datetime) -> Told | None:
    return _for_the_client(
        letter, _("%s says: you can go on"), _("%(who)s says that you can do **%(lesson)s** again.")
    )


@tells("practice.stopped")
def stopped(letter: Letter, now: datetime) -> Told | None:
    assignment = _assignment(letter)
    if assignment is None or assignment.state != Assignment.State.STOPPED:
        return None
    client = assignment.client
    return Told(
        subject=_("%s stopped a lesson") % client.name,
        greeting_name=client.practitioner.name,
        paragraphs=[
            _("%s stopped a lesson because something hurt. It waits for your word.") % as_is(str(client)),
            _("The page told them to leave it for now, and that you will write."),
        ],
        action=Action(_("See what happened"), absolute(reverse("client", args=[client.pk]))),
        why=_("You get this letter at once whenever one of your clients stops a lesson."),
    )


def _for_the_client(letter: Letter, subject: str, sentence: str) -> Told | None:
    assignment = _assignment(letter)
    if assignment is None or assignment.lesson is None or assignment.state != Assignment.State.ACTIVE:
        return None
    who = assignment.client.practitioner.name
    return Told(
        subject=subject % who,
        greeting_name=assignment.client.name,
        paragraphs=[sentence % {"who": as_is(who), "lesson": as_is(assignment.lesson.title)}, _how(assignment)],
        action=Action(_("Open the lesson"), absolute(reverse("practice_lesson", args=[assignment.pk]))),
        why=_("You get this letter because %s works with you and chose this lesson.") % as_is(who),
    )


def _how(assignment: Assignment) -> str:
    """ "14 minutes. Most days, from 23 November until 6 December." """
    lesson = assignment.lesson
    minutes = lesson.recording.file.minutes if lesson else 0
    days = _("from %s") % formats.date_format(assignment.starts_on, "j F")
    if assignment.until:
        days += _(" until %s") % formats.date_format(assignment.until, "j F")
    dosage = rules.dosage(str(assignment.get_rhythm_display()), assignment.times_a_day)
    return _("%(minutes)s min. %(dosage)s, %(days)s.") % {"minutes": minutes, "dosage": dosage, "days": days}


def _assignment(letter: Letter) -> Assignment | None:
    found = Assignment.objects.select_related(
        "client__user", "client__practitioner__user", "lesson__recording__file"
    )
    return found.filter(pk=letter.about.get("assignment")).first()
