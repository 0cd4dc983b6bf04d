"""A small world for the walks through all addresses: who lives in it, and one of each thing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.utils import timezone

from coaching.booking import links
from coaching.booking.calendars.actions import open_feed
from coaching.booking.models import (
    Appointment,
    BusyCalendar,
    CalendarFeed,
    CalendarReply,
    ChangeRequest,
    KeptFree,
    Series,
    SessionType,
    WaitingPlace,
)
from coaching.journal.models import NoteTemplate, SessionNote, SetAside
from coaching.library import loose
from coaching.library.models import Lesson, Program, Recording
from coaching.media.models import StoredFile, Upload
from coaching.messaging.models import Attachment, Conversation, Message
from coaching.messaging.models_desk import SavedAnswer
from coaching.outbox.actions import post
from coaching.outbox.models import Device, Letter, Suppression
from coaching.people.models import Client, Invitation, Practitioner
from coaching.practice.graduating import graduate
from coaching.practice.models import Assignment, PracticeEntry
from coaching.practice.unfolding import give_program
from coaching.story import asking
from coaching.story.models import StoryQuestion
from tests import cast


@dataclass
class World:
    """Marta works with Teresa and the outsider; the stranger is a practitioner who works with neither."""

    marta: Practitioner
    teresa: Client
    outsider: Client
    stranger: Practitioner
    things: dict[str, Any]


T = TypeVar("T")


def once(make: Callable[[World], T]) -> Callable[[World], T]:
    """A thing that many addresses may share: made when it is first asked for in a world."""

    def made(world: World) -> T:
        if make.__name__ not in world.things:
            world.things[make.__name__] = make(world)
        thing: T = world.things[make.__name__]
        return thing

    return made


@once
def invitation(world: World) -> Invitation:
    return cast.invitation(of=world.marta)


@once
def device(world: World) -> Device:
    return cast.device(of=world.teresa)


@once
def kind(world: World) -> SessionType:
    return cast.session_type(of=world.marta, audience="anyone")


@once
def appointment(world: World) -> Appointment:
    return cast.appointment(client=world.teresa, session_type=kind(world), start=cast.NOW + timedelta(days=400))


@once
def offer(world: World) -> Appointment:
    offer = cast.appointment(
        client=world.teresa,
        session_type=kind(world),
        start=cast.NOW + timedelta(days=402),
        status="offered",
        held_until=cast.NOW + timedelta(days=300),
    )
    WaitingPlace.objects.create(
        client=world.teresa, session_type=offer.session_type, state="told", since=cast.NOW, offer=offer
    )
    return offer


@once
def in_a_row(world: World) -> Appointment:
    session = appointment(world)
    session.series = Series.objects.create(
        client=world.teresa,
        session_type=session.session_type,
        every_weeks=2,
        zone="Europe/Copenhagen",
        created_at=cast.NOW,
    )
    session.save()
    return session


@once
def wish(world: World) -> ChangeRequest:
    return ChangeRequest.objects.create(appointment=appointment(world), wish="cancel", asked_at=cast.NOW)


@once
def declined(world: World) -> CalendarReply:
    return CalendarReply.objects.create(
        appointment=appointment(world), answer="declined", sequence=0, message_id="<a@example.org>", at=cast.NOW
    )


def link_for(purpose: str) -> Callable[[World], list[Any]]:
    """The token of a link in Teresa's letter: whoever has it is let in, whoever they are."""

    def token(world: World) -> list[Any]:
        session, person = (offer if purpose == "offer" else appointment)(world), world.teresa.user
        path = links.path_to(links.Purpose(purpose), session, person=person, now=timezone.now())
        return [path.split("/")[3]]

    return token


@once
def kept(world: World) -> KeptFree:
    start = cast.NOW + timedelta(days=400)
    return KeptFree.objects.create(
        practitioner=world.marta, starts_at=start, ends_at=start + timedelta(hours=1), note="Hers alone"
    )


@once
def feed(world: World) -> CalendarFeed:
    return open_feed(person=world.teresa.user, now=cast.NOW)


@once
def busy(world: World) -> BusyCalendar:
    """Nobody answers there: reading it fails at once."""
    return BusyCalendar.objects.create(
        practitioner=world.marta, name="Home", url="https://127.0.0.1/", added_at=cast.NOW, next_try_at=cast.NOW
    )


@once
def lesson(world: World) -> Lesson:
    file = cast.file_on_disk(by=world.marta.user)
    cast.film_of(file)
    return cast.lesson(of=world.marta, file=file)


@once
def program(world: World) -> Program:
    return cast.program(of=world.marta, lessons=[lesson(world), cast.lesson(of=world.marta, title="Side by side")])


@once
def given_program(world: World) -> Assignment:
    return give_program(client=world.teresa, program=program(world), starts_on=cast.NOW.date(), now=cast.NOW)


@once
def first_aid(world: World) -> Lesson:
    file = cast.file_on_disk(by=world.marta.user)
    cast.film_of(file)
    return cast.lesson(of=world.marta, title="First aid", file=file, open_to_visitors=True, captions=cast.CAPTIONS)


@once
def assignment(world: World) -> Assignment:
    file = cast.file_on_disk(by=world.marta.user)
    cast.film_of(file)
    lesson = cast.lesson(of=world.marta, title="Side bend", file=file, captions=cast.CAPTIONS)
    return cast.assignment(to=world.teresa, lesson=lesson)


@once
def graduated(world: World) -> Client:
    """Somebody else of Marta's, who needs no plan any more."""
    gil = cast.client(of=world.marta, name="Gil Graduate")
    graduate(client=gil, now=timezone.now())
    return gil


@once
def question(world: World) -> StoryQuestion:
    return asking.ask(practitioner=world.marta, words="How do you sleep?")


@once
def recording(world: World) -> Recording:
    return loose.keep(practitioner=world.marta, file=cast.file_on_disk(by=world.marta.user), now=cast.NOW)


@once
def spoken(world: World) -> Assignment:
    lesson = cast.lesson(of=world.marta, title="With a spoken note")
    return cast.assignment(to=world.teresa, lesson=lesson, voice=cast.file_on_disk(by=world.marta.user))


@once
def told(world: World) -> PracticeEntry:
    voice = cast.file_on_disk(by=world.teresa.user)
    return cast.entry(by=world.teresa, lesson=lesson(world), voice=voice)


@once
def said(world: World) -> Message:
    """Teresa's."""
    talk, _new = Conversation.objects.get_or_create(client=world.teresa)
    return talk.messages.create(author=world.teresa.user, uuid=uuid4(), words="Left?", sent_at=timezone.now())


def _attached(world: World, file: StoredFile) -> Attachment:
    number = said(world).attachments.count()
    attached: Attachment = said(world).attachments.create(file=file, place=number)
    return attached


@once
def attached(world: World) -> Attachment:
    return _attached(world, cast.file_on_disk(by=world.teresa.user))


@once
def attached_picture(world: World) -> Attachment:
    return _attached(world, cast.picture_on_disk(by=world.teresa.user))


@once
def attached_film(world: World) -> Attachment:
    file = cast.file_on_disk(by=world.teresa.user)
    cast.film_of(file)
    file.kind = "video"
    file.save(update_fields=["kind"])
    return _attached(world, file)


@once
def answer(world: World) -> SavedAnswer:
    return SavedAnswer.objects.create(
        practitioner=world.marta, title="Go on", words="Go on, {name}.", updated_at=cast.NOW
    )


@once
def upload(world: World) -> Upload:
    return cast.upload(by=world.teresa.user)


@once
def stopped(world: World) -> Suppression:
    return Suppression.objects.create(email=world.teresa.user.email, reason="550", refusals=2, created_at=cast.NOW)


@once
def letter(world: World) -> Letter:
    letter = post(
        kind="practice.assigned", key="a", person=world.teresa.user, about={}, due_at=cast.NOW, now=cast.NOW
    )
    assert letter
    return letter


@once
def note(world: World) -> SessionNote:
    """Of no session, and shared."""
    return SessionNote.objects.create(
        client=world.teresa,
        words="Holds the breath.",
        draft="Breathe out longer.",
        shared="Breathe out longer.",
        shared_at=cast.NOW,
        began_at=cast.NOW,
        saved_at=cast.NOW,
    )


@once
def note_template(world: World) -> NoteTemplate:
    return NoteTemplate.objects.create(practitioner=world.marta, name="After a session", words="What we did\n")


@once
def aside(world: World) -> SetAside:
    return SetAside.objects.create(
        practitioner=world.marta, client=world.teresa, reason="quiet", since=cast.NOW, at=cast.NOW
    )
