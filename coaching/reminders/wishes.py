"""What a letter's reader wants of it, looked up just before it leaves."""

from datetime import UTC, datetime

from django.utils.translation import gettext as _

from coaching.outbox.letters import Wish, asks
from coaching.outbox.models import Letter
from coaching.reminders import links, queries, rules
from coaching.reminders.clocks import after_quiet
from coaching.reminders.models import ReminderChoice
from coaching.reminders.topics import WORDS, Topic, can_wait, topic_of


class ReadersWishes:
    """One query for a letter that can wait, two when its reader has a limit; none for what always comes."""

    def wish(self, letter: Letter, now: datetime) -> Wish:
        topic = topic_of(letter.kind)
        if topic is None or letter.person is None:
            return Wish()
        now = now.astimezone(UTC)
        choice = queries.choice_for.of(letter)
        if refusal := _refusal(topic, choice, now):
            return Wish(refusal=refusal)
        until = _until(topic, letter, choice, now) if can_wait(topic) else None
        return Wish(until=until, on_phone=topic in choice.on_phone)

    def in_full(self, letter: Letter) -> bool:
        if topic_of(letter.kind) is not Topic.MESSAGES:
            return False
        choice = queries.choice_for.of(letter)
        return choice.words_on_phone if letter.channel == Letter.Channel.PUSH else choice.words_by_mail

    def way_out(self, letter: Letter) -> str:
        topic = topic_of(letter.kind)
        return links.stopping(letter.person, topic) if topic and letter.person else ""


def _refusal(topic: Topic, choice: ReminderChoice, now: datetime) -> str:
    if topic in choice.off:
        return _("Its reader wants no letters %s.") % WORDS[topic].letters
    if _is_paused(choice, now) and can_wait(topic) and topic is not Topic.LESSONS:
        return _("Its reader has paused letters like this one.")
    return ""


def _until(topic: Topic, letter: Letter, choice: ReminderChoice, now: datetime) -> datetime | None:
    """A new lesson waits for a pause to end. Whatever can wait does so for quiet hours and for a day with room.

    What goes to a phone has found its room already, when it was decided that it goes there.
    """
    person = letter.person
    if person is None:
        return None
    free = choice.paused_until if choice.paused_until and _is_paused(choice, now) else now
    counts = letter.channel == Letter.Channel.EMAIL and choice.daily_cap is not None
    if counts and queries.letters_today(person, now) >= (choice.daily_cap or 0):
        free = max(free, rules.free_again(zone=person.zone, quiet=choice.quiet, now=now))
    free = after_quiet(free, person.zone, choice.quiet)
    return free if free > now else None


def _is_paused(choice: ReminderChoice, now: datetime) -> bool:
    return choice.paused_until is not None and choice.paused_until > now


asks(ReadersWishes())
