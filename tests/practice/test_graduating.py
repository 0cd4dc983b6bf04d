"""Graduating: all that belongs to it at once, what may be taken back, and the door that stays open."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.booking.actions import waiting
from coaching.library.models import Lesson
from coaching.live.models import Event
from coaching.outbox.models import Letter
from coaching.people import actions as people
from coaching.people.models import Client, Practitioner
from coaching.practice import actions, arc, graduating, kit
from coaching.practice.models import Assignment
from coaching.practice.models_arc import Graduation
from coaching.practice.unfolding import give_program
from coaching.reminders import actions as reminders
from coaching.welcome import actions as welcome
from tests import cast
from tests.cast import NOW
from tests.conftest import signed_in
from tests.reminders.things import deliver, session

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def lessons(teresa: Client) -> list[Lesson]:
    return cast.lessons(of=teresa.practitioner)


@pytest.fixture
def given(teresa: Client, lessons: list[Lesson]) -> list[Assignment]:
    return [cast.assignment(to=teresa, lesson=each, rhythm="daily", times_a_day=2) for each in lessons]


def graduate(client: Client, *lessons: Lesson, words: str = "", at: Any = NOW) -> Graduation:
    return graduating.graduate(client=client, kept=[(each.pk, "First.") for each in lessons], words=words, now=at)


def as_given(client: Client) -> list[tuple[Any, ...]]:
    rows = Assignment.objects.of(client).order_by("pk")
    return list(rows.values_list("pk", "state", "rhythm", "times_a_day", "until", "stopped_at", "stopped_why"))


def test_what_is_kept_is_there_when_needed_and_all_else_ends(
    teresa: Client, outsider: Client, lessons: list[Lesson], given: list[Assignment]
) -> None:
    other = cast.assignment(to=outsider, lesson=lessons[0])
    graduate(teresa, lessons[1])
    for each in (*given, other):
        each.refresh_from_db()
    assert [each.state for each in given] == ["ended", "active", "ended"]
    assert (given[1].rhythm, given[1].times_a_day, given[1].until) == ("when_needed", 1, None)
    assert other.state == "active"
    teresa.refresh_from_db()
    assert (teresa.status, teresa.graduated_at) == ("graduated", NOW)
    assert [(one.lesson, one.words, one.rests) for one in kit.of(teresa)] == [(lessons[1], "First.", False)]


def test_a_program_ends_whole_and_opens_nothing_more(teresa: Client, lessons: list[Lesson]) -> None:
    program = cast.program(of=teresa.practitioner, lessons=lessons)
    parent = give_program(client=teresa, program=program, starts_on=NOW.date(), now=NOW)
    graduate(teresa, lessons[0])
    assert parent.parts.count() == 1
    assert Assignment.objects.exclude(state="ended").get().lesson == lessons[0]


def test_half_of_it_never_happens(teresa: Client, given: list[Assignment]) -> None:
    before = as_given(teresa)
    with pytest.raises(kit.TooMany):
        graduating.graduate(client=teresa, kept=[(number, "") for number in range(7)], now=NOW)
    teresa.refresh_from_db()
    assert (teresa.status, as_given(teresa)) == ("active", before)
    assert not Graduation.objects.exists()
    assert not Letter.objects.exists()


def test_one_letter_tells_with_the_word_and_where_the_kit_is(
    teresa: Client, lessons: list[Lesson], given: list[Assignment]
) -> None:
    graduate(teresa, lessons[0], words="Half of what you *can*.")
    assert deliver(NOW + 9 * MINUTE) == {}
    assert deliver(NOW + 10 * MINUTE) == {"kept": 1}
    letter = Letter.objects.get()
    assert (letter.subject, letter.person) == ("You need no plan any more", teresa.user)
    assert "Half of what you *can*." in letter.text
    assert "come back with one press" in letter.text
    with pytest.raises(graduating.NotNow):
        graduate(teresa)


def test_no_reminder_leaves_but_that_of_a_booked_session(
    teresa: Client, lessons: list[Lesson], given: list[Assignment]
) -> None:
    reminders.choose(person=teresa.practitioner.user, off=["week"], now=NOW)
    cast.entry(by=teresa, lesson=lessons[0], before=8, after=3)  # relief would be followed up
    reminders.sweep(NOW - 2 * HOUR)
    graduate(teresa, lessons[0])
    booked = session(of=teresa, starts_at=NOW + 3 * DAY)
    posted: set[str] = set()
    for hour in range(24 * 12):
        reminders.sweep(NOW + hour * HOUR)
        deliver(NOW + hour * HOUR)
        posted = set(Letter.objects.filter(state="kept", due_at__gt=NOW).values_list("kind", flat=True))
    assert posted == {"practice.graduated", "reminder.session"}
    assert Letter.objects.filter(kind="reminder.session", about__appointment=str(booked.pk)).count() == 2


def test_a_letter_about_practice_that_waits_to_leave_is_dropped(teresa: Client, given: list[Assignment]) -> None:
    nine = NOW.replace(hour=9)
    reminders.choose(person=teresa.practitioner.user, off=["week"], now=nine - DAY)
    assert reminders.sweep(nine)["practice"] == 1
    graduate(teresa, at=nine)
    assert deliver(nine) == {"dropped": 1}


def test_what_waits_for_a_time_is_said_and_ends(
    teresa: Client, marta: Practitioner, as_marta: Browser, given: list[Assignment]
) -> None:
    kind = cast.session_type(of=marta, name="Long session")
    place = waiting.join(client=teresa, session_type=kind, now=NOW)
    booked = session(of=teresa, starts_at=NOW + 3000 * DAY)
    page = as_marta.get(reverse("graduate", args=[teresa.pk])).content.decode()
    assert "The place on the waiting list for “Long session” ends." in page
    assert "It stays, with its reminders." in page
    as_marta.post(reverse("graduate", args=[teresa.pk]), {"words": "Go well."})
    waiting.sweep(now=NOW)
    place.refresh_from_db()
    booked.refresh_from_db()
    assert (place.state, booked.status) == ("left", "confirmed")


def test_it_is_taken_back_as_if_it_had_not_been(
    teresa: Client, as_marta: Browser, lessons: list[Lesson], given: list[Assignment]
) -> None:
    actions.stop(assignment=given[2], now=NOW)
    Letter.objects.all().delete()
    before = as_given(teresa)
    graduation = graduate(teresa, lessons[0])
    graduating.take_back(graduation=graduation, now=NOW + MINUTE)
    teresa.refresh_from_db()
    assert (teresa.status, teresa.graduated_at, as_given(teresa)) == ("active", None, before)
    assert deliver(NOW + HOUR) == {"dropped": 1}
    graduate(teresa, lessons[0], at=NOW + DAY)  # and can be done again


def test_taking_it_back_wakes_nothing_that_hurt_since_and_gives_nothing_twice(
    teresa: Client, lessons: list[Lesson], given: list[Assignment]
) -> None:
    graduation = graduate(teresa, lessons[0])
    given[0].refresh_from_db()
    actions.stop(assignment=given[0], now=NOW + MINUTE)
    anew = actions.assign(client=teresa, lesson=lessons[1], starts_on=NOW.date(), now=NOW + MINUTE)
    graduating.take_back(graduation=graduation, now=NOW + HOUR)
    found = Assignment.objects.of(teresa).order_by("created_at")
    assert [found.get(pk=each.pk).state for each in (*given, anew)] == ["stopped", "ended", "active", "active"]


def test_a_lesson_that_hurts_while_one_graduates_goes_on_resting(
    teresa: Client, lessons: list[Lesson], given: list[Assignment]
) -> None:
    actions.stop(assignment=given[0], now=NOW)
    graduate(teresa, lessons[0])
    assert [(one.lesson, one.rests) for one in kit.of(teresa)] == [(lessons[0], True)]


def test_who_left_does_not_graduate(teresa: Client, as_marta: Browser) -> None:
    people.end(client=teresa, now=NOW)
    as_marta.post(reverse("graduate", args=[teresa.pk]), {"words": "Go well."})
    with pytest.raises(graduating.NotNow):
        graduate(teresa)
    teresa.refresh_from_db()
    assert teresa.status == "ended"
    assert not Letter.objects.exists()


def test_who_was_never_reached_is_not_told_that_it_was_taken_back(teresa: Client) -> None:
    graduation = graduate(teresa)
    Letter.objects.update(state="failed")
    graduating.take_back(graduation=graduation, now=NOW + HOUR)
    assert Letter.objects.count() == 1


def test_who_was_told_already_is_told_that_it_was_taken_back(teresa: Client) -> None:
    graduation = graduate(teresa)
    deliver(NOW + HOUR)
    graduating.take_back(graduation=graduation, now=NOW + HOUR)
    assert deliver(NOW + HOUR) == {"kept": 1}
    assert Letter.objects.latest("pk").subject == "Marta works with you again"


def test_it_is_not_taken_back_once_the_client_has_read_of_it_or_a_day_has_passed(
    teresa: Client, outsider: Client, as_teresa: Browser, as_marta: Browser
) -> None:
    graduate(teresa)
    as_teresa.get(reverse("today"))
    page = as_marta.post(reverse("graduate_back", args=[teresa.pk]), follow=True)
    assert "has read of it already" in page.content.decode()
    late = graduate(outsider)
    with pytest.raises(graduating.TooLate):
        graduating.take_back(graduation=late, now=NOW + DAY)
    assert set(Client.objects.values_list("status", flat=True)) == {"graduated"}


def test_two_presses_graduate_with_what_helped_ticked_already(
    teresa: Client, as_marta: Browser, lessons: list[Lesson], given: list[Assignment]
) -> None:
    for days_ago, (before, after) in enumerate([(6, 3), (5, 4), (4, 4)]):
        cast.entry(by=teresa, lesson=lessons[1], days_ago=days_ago, before=before, after=after)
        cast.entry(by=teresa, lesson=lessons[0], days_ago=days_ago, before=after, after=before)
    page = as_marta.get(reverse("graduate", args=[teresa.pk])).content.decode()
    assert page.count(" checked") == 1
    assert f'value="{lessons[1].pk}" checked' in page
    assert "Tension was lower after two of three times." in page
    sent = {"keep": [lessons[1].pk], f"words-{lessons[1].pk}": "When it pulls.", "words": "Go well."}
    as_marta.post(reverse("graduate", args=[teresa.pk]), sent)
    graduation = Graduation.objects.get(client=teresa)
    assert graduation.words == "Go well."
    assert [(each.lesson, each.words) for each in teresa.kit.all()] == [(lessons[1], "When it pulls.")]


def test_a_graduates_today_asks_nothing_and_shows_what_is_kept(
    teresa: Client, as_teresa: Browser, lessons: list[Lesson], given: list[Assignment]
) -> None:
    graduate(teresa, lessons[0], words="Half is enough.")
    page = as_teresa.get(reverse("today")).content.decode()
    assert "Nothing is asked of you today" in page
    assert reverse("play", args=[given[0].pk]) in page
    assert reverse("practice_lesson", args=[given[1].pk]) in page
    assert "Half is enough." in page
    assert "I would like to come back" in page


def test_what_a_graduate_may(
    teresa: Client, as_teresa: Browser, lessons: list[Lesson], given: list[Assignment]
) -> None:
    cast.opening(of=teresa.practitioner)
    kind = cast.session_type(of=teresa.practitioner)
    graduate(teresa, lessons[0])
    pages = [reverse(name) for name in ("today", "practice", "sessions", "messages", "progress", "kit", "book")]
    pages += [reverse("book_type", args=[kind.slug]), reverse("play", args=[given[0].pk])]
    pages += [reverse("practice_lesson", args=[given[2].pk]), reverse("play", args=[given[2].pk])]
    assert {as_teresa.get(each).status_code for each in pages} == {200}
    as_teresa.post(reverse("practice_stop", args=[given[0].pk]))  # what hurts is still told at once
    assert Letter.objects.filter(kind="practice.stopped", person=teresa.practitioner.user).exists()


def test_one_press_knocks_is_told_and_is_taken_back(
    teresa: Client, outsider: Client, marta: Practitioner, as_teresa: Browser
) -> None:
    graduate(teresa)
    as_teresa.post(reverse("knock"))
    as_teresa.post(reverse("knock"))
    (row,) = arc.knocking(marta)
    assert row.client == teresa
    assert Event.objects.filter(person=marta.user, kind="practice.knocked").count() == 1
    letter = Letter.objects.get(kind="practice.knocked")
    assert "Marta knows that you would like to come back" in as_teresa.get(reverse("today")).content.decode()
    as_teresa.post(reverse("knock"), {"undo": "1"})
    assert not arc.knocking(marta)
    assert deliver(letter.due_at)["dropped"] == 1


def test_a_yes_begins_anew_with_learning_and_is_told(
    teresa: Client, marta: Practitioner, as_marta: Browser, lessons: list[Lesson], given: list[Assignment]
) -> None:
    teresa.stage = "own"
    teresa.save()
    graduate(teresa, lessons[0])
    graduating.knock(client=teresa, now=NOW + DAY)
    as_marta.post(reverse("come_back", args=[teresa.pk]))
    teresa.refresh_from_db()
    assert (teresa.status, teresa.stage, teresa.graduated_at) == ("active", "learning", None)
    assert not arc.knocking(marta)
    assert Graduation.objects.get().came_back_at
    assert Letter.objects.filter(kind="practice.again", person=teresa.user).count() == 1
    assert [one.lesson for one in kit.of(teresa)] == [lessons[0]]


def test_who_works_with_the_practitioner_knocks_at_no_door(teresa: Client, as_teresa: Browser) -> None:
    as_teresa.post(reverse("knock"))
    with pytest.raises(graduating.NotNow):
        graduating.knock(client=teresa, now=NOW)
    assert not Graduation.objects.exists()


def test_who_graduated_before_there_was_a_row_for_it_can_knock_as_well(teresa: Client) -> None:
    Client.objects.update(status="graduated", graduated_at=NOW - 300 * DAY)
    graduating.knock(client=teresa, now=NOW)
    assert Graduation.objects.get().at == NOW - 300 * DAY


def test_an_invitation_that_a_graduate_accepts_opens_the_door_whole(teresa: Client, marta: Practitioner) -> None:
    graduate(teresa)
    invitation = cast.invitation(of=marta, email=teresa.user.email)
    welcome.accept_as(invitation=invitation, client=teresa, now=NOW + DAY)
    teresa.refresh_from_db()
    assert (teresa.status, teresa.stage) == ("active", "learning")
    assert Graduation.objects.get().came_back_at == NOW + DAY


def test_the_practitioners_page_says_who_knocks_and_lets_her_say_yes(teresa: Client, as_marta: Browser) -> None:
    graduate(teresa, words="Go well.")
    graduating.knock(client=teresa, now=NOW)
    page = as_marta.get(reverse("client", args=[teresa.pk])).content.decode()
    assert "Teresa would like to come back" in page
    assert "Say yes to Teresa" in page
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    assert stranger.post(reverse("come_back", args=[teresa.pk])).status_code == 404


def test_a_graduates_today_takes_as_many_queries_for_much_as_for_little(teresa: Client, as_teresa: Browser) -> None:
    lessons = [cast.lesson(of=teresa.practitioner, title=f"Lesson {number}") for number in range(10)]
    for each in lessons:
        cast.assignment(to=teresa, lesson=each)
    graduate(teresa, *lessons[:6], words="Go well.")
    session(of=teresa, starts_at=NOW + 3000 * DAY)
    as_teresa.get(reverse("today"))
    with CaptureQueriesContext(connection) as much:
        as_teresa.get(reverse("today"))
    Assignment.objects.filter(lesson__in=lessons[7:]).delete()
    teresa.kit.filter(lesson__in=lessons[1:6]).delete()
    with CaptureQueriesContext(connection) as little:
        as_teresa.get(reverse("today"))
    assert len(little) == len(much) <= 12
