"""The kit for when it comes back: put together by the practitioner, one tap from Today, kept on a phone."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.library.models import Lesson
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice import actions, kit
from coaching.practice.models import Assignment
from coaching.practice.refusals import HeldBack
from coaching.story.actions import answer_signs
from tests import cast
from tests.cast import NOW
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def lessons(teresa: Client) -> list[Lesson]:
    return cast.lessons(of=teresa.practitioner)


def fill(client: Client, *lessons: Lesson, at: Any = NOW) -> None:
    kit.fill(client=client, chosen=[(each.pk, f"When {each.title}.") for each in lessons], now=at)


def test_what_was_had_and_first_aid_can_be_kept_but_nothing_that_hurts_or_is_anothers(
    teresa: Client, outsider: Client, lessons: list[Lesson]
) -> None:
    first, second, third = lessons
    cast.assignment(to=teresa, lesson=first, state="ended")
    cast.assignment(to=teresa, lesson=second, state="stopped", stopped_at=NOW)
    cast.assignment(to=outsider, lesson=third)
    aid = cast.lesson(of=teresa.practitioner, title="First aid", open_to_visitors=True)
    stranger = cast.practitioner(name="Sten Stranger")
    cast.lesson(of=stranger, title="Strange aid", open_to_visitors=True)
    assert {each.lesson for each in kit.choices(teresa, NOW.date())} == {first, aid}


def test_a_lesson_of_the_kit_alone_is_given_when_needed_without_a_letter_and_goes_with_it(
    teresa: Client, lessons: list[Lesson]
) -> None:
    given = cast.assignment(to=teresa, lesson=lessons[0], rhythm="daily")
    fill(teresa, lessons[1], lessons[0])
    new = Assignment.objects.get(lesson=lessons[1])
    assert (new.rhythm, new.state) == ("when_needed", "active")
    assert [one.assignment for one in kit.of(teresa)] == [new, given]
    assert not Letter.objects.exists()
    fill(teresa, lessons[0], at=NOW + DAY)
    new.refresh_from_db()
    given.refresh_from_db()
    assert (new.state, given.state, given.rhythm) == ("ended", "active", "daily")


def test_nothing_new_is_kept_while_a_safety_sign_waits_for_a_decision(
    teresa: Client, as_marta: Browser, lessons: list[Lesson]
) -> None:
    first, second, _third = lessons
    cast.assignment(to=teresa, lesson=first)
    cast.assignment(to=teresa, lesson=second, state="ended")
    answer_signs(client=teresa, signs=["fever"], now=NOW)
    fill(teresa, first)
    with pytest.raises(HeldBack):
        fill(teresa, first, second)
    assert [each.lesson for each in kit.of(teresa)] == [first]
    page = as_marta.post(f"/clients/{teresa.pk}/kit/", {"keep": [first.pk, second.pk]})
    assert "answered a safety question with yes" in page.content.decode()


def test_it_is_put_in_order_by_buttons_before_anything_is_saved(
    teresa: Client, as_marta: Browser, lessons: list[Lesson]
) -> None:
    for each in lessons:
        cast.assignment(to=teresa, lesson=each)
    first, second, third = (each.pk for each in lessons)
    sent = {"keep": [first, third], "order": f"{first},{second},{third}", f"words-{third}": "At night."}
    address = reverse("kit_of", args=[teresa.pk])
    moved = as_marta.post(address, {**sent, "up": third})
    assert moved.context["form"].order == f"{first},{third},{second}"
    assert "At night." in moved.content.decode()
    assert not teresa.kit.exists()
    as_marta.post(address, {**sent, "order": f"{third},{first},{second}"})
    assert [(each.lesson_id, each.words) for each in teresa.kit.all()] == [(third, "At night."), (first, "")]


def test_more_than_six_are_refused_and_nothing_is_lost(teresa: Client, as_marta: Browser) -> None:
    many = [cast.lesson(of=teresa.practitioner, title=f"Lesson {number}") for number in range(8)]
    for each in many:
        cast.assignment(to=teresa, lesson=each)
    page = as_marta.post(reverse("kit_of", args=[teresa.pk]), {"keep": [each.pk for each in many]})
    assert "Take two out." in page.content.decode()
    assert page.content.decode().count(" checked") == 8
    assert not teresa.kit.exists()


def test_nobody_keeps_what_was_not_offered(teresa: Client, as_marta: Browser) -> None:
    secret = cast.lesson(of=cast.practitioner(name="Sten Stranger"), title="Strange")
    as_marta.post(reverse("kit_of", args=[teresa.pk]), {"keep": [secret.pk]})
    assert not teresa.kit.exists()


def test_the_practitioner_of_another_practice_sees_no_kit(teresa: Client, lessons: list[Lesson]) -> None:
    fill(teresa, lessons[0])
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    assert stranger.get(reverse("kit_of", args=[teresa.pk])).status_code == 404


def test_today_plays_it_with_one_tap_instead_of_the_first_aid_for_all(
    teresa: Client, as_teresa: Browser, lessons: list[Lesson], marta: Practitioner
) -> None:
    aid = cast.lesson(of=marta, title="For everybody", open_to_visitors=True)
    assert aid.title in as_teresa.get(reverse("today")).content.decode()
    fill(teresa, lessons[1])
    page = as_teresa.get(reverse("today")).content.decode()
    assert f'href="{reverse("play", args=[Assignment.objects.get().pk])}"' in page
    assert "When Side bend." in page
    assert aid.title not in page


def test_its_page_says_what_to_do_what_to_heed_and_when_to_call_a_doctor(
    teresa: Client, as_teresa: Browser, marta: Practitioner
) -> None:
    empty = as_teresa.get(reverse("kit")).content.decode()
    assert "Nothing is kept here yet." in empty
    lesson = cast.lesson(of=marta, cautions="Not with a fresh fracture.", position="Lying on your back")
    fill(teresa, lesson)
    page = as_teresa.get(reverse("kit")).content.decode()
    for words in ("Lie down first.", "lying on your back", "Not with a fresh fracture.", "the emergency number"):
        assert words in page
    assert reverse("book") in page


def test_without_a_kit_its_page_offers_the_first_aid_for_all(as_teresa: Browser, marta: Practitioner) -> None:
    aid = cast.lesson(of=marta, title="For everybody", open_to_visitors=True)
    assert reverse("first_aid", args=[aid.pk]) in as_teresa.get(reverse("kit")).content.decode()


def test_what_hurt_rests_in_the_kit_and_leaves_the_phone(
    teresa: Client, as_teresa: Browser, lessons: list[Lesson]
) -> None:
    fill(teresa, lessons[0], lessons[1])
    first, second = (one.assignment for one in kit.of(teresa))
    assert [each["key"] for each in kit.for_phone(teresa)] == [str(first.pk), str(second.pk)]
    actions.stop(assignment=first, now=NOW)
    assert [each["key"] for each in as_teresa.get(reverse("phone")).json()["kit"]] == [str(second.pk)]
    page = as_teresa.get(reverse("kit")).content.decode()
    assert "It rests for now." in page
    assert reverse("play", args=[first.pk]) not in page


def test_a_phone_is_told_all_that_it_needs_to_keep_it(
    teresa: Client, as_teresa: Browser, as_outsider: Browser, lessons: list[Lesson]
) -> None:
    fill(teresa, lessons[0])
    (told,) = as_teresa.get(reverse("phone")).json()["kit"]
    assert told["key"] in as_teresa.get(reverse("phone")).json()["lessons"]
    assert (told["title"], told["words"]) == ("Arch and flatten", "When Arch and flatten.")
    assert told["pages"][-1] == reverse("kit")
    assert {as_teresa.get(each).status_code for each in told["pages"]} == {200}
    assert as_outsider.get(reverse("phone")).json()["kit"] == []


def test_it_takes_as_many_queries_for_six_lessons_as_for_one(teresa: Client) -> None:
    six = [cast.lesson(of=teresa.practitioner, title=f"Lesson {number}") for number in range(6)]
    fill(teresa, six[0])
    for read in (kit.of, kit.for_phone, lambda client: kit.choices(client, NOW.date())):
        fill(teresa, six[0])
        with CaptureQueriesContext(connection) as one:
            read(teresa)
        fill(teresa, *six)
        with CaptureQueriesContext(connection) as many:
            read(teresa)
        assert len(one) == len(many) <= 6
