"""How it goes, on a telephone, without a mouse and without a script: what is drawn, and what comes along."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from coaching.people.models import Client
from coaching.practice.models import PracticeEntry
from coaching.practice.models_arc import Agreed
from coaching.story.models import ReserveRating
from tests import cast

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture
def teresa(site: str) -> Client:
    """Four weeks of practice, three ratings, one session."""
    marta = cast.practitioner()
    client, lesson, now = cast.client(of=marta), cast.lesson(of=marta), timezone.now()
    Client.objects.filter(pk=client.pk).update(since=now - timedelta(days=100))
    given = cast.assignment(to=client, lesson=lesson, starts_on=now.date() - timedelta(days=28), until=None)
    Agreed.objects.create(assignment=given, begins_on=given.starts_on, rhythm="daily")
    for days in range(1, 28, 2):
        at = now - timedelta(days=days)
        fields = {"before": 6, "after": 7 if days == 9 else 4, "day": at.date(), "noted_at": at}
        PracticeEntry.objects.create(client=client, lesson=lesson, assignment=given, **fields)
    for weeks, value in ((1, 6), (2, 5), (4, 3)):
        monday = now.date() - timedelta(days=now.date().weekday() + 7 * weeks)
        ReserveRating.objects.create(client=client, week=monday, value=value, rated_at=now)
    session = now - timedelta(days=10)
    cast.appointment(client=client, session_type=cast.session_type(of=marta), start=session, status="held")
    return client


def test_without_a_mouse_and_a_script_one_looks_back_and_reads_the_numbers(visit: Visit, teresa: Client) -> None:
    phone = visit("/practice/progress/", as_=teresa, width=390, java_script_enabled=False)
    expect(phone.get_by_role("heading", level=1)).to_have_text(re.compile("From 3 to 6 since"))
    expect(
        phone.get_by_role("img", name=re.compile("Reserve capacity, 0 to 10, by week.*not rated"))
    ).to_be_visible()
    weeks = phone.get_by_role("link", name="six weeks")
    weeks.focus()
    phone.keyboard.press("Enter")
    expect(phone).to_have_url(re.compile("period=6-weeks"))
    expect(phone.get_by_text("Each mark is the average of a day.").first).to_be_visible()
    numbers = phone.get_by_text("See the numbers").nth(1)
    numbers.focus()
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("region", name="Numbers: Before and after practice")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_plan_and_progress_come_along(visit: Visit, teresa: Client, tmp_path: Path) -> None:
    page = visit("/practice/progress/", as_=teresa, width=390, theme="dark")
    assert Axe().run(page).violations_count == 0
    for path, name in (
        ("/practice/progress/", "progress_Teresa_Almada"),
        ("/practice/plan/", "plan_Teresa_Almada"),
    ):
        page.goto(path)
        with page.expect_download() as download:
            page.get_by_role("link", name="Take along as PDF").click()
        assert download.value.suggested_filename.startswith(name)
        download.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(b"%PDF-")


def test_on_paper_nothing_stands_that_cannot_be_pressed_there(visit: Visit, teresa: Client) -> None:
    page = visit("/practice/progress/", as_=teresa)
    page.emulate_media(media="print")
    for hidden in (
        page.get_by_role("navigation"),
        page.get_by_text("See the numbers"),
        page.get_by_text("Take along"),
        page.get_by_role("link", name="Say how well they go now"),
    ):
        assert not any(each.is_visible() for each in hidden.all())
    expect(page.get_by_text("Teresa Almada,")).to_be_visible()
    ink = page.locator("svg .done").first.evaluate("each => getComputedStyle(each).fill")
    assert ink == "rgb(27, 27, 27)"
