"""Every address, tried as everybody: visitor, the client it concerns, another client, the practitioner, and a
practitioner of another practice. A new address fails here until it stands in the table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse
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
from coaching.library import loose
from coaching.library.models import Lesson, Program, Recording
from coaching.media.models import Upload
from coaching.messaging.models import Attachment, Conversation
from coaching.outbox.actions import post
from coaching.outbox.models import Letter, Suppression
from coaching.people.models import Client, Invitation, Practitioner
from coaching.practice.links import after_token
from coaching.practice.models import Assignment, PracticeEntry
from coaching.practice.unfolding import give_program
from coaching.reminders.links import barrier_token, stopping
from coaching.reminders.topics import Topic
from tests import cast
from tests.conftest import signed_in

LIBRARIES = ("allauth.", "django.")
ROLES = ("visitor", "teresa", "outsider", "marta", "stranger")


@dataclass
class World:
    """Marta works with Teresa and the outsider; the stranger is a practitioner who works with neither."""

    marta: Practitioner
    teresa: Client
    outsider: Client
    stranger: Practitioner
    things: dict[str, Any]


@pytest.fixture
def world(marta: Practitioner, teresa: Client, outsider: Client) -> World:
    stranger = cast.practitioner(name="Sten Stranger", zone="Australia/Adelaide")
    return World(marta, teresa, outsider, stranger, things={})


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
def _invitation(world: World) -> Invitation:
    return cast.invitation(of=world.marta)


@once
def _type(world: World) -> SessionType:
    return cast.session_type(of=world.marta, audience="anyone")


@once
def _appointment(world: World) -> Appointment:
    return cast.appointment(client=world.teresa, session_type=_type(world), start=cast.NOW + timedelta(days=400))


@once
def _offer(world: World) -> Appointment:
    offer = cast.appointment(
        client=world.teresa,
        session_type=_type(world),
        start=cast.NOW + timedelta(days=402),
        status="offered",
        held_until=cast.NOW + timedelta(days=300),
    )
    WaitingPlace.objects.create(
        client=world.teresa, session_type=offer.session_type, state="told", since=cast.NOW, offer=offer
    )
    return offer


@once
def _in_a_row(world: World) -> Appointment:
    session = _appointment(world)
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
def _wish(world: World) -> ChangeRequest:
    return ChangeRequest.objects.create(appointment=_appointment(world), wish="cancel", asked_at=cast.NOW)


@once
def _declined(world: World) -> CalendarReply:
    return CalendarReply.objects.create(
        appointment=_appointment(world), answer="declined", sequence=0, message_id="<a@example.org>", at=cast.NOW
    )


def _link_for(purpose: str) -> Callable[[World], list[Any]]:
    """The token of a link in Teresa's letter: whoever has it is let in, whoever they are."""

    def token(world: World) -> list[Any]:
        session, person = (_offer if purpose == "offer" else _appointment)(world), world.teresa.user
        path = links.path_to(links.Purpose(purpose), session, person=person, now=timezone.now())
        return [path.split("/")[3]]

    return token


@once
def _kept(world: World) -> KeptFree:
    start = cast.NOW + timedelta(days=400)
    return KeptFree.objects.create(
        practitioner=world.marta, starts_at=start, ends_at=start + timedelta(hours=1), note="Hers alone"
    )


@once
def _feed(world: World) -> CalendarFeed:
    return open_feed(person=world.teresa.user, now=cast.NOW)


@once
def _busy(world: World) -> BusyCalendar:
    """Nobody answers there: reading it fails at once."""
    return BusyCalendar.objects.create(
        practitioner=world.marta, name="Home", url="https://127.0.0.1/", added_at=cast.NOW, next_try_at=cast.NOW
    )


@once
def _lesson(world: World) -> Lesson:
    file = cast.file_on_disk(by=world.marta.user)
    cast.film_of(file)
    return cast.lesson(of=world.marta, file=file)


@once
def _program(world: World) -> Program:
    return cast.program(of=world.marta, lessons=[_lesson(world), cast.lesson(of=world.marta, title="Side by side")])


@once
def _given_program(world: World) -> Assignment:
    return give_program(client=world.teresa, program=_program(world), starts_on=cast.NOW.date(), now=cast.NOW)


@once
def _first_aid(world: World) -> Lesson:
    file = cast.file_on_disk(by=world.marta.user)
    cast.film_of(file)
    return cast.lesson(of=world.marta, title="First aid", file=file, open_to_visitors=True, captions=cast.CAPTIONS)


@once
def _assignment(world: World) -> Assignment:
    file = cast.file_on_disk(by=world.marta.user)
    cast.film_of(file)
    lesson = cast.lesson(of=world.marta, title="Side bend", file=file, captions=cast.CAPTIONS)
    return cast.assignment(to=world.teresa, lesson=lesson)


@once
def _recording(world: World) -> Recording:
    return loose.keep(practitioner=world.marta, file=cast.file_on_disk(by=world.marta.user), now=cast.NOW)


@once
def _spoken(world: World) -> Assignment:
    lesson = cast.lesson(of=world.marta, title="With a spoken note")
    return cast.assignment(to=world.teresa, lesson=lesson, voice=cast.file_on_disk(by=world.marta.user))


@once
def _told(world: World) -> PracticeEntry:
    voice = cast.file_on_disk(by=world.teresa.user)
    return cast.entry(by=world.teresa, lesson=_lesson(world), voice=voice)


@once
def _attached(world: World) -> Attachment:
    talk, _new = Conversation.objects.get_or_create(client=world.teresa)
    said = talk.messages.create(author=world.teresa.user, uuid=uuid4(), words="", sent_at=cast.NOW)
    attached: Attachment = said.attachments.create(file=cast.file_on_disk(by=world.teresa.user))
    return attached


@once
def _upload(world: World) -> Upload:
    return cast.upload(by=world.teresa.user)


@once
def _stopped(world: World) -> Suppression:
    return Suppression.objects.create(email=world.teresa.user.email, reason="550", refusals=2, created_at=cast.NOW)


@once
def _letter(world: World) -> Letter:
    letter = post(
        kind="practice.assigned", key="a", person=world.teresa.user, about={}, due_at=cast.NOW, now=cast.NOW
    )
    assert letter
    return letter


# name of the address -> its arguments, made in the world above so that they are Teresa's (or Marta's own).
Arguments = Callable[[World], list[Any]]
NOTHING: Arguments = lambda world: []  # noqa: E731
TABLE: dict[str, Arguments] = {
    "healthz": NOTHING,
    "readyz": NOTHING,
    "metrics": NOTHING,
    "today": NOTHING,
    "phone": NOTHING,
    "offline": NOTHING,
    "worker": NOTHING,
    "manifest": NOTHING,
    "clients": NOTHING,
    "client": lambda world: [world.teresa.pk],
    "welcome": NOTHING,
    "set_up": lambda world: ["not-the-key"],
    "try_mail": NOTHING,
    "come": lambda world: [_invitation(world).code],
    "invite": NOTHING,
    "invite_again": lambda world: [_invitation(world).pk],
    "invite_revoke": lambda world: [_invitation(world).pk],
    "settings": NOTHING,
    "settings_practice": NOTHING,
    "settings_answers": NOTHING,
    "settings_name": NOTHING,
    "settings_zone": NOTHING,
    "settings_theme": NOTHING,
    "usersessions_list": NOTHING,
    "book": NOTHING,
    "book_type": lambda world: [_type(world).slug],
    "book_slots": lambda world: [_type(world).slug],
    "book_written": NOTHING,
    "sessions": NOTHING,
    "session": lambda world: [_appointment(world).pk],
    "book_repeat": lambda world: [_type(world).slug],
    "series_move": lambda world: [_in_a_row(world).pk],
    "series_cancel": lambda world: [_in_a_row(world).pk],
    "book_waiting": lambda world: [_type(world).slug],
    "session_offer": lambda world: [_offer(world).pk],
    "session_undo": lambda world: [_appointment(world).pk],
    "session_ask": lambda world: [_appointment(world).pk],
    "session_take_proposed": lambda world: [_appointment(world).pk],
    "sessions_asked": NOTHING,
    "asked_grant": lambda world: [_wish(world).pk],
    "asked_answer": lambda world: [_wish(world).pk],
    "asked_booking": lambda world: [_appointment(world).pk],
    "asked_calendar": lambda world: [_declined(world).pk],
    **{
        f"link_{purpose}": _link_for(purpose)
        for purpose in ("move", "cancel", "again", "done", "proposed", "offer")
    },
    "session_calendar": lambda world: [_appointment(world).pk],
    "session_cancel": lambda world: [_appointment(world).pk],
    "session_mark": lambda world: [_appointment(world).pk],
    "session_move": lambda world: [_appointment(world).pk],
    "session_move_to": lambda world: [_appointment(world).pk],
    "diary_free": NOTHING,
    "kept_free": lambda world: [_kept(world).pk],
    "calendar_feed": lambda world: [_feed(world).token],
    "settings_calendar": NOTHING,
    "settings_calendar_end": NOTHING,
    "settings_busy": NOTHING,
    "settings_busy_read": lambda world: [_busy(world).pk],
    "settings_busy_remove": lambda world: [_busy(world).pk],
    "mail_in": lambda world: ["postmark"],
    "hours": NOTHING,
    "hours_clear": NOTHING,
    "hours_dates": NOTHING,
    "hours_limits": NOTHING,
    "types": NOTHING,
    "type_new": NOTHING,
    "type_edit": lambda world: [_type(world).slug],
    "type_order": lambda world: [_type(world).slug],
    "type_retire": lambda world: [_type(world).slug],
    "type_again": lambda world: [_type(world).slug],
    "library": NOTHING,
    "add_lesson": NOTHING,
    "make_lesson": lambda world: [_recording(world).pk],
    "recording_sound": lambda world: [_recording(world).pk],
    "throw_recording_away": lambda world: [_recording(world).pk],
    "lesson": lambda world: [_lesson(world).pk],
    "edit_lesson": lambda world: [_lesson(world).pk],
    "recording_state": lambda world: [_lesson(world).recording.file_id],
    "lesson_sound": lambda world: [_lesson(world).pk],
    "archive_lesson": lambda world: [_lesson(world).pk],
    "prepare_again": lambda world: [_lesson(world).pk],
    "lesson_back": lambda world: [_lesson(world).pk],
    "lesson_film": lambda world: [_lesson(world).pk],
    "lesson_captions_file": lambda world: [_lesson(world).pk],
    "duplicate_lesson": lambda world: [_lesson(world).pk],
    "lesson_as_client": lambda world: [_lesson(world).pk],
    "lesson_words": lambda world: [_lesson(world).pk],
    "lesson_times": lambda world: [_lesson(world).pk],
    "lesson_captions": lambda world: [_lesson(world).pk],
    "replace_recording": lambda world: [_lesson(world).pk],
    "take_version": lambda world: [_lesson(world).pk, _lesson(world).recording_id],
    "version_sound": lambda world: [_lesson(world).pk, _lesson(world).recording_id],
    "programs": NOTHING,
    "new_program": NOTHING,
    **{
        name: lambda world: [_program(world).pk]
        for name in ("program", "edit_program", "program_steps", "duplicate_program", "archive_program")
    },
    "program_back": lambda world: [_program(world).pk],
    "program_as_client": lambda world: [_program(world).pk],
    "add_to_program": lambda world: [_program(world).pk],
    "first_aid": lambda world: [_first_aid(world).pk],
    "first_aid_sound": lambda world: [_first_aid(world).pk],
    "first_aid_film": lambda world: [_first_aid(world).pk],
    "first_aid_poster": lambda world: [_first_aid(world).pk],
    "first_aid_captions": lambda world: [_first_aid(world).pk],
    "record_for": lambda world: [world.teresa.pk],
    "give": lambda world: [world.teresa.pk],
    "given": lambda world: [world.teresa.pk, _assignment(world).pk],
    "given_as_client": lambda world: [world.teresa.pk, _assignment(world).pk],
    "open_next": lambda world: [world.teresa.pk, _given_program(world).pk],
    "pause_given": lambda world: [world.teresa.pk, _assignment(world).pk],
    "resume_given": lambda world: [world.teresa.pk, _assignment(world).pk],
    "end_given": lambda world: [world.teresa.pk, _assignment(world).pk],
    "practice": NOTHING,
    "progress": NOTHING,
    "rate": NOTHING,
    "practice_lesson": lambda world: [_assignment(world).pk],
    "play": lambda world: [_assignment(world).pk],
    "play_at": lambda world: [_assignment(world).lesson_id],
    "played": lambda world: [_assignment(world).pk],
    "practice_sound": lambda world: [_assignment(world).pk],
    "practice_film": lambda world: [_assignment(world).pk],
    "practice_poster": lambda world: [_assignment(world).pk],
    "practice_after": lambda world: [after_token(_assignment(world), timezone.now().date())],
    "practice_captions": lambda world: [_assignment(world).pk],
    "voice_beside_lesson": lambda world: [_spoken(world).pk],
    "voice_of_entry": lambda world: [_told(world).pk],
    "practice_note": lambda world: [_assignment(world).pk],
    "practice_stop": lambda world: [_assignment(world).pk],
    "messages": NOTHING,
    "message_news": NOTHING,
    "message_seen": NOTHING,
    "attached_sound": lambda world: [_attached(world).pk],
    "conversation": lambda world: [world.teresa.pk],
    "message_news_of": lambda world: [world.teresa.pk],
    "message_seen_of": lambda world: [world.teresa.pk],
    "story": NOTHING,
    "story_told": NOTHING,
    "story_what_to_do": NOTHING,
    "story_step": lambda world: ["happened"],
    "story_of": lambda world: [world.teresa.pk],
    "story_path": lambda world: [world.teresa.pk],
    "story_signs_seen": lambda world: [world.teresa.pk],
    "letters": NOTHING,
    "lift_stop": lambda world: [_stopped(world).pk],
    "mail_news": lambda world: ["mailgun"],
    "letter": lambda world: [_letter(world).pk],
    "reminders": NOTHING,
    "wordings": NOTHING,
    "wording": lambda world: ["reminder.session"],
    "stop_letters": lambda world: [stopping(world.teresa.user, Topic.PRACTICE).split("/")[-2]],
    "barrier": lambda world: [barrier_token(world.teresa, cast.NOW.date())],
    "see_barriers": lambda world: [world.teresa.pk],
    "uploads": NOTHING,
    "upload": lambda world: [_upload(world).pk],
    "upload_outcome": lambda world: [_upload(world).pk],
    "live": NOTHING,
    "live_since": NOTHING,
}
# Arguments that name nobody's thing: everybody with the right mark may use them.
NOBODYS = {"story_step", "wording", "book_waiting", "book_repeat"}
# Addresses that answer differently from what their mark says, with the reason.
EXCEPTIONS: dict[tuple[str, str], str] = {
    **{("metrics", role): "not found" for role in ROLES},  # whoever has no token
    **{("mail_news", role): "not found" for role in ROLES},  # no provider is set up
    **{("set_up", role): "not found" for role in ROLES},  # whoever has no key, or comes after the first start
    **{("mail_in", role): "not found" for role in ROLES},  # no provider is set up
    **{(name, "marta"): "not found" for name in ("upload", "upload_outcome")},  # whoever sends it, nobody else
    **{(name, "stranger"): "not found" for name in ("book_type", "book_slots", "book_repeat")},  # only their own
}


def _named(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _named(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif not entry.callback.__module__.startswith(LIBRARIES):
            yield f"{space}{entry.name}", entry


PATTERNS = dict(_named(get_resolver()))


def test_the_table_holds_every_address_and_no_other() -> None:
    assert sorted(TABLE) == sorted(PATTERNS)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_role_sees_what_it_may_and_nothing_else(name: str, world: World) -> None:
    arguments = TABLE[name](world)
    address = reverse(name, args=arguments)
    mark = PATTERNS[name].callback.access
    owned = bool(arguments) and name not in NOBODYS
    for role in ROLES:
        browser = Browser(raise_request_exception=True) if role == "visitor" else signed_in(getattr(world, role))
        answers = [(method, getattr(browser, method)(address)) for method in ("get", "post")]
        # The wrong method is refused before anything is looked up, so it tells nobody anything.
        judged = [(method, answer) for method, answer in answers if answer.status_code != 405]
        expected = EXCEPTIONS.get((name, role)) or _expected(mark, role, owned=owned)
        assert judged, address
        for method, answer in judged:
            assert _seen(answer) == expected, f"{method} {address} as {role}: {answer.status_code}"


def _expected(mark: str, role: str, *, owned: bool) -> str:
    if mark == "anyone":
        return "let in"
    if role == "visitor":
        return "asked to sign in"
    allowed = {
        "client": {"teresa"} if owned else {"teresa", "outsider"},
        "practitioner": {"marta"} if owned else {"marta", "stranger"},
        "member": {"teresa", "marta"} if owned else {"teresa", "outsider", "marta", "stranger"},
    }
    return "let in" if role in allowed[mark] else "not found"


def _seen(response: Any) -> str:
    if response.status_code == 404:
        return "not found"
    if response.status_code == 302 and response["Location"].startswith(str(reverse(settings.LOGIN_URL))):
        return "asked to sign in"
    assert response.status_code < 500
    assert response.status_code != 403
    return "let in"
