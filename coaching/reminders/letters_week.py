"""Monday's note to the practitioner. It names people and a plain reason, in the letter's body alone."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import in_words, share_in_words
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people import examples
from coaching.people.models import Client, Practitioner
from coaching.reminders import week
from coaching.reminders.week import Why

MOST = 8


def _sample(practitioner: Practitioner, now: datetime) -> Told:
    ana = examples.client(practitioner, now)
    return _told(practitioner, week.Week([(ana, Why.WAITS)], practised=7, clients=9, sessions=4))


@tells("reminder.week", sample=_sample)
def monday(letter: Letter, now: datetime) -> Told | None:
    """None for a practitioner without clients."""
    found = Practitioner.objects.select_related("user").filter(pk=letter.about["practitioner"]).first()
    if found is None:
        return None
    this_week = week.week_of(found, now)
    return _told(found, this_week) if this_week.clients or this_week.needs else None


def _told(practitioner: Practitioner, this_week: week.Week) -> Told:
    return Told(
        subject=_subject(len(this_week.needs)),
        preheader=_("Your note for the week."),
        greeting_name=practitioner.name,
        paragraphs=[*_people(this_week), _practised(this_week), _sessions(this_week)],
        action=Action(_("See who needs you"), absolute(reverse("today"))),
        why=_("You get this on Monday mornings."),
    )


def _subject(needs: int) -> str:
    if not needs:
        return _("Nobody is waiting for you")
    people = ngettext("One person needs a word from you", "%(count)s people need a word from you", needs)
    return people % {"count": in_words(needs).capitalize()}


def _people(this_week: week.Week) -> list[str]:
    if not this_week.needs:
        return [_("Nobody is waiting for a word from you.")]
    lines = [_line(client, why) for client, why in this_week.needs[:MOST]]
    more = len(this_week.needs) - MOST
    if more > 0:
        lines.append(ngettext("and %(count)s other", "and %(count)s others", more) % {"count": more})
    return ["\n".join(lines)]


def _line(client: Client, why: Why) -> str:
    words = {
        Why.SIGN: _("please read the story today"),
        Why.STOPPED: _("stopped a lesson"),
        Why.WAITS: _("waits for an answer"),
        Why.BARRIER: _("said what is in the way of practice"),
        Why.QUIET: _("has not practised for over a week"),
    }
    return f"**{as_is(str(client))}** {words[why]}"


def _practised(this_week: week.Week) -> str:
    if not this_week.clients:
        return _("Nobody is working with you just now.")
    if not this_week.practised:
        return _("Nobody practised in the last seven days.")
    share = share_in_words(this_week.practised, this_week.clients)
    return _("%s practised in the last seven days.") % share.capitalize()


def _sessions(this_week: week.Week) -> str:
    if not this_week.sessions:
        return _("No session is booked for the next seven days.")
    return ngettext(
        "One session is booked for the next seven days.",
        "%(count)s sessions are booked for the next seven days.",
        this_week.sessions,
    ) % {"count": in_words(this_week.sessions).capitalize()}
