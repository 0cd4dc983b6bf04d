"""Letters at a client's own time of practice, one a day at most. No subject names a body, a pain or a lesson."""

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.numbers import in_words
from coaching.library.models import Lesson
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people import examples
from coaching.people.models import Client, Practitioner
from coaching.practice import letters as practice_letters
from coaching.practice import links as practice_links
from coaching.practice import queries as practice
from coaching.practice.models import Assignment
from coaching.reminders import links, practising
from coaching.reminders.models import ReminderChoice


@tells("reminder.practice", sample=lambda practitioner, now: _sample_practice(practitioner, now))
def practice_today(letter: Letter, now: datetime) -> Told | None:
    """None when it was done, stopped or ended meanwhile, or when its reader needs no reminder any more."""
    client = _due(letter, now)
    asked = [one.assignment for one in practice.today(client, _day(letter)) if one.is_asked] if client else []
    return _practice(client, asked, _day(letter), _time(client, letter.due_at)) if client and asked else None


@tells("reminder.barrier", sample=lambda practitioner, now: _barrier(*_example(practitioner, now)))
def barrier(letter: Letter, now: datetime) -> Told | None:
    """None when there was practice meanwhile."""
    client = _due(letter, now)
    return _barrier(client, _day(letter)) if client else None


@tells("reminder.relief", sample=lambda practitioner, now: _sample_relief(practitioner, now))
def relief(letter: Letter, now: datetime) -> Told | None:
    """None when the lesson was done again, stopped, or taken back."""
    client = _due(letter, now)
    given = Assignment.objects.filter(client=client, lesson=letter.about["lesson"]) if client else None
    latest = given and given.select_related("lesson__recording__file").order_by("-created_at").first()
    if client is None or not latest or latest.lesson is None or latest.state == Assignment.State.STOPPED:
        return None
    return _relief(client, latest, latest.lesson, _day(letter), letter.about["ago"])


def _due(letter: Letter, now: datetime) -> Client | None:
    """The client, if this letter is still what the day asks for."""
    people = Client.objects.reminded().select_related("user", "practitioner__user")
    client = people.filter(pk=letter.about["client"]).first()
    return client if client and practising.is_still_due(letter, client=client, now=now) else None


def _practice(client: Client, asked: Sequence[Assignment], day: date, at: str) -> Told:
    """ "One lesson today": what it is called stands inside, where no lock screen shows it."""
    count = len(asked)
    one = asked[0] if count == 1 else None
    url = reverse("practice_lesson", args=[one.pk]) if one else reverse("practice")
    subject = ngettext("One lesson today", "%(count)s lessons today", count) % {
        "count": in_words(count).capitalize()
    }
    return Told(
        subject=subject,
        preheader=_("When it suits you. Slowly is enough."),
        greeting_name=client.name,
        paragraphs=[
            ngettext("This is for today, when it suits you:", "These are for today, when it suits you:", count),
            "\n".join(_line(each) for each in asked),
        ],
        action=Action(_("Begin") if one else _("See the lessons"), absolute(url)),
        after=[_done_already(asked, day)],
        why=_("You get this at %s when you have not practised yet. It comes less often when practice goes well.")
        % at,
        values={"time": at},
    )


def _done_already(asked: Sequence[Assignment], day: date) -> str:
    """One tap notes it, without signing in."""
    if len(asked) == 1:
        return _("Done already? [Say how it was](%s): one tap, and you need not sign in.") % (
            practice_links.saying_after(asked[0], day)
        )
    links = [f"[{as_is(str(each.lesson))}]({practice_links.saying_after(each, day)})" for each in asked]
    return _("Done already? Say how it was, in one tap and without signing in: %s.") % ", ".join(links)


def _line(assignment: Assignment) -> str:
    lesson = assignment.lesson
    minutes = lesson.recording.file.minutes if lesson else 0
    said = {"lesson": as_is(str(lesson)), "minutes": minutes}
    return ngettext("**%(lesson)s**, %(minutes)s minute", "**%(lesson)s**, %(minutes)s minutes", minutes) % said


def _barrier(client: Client, asked_on: date) -> Told:
    name = as_is(client.practitioner.name)
    return Told(
        subject=_("What is in the way?"),
        preheader=_("One tap answers it."),
        greeting_name=client.name,
        paragraphs=[
            _("We have written a few times, and it stayed quiet. That happens. We stop reminding you now."),
            _(
                "It would help %s to know what is in the way. Too little time, too sore, not sure how: "
                "each has an answer. You need not sign in."
            )
            % name,
        ],
        action=Action(_("Say what is in the way"), links.answering(client, asked_on)),
        why=_("You get this once, when four letters in a row were followed by no practice."),
    )


def _relief(client: Client, given: Assignment, lesson: Lesson, day: date, ago: int) -> Told:
    said = {"lesson": as_is(lesson.title), "minutes": lesson.recording.file.minutes}
    first = (
        _("Yesterday it was easier after **%(lesson)s** than before.")
        if ago == 1
        else _("A week ago it was easier after **%(lesson)s** than before.")
    )
    return Told(
        subject=_("How is it a day later?") if ago == 1 else _("How is it a week later?"),
        preheader=_("Take a moment to notice."),
        greeting_name=client.name,
        paragraphs=[
            first % said,
            _(
                "Take a moment and notice how it is now. If it is still easier, there is nothing to do. "
                "If the old habit is back, the same %(minutes)s minutes are there for you."
            )
            % said,
        ],
        action=Action(_("Open the lesson"), absolute(reverse("practice_lesson", args=[given.pk]))),
        after=[
            _("Done it again? [Say how it was](%s): one tap, and you need not sign in.")
            % practice_links.saying_after(given, day)
        ],
        why=_("You get this a day and a week after a lesson that helped, if you have not done it again."),
    )


def _day(letter: Letter) -> date:
    return date.fromisoformat(letter.about["day"])


def _time(client: Client, at: datetime) -> str:
    return formats.date_format(at.astimezone(client.zone), "H:i")


def _example(practitioner: Practitioner, now: datetime) -> tuple[Client, date]:
    return examples.client(practitioner, now), now.astimezone(practitioner.zone).date()


def _sample_practice(practitioner: Practitioner, now: datetime) -> Told:
    given = practice_letters.example(practitioner, now)
    at = ReminderChoice().practice_at
    return _practice(given.client, [given], given.starts_on, f"{at:%H:%M}")


def _sample_relief(practitioner: Practitioner, now: datetime) -> Told:
    given = practice_letters.example(practitioner, now)
    if given.lesson is None:
        raise LookupError("The example is a lesson.")
    return _relief(given.client, given, given.lesson, given.starts_on, 1)
