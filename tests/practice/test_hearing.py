"""What was really played: kept once however it arrives, never more than can be, and shown beside what was said."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given as supposing
from hypothesis import strategies as st

from coaching.library.models import Lesson
from coaching.people.models import Client, Practitioner
from coaching.practice import histories, queries, spans
from coaching.practice.hearing import Sitting, listened
from coaching.practice.models import Listening, Playback
from tests import cast

SITTING = UUID(int=5)


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(of=marta)


def _tell(
    teresa: Client, lesson: Lesson, at: datetime, told: int, *pairs: tuple[float, float], **said: object
) -> bool:
    sitting = {"uuid": SITTING, "position": pairs[-1][1] if pairs else 0.0, "finished": False, **said}
    return listened(
        client=teresa,
        lesson=lesson,
        recording=lesson.recording,
        sitting=Sitting(told=told, spans=pairs, at=at, **sitting),
    )


def test_a_lesson_shorter_than_a_moment_was_played_once_it_came_to_its_end(
    teresa: Client, lesson: Lesson, now: datetime
) -> None:
    _tell(teresa, lesson, now, 1, (0, 10))
    assert histories.heard(teresa, lesson).played == 0
    _tell(teresa, lesson, now, 2, (0, 15), finished=True)
    assert histories.heard(teresa, lesson).played == 1


def test_a_sitting_grows_with_each_report(teresa: Client, lesson: Lesson, now: datetime) -> None:
    assert _tell(teresa, lesson, now, 1, (0, 10))
    assert _tell(teresa, lesson, now + timedelta(seconds=20), 2, (0, 10), (4, 24))
    row = Listening.objects.get()
    assert (row.spans, row.heard, row.day) == ([[0, 10], [4, 24]], 30, now.date())
    assert (row.began_at, row.ended_at) == (now - timedelta(seconds=10), now + timedelta(seconds=20))
    assert queries.place(teresa, lesson).position == 24
    assert Playback.objects.get().heard == 30


def test_reports_twice_late_and_out_of_order_change_nothing(teresa: Client, lesson: Lesson, now: datetime) -> None:
    reports = [(1, (0, 5)), (2, (0, 10)), (3, (0, 20))]
    mixed = [*reports, *reports, *reports]
    Random(4).shuffle(mixed)
    for told, span in mixed:
        _tell(teresa, lesson, now + timedelta(seconds=told), told, span)
    assert (Listening.objects.get().heard, Playback.objects.get().heard) == (20, 20)
    assert queries.place(teresa, lesson).position == 20


def test_the_end_begins_anew_and_counts_once_a_sitting(teresa: Client, lesson: Lesson, now: datetime) -> None:
    for told in (1, 2):
        _tell(teresa, lesson, now, told, (830, 840), finished=True)
    playback = Playback.objects.get()
    assert (playback.position, playback.finished) == (0, 1)


def test_a_report_that_waited_for_a_network_adds_what_was_heard_and_moves_no_newer_place(
    teresa: Client, lesson: Lesson, now: datetime
) -> None:
    _tell(teresa, lesson, now, 1, (0, 300), uuid=uuid4())
    _tell(teresa, lesson, now - timedelta(hours=3), 1, (0, 40))
    playback = Playback.objects.get()
    assert (playback.position, playback.heard, playback.updated_at) == (300, 340, now)


def test_a_report_cannot_claim_more_than_there_is(teresa: Client, lesson: Lesson, now: datetime) -> None:
    _tell(teresa, lesson, now, 1, (-5, 9e9), *[(0, 840)] * 200, position=9e9)
    playback = Playback.objects.get()
    assert (playback.position, playback.heard) == (840, spans.LONGEST)


def test_a_sitting_belongs_to_one_lesson_and_one_client(
    teresa: Client, outsider: Client, lesson: Lesson, marta: Practitioner, now: datetime
) -> None:
    _tell(teresa, lesson, now, 1, (0, 10))
    assert not _tell(teresa, cast.lesson(of=marta, title="Another"), now, 2, (0, 99))
    assert _tell(outsider, lesson, now, 1, (0, 3))
    assert {row.client_id: row.heard for row in Listening.objects.all()} == {teresa.pk: 10, outsider.pk: 3}


@pytest.mark.django_db(transaction=True)
def test_reports_at_the_same_moment_are_counted_once(teresa: Client, lesson: Lesson, now: datetime) -> None:
    def tell(told: int) -> None:
        _tell(teresa, lesson, now, told, (0, told * 10))
        connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, [1, 2, 3, 4] * 3))
    assert (Listening.objects.get().heard, Playback.objects.get().heard) == (40, 40)


def test_noted_and_played_stand_side_by_side_with_the_parts(teresa: Client, lesson: Lesson, now: datetime) -> None:
    cast.entry(by=teresa, lesson=lesson)
    _tell(teresa, lesson, now, 1, (0, 420), uuid=uuid4())
    _tell(teresa, lesson, now, 1, (0, 840), uuid=uuid4())
    _tell(teresa, lesson, now, 1, (0, 3), uuid=uuid4())  # looked in
    found = histories.heard(teresa, lesson)
    assert (found.noted, found.played, found.minutes) == (1, 2, 21)
    assert (found.parts[0], found.parts[23], found.parts[24], found.parts[-1]) == (2, 2, 1, 1)


def test_both_see_what_was_said_beside_what_was_played(
    as_teresa: Browser, as_marta: Browser, teresa: Client, lesson: Lesson, now: datetime
) -> None:
    given = cast.assignment(to=teresa, lesson=lesson)
    cast.entry(by=teresa, lesson=lesson)
    _tell(teresa, lesson, now, 1, (0, 840))
    for browser, address in (
        (as_teresa, reverse("practice_lesson", args=[given.pk])),
        (as_marta, reverse("given", args=[teresa.pk, given.pk])),
    ):
        page = " ".join(browser.get(address).content.decode().split())
        assert "Noted once, heard in one sitting, 14 minutes in all." in page
        assert "How often it was heard: the beginning 1, the middle 1, the end 1." in page


def test_what_was_noted_but_not_played_is_said_as_it_is(as_teresa: Browser, teresa: Client, lesson: Lesson) -> None:
    given = cast.assignment(to=teresa, lesson=lesson)
    cast.entry(by=teresa, lesson=lesson)
    page = as_teresa.get(reverse("practice_lesson", args=[given.pk])).content.decode()
    assert "Noted once, not played here." in " ".join(page.split())


def test_an_older_version_keeps_its_own_sittings(teresa: Client, lesson: Lesson, marta: Practitioner) -> None:
    older, lesson.recording = lesson.recording, cast.lesson(of=marta, title="New").recording
    older.version_of = lesson
    older.save()
    lesson.save()
    strange = cast.lesson(of=marta, title="Strange").recording
    assert queries.recording_heard(lesson, older.pk) == older
    assert queries.recording_heard(lesson, strange.pk) == queries.recording_heard(lesson, None) == lesson.recording


seconds = st.floats(allow_nan=True, allow_infinity=True)


@supposing(st.lists(st.lists(seconds, max_size=3), max_size=30), st.none() | st.floats(1, 5000))
def test_whatever_is_told_what_is_kept_can_be(told: list[list[float]], length: float | None) -> None:
    kept = spans.tidied(told, length)
    assert all(0 <= start < end and (length is None or end <= length + 0.01) for start, end in kept)
    assert spans.heard(kept) <= spans.LONGEST + 1
    assert spans.tidied(kept, length) == kept


def test_what_touches_is_one_and_what_is_heard_again_is_not() -> None:
    assert spans.tidied([(0, 5), (5.2, 9), (5, 9), (20, 21)], 60) == [(0, 9), (5, 9), (20, 21)]
