"""A safety sign holds lessons back until the practitioner decides; the client is told what was decided."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from coaching.library.models import Lesson
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice import actions as practice
from coaching.practice import unfolding
from coaching.practice.models import Assignment
from coaching.practice.refusals import HeldBack
from coaching.reminders import practising
from coaching.story import actions, queries
from coaching.story.models import Story
from tests import cast
from tests.conftest import signed_in

NOW = cast.NOW


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(of=marta)


def _sign(client: Client, *signs: str, minutes: int = 0) -> None:
    actions.answer_signs(client=client, signs=signs or ["fever"], now=NOW + timedelta(minutes=minutes))


def _give(client: Client, lesson: Lesson) -> Assignment:
    return practice.assign(client=client, lesson=lesson, starts_on=NOW.date(), now=NOW)


def test_a_sign_holds_back_until_it_is_decided_that_lessons_go_on(
    teresa: Client, outsider: Client, lesson: Lesson
) -> None:
    _sign(teresa)
    with pytest.raises(HeldBack):
        _give(teresa, lesson)
    actions.decide(client=teresa, decision="wait", words="Have it looked at.", now=NOW)
    with pytest.raises(HeldBack):
        _give(teresa, lesson)
    assert not queries.holds_back(outsider)
    actions.decide(client=teresa, decision="go", now=NOW)
    assert _give(teresa, lesson).state == Assignment.State.ACTIVE


def test_another_sign_opens_the_decision_again_and_the_same_one_does_not(teresa: Client) -> None:
    _sign(teresa)
    actions.decide(client=teresa, decision="go", words="The doctor agrees.", now=NOW)
    _sign(teresa, minutes=1)
    assert not queries.holds_back(teresa)
    _sign(teresa, "fever", "chest", minutes=2)
    assert queries.holds_back(teresa)
    assert queries.story_of(teresa).decision_words == ""
    actions.answer_signs(client=teresa, signs=[], now=NOW + timedelta(minutes=3))
    assert not queries.holds_back(teresa)


def test_what_rests_is_not_resumed_and_no_program_is_given_while_held(teresa: Client, marta: Practitioner) -> None:
    resting = _give(teresa, cast.lesson(of=marta))
    practice.pause(assignment=resting, now=NOW)
    program = cast.program(of=marta, lessons=[cast.lesson(of=marta, title="Side bend")])
    _sign(teresa)
    with pytest.raises(HeldBack):
        practice.resume(assignment=resting, now=NOW)
    with pytest.raises(HeldBack):
        unfolding.give_program(client=teresa, program=program, starts_on=NOW.date(), now=NOW)
    assert Assignment.objects.count() == 1


def test_every_way_to_give_says_why_it_does_not_and_where_to_decide(
    as_marta: Browser, teresa: Client, lesson: Lesson
) -> None:
    _sign(teresa)
    where = f'href="/story/{teresa.pk}/#signs"'
    for name in ("give", "record_for"):
        assert where in as_marta.get(reverse(name, args=[teresa.pk])).content.decode()
    sent = {"preset": "week", "lesson": lesson.pk, "starts_on": NOW.date().isoformat()}
    answer = as_marta.post(reverse("give", args=[teresa.pk]), sent)
    assert "decide first whether lessons go on" in answer.content.decode()
    assert not Assignment.objects.exists()


def test_the_practitioner_decides_and_the_client_reads_it_and_gets_one_letter(
    as_marta: Browser, as_teresa: Browser, teresa: Client
) -> None:
    _sign(teresa)
    address = reverse("story_decide", args=[teresa.pk])
    assert as_marta.post(address, {"words": "x"}).status_code == 422
    for _ in range(2):
        as_marta.post(address, {"decision": "wait", "words": "SECRET blood test first"})
    assert "SECRET blood test first" in as_teresa.get("/story/").content.decode()
    letter = Letter.objects.get(kind="story.decided")
    assert letter.person == teresa.user
    told = tell_in_their_words(letter, NOW)
    assert told
    for detail in ("SECRET", "fever", "doctor", "Fever"):
        assert detail not in f"{told.subject} {told.preheader} {told.paragraphs}"


def test_a_letter_of_an_earlier_decision_is_not_sent(teresa: Client) -> None:
    _sign(teresa)
    actions.decide(client=teresa, decision="wait", now=NOW)
    actions.decide(client=teresa, decision="go", now=NOW + timedelta(minutes=5))
    old, new = Letter.objects.filter(kind="story.decided").order_by("pk")
    assert tell_in_their_words(old, NOW) is None
    assert tell_in_their_words(new, NOW)


def test_another_practitioner_decides_nothing(teresa: Client) -> None:
    _sign(teresa)
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    assert stranger.post(reverse("story_decide", args=[teresa.pk]), {"decision": "go"}).status_code == 404
    assert queries.holds_back(teresa)


def test_without_a_sign_there_is_nothing_to_decide(teresa: Client) -> None:
    assert actions.decide(client=teresa, decision="go", now=NOW) is None
    assert not Letter.objects.filter(kind="story.decided").exists()


def test_the_client_reads_to_wait_where_lessons_are(as_teresa: Browser, teresa: Client, lesson: Lesson) -> None:
    given = _give(teresa, lesson)
    pages = ["/today/", reverse("practice"), reverse("practice_lesson", args=[given.pk])]
    assert not any("Please wait with your lessons" in as_teresa.get(page).content.decode() for page in pages)
    _sign(teresa)
    for page in pages:
        assert "Please wait with your lessons" in as_teresa.get(page).content.decode()


def test_no_first_aid_is_offered_meanwhile(as_teresa: Browser, teresa: Client, marta: Practitioner) -> None:
    cast.lesson(of=marta, title="For a bad hour", open_to_visitors=True)
    assert "For a bad hour" in as_teresa.get("/today/").content.decode()
    _sign(teresa)
    assert "For a bad hour" not in as_teresa.get("/today/").content.decode()
    actions.decide(client=teresa, decision="go", now=NOW)
    assert "For a bad hour" in as_teresa.get("/today/").content.decode()


def test_no_letter_asks_to_practise_while_lessons_wait(teresa: Client, lesson: Lesson) -> None:
    _give(teresa, lesson)
    since, until = NOW - timedelta(days=1), NOW + timedelta(days=1)
    assert [each.client for each in practising.candidates_between(since, until)] == [teresa.pk]
    assert tell_in_their_words(Letter.objects.get(kind="practice.assigned"), NOW)
    _sign(teresa)
    assert practising.candidates_between(since, until) == []
    assert tell_in_their_words(Letter.objects.get(kind="practice.assigned"), NOW) is None


@pytest.mark.django_db(transaction=True)
def test_a_sign_told_while_a_lesson_is_given_waits_and_then_finds_it_given(teresa: Client, lesson: Lesson) -> None:
    """And the other way round: given after the sign, it is refused. Nothing slips between the two."""
    told = threading.Event()

    def tell() -> None:
        _sign(teresa)
        told.set()
        connection.close()

    teller: Any = threading.Thread(target=tell)
    with transaction.atomic():
        _give(teresa, lesson)
        teller.start()
        assert not told.wait(0.5)
        assert not Story.objects.filter(client=teresa, signs__len__gt=0).exists()
    teller.join(10)
    assert told.is_set()
    with pytest.raises(HeldBack):
        practice.resume(assignment=Assignment.objects.get(), now=NOW)
