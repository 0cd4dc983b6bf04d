"""The demo practice: loaded once for all these tests, and taken back at the end."""

import io
import wave
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Max, Q
from django.test import Client as Browser
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from coaching.booking import decisions
from coaching.booking.models import (
    Appointment,
    AppointmentChange,
    BusyTime,
    DateOverride,
    KeptFree,
    SessionType,
)
from coaching.library.models import Lesson, Program
from coaching.messaging.models import Conversation, Message
from coaching.outbox.models import Letter
from coaching.people.models import Client, Invitation, Practitioner
from coaching.practice.models import Assignment, Playback, PracticeEntry
from coaching.story.models import ReserveRating, Story
from portal.bench.measure import Bench
from portal.bench.pages import pages
from portal.demo import compose, large, load, scripts, speech
from portal.demo.cast import people
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]

MONDAY_NOON = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
TINY = large.Sizes(practitioners=3, clients=40, sessions=900, messages=700, entries=1500)


def _nothing(_words: str) -> None:
    return None


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo practice of a Monday noon, under every test of this module."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        load.load(now=MONDAY_NOON, say=_nothing)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def crowd(demo: None) -> None:
    """A small crowd beside the demo practice."""
    large.fill(sizes=TINY, now=MONDAY_NOON, say=_nothing)


def _client(number: int) -> Client:
    return Client.objects.get(user__email=f"client{number}@demo.example")


# --- the sound ------------------------------------------------------------------------------------


def test_a_lesson_is_real_sound_and_its_cues_and_captions_fit_it() -> None:
    script = scripts.scripts()[0].shortened(6)
    with speech.voice() as voice:
        spoken = compose.compose(script, voice=voice)
    with wave.open(io.BytesIO(spoken.wav())) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 22050)
        assert sound.getnframes() / sound.getframerate() == pytest.approx(spoken.seconds)
    ends = [0.0, *(cue.end for cue in spoken.cues)]
    assert all(cue.start >= before for before, cue in zip(ends, spoken.cues, strict=False))
    assert spoken.cues[-1].end <= spoken.seconds + 0.001
    assert [cue.words for cue in spoken.captions] == [
        sentence for stretch in script.stretches for sentence in compose.sentences(stretch.said)
    ]


def test_it_is_loud_while_captions_stand_and_silent_in_the_rests() -> None:
    with speech.voice() as voice:
        spoken = compose.compose(scripts.scripts()[1].shortened(3), voice=voice)

    def loudest(start: float, end: float) -> int:
        first, last = (2 * round(second * spoken.rate) for second in (start, end))
        return max(map(abs, memoryview(spoken.samples[first:last]).cast("h")), default=0)

    assert all(loudest(said.start, said.end) > 3000 for said in spoken.captions)
    ends = zip(spoken.captions, spoken.captions[1:], strict=False)
    assert all(loudest(before.end + 0.01, after.start - 0.01) == 0 for before, after in ends)


def test_the_voice_can_be_had_again() -> None:
    for _ in range(2):
        with speech.voice() as voice:
            assert len(voice.say("Rest.")) > 2000


def test_every_lesson_lasts_three_to_seven_minutes_and_says_what_it_is_for() -> None:
    with speech.voice() as voice:
        spoken = {script: compose.compose(script, voice=voice) for script in scripts.scripts()}
    assert 6 <= len(spoken) <= 8
    assert all(180 <= each.seconds <= 420 for each in spoken.values())
    assert all(script.purpose and script.position and script.cautions for script in spoken)
    assert {script.phase for script in spoken} == {"unlearn", "relearn"}


def test_a_line_that_is_no_stretch_is_named() -> None:
    with pytest.raises(ValueError, match="contract four"):
        scripts.parse(scripts.FOLDER.joinpath("1-first-aid.txt").read_text() + "contract four | x | y\n")


# --- who is there ---------------------------------------------------------------------------------


def test_everybody_signs_in_with_the_same_password_and_a_verified_address(demo: None) -> None:
    emails = ["practitioner@demo.example", *(f"client{number}@demo.example" for number in range(1, 13))]
    for user in User.objects.filter(email__in=emails):
        assert user.check_password("feel-the-difference")
        assert user.emailaddress_set.filter(verified=True, primary=True, email=user.email).exists()
    assert User.objects.count() == len(emails)


def test_twelve_clients_live_in_nine_zones_with_odd_offsets_among_them(demo: None) -> None:
    zones = set(Client.objects.values_list("user__time_zone", flat=True))
    assert Client.objects.count() == 12
    assert len(zones) == 9
    minutes = {Client.objects.filter(user__time_zone=zone)[0].zone.utcoffset(MONDAY_NOON) for zone in zones}
    assert {30, 45} <= {int(offset.total_seconds() // 60 % 60) for offset in minutes if offset}


def test_lessons_have_sound_captions_and_cues_and_one_is_open_to_visitors(demo: None) -> None:
    lessons = Lesson.objects.select_related("recording__file").annotate(swells=Count("cues"))
    assert len(lessons) == 8
    assert all(lesson.swells >= 15 and lesson.recording.captions.startswith("WEBVTT") for lesson in lessons)
    assert all(lesson.recording.file.duration for lesson in lessons)
    assert lessons.filter(open_to_visitors=True).count() == 1
    assert Program.objects.get().steps.count() == 3


def test_lessons_have_chapters_and_one_follows_another(demo: None) -> None:
    lessons = Lesson.objects.annotate(parts=Count("chapters"))
    assert all(3 <= lesson.parts <= 5 for lesson in lessons)
    assert str(lessons.get(title="Twist and look back").follows) == "Arch and flatten"


def test_one_has_a_program_of_which_two_lessons_have_opened(demo: None) -> None:
    program = Assignment.objects.get(program__isnull=False)
    assert program.client == _client(2)
    assert [str(part.lesson) for part in program.parts.order_by("created_at")] == ["Arch and flatten", "Side bend"]


def test_each_client_is_where_their_story_says(demo: None) -> None:
    states = {person.number: _client(person.number).status for person in people()}
    assert Counter(states.values()) == {"active": 10, "graduated": 1, "new": 1}
    assert states[8] == "graduated"
    assert states[9] == "new"
    assert {person.number for person in people() if hasattr(_client(person.number), "story")} == {
        person.number for person in people() if person.story
    }


def test_the_sore_client_stopped_a_lesson_and_waits_for_an_answer(demo: None) -> None:
    stopped = Assignment.objects.get(state=Assignment.State.STOPPED)
    assert stopped.client == _client(3)
    assert stopped.stopped_at
    waiting = Conversation.objects.filter(waiting_since__isnull=False)
    assert {conversation.client for conversation in waiting} == {_client(3), _client(12)}
    assert all(conversation.waiting_since > MONDAY_NOON - timedelta(days=7) for conversation in waiting)


def test_a_sign_that_needs_a_doctor_has_not_been_seen_yet(demo: None) -> None:
    story = Story.objects.exclude(signs=[]).get()
    assert story.client == _client(5)
    assert story.signs_seen_at is None


def test_one_has_not_practised_for_nine_days_and_before_did_on_most(demo: None) -> None:
    days = set(_client(6).practice_entries.values_list("day", flat=True))
    today = MONDAY_NOON.astimezone(_client(6).zone).date()
    assert max(days) == today - timedelta(days=9)
    assert len([day for day in days if day > today - timedelta(days=31)]) >= 11


def test_one_is_brand_new_and_another_has_only_booked_a_first_talk(demo: None) -> None:
    fresh, new = _client(10), _client(9)
    assert not fresh.appointments.exists()
    assert not fresh.assignments.exists()
    assert fresh.invitation.accepted_at
    assert [session.session_type.slug for session in new.appointments.all()] == ["first-talk"]
    assert Invitation.objects.filter(accepted_at=None).count() == 1


def test_sessions_were_held_missed_moved_and_cancelled_and_some_are_today(demo: None) -> None:
    done = set(AppointmentChange.objects.values_list("what", flat=True))
    assert {"booked", "moved", "cancelled", "held", "missed", "asked", "approved"} <= done
    today = Appointment.objects.filter(starts_at__date=MONDAY_NOON.date())
    assert Counter(today.values_list("status", flat=True)) == {"held": 1, "confirmed": 2}
    assert Appointment.objects.filter(status="confirmed", starts_at__gt=MONDAY_NOON + timedelta(days=1)).exists()
    assert not Appointment.objects.filter(status="confirmed", ends_at__lt=MONDAY_NOON).exists()


def test_the_practitioners_desk_shows_what_a_calendar_can_hold(demo: None) -> None:
    her = Practitioner.objects.get()
    waits = Counter(each.what for each in decisions.waiting_for(her, MONDAY_NOON))
    assert waits == {"book": 1, "move": 1, "declined": 1}
    assert Appointment.objects.get(status="offered").client == _client(7)
    assert Appointment.objects.filter(series__isnull=False, status="confirmed").count() >= 4
    assert KeptFree.objects.filter(ends_at__gt=MONDAY_NOON).count() == 3
    assert BusyTime.objects.filter(starts_at__gt=MONDAY_NOON).exists()
    assert DateOverride.objects.filter(date__gt=MONDAY_NOON.date(), opens=None).count() == 5
    assert SessionType.objects.get(by_approval=True).slug == "long-session"


def test_practice_helps_mostly_but_not_always_and_has_gaps(demo: None) -> None:
    entries = PracticeEntry.objects.aggregate(
        all=Count("pk"), better=Count("pk", Q(after__lt=F("before"))), worse=Count("pk", Q(after__gt=F("before")))
    )
    assert entries["all"] > 200
    assert 0.5 < entries["better"] / entries["all"] < 0.9
    assert entries["worse"] > 10
    assert Playback.objects.filter(heard__gt=0).exists()
    weeks = ReserveRating.objects.filter(client=_client(1)).count()
    assert 8 <= weeks < 13


def test_nothing_happened_in_the_future(demo: None) -> None:
    assert PracticeEntry.objects.aggregate(last=Max("noted_at"))["last"] <= MONDAY_NOON
    assert Message.objects.aggregate(last=Max("sent_at"))["last"] <= MONDAY_NOON
    assert AppointmentChange.objects.aggregate(last=Max("at"))["last"] <= MONDAY_NOON
    assert Appointment.objects.aggregate(last=Max("created_at"))["last"] <= MONDAY_NOON


def test_messages_stand_in_the_order_of_time(demo: None) -> None:
    moments = list(Message.objects.order_by("id").values_list("sent_at", flat=True))
    assert moments == sorted(moments)


def test_the_letters_of_the_past_were_kept_and_none_waits_to_be_sent(demo: None) -> None:
    states = Counter(Letter.objects.values_list("state", flat=True))
    assert set(states) <= {"kept", "dropped"}  # one that waited for quiet hours to end may be untrue by then
    assert states["kept"] > 100
    assert states["dropped"] < 5
    assert not Letter.objects.filter(state="kept").exclude(answer=load.ANSWER).exists()
    assert {"booking.confirmed", "reminder.session", "practice.assigned", "welcome.invitation"} <= set(
        Letter.objects.values_list("kind", flat=True)
    )


def test_a_client_finds_their_things_on_the_pages(demo: None) -> None:
    browser = Browser()
    browser.force_login(_client(1).user)
    assert browser.get("/today/").status_code == 200
    assert b"Side bend" in browser.get("/practice/").content


# --- once, and only into an empty house -----------------------------------------------------------


def test_running_it_twice_changes_nothing(demo: None) -> None:
    before = (User.objects.count(), Message.objects.count(), Letter.objects.count())
    said = StringIO()
    call_command("demo", stdout=said)
    assert "already there" in said.getvalue()
    assert (User.objects.count(), Message.objects.count(), Letter.objects.count()) == before


def test_a_crowd_refuses_company(demo: None) -> None:
    cast.user()
    with pytest.raises(CommandError, match="goes into an empty one only"):
        call_command("demo", scale="large")


# --- the crowd ------------------------------------------------------------------------------------


def test_the_crowd_has_exactly_the_sizes_that_were_asked_for(crowd: None) -> None:
    assert Practitioner.objects.count() == TINY.practitioners
    assert Client.objects.count() == TINY.clients
    assert Appointment.objects.count() == TINY.sessions
    assert Message.objects.count() == TINY.messages
    assert PracticeEntry.objects.count() == TINY.entries


def test_the_crowd_keeps_to_opening_hours_and_to_one_session_at_a_time(crowd: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchone() == (0,)
    came_later = Appointment.objects.filter(client__in=Client.objects.order_by("pk")[len(people()) :])
    for session in came_later.select_related("practitioner__user", "session_type")[:300]:
        here = session.starts_at.astimezone(session.practitioner.zone)
        assert here.weekday() < 5
        assert 8 <= here.hour < 19
        kept_free = timedelta(minutes=session.session_type.buffer_after)
        assert session.blocked_until - session.ends_at == kept_free
    assert not Appointment.objects.exclude(client__practitioner=F("practitioner")).exists()


def test_what_was_done_to_the_crowds_sessions_is_in_their_history(crowd: None) -> None:
    without = Appointment.objects.exclude(pk__in=AppointmentChange.objects.values("appointment"))
    assert not without.exists()
    last = Appointment.objects.filter(status="held", changes__what="held").count()
    assert last == Appointment.objects.filter(status="held").count()


def test_in_the_crowd_whoever_has_the_last_word_waits(crowd: None) -> None:
    for conversation in Conversation.objects.select_related("client__user"):
        said = list(conversation.messages.order_by("id").values_list("id", "author_id", "sent_at"))
        unanswered = [sent for _, author, sent in said if author == conversation.client.user_id]
        waits = bool(said) and said[-1][1] == conversation.client.user_id
        assert (conversation.waiting_since is not None) == waits
        if waits:
            assert conversation.waiting_since in unanswered
        if said:
            assert conversation.last_message_at == said[-1][2]
    moments = Message.objects.filter(author__email__startswith="client13@").order_by("id")
    sent = list(moments.values_list("sent_at", flat=True))
    assert sent == sorted(sent)


def test_the_crowd_practises_what_it_was_given(crowd: None) -> None:
    strangers = PracticeEntry.objects.exclude(assignment=None).exclude(assignment__client=F("client"))
    assert not strangers.exists()
    assert not PracticeEntry.objects.filter(noted_at__gt=MONDAY_NOON).exists()
    lessons = Assignment.objects.filter(lesson__isnull=False)
    assert not lessons.exclude(lesson__practitioner=F("client__practitioner")).exists()
    assert not Client.objects.filter(status="graduated", graduated_at=None).exists()
    assert User.objects.filter(email="client40@demo.example", emailaddress__verified=True).exists()


# --- the bench ------------------------------------------------------------------------------------


def test_every_page_that_the_bench_measures_answers(demo: None) -> None:
    bench = Bench(runs=1)
    try:
        results = [bench.measure(page) for page in pages()]
    finally:
        bench.sign_out()
    assert len(results) > 20
    assert all(result.queries for result in results if result.name.startswith(("client", "practitioner")))
    assert all(result.first_load > result.compressed > 500 for result in results)
