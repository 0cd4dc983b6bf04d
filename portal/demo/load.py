"""The demo practice, from nothing to today. Everything is made by the rooms' own actions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from coaching.booking.models import SessionType
from coaching.booking.rules import Stretch
from coaching.library.models import Lesson, Program
from coaching.library.programs import actions as programs
from coaching.live import actions as live
from coaching.outbox.models import Letter
from coaching.people import actions as people
from coaching.people.models import Practitioner
from coaching.welcome import actions as welcome
from portal.demo import cast, coming, desk, inbox, meetings, practising, talking
from portal.demo.history import Calendar, History
from portal.demo.life import House, Life
from portal.demo.recordings import add_lessons

PASSWORD = "feel-the-difference"  # noqa: S105 - said in the README: these sign-ins open the demo alone
DOMAIN = "@demo.example"
MOVED_IN = timedelta(days=118)
MEETING_ADDRESS = "https://meet.demo.example/the-quiet-floor"
ANSWER = "A letter of the demo's past: it was written and kept, and never left."

Say = Callable[[str], None]


class SomebodyElses(Exception):
    """The database holds what the demo did not make."""


def is_there() -> bool:
    """Whether the demo practice is loaded."""
    return User.objects.filter(email=cast.host().email).exists()


def refuse_others() -> None:
    """Raise SomebodyElses when anybody lives here whom the demo did not make."""
    if User.objects.exclude(email__endswith=DOMAIN).exists() or (Practitioner.objects.exists() and not is_there()):
        raise SomebodyElses


def load(*, now: datetime, say: Say) -> None:
    """Fill an empty database: all of it or nothing. Raises SomebodyElses."""
    refuse_others()
    lessons: dict[str, Lesson] = {}
    try:
        with transaction.atomic():
            practitioner = _move_in(cast.host(), now)
            lessons |= add_lessons(practitioner, now=now - MOVED_IN)
            say(f"{len(lessons)} lessons are spoken.")
            program = _add_program(practitioner, lessons, now - MOVED_IN)
            _live(House(practitioner, lessons, program), now)
            _open_the_doors(now)
    except BaseException:
        _forget_sound(lessons)
        raise


def _move_in(host: cast.Host, now: datetime) -> Practitioner:
    practitioner = welcome.set_up(
        email=host.email,
        name=host.name,
        time_zone=host.zone,
        practice_name=host.practice,
        hours={day: [Stretch(*each) for each in stretches] for day, stretches in host.hours.items()},
        now=now - MOVED_IN,
    )
    people.describe_practice(
        practice=practitioner.practice, name=host.practice, tagline=host.tagline, welcome=host.welcome, now=now
    )
    inbox.furnish(practitioner, host, now)
    SessionType.objects.filter(practitioner=practitioner).update(address=MEETING_ADDRESS)
    desk.add_long_session(practitioner, MEETING_ADDRESS, now - MOVED_IN)
    return practitioner


def _add_program(practitioner: Practitioner, lessons: dict[str, Lesson], now: datetime) -> Program:
    told = cast.host().program
    program = programs.make(
        practitioner=practitioner,
        title=told["title"],
        purpose=told["purpose"],
        opening=Program.Opening.IN_TURN,
        now=now,
    )
    steps = [programs.add(program=program, lesson=lessons[title]).pk for title in told["lessons"]]
    programs.arrange(program=program, order=steps, times=dict.fromkeys(steps, told["times"]))
    return program


def _live(house: House, now: datetime) -> None:
    """Three months: every life is planned, then all of them happen together, day by day."""
    history = History(now)
    lives = {person.number: Life(person, house, history) for person in cast.people()}
    for life in lives.values():
        for room in (meetings, coming, talking, practising):
            room.plan(life)
    desk.plan(lives, house, history)
    inbox.plan(lives, cast.host(), history)
    _invite_one_more(house.practitioner, history)
    history.happen()


def _invite_one_more(practitioner: Practitioner, history: History) -> None:
    """Somebody who has not come in yet."""
    told = dict(cast.host().invited)
    asked = Calendar(practitioner.zone, history.now).instant(told.pop("day"), coming.MORNING)
    history.at(asked, lambda now: welcome.invite(practitioner=practitioner, now=now, **told))


def _open_the_doors(now: datetime) -> None:
    """Let the demo's people sign in; leave the past's letters as kept and its news as read."""
    demo = User.objects.filter(email__endswith=DOMAIN)
    demo.update(password=make_password(PASSWORD), created_at=now - MOVED_IN)
    Letter.objects.filter(state=Letter.State.KEPT).update(answer=ANSWER)
    live.forget_old(now=now)


def _forget_sound(lessons: dict[str, Lesson]) -> None:
    """A story that broke off leaves no files behind."""
    for lesson in lessons.values():
        (Path(settings.MEDIA_ROOT) / lesson.recording.file.path).unlink(missing_ok=True)
