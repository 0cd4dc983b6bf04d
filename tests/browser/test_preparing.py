"""A page that is open while a recording is prepared follows it."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from coaching.media.models import StoredFile
from tests import cast

pytestmark = pytest.mark.browser


def test_the_lessons_page_follows_its_recording_until_it_is_ready(visit: Callable[..., Page]) -> None:
    marta = cast.practitioner()
    file = cast.stored_file(by=marta.user, state="working", progress=10)
    lesson = cast.lesson(of=marta, file=file)
    page = visit(reverse("lesson", args=[lesson.pk]), as_=marta)
    expect(page.get_by_text("Its sound is being prepared: 10 %")).to_be_visible()
    StoredFile.objects.update(progress=60, made={"done": ["measure", "sound", "peaks"]})
    expect(page.get_by_text("Its film is being prepared: 60 %")).to_be_visible(timeout=10_000)
    StoredFile.objects.update(state="ready", progress=100)
    expect(page.locator("file-state")).to_have_count(0, timeout=10_000)


def test_the_list_says_when_one_is_ready(visit: Callable[..., Page]) -> None:
    marta = cast.practitioner()
    file = cast.stored_file(by=marta.user, state="waiting")
    cast.lesson(of=marta, file=file)
    page = visit(reverse("library"), as_=marta)
    expect(page.get_by_text("Waits for its turn to be prepared")).to_be_visible()
    StoredFile.objects.update(state="failed", failure="There is no sound in this recording.")
    said = page.get_by_role("status").filter(has_text="There is no sound in this recording.")
    expect(said).to_be_visible(timeout=10_000)
