"""How it was, from a letter's link: one tap without signing in, for one client and one lesson, for two weeks."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.signing import Signer
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from coaching.people.models import Client, Practitioner
from coaching.practice.links import after_token, read_after, saying_after
from coaching.practice.models import Assignment, PracticeEntry
from coaching.reminders.letters_practice import _practice
from tests import cast


@pytest.fixture
def given(teresa: Client, marta: Practitioner) -> Assignment:
    lesson = cast.lesson(of=marta, title="Arch and flatten", area="lower back", cautions="Not after the fall.")
    return cast.assignment(to=teresa, lesson=lesson, note="Because of your fall.")


@pytest.fixture
def visitor() -> Browser:
    return Browser(enforce_csrf_checks=False)


def _address(given: Assignment, day: date | None = None) -> str:
    return reverse("practice_after", args=[after_token(given, day or timezone.now().date())])


def test_one_tap_notes_it(visitor: Browser, given: Assignment) -> None:
    page = visitor.get(_address(given))
    assert "Arch and flatten" in page.content.decode()
    assert not PracticeEntry.objects.exists()
    assert "3 of 10 after it" in visitor.post(_address(given), {"after": "3"}).content.decode()
    entry = PracticeEntry.objects.get()
    assert (entry.client, entry.assignment, entry.after) == (given.client, given, 3)


def test_reading_shows_no_more_than_the_title(visitor: Browser, given: Assignment) -> None:
    page = visitor.get(_address(given)).content.decode()
    for private in ("lower back", "fall", "Almada", given.client.user.email):
        assert private not in page


def test_the_same_link_notes_once_a_day_unless_asked(visitor: Browser, given: Assignment) -> None:
    address = _address(given)
    visitor.post(address, {"after": "3"})
    assert "Noted today already" in visitor.post(address, {"after": "5"}).content.decode()
    assert "Noted today already" in visitor.get(address).content.decode()
    assert PracticeEntry.objects.get().after == 3
    again = visitor.get(f"{address}?again").context["again"]
    for _ in range(2):
        visitor.post(address, {"after": "2", "again": str(again)})
    assert sorted(PracticeEntry.objects.values_list("after", flat=True)) == [2, 3]


def test_sharper_pain_stops_the_lesson_from_there_too(visitor: Browser, given: Assignment) -> None:
    page = visitor.post(_address(given), {"after": "8", "felt": ["sharp"]}).content.decode()
    assert "Leave this lesson for now." in page
    given.refresh_from_db()
    assert given.state == "stopped"
    visitor.post(_address(given), {"after": "1", "again": str(uuid4())})
    assert PracticeEntry.objects.count() == 1


@pytest.mark.parametrize("wrong", [{}, {"after": "11"}, {"felt": ["softer"]}])
def test_what_is_no_answer_is_asked_again(visitor: Browser, given: Assignment, wrong: dict[str, object]) -> None:
    answer = visitor.post(_address(given), wrong)
    assert (answer.status_code, PracticeEntry.objects.count()) == (400, 0)


def test_a_link_is_over_after_two_weeks_and_says_what_to_do(visitor: Browser, given: Assignment) -> None:
    today = timezone.now().astimezone(given.client.zone).date()
    assert visitor.get(_address(given, today - timedelta(days=14))).status_code == 200
    for answer in (
        visitor.get(_address(given, today - timedelta(days=15))),
        visitor.post(_address(given, today - timedelta(days=15)), {"after": "3"}),
    ):
        assert answer.status_code == 410
        assert "Sign in, open the lesson" in answer.content.decode()
    assert not PracticeEntry.objects.exists()


def test_only_our_own_links_for_this_one_thing_are_read(visitor: Browser, given: Assignment, now: datetime) -> None:
    token = after_token(given, now.date())
    found = read_after(token)
    assert found
    assert (found.client, found.assignment, found.on) == (given.client_id, given.pk, now.date())
    forged = Signer(salt="coaching.reminders.barrier", sep=".").sign(token.rsplit(".", 1)[0])
    for broken in (token[:-1], token.replace(str(given.client_id), "0", 1), forged, "x"):
        assert read_after(broken) is None
        assert visitor.get(reverse("practice_after", args=[broken])).status_code == 404


def test_a_link_of_one_client_is_nothing_for_the_lesson_of_another(
    visitor: Browser, given: Assignment, outsider: Client
) -> None:
    given.client = outsider  # as if signed for somebody who was never given this
    assert visitor.get(_address(given)).status_code == 404


def test_who_left_is_not_asked_any_more(visitor: Browser, given: Assignment) -> None:
    Client.objects.update(status="ended")
    assert visitor.post(_address(given), {"after": "3"}).status_code == 404
    assert not PracticeEntry.objects.exists()


def test_the_letter_of_the_day_holds_the_link(given: Assignment, now: datetime) -> None:
    told = _practice(given.client, [given], now.date(), "08:00")
    assert saying_after(given, now.date()) in told.after[0]
