"""What a client tells: the story, the weekly rating, and what is said in the conversation."""

from datetime import datetime, time, timedelta
from functools import partial

from coaching.booking.models import Appointment
from coaching.messaging import actions as messaging
from coaching.messaging import changing
from coaching.messaging.models import Message
from coaching.messaging.queries import conversation_of
from coaching.people.models import Client, Practitioner
from coaching.story import actions as stories
from coaching.story import again, happenings
from coaching.story.felt import Mark
from coaching.story.queries import story_of
from portal.demo import enclosed
from portal.demo.cast import Feeling, Line, Tale
from portal.demo.history import QUIET
from portal.demo.life import Life

UNTIL_READ = timedelta(hours=4)
TOLD_AT, RATED_AT, READ_AT = time(17, 30), time(19, 45), time(8, 40)


def plan(life: Life) -> None:
    person, history = life.person, life.history
    if person.story:
        history.at(life.calendar.instant(person.story.day, TOLD_AT), partial(_tell, life, person.story))
    for line in person.talk:
        history.at(_when(life, line), partial(_say, life, line))
    monday = life.calendar.today - timedelta(days=life.calendar.today.weekday())
    for ago, value in enumerate(reversed(person.reserve)):
        rated = life.calendar.instant(monday - timedelta(weeks=ago, days=-1), RATED_AT)
        if value is not None:
            history.if_past(rated, partial(_rate, life, value))


def _when(life: Life, line: Line) -> datetime:
    """The practitioner answers on working days."""
    if line.by == "client":
        return life.calendar.instant(line.day, line.at)
    return life.desk.instant(life.desk.next_working_day(line.day), line.at)


def _tell(life: Life, tale: Tale, now: datetime) -> None:
    stories.tell_story(
        client=life.client,
        happened=tale.happened,
        since=tale.since,
        cause=tale.cause,
        where=tale.where,
        marks=[Mark(*each) for each in tale.marks],
        wish=tale.wish,
        activities=[stories.Wanted(*each) for each in tale.activities],
        eases=tale.eases,
        worsens=tale.worsens,
        work=tale.work,
        sleep=tale.sleep,
        reserve=tale.reserve,
        signs=tale.signs,
        now=now,
    )
    for kind, words, year, until in tale.line:
        happenings.add(client=life.client, kind=kind, words=words, year=year, until_year=until or None, now=now)
    for feeling in tale.later:
        at = life.calendar.instant(feeling.day, RATED_AT)
        life.history.if_past(at, partial(_feel, life, tale, feeling))
    if not tale.signs:
        life.history.if_past(life.desk.instant(tale.day + 1, READ_AT), partial(_open_story, life))


def _feel(life: Life, tale: Tale, feeling: Feeling, now: datetime) -> object:
    """The map as it is now, and how the activities go."""
    again.draw_anew(client=life.client, marks=[Mark(*each) for each in feeling.marks], now=now)
    again.rate_activities(client=life.client, values=dict(enumerate(feeling.goes)), now=now)
    return QUIET


def _open_story(life: Life, now: datetime) -> object:
    """The practitioner reads it, which the client can see."""
    stories.note_reading(story=story_of(life.client), practitioner=life.house.practitioner, now=now)
    return QUIET


def _say(life: Life, line: Line, now: datetime) -> None:
    """Whoever writes has read what came before."""
    author, other = _sides(life, line)
    conversation = conversation_of(life.client)
    _read(life, author, None, now)
    message = messaging.send(
        conversation=conversation,
        author=author.user,
        uuid=life.token(),
        words=line.words,
        lesson=life.house.lessons[line.lesson] if line.lesson else None,
        lesson_second=line.second,
        session=_last_session(life, now) if line.session else None,
        answers=conversation.messages.last() if line.answers and conversation.pk else None,
        files=[enclosed.made(name) for name in line.files],
        now=now,
    )
    if line.written_down:
        voice = message.attachments.get()
        changing.transcribe(attachment=voice, by=author.user, words=line.written_down, now=now)
    if not line.unread:
        life.history.if_past(now + UNTIL_READ, partial(_read, life, other, message))


def _last_session(life: Life, now: datetime) -> Appointment | None:
    return Appointment.objects.filter(client=life.client, starts_at__lt=now).order_by("starts_at").last()


def _sides(life: Life, line: Line) -> tuple[Client | Practitioner, Client | Practitioner]:
    sides = (life.client, life.house.practitioner)
    return sides if line.by == "client" else (sides[1], sides[0])


def _read(life: Life, reader: Client | Practitioner, message: Message | None, now: datetime) -> object:
    conversation = conversation_of(life.client)
    last = message or (conversation.messages.last() if conversation.pk else None)
    if last is not None:
        messaging.read(conversation=conversation, reader=reader.user, up_to=last.pk, now=now)
    return QUIET


def _rate(life: Life, value: int, now: datetime) -> object:
    today = life.today(now)
    week = today - timedelta(days=today.weekday())
    stories.rate_reserve(client=life.client, week=week, value=value, now=now)
    return QUIET
