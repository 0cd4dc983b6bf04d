"""Giving a lesson takes two presses, and never too early; the client sees it as the practitioner was shown."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from coaching.library.models import Lesson
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment
from tests import cast
from tests.conftest import signed_in
from tests.media import sounds


@pytest.fixture
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(of=marta)


@pytest.fixture
def after(marta: Practitioner, lesson: Lesson) -> Lesson:
    return cast.lesson(of=marta, title="Roll and reach", phase="relearn", follows=lesson)


def _give(browser: Browser, client: Client, **typed: object) -> str:
    today = timezone.now().astimezone(client.zone).date()
    address = reverse("give", args=[client.pk])
    sent = {"preset": "week", "starts_on": today.isoformat(), "times_a_day": 1, "rhythm": "most_days", **typed}
    return browser.post(address, sent, follow=True).content.decode()


def test_one_press_gives_at_the_dosage_that_stands_above(as_marta: Browser, teresa: Client, lesson: Lesson) -> None:
    page = as_marta.get(reverse("give", args=[teresa.pk])).content.decode()
    assert 'value="week" checked' in page
    assert "“Arch and flatten” is given: every day, until" in _give(as_marta, teresa, lesson=lesson.pk)
    given = Assignment.objects.get()
    today = timezone.now().astimezone(teresa.zone).date()
    assert (given.rhythm, given.times_a_day, given.starts_on) == ("daily", 1, today)
    assert given.until == today + timedelta(days=6)


@pytest.mark.parametrize(("preset", "rhythm"), [("three", "three_a_week"), ("needed", "when_needed")])
def test_the_other_presets_have_no_last_day(
    as_marta: Browser, teresa: Client, lesson: Lesson, preset: str, rhythm: str
) -> None:
    _give(as_marta, teresa, lesson=lesson.pk, preset=preset)
    given = Assignment.objects.get()
    assert (given.rhythm, given.until) == (rhythm, None)


def test_a_lesson_to_relearn_is_not_given_before_the_one_that_unlearns(
    as_marta: Browser, teresa: Client, lesson: Lesson, after: Lesson
) -> None:
    page = as_marta.get(reverse("give", args=[teresa.pk])).content.decode()
    assert "Comes after “Arch and flatten”, which Teresa has not had yet." in page
    assert f'name="lesson" value="{after.pk}"' not in page
    assert "give that one first" in _give(as_marta, teresa, lesson=after.pk)
    assert not Assignment.objects.exists()
    cast.assignment(to=teresa, lesson=lesson, state="ended")  # once is enough
    assert "is given" in _give(as_marta, teresa, lesson=after.pk)


def test_nor_does_moving_a_day_bring_it_before(
    as_marta: Browser, teresa: Client, lesson: Lesson, after: Lesson
) -> None:
    first = cast.assignment(to=teresa, lesson=lesson, until=None)
    second = cast.assignment(to=teresa, lesson=after, until=None, starts_on=cast.NOW.date())

    def move(given: Assignment, days: int) -> str:
        typed = {
            "rhythm": "daily",
            "times_a_day": 1,
            "starts_on": (cast.NOW.date() + timedelta(days=days)).isoformat(),
        }
        return as_marta.post(reverse("given", args=[teresa.pk, given.pk]), typed, follow=True).content.decode()

    assert "give that one first" in move(second, -20)
    assert "give that one first" in move(first, 3)
    assert "Changed." in move(first, 0)


def test_what_the_client_has_is_said_and_led_to(as_marta: Browser, teresa: Client, lesson: Lesson) -> None:
    given = cast.assignment(to=teresa, lesson=lesson)
    page = as_marta.get(reverse("give", args=[teresa.pk])).content.decode()
    assert "Teresa has it" in page
    assert reverse("given", args=[teresa.pk, given.pk]) in page


def test_more_than_four_are_gently_spoken_of(as_marta: Browser, marta: Practitioner, teresa: Client) -> None:
    for number in range(4):
        assert "Few are done better" not in as_marta.get(reverse("give", args=[teresa.pk])).content.decode()
        cast.assignment(to=teresa, lesson=cast.lesson(of=marta, title=f"Lesson {number}"), until=None)
    page = as_marta.get(reverse("give", args=[teresa.pk])).content.decode()
    assert "Teresa has four lessons to practise now. Few are done better than many" in page


def test_a_lesson_made_for_one_client_is_offered_to_nobody_else(
    as_marta: Browser, marta: Practitioner, teresa: Client, outsider: Client
) -> None:
    hers = cast.lesson(of=marta, title="For Teresa")
    Lesson.objects.update(only_for=teresa)
    assert "For Teresa" in as_marta.get(reverse("give", args=[teresa.pk])).content.decode()
    assert "For Teresa" not in as_marta.get(reverse("give", args=[outsider.pk])).content.decode()
    _give(as_marta, outsider, lesson=hers.pk)
    assert not Assignment.objects.exists()


def test_among_many_some_are_found(as_marta: Browser, marta: Practitioner, teresa: Client) -> None:
    for number in range(9):
        cast.lesson(of=marta, title=f"Lesson {number}", area="neck" if number == 3 else "back")
    address = reverse("give", args=[teresa.pk])
    assert "Find a lesson" in as_marta.get(address).content.decode()
    page = as_marta.get(address, {"q": "NECK"}).content.decode()
    assert "Lesson 3" in page
    assert "Lesson 4" not in page
    assert "Nothing is called “xyz”." in as_marta.get(address, {"q": "xyz"}).content.decode()


def test_the_practitioner_sees_the_page_that_the_client_sees(
    as_marta: Browser, teresa: Client, lesson: Lesson
) -> None:
    given = cast.assignment(to=teresa, lesson=lesson, note="Do less than you can.")
    page = as_marta.get(reverse("given_as_client", args=[teresa.pk, given.pk])).content.decode()
    assert "This is what Teresa sees." in page
    assert "“Do less than you can.”" in page
    assert "<form" not in page.partition("<main")[2]
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    assert stranger.get(reverse("given_as_client", args=[teresa.pk, given.pk])).status_code == 404


def test_anothers_client_and_anothers_program_cannot_be_given_to(
    as_marta: Browser, marta: Practitioner, teresa: Client, lesson: Lesson
) -> None:
    stranger = cast.practitioner(name="Sten Stranger")
    theirs = cast.program(of=stranger, lessons=[cast.lesson(of=stranger)])
    assert signed_in(stranger).get(reverse("give", args=[teresa.pk])).status_code == 404
    assert "That cannot be given any more." in _give(as_marta, teresa, program=theirs.pk)
    both = _give(as_marta, teresa, program=cast.program(of=marta, lessons=[lesson]).pk, lesson=lesson.pk)
    assert "press Give beside a lesson or a program" in both
    assert not Assignment.objects.exists()
    assert not Letter.objects.exists()


def test_the_page_asks_as_often_for_thirty_lessons_as_for_one(
    as_marta: Browser, marta: Practitioner, teresa: Client
) -> None:
    as_marta.get(reverse("clients"))
    counts = []
    for wanted in (1, 30):
        for number in range(Lesson.objects.count(), wanted):
            one = cast.lesson(of=marta, title=f"Lesson {number}")
            cast.program(of=marta, lessons=[one], title=f"Program {number}")
            cast.assignment(to=teresa, lesson=one)
        with CaptureQueriesContext(connection) as asked:
            as_marta.get(reverse("give", args=[teresa.pk]))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


def test_a_note_can_be_spoken_and_only_the_two_hear_it(
    as_marta: Browser, as_teresa: Browser, as_outsider: Browser, teresa: Client, lesson: Lesson, shelf: Path
) -> None:
    _give(as_marta, teresa, lesson=lesson.pk, voice=sounds.upload(sounds.tone()))
    given = Assignment.objects.get()
    assert given.voice
    sound = reverse("voice_beside_lesson", args=[given.pk])
    for browser, address in (
        (as_marta, reverse("given_as_client", args=[teresa.pk, given.pk])),
        (as_teresa, reverse("practice_lesson", args=[given.pk])),
    ):
        assert f'src="{sound}"' in browser.get(address).content.decode()
        assert browser.get(sound).status_code == 200
    assert as_outsider.get(sound).status_code == 404


def test_a_spoken_note_that_is_none_gives_nothing(
    as_marta: Browser, teresa: Client, lesson: Lesson, shelf: Path
) -> None:
    page = _give(as_marta, teresa, lesson=lesson.pk, voice=sounds.upload(b"<html>" * 50))
    assert "This is not a sound file that we can read." in page
    assert not Assignment.objects.exists()
    assert not Letter.objects.exists()


def test_a_spoken_note_is_said_again_beside_what_was_given(
    as_marta: Browser, teresa: Client, lesson: Lesson, shelf: Path
) -> None:
    given = cast.assignment(to=teresa, lesson=lesson)
    typed = {"rhythm": "daily", "times_a_day": 1, "starts_on": given.starts_on.isoformat()}
    voices = []
    for _ in range(2):
        sent = {**typed, "voice": sounds.upload(sounds.tone())}
        as_marta.post(reverse("given", args=[teresa.pk, given.pk]), sent)
        given.refresh_from_db()
        voices.append(given.voice_id)
    assert None not in voices
    assert voices[0] != voices[1]
