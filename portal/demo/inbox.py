"""The practitioner's messages: saved answers, when they are answered, stars, and what is set aside."""

from datetime import datetime, timedelta

from accounts.wall import first_instant
from coaching.messaging import actions_desk, actions_inbox, rules_desk
from coaching.messaging.models_desk import SavedAnswer
from coaching.messaging.queries import conversation_of
from coaching.messaging.rules_desk import WeekdayHours
from coaching.people.models import Practitioner
from portal.demo import cast
from portal.demo.history import QUIET, History
from portal.demo.life import Life


def furnish(practitioner: Practitioner, host: cast.Host, now: datetime) -> None:
    """What is there from the first day."""
    hours = [WeekdayHours(day, *stretch) for day, stretch in host.answering.items()]
    actions_desk.say_when(practitioner=practitioner, answers=host.answers, hours=hours, leave=None, now=now)
    for told in host.saved:
        answer = SavedAnswer(practitioner=practitioner)
        actions_desk.save_answer(answer=answer, title=told["title"], words=told["words"].strip(), now=now)


def plan(lives: dict[int, Life], host: cast.Host, history: History) -> None:
    """What was done with conversations a few minutes ago."""
    history.at(history.now - timedelta(minutes=2), lambda now: _sort(lives, host, now))


def _sort(lives: dict[int, Life], host: cast.Host, now: datetime) -> object:
    for number in host.starred:
        actions_inbox.star(conversation=conversation_of(lives[number].client), starred=True, now=now)
    for number in host.aside:
        life = lives[number]
        tomorrow = life.desk.day(1)
        until = first_instant(datetime.combine(tomorrow, rules_desk.MORNING), life.house.practitioner.zone)
        actions_inbox.set_aside(conversation=conversation_of(life.client), until=until, now=now)
    return QUIET
