"""The way to doing without a plan: what is proposed and why, moving along it, and who looks ready."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.library.models import Lesson
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice import arc, graduating
from coaching.practice.arc_rules import Seen, least_gap, proposal, what_changed
from coaching.practice.models import Assignment
from coaching.story.actions import rate_reserve
from tests import cast
from tests.cast import NOW
from tests.reminders.things import deliver

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)


def ago(*days: int) -> frozenset[date]:
    return frozenset(MONDAY - n * DAY for n in days)


LEARNS = Seen(
    today=MONDAY,
    stage="learning",
    since=MONDAY - 30 * DAY,
    name="Teresa",
    a_week=5,
    practised=ago(1, 2, 3, 5, 8, 9, 10, 12, 15, 16, 17, 19),
    lower=9,
    rated=11,
)
FADES = replace(LEARNS, stage="fading", practised=ago(2, 6, 11, 17, 25))
ALONE = replace(LEARNS, stage="own", practised=ago(4), reserve=(3, 5, 7))


def test_three_weeks_as_agreed_with_lower_tension_speak_for_fading() -> None:
    assert proposal(LEARNS).to == "fading"
    assert proposal(LEARNS).why == (
        "Three weeks of practice as agreed, and tension was lower after nine of eleven times."
    )


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (replace(LEARNS, practised=LEARNS.practised - ago(8, 9)), "Practised on four, two and four days"),
        (replace(LEARNS, since=MONDAY - 20 * DAY), "too early to say"),
        (replace(LEARNS, lower=5), "too seldom with lower tension after: five of eleven times"),
        (replace(LEARNS, lower=2, rated=2), "too seldom"),
        (replace(LEARNS, a_week=0), "Nothing is asked for on certain days"),
        (replace(LEARNS, waits=True), "A lesson rests because it hurt."),
    ],
)
def test_what_does_not_speak_for_fading_is_said_and_nothing_proposed(seen: Seen, why: str) -> None:
    assert proposal(seen).to == ""
    assert why in proposal(seen).why


def test_four_weeks_without_needing_a_letter_speak_for_going_on_alone() -> None:
    assert proposal(FADES).to == "own"
    assert proposal(FADES).why == "Four weeks without needing a letter: Teresa practised on five days alone."
    assert proposal(replace(FADES, told=ago(3, 10))).to == "own"  # letters that nobody followed


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (replace(FADES, told=ago(6)), "one practice followed a letter"),
        (replace(FADES, practised=ago(2)), "Practised on one day"),
        (replace(FADES, since=MONDAY - 27 * DAY), "too early to say"),
    ],
)
def test_who_still_follows_letters_or_seldom_practises_goes_on_fading(seen: Seen, why: str) -> None:
    assert (proposal(seen).to, why in proposal(seen).why) == ("", True)


def test_a_fallen_reserve_speaks_for_staying_closer() -> None:
    assert proposal(replace(FADES, reserve=(6, 7, 5))).to == "learning"
    assert proposal(replace(FADES, reserve=(6, 7, 6))).to == "own"


def test_four_weeks_alone_with_enough_in_reserve_and_nothing_sore_speak_for_graduating() -> None:
    assert proposal(ALONE).to == "graduated"
    assert proposal(replace(ALONE, reserve=(6,))).to == "graduated"
    for not_yet in (
        replace(ALONE, sore_on=MONDAY - DAY),
        replace(ALONE, reserve=()),
        replace(ALONE, reserve=(5, 5)),
        replace(ALONE, since=MONDAY - 27 * DAY),
    ):
        assert proposal(not_yet).to == ""
        assert proposal(not_yet).why


def test_letters_get_fewer_with_each_stage() -> None:
    assert [least_gap("learning", 99), least_gap("fading", 13), least_gap("fading", 14)] == [1, 4, 7]
    assert least_gap("own", 0) is None


def test_what_changed_is_one_honest_sentence_and_silent_where_nothing_is_known() -> None:
    september, november = date(2026, 9, 7), date(2026, 11, 2)
    assert what_changed([]) == what_changed([(september, 3)]) == ""
    assert "from 3 of ten in September to\u00a07" in what_changed([(september, 3), (november, 7)])
    assert "from 7 of ten in September to\u00a03" in what_changed([(september, 7), (november, 3)])
    assert "is at 5 of ten, as in September" in what_changed([(september, 5), (november, 5)])


@pytest.mark.django_db
def test_what_the_weeks_tell_is_read_from_what_was_noted_told_and_rated_in_one_query(
    teresa: Client, outsider: Client
) -> None:
    lesson = cast.lesson(of=teresa.practitioner)
    cast.assignment(to=teresa, lesson=lesson, rhythm="daily")
    cast.entry(by=teresa, lesson=lesson, days_ago=1, before=6, after=3)
    cast.entry(by=teresa, lesson=lesson, days_ago=2, before=3, after=4, felt=["sore"])
    cast.entry(by=teresa, lesson=lesson, days_ago=29, before=9, after=1)
    cast.entry(by=outsider, lesson=lesson, days_ago=3, before=9, after=1)
    rate_reserve(client=teresa, week=MONDAY - 7 * DAY, value=4, now=NOW)
    rate_reserve(client=teresa, week=MONDAY, value=6, now=NOW)
    with CaptureQueriesContext(connection) as asked:
        seen = arc.seen_of(teresa, NOW)
    assert len(asked) == 1
    assert (seen.practised, seen.lower, seen.rated, seen.a_week) == (ago(1, 2), 1, 2, 7)
    assert (seen.sore_on, seen.reserve, seen.waits) == (MONDAY - 2 * DAY, (4, 6), False)
    Assignment.objects.update(state="stopped", stopped_at=NOW)
    assert arc.seen_of(teresa, NOW).waits


@pytest.mark.django_db
def test_a_client_that_came_with_what_it_takes_needs_no_query(teresa: Client) -> None:
    graduating.graduate(client=teresa, words="Go well.", now=NOW)
    found = Client.objects.select_related("user").annotate(**arc.told(NOW)).get(pk=teresa.pk)
    with CaptureQueriesContext(connection) as asked:
        assert arc.of(found, NOW).stage == "learning"
        graduation = arc.graduation_of(found, NOW)
    assert len(asked) == 0
    assert graduation
    assert (graduation.at, graduation.words, graduation.seen_at) == (NOW, "Go well.", None)


@pytest.mark.django_db
def test_one_press_moves_a_client_on_or_back(teresa: Client, as_marta: Browser) -> None:
    for stage in ("fading", "learning", "nonsense"):
        as_marta.post(reverse("stage", args=[teresa.pk]), {"to": stage})
        teresa.refresh_from_db()
        assert teresa.stage == (stage if stage != "nonsense" else "learning")
    assert teresa.stage_since is None  # taken back at once


@pytest.mark.django_db
def test_a_step_is_told_ten_minutes_later_once(teresa: Client) -> None:
    arc.move(client=teresa, to="fading", now=NOW)
    assert not arc.move(client=teresa, to="fading", now=NOW + DAY / 1440)
    assert deliver(NOW + 9 * DAY / 1440) == {}
    assert deliver(NOW + 10 * DAY / 1440) == {"kept": 1}
    assert Letter.objects.get().subject == "Fewer letters from now on"


@pytest.mark.django_db
def test_a_step_taken_back_at_once_is_told_to_nobody_and_later_it_is(teresa: Client) -> None:
    arc.move(client=teresa, to="fading", now=NOW)
    arc.move(client=teresa, to="learning", now=NOW + DAY / 1440)
    assert teresa.stage_since is None  # as if it had never been taken
    assert deliver(NOW + DAY) == {"dropped": 1}
    arc.move(client=teresa, to="fading", now=NOW + 2 * DAY)
    assert deliver(NOW + 3 * DAY) == {"kept": 1}
    arc.move(client=teresa, to="learning", now=NOW + 4 * DAY)
    assert deliver(NOW + 5 * DAY) == {"kept": 1}
    assert Letter.objects.filter(subject="We write a little more often again").count() == 1


@pytest.mark.django_db
def test_going_on_alone_offers_to_ask_for_each_lesson_only_when_needed(teresa: Client, as_marta: Browser) -> None:
    lessons = cast.lessons(of=teresa.practitioner)
    first, second, _third = (cast.assignment(to=teresa, lesson=each) for each in lessons)
    page = as_marta.post(reverse("stage", args=[teresa.pk]), {"to": "own"}, follow=True)
    assert page.content.decode().count('name="needed"') == page.content.decode().count(" checked") == 3
    as_marta.post(reverse("on_own", args=[teresa.pk]), {"needed": [str(first.pk)]})
    teresa.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (teresa.stage, first.rhythm, first.until, second.rhythm) == ("own", "when_needed", None, "most_days")


@pytest.mark.django_db
def test_a_lesson_that_got_another_before_it_meanwhile_is_still_changed(teresa: Client, as_marta: Browser) -> None:
    first, second = cast.lessons(of=teresa.practitioner)[:2]
    given = cast.assignment(to=teresa, lesson=second, rhythm="daily")
    Lesson.objects.filter(pk=second.pk).update(phase="relearn", follows=first)
    as_marta.post(reverse("on_own", args=[teresa.pk]), {"needed": [str(given.pk)]})
    given.refresh_from_db()
    teresa.refresh_from_db()
    assert (given.rhythm, teresa.stage) == ("when_needed", "own")


@pytest.mark.django_db
def test_the_client_reads_in_plain_words_where_they_stand(teresa: Client, as_teresa: Browser) -> None:
    cast.assignment(to=teresa, lesson=cast.lesson(of=teresa.practitioner), until=None)
    said = {"learning": "You are learning", "fading": "Three times this week is enough", "own": "on your own"}
    for stage, words in said.items():
        arc.move(client=teresa, to=stage, now=NOW)
        assert words in as_teresa.get(reverse("practice")).content.decode()


@pytest.mark.django_db
def test_the_further_on_the_lighter_the_dosage_that_is_proposed(teresa: Client, as_marta: Browser) -> None:
    cast.lesson(of=teresa.practitioner)
    for stage, preset in {"learning": "week", "fading": "three", "own": "needed"}.items():
        arc.move(client=teresa, to=stage, now=NOW)
        page = as_marta.get(reverse("give", args=[teresa.pk])).content.decode()
        assert f'value="{preset}" checked' in page


def alone(of: Practitioner, name: str, *, reserve: tuple[int, ...] = (3, 7), weeks: int = 5) -> Client:
    client = cast.client(of=of, name=name)
    client.stage, client.stage_since = "own", NOW - timedelta(weeks=weeks)
    client.save()
    for week, value in enumerate(reversed(reserve)):
        rate_reserve(client=client, week=MONDAY - timedelta(weeks=week), value=value, now=NOW)
    return client


@pytest.mark.django_db
def test_ready_are_those_alone_for_four_weeks_with_nothing_sore_and_enough_in_reserve(marta: Practitioner) -> None:
    lesson = cast.lesson(of=marta)
    ana, sore = alone(marta, "Ana Ready"), alone(marta, "Sol Sore")
    cast.entry(by=sore, lesson=lesson, days_ago=3, soreness=2)
    hurt = alone(marta, "Hugo Hurt")
    cast.assignment(to=hurt, lesson=lesson, state="stopped", stopped_at=NOW)
    alone(marta, "Luz Low", reserve=(4, 4))
    alone(marta, "Uma Unrated", reserve=())
    alone(marta, "Eva Early", weeks=3)
    alone(cast.practitioner(name="Sten Stranger"), "Otto Other")
    gone = alone(marta, "Gil Gone")
    graduating.graduate(client=gone, now=NOW)
    with CaptureQueriesContext(connection) as asked:
        (row,) = arc.ready(marta, NOW)
    assert len(asked) == 1
    assert (row.client, row.since) == (ana, ana.stage_since)
    assert row.reason == "Four weeks alone, nothing sore, and reserve capacity went from 3 to 7."
