"""Soreness that lasts or grows rests the lesson, tells the client calmly and the practitioner at once."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given as supposing
from hypothesis import strategies as st

from coaching.home import needs as home
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice import actions, soreness
from coaching.practice.models import Assignment
from coaching.practice.soreness import Told, must_rest
from tests import cast

NOW = cast.NOW


def _told(hours: float, number: int | None = None, *, sore: bool = True) -> Told:
    return Told(NOW + timedelta(hours=hours), sore, number)


@pytest.mark.parametrize(
    ("notes", "rests"),
    [
        ([], False),
        ([_told(0)], False),
        ([_told(0), _told(20)], False),
        ([_told(0), _told(25)], True),
        ([_told(0), _told(12), _told(25)], True),
        ([_told(0), _told(12, sore=False), _told(25)], False),
        ([_told(0), _told(25, sore=False)], False),
        ([_told(0), _told(24 * 20)], False),  # three weeks later: another soreness
        ([_told(0, 3), _told(5, 4)], True),
        ([_told(0, 4), _told(5, 4)], False),
        ([_told(0, 4), _told(5, 3)], False),
        ([_told(0, 3), _told(2), _told(5, 4)], True),
        ([_told(0, 3), _told(5)], False),
    ],
)
def test_soreness_means_rest_when_it_lasts_or_grows(notes: list[Told], rests: bool) -> None:
    assert must_rest(notes) is rests


notes = st.lists(
    st.builds(_told, st.floats(0, 500), st.none() | st.integers(0, 10), sore=st.booleans()), max_size=12
).map(lambda found: sorted(found, key=lambda note: note.at))


@supposing(notes)
def test_who_is_not_sore_now_is_never_told_to_rest(found: list[Told]) -> None:
    assert not must_rest([*found, _told(600, 0, sore=False)])


@supposing(notes)
def test_what_was_before_a_day_without_soreness_decides_nothing(found: list[Told]) -> None:
    later = [_told(501, 0, sore=False), _told(502, 5), _told(503, 2)]
    assert must_rest(later) == must_rest([*found, *later])


def test_a_number_says_sore_and_none_says_nothing() -> None:
    assert soreness.told(at=NOW, felt=[], number=2).is_sore
    assert not soreness.told(at=NOW, felt=["softer"], number=0).is_sore
    assert soreness.told(at=NOW, felt=["sore"], number=None).is_sore


@pytest.fixture
def given(teresa: Client, marta: Practitioner) -> Assignment:
    return cast.assignment(to=teresa, lesson=cast.lesson(of=marta))


def _note(given: Assignment, at: datetime, **said: object) -> Assignment:
    assert given.lesson
    actions.note(
        client=given.client,
        lesson=given.lesson,
        assignment=given,
        day=at.date(),
        before=None,
        after=4,
        token=uuid4(),
        now=at,
        **said,
    )
    given.refresh_from_db()
    return given


def test_sore_for_longer_than_a_day_rests_the_lesson_and_tells_the_practitioner_why(
    given: Assignment, marta: Practitioner, now: datetime
) -> None:
    assert _note(given, now, felt=["sore"]).state == "active"
    later = now + timedelta(hours=26)
    assert _note(given, later, felt=["sore"]).stopped_why == "sore"
    letter = Letter.objects.get()
    assert (letter.kind, letter.person) == ("practice.stopped", marta.user)
    told = tell_in_their_words(letter, later)
    assert told
    assert "is sore after a lesson" in told.paragraphs[0]
    [need] = home.needs_of(marta, later)
    assert need.evidence.startswith("Teresa is sore after Arch and flatten")


def test_after_the_practitioners_word_older_soreness_counts_no_more(given: Assignment, now: datetime) -> None:
    _note(given, now, felt=["sore"])
    _note(given, now + timedelta(hours=26), felt=["sore"])
    actions.resume(assignment=given, now=now + timedelta(hours=27))
    assert _note(given, now + timedelta(hours=30), felt=["sore"]).state == "active"
    assert _note(given, now + timedelta(hours=60), felt=["sore"]).state == "stopped"


def test_anothers_soreness_rests_nobodys_lesson(given: Assignment, outsider: Client, now: datetime) -> None:
    assert given.lesson
    cast.entry(by=outsider, lesson=given.lesson, days_ago=3, felt=["sore"], soreness=1)
    assert _note(given, now, sore=5).state == "active"


def test_growing_soreness_leads_to_a_page_that_says_calmly_what_to_do(
    as_teresa: Browser, given: Assignment
) -> None:
    address = reverse("practice_note", args=[given.pk])
    as_teresa.post(address, {"token": str(uuid4()), "felt": ["sore"], "soreness": "2"})
    assert "Last time you were sore. And now?" in as_teresa.get(address).content.decode()
    page = as_teresa.post(address, {"token": str(uuid4()), "soreness": "4"}, follow=True).content.decode()
    assert "Let this lesson rest for now." in page
    assert "See a doctor if" in page
    assert as_teresa.get(reverse("play", args=[given.pk])).status_code == 302
