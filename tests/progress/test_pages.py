"""The pages of progress: the client's own, and the practitioner's of her clients. Nobody else's."""

from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from coaching.booking.models import Appointment
from coaching.library.models import Lesson
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Listening
from coaching.practice.models_arc import Agreed
from coaching.progress import queries
from coaching.progress.glance import glance
from coaching.progress.rules import Asked, Met
from coaching.story.felt import Mark, written
from coaching.story.models import Activity, ActivityRating, BodyMap, ReserveRating
from tests import cast
from tests.conftest import signed_in

DAY = timedelta(days=1)


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(of=marta)


def _live(client: Client, lesson: Lesson, now: datetime, *, weeks: int = 3, doings: int = 20) -> None:
    """Practice, sittings, ratings, activities and sessions of the last `weeks`."""
    today = now.astimezone(client.zone).date()
    given = cast.assignment(to=client, lesson=lesson, starts_on=today - weeks * 7 * DAY, until=None)
    Agreed.objects.create(assignment=given, begins_on=given.starts_on, rhythm="daily")
    kind = client.practitioner.pk and cast.session_type(of=client.practitioner, slug=f"kind-{uuid4().hex[:8]}")
    for week in range(weeks):
        start = now - week * 7 * DAY - timedelta(hours=3)
        cast.appointment(client=client, session_type=kind, start=start, status="held")
        monday = today - (today.weekday() + 7 * week) * DAY
        ReserveRating.objects.create(client=client, week=monday, value=(3 + week) % 11, rated_at=now)
    activity = Activity.objects.create(client=client, place=0, words="Put on shoes", named_at=now)
    for number in range(min(doings, weeks * 7)):
        day = today - number * DAY
        ActivityRating.objects.create(activity=activity, day=day, value=number % 11)
        at = now - number * DAY
        fields = {"client": client, "lesson": lesson, "noted_at": at, "day": day}
        lesson_entry = cast.PracticeEntry(before=6, after=4, ease_before=3, ease_after=5, **fields)
        lesson_entry.save()
        Listening.objects.create(
            uuid=uuid4(),
            client=client,
            lesson=lesson,
            recording=lesson.recording,
            heard=300,
            day=day,
            began_at=at,
            ended_at=at,
        )


@pytest.fixture
def lived(teresa: Client, lesson: Lesson) -> Client:
    Client.objects.filter(pk=teresa.pk).update(since=timezone.now() - 100 * DAY)
    teresa.refresh_from_db()
    _live(teresa, lesson, timezone.now())
    return teresa


def test_empty_pages_say_what_happens_next(as_teresa: Browser, as_marta: Browser, teresa: Client) -> None:
    page = as_teresa.get(reverse("progress")).content.decode()
    assert "Nothing rated yet" in page
    assert "the rest begins with the first lesson that Marta gives you" in page
    page = as_marta.get(reverse("progress_of", args=[teresa.pk])).content.decode()
    assert "What Teresa notes, plays and rates stands here" in page


def test_this_week_is_rated_in_one_tap(as_teresa: Browser) -> None:
    answer = as_teresa.post(reverse("rate"), {"value": "6"}, follow=True)
    assert "Six of ten, rated once" in answer.content.decode()
    wrong = as_teresa.post(reverse("rate"), {"value": "12"}, follow=True).content.decode()
    assert "A rating is a number from 0 to 10." in wrong
    assert ReserveRating.objects.get().value == 6


def test_the_client_sees_every_plot_with_its_numbers(as_teresa: Browser, lived: Client) -> None:
    page = as_teresa.get(reverse("progress")).content.decode()
    for words in (
        "From 5 to 3 since",
        "How much more you could take",
        "Before and after practice",
        "Ease of moving",
        "What you want to be able to do",
        "Put on shoes",
        "Done and agreed",
        "What you noted and what was played",
        "100 minutes of practice at home, 180 minutes of sessions.",
        "marks the days of sessions",
    ):
        assert words in page
    assert page.count('role="img" aria-labelledby') == 7
    assert page.count("<summary>See the numbers") == 7


def test_the_practitioner_sees_the_same_of_her_client(as_marta: Browser, lived: Client) -> None:
    page = as_marta.get(reverse("progress_of", args=[lived.pk])).content.decode()
    assert "How much more Teresa could take" in page
    assert "Who does the work" in page
    assert "This week is not rated yet" not in page


def test_nobody_elses_numbers_are_counted(
    as_marta: Browser, lived: Client, outsider: Client, lesson: Lesson
) -> None:
    assert "Nothing to draw" in as_marta.get(reverse("progress_of", args=[outsider.pk])).content.decode()
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    assert stranger.get(reverse("progress_of", args=[lived.pk])).status_code == 404


@pytest.mark.parametrize(("period", "words"), [("6-weeks", "a day"), ("3-months", "a week"), ("x", "a week")])
def test_how_far_back_is_chosen_by_links(as_teresa: Browser, lived: Client, period: str, words: str) -> None:
    page = as_teresa.get(reverse("progress"), {"period": period}).content.decode()
    assert f"Each mark is the average of {words}." in page
    assert page.count('aria-current="true"') == 1


@pytest.mark.parametrize("period", ["6-weeks", "all"])
def test_two_years_cost_as_many_queries_as_three_weeks(
    as_teresa: Browser, as_marta: Browser, lived: Client, lesson: Lesson, period: str
) -> None:
    pages = [(as_teresa, reverse("progress")), (as_marta, reverse("progress_of", args=[lived.pk]))]
    counts = []
    for weeks in (0, 104):
        if weeks:
            for made in (Listening, ReserveRating, Activity, Appointment):
                made.objects.filter(client=lived).delete()
            Client.objects.filter(pk=lived.pk).update(since=timezone.now() - 800 * DAY)
            _live(
                lived, cast.lesson(of=lived.practitioner, title="Side bend"), timezone.now(), weeks=104, doings=700
            )
        for browser, path in pages:
            browser.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(path, {"period": period}).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12


def test_what_was_left_to_need_or_cancelled_is_not_counted(
    teresa: Client, lesson: Lesson, marta: Practitioner, now: datetime
) -> None:
    given = cast.assignment(to=teresa, lesson=lesson)
    Agreed.objects.create(assignment=given, begins_on=given.starts_on, rhythm="when_needed")
    other = cast.assignment(to=teresa, lesson=cast.lesson(of=marta, title="Side bend"), until=now.date() - DAY)
    Agreed.objects.create(assignment=other, begins_on=other.starts_on, rhythm="daily")
    kind = cast.session_type(of=marta)
    for hours, status in (
        (-30, "held"),
        (-60, "cancelled"),
        (-90, "missed"),
        (-120, "confirmed"),
        (30, "confirmed"),
    ):
        cast.appointment(client=teresa, session_type=kind, start=now + timedelta(hours=hours), status=status)
    found = queries.numbers(teresa, queries.period_of(teresa, "all", now), now)
    assert found.asked == [Asked(other.starts_on, now.date() - DAY, other.lesson_id or 0, 7.0)]
    assert found.sessions == [Met((now - 5 * DAY).date(), 60), Met((now - timedelta(hours=30)).date(), 60)]


# --- at a glance ---------------------------------------------------------------------------------------------


def test_a_glance_says_what_was_so_since_the_last_session(
    teresa: Client, lesson: Lesson, marta: Practitioner, now: datetime
) -> None:
    start = datetime(2026, 11, 12, 10, tzinfo=now.tzinfo)
    cast.appointment(client=teresa, session_type=cast.session_type(of=marta), start=start, status="held")
    for days_ago, after in ((1, 4), (2, 4), (2, 7), (20, 1)):
        cast.entry(by=teresa, lesson=lesson, days_ago=days_ago, before=6, after=after)
    for days, value in ((14, 4), (7, 5), (0, 6)):
        ReserveRating.objects.create(
            client=teresa, week=now.date() - days * DAY, value=value, rated_at=now - days * DAY
        )
    cast.assignment(to=teresa, lesson=lesson, state="stopped")
    with CaptureQueriesContext(connection) as asked:
        found = glance(teresa, now.date())
    assert found.heading == "Since Thursday 12 November"
    assert found.lines == [
        "Practised on two of eleven days.",
        "Tension lower after two of three times. Higher once.",
        "Reserve capacity from 4 to 6.",
        "One lesson rests.",
    ]
    assert found.plot.svg.count('class="met"') == 1
    assert len(asked) == 2


def test_a_glance_before_the_first_session_says_that_there_was_nothing(teresa: Client, now: datetime) -> None:
    found = glance(teresa, now.date())
    assert (found.heading, found.lines) == ("Before the first session", ["No practice noted."])
    assert not found.plot


def test_two_maps_stand_beside_each_other_with_what_changed(
    as_teresa: Browser, as_marta: Browser, teresa: Client, now: datetime
) -> None:
    for days, marks in (
        (30, [Mark("left-low-back", 7, "tight"), Mark("right-low-back", 4, "tight")]),
        (1, [Mark("left-low-back", 3, "tight")]),
    ):
        at = now - days * DAY
        BodyMap.objects.create(client=teresa, day=at.date(), marks=written(marks), drawn_at=at)
    for browser, address in (
        (as_teresa, reverse("progress")),
        (as_marta, reverse("progress_of", args=[teresa.pk])),
    ):
        page = browser.get(address).content.decode()
        assert "Where it is felt, then and now" in page
        assert "(7 of 10, then 3)" in page
    paper = PdfReader(BytesIO(as_teresa.get(reverse("progress_pdf")).content))
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    assert "(7 of 10, then 3)" in text
    assert "Gone" in text
