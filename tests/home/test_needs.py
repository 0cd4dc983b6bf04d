"""Who needs the practitioner: ranked with its reason, cleared where it stands, and back when there is news."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from coaching.home.needs import needs_of
from coaching.home.rules import Need, Reason, before_that, ranked
from coaching.journal import asides
from coaching.journal.asides import Aside
from coaching.journal.models import SetAside
from coaching.messaging import actions as messaging
from coaching.messaging.models import Conversation, Message
from coaching.messaging.queries import conversation_of
from coaching.people.models import Client, Practitioner
from coaching.practice.models_arc import Graduation
from coaching.story import actions as story
from tests import cast
from tests.cast import NOW

WEEK = timedelta(days=7)


def say(client: Client, words: str = "Is it the pillow?", *, at: Any = NOW, by: Any = None) -> Message:
    return messaging.send(
        conversation=conversation_of(client), author=by or client.user, uuid=uuid4(), words=words, now=at
    )


def reasons(marta: Practitioner, now: Any = NOW) -> dict[str, str]:
    """By first name, the reason for which each stands in the queue, without what is set aside."""
    laid = SetAside.objects.filter(practitioner=marta)
    kept = [
        Aside(each.pk, each.client_id, "", each.reason, each.since, each.until)
        for each in laid
        if each.until is None or each.until > now
    ]
    return {need.client.name: need.reason.name for need in needs_of(marta, now, kept)}


@pytest.fixture
def known(marta: Practitioner, teresa: Client) -> Client:
    """Teresa has a lesson, so that nobody asks for her story."""
    cast.assignment(to=teresa, lesson=cast.lesson(of=marta), rhythm="when_needed", until=None)
    return teresa


# --- why ----------------------------------------------------------------------------------------------


def test_the_most_urgent_stands_first_and_each_once_with_the_other_reasons_beside(
    marta: Practitioner, known: Client
) -> None:
    ana, bo = cast.client(of=marta, name="Ana Ruiz"), cast.client(of=marta, name="Bo Lind")
    say(known)
    cast.assignment(
        to=bo, lesson=cast.lesson(of=marta, title="Side bend"), state="stopped", stopped_at=NOW, stopped_why="hurts"
    )
    say(bo)
    story.answer_signs(client=ana, signs=["fever"], now=NOW)
    needs = needs_of(marta, NOW + timedelta(hours=1))
    assert [(need.client.name, need.reason.name) for need in needs] == [
        ("Ana", "SIGN"),
        ("Bo", "SORE"),
        ("Teresa", "WAITS"),
    ]
    assert needs[1].also == ("waits since 11:00",)


def test_whoever_waits_longest_stands_first(marta: Practitioner, known: Client) -> None:
    ana = cast.client(of=marta, name="Ana Ruiz")
    say(known, at=NOW - timedelta(hours=2))
    say(ana, at=NOW - timedelta(hours=3))
    assert list(reasons(marta)) == ["Ana", "Teresa"]


def test_a_sign_stays_until_it_is_decided(marta: Practitioner, known: Client) -> None:
    told = story.answer_signs(client=known, signs=["fever"], now=NOW)
    story.see_signs(story=told, now=NOW)
    assert reasons(marta) == {"Teresa": "UNDECIDED"}
    told.decision = "go"
    told.save(update_fields=["decision"])
    assert reasons(marta) == {}


def test_a_story_that_nobody_answered_is_told_until_somebody_does(marta: Practitioner, teresa: Client) -> None:
    story.tell_story(client=teresa, happened="A crate.", now=NOW - WEEK)
    assert reasons(marta) == {"Teresa": "TOLD"}
    say(teresa, "Welcome, Teresa.", by=marta.user)
    assert reasons(marta) == {}


@pytest.mark.parametrize("days", [6, 8])
def test_a_story_is_asked_for_a_week_after_somebody_came_in(marta: Practitioner, teresa: Client, days: int) -> None:
    Client.objects.filter(pk=teresa.pk).update(since=NOW - timedelta(days=days))
    assert reasons(marta) == ({"Teresa": "UNTOLD"} if days > 7 else {})


def test_whoever_graduated_and_knocks_is_heard(marta: Practitioner, teresa: Client) -> None:
    Client.objects.filter(pk=teresa.pk).update(status="graduated")
    Graduation.objects.create(client=teresa, at=NOW - 9 * WEEK, asked_back_at=NOW - timedelta(hours=3))
    assert reasons(marta) == {"Teresa": "KNOCKS"}
    [need] = needs_of(marta, NOW)
    assert need.url == f"/clients/{teresa.pk}/#way-on"  # there is the one press


def test_that_practice_stopped_is_said_with_what_was_before(marta: Practitioner, teresa: Client) -> None:
    lesson = cast.lesson(of=marta)
    cast.assignment(to=teresa, lesson=lesson, until=None)
    for days in range(9, 29):
        cast.entry(by=teresa, lesson=lesson, days_ago=days)
    [need] = needs_of(marta, NOW)
    assert need.tag == "No practice for nine days"
    assert need.evidence.startswith("Before that, three weeks of most days.")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (21, "Before that, three weeks of most days."),
        (14, "Before that, three weeks of most days."),
        (13, "Before that, 13 days in three weeks."),
        (1, "Before that, one day in three weeks."),
    ],
)
def test_weeks_of_practice_are_said_as_they_were(days: int, words: str) -> None:
    assert before_that(days) == words


def test_two_lessons_that_hurt_are_one_reason(teresa: Client) -> None:
    stopped = Need(client=teresa, reason=Reason.SORE, since=NOW, tag="Stopped", evidence="", verb="", url="")
    [need] = ranked([stopped, stopped])
    assert need.also == ()


# --- set aside ----------------------------------------------------------------------------------------


def test_what_is_set_aside_comes_back_on_its_morning(as_marta: Browser, marta: Practitioner, known: Client) -> None:
    said = say(known)
    asides.set_aside(
        client=known,
        reason="waits",
        since=said.sent_at,
        until=asides.morning(NOW, marta.zone, timedelta(1)),
        now=NOW,
    )
    assert reasons(marta) == {}
    assert reasons(marta, NOW + timedelta(hours=18)) == {}  # 04:00 in Copenhagen's winter is 05:00
    assert reasons(marta, NOW + timedelta(hours=19)) == {"Teresa": "WAITS"}


def test_news_bring_it_back_at_once(marta: Practitioner, known: Client) -> None:
    said = say(known)
    asides.set_aside(client=known, reason="waits", since=said.sent_at, until=NOW + WEEK, now=NOW)
    say(known, "And the towel?", at=NOW + timedelta(minutes=5))
    assert reasons(marta, NOW + timedelta(minutes=6)) == {"Teresa": "WAITS"}


def test_what_came_while_the_page_stood_open_is_not_set_aside_with_it(
    as_marta: Browser, marta: Practitioner, known: Client
) -> None:
    shown = say(known, at=NOW)
    say(known, "And the towel?", at=NOW + timedelta(minutes=5))
    pressed = {"reason": "waits", "since": shown.sent_at.isoformat(), "until": "good"}
    as_marta.post(f"/clients/{known.pk}/aside/", pressed)
    assert reasons(marta, NOW + timedelta(minutes=6)) == {"Teresa": "WAITS"}
    assert Conversation.objects.get().waiting_since == NOW


def test_one_press_clears_and_another_brings_back(as_marta: Browser, marta: Practitioner, known: Client) -> None:
    said = say(known)
    assert "Answer Teresa" in as_marta.get("/today/").content.decode()
    pressed = {"reason": "waits", "since": said.sent_at.isoformat(), "until": "good"}
    page = as_marta.post(f"/clients/{known.pk}/aside/", pressed, follow=True).content.decode()
    assert "Teresa Almada is off the list until there is something new." in page
    assert "Answer Teresa" not in page
    assert Conversation.objects.get().waiting_since is None  # the inbox knows it too
    page = as_marta.post(f"/clients/asides/{SetAside.objects.get().pk}/back/", follow=True).content.decode()
    assert "Answer Teresa" in page
    assert Conversation.objects.get().waiting_since == said.sent_at


@pytest.mark.parametrize(
    "nonsense",
    [
        *({"reason": "sign"}, {"since": "soon"}, {"since": "2026-11-23T10:00"}, {"until": "x"}),
        {"since": "0001-01-01T00:00:00+23:00"},
    ],
)
def test_nonsense_sets_nothing_aside(as_marta: Browser, known: Client, nonsense: dict[str, str]) -> None:
    pressed = {"reason": "waits", "since": NOW.isoformat(), "until": "good"} | nonsense
    assert as_marta.post(f"/clients/{known.pk}/aside/", pressed).status_code == 303
    assert not SetAside.objects.exists()
    assert as_marta.get("/today/").status_code == 200


def test_an_answer_is_given_where_the_question_stands(
    as_marta: Browser, marta: Practitioner, known: Client
) -> None:
    said = say(known)
    pressed = {"uuid": str(uuid4()), "words": "Try without it.", "up_to": said.pk, "back": "/today/"}
    for _press in range(2):  # a retry says it once
        assert as_marta.post(f"/messages/{known.pk}/word/", pressed)["Location"] == "/today/"
    assert list(Message.objects.order_by("id").values_list("words", flat=True)) == [
        "Is it the pillow?",
        "Try without it.",
    ]
    assert Conversation.objects.get().practitioner_read == said.pk
    assert reasons(marta) == {}


def test_where_one_comes_from_is_a_page_of_this_house(as_marta: Browser, known: Client) -> None:
    for back in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        pressed = {"uuid": str(uuid4()), "words": "Yes.", "back": back}
        answer = as_marta.post(f"/messages/{known.pk}/word/", pressed)
        assert answer["Location"] == f"/clients/{known.pk}/"
