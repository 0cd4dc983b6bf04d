"""How far a recording is, as the open page asks for it."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from coaching.library.models import Lesson
from coaching.people.models import Practitioner
from tests import cast
from tests.conftest import signed_in


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(of=marta, file=cast.stored_file(by=marta.user, state="working", progress=40))


def _said(browser: Browser, lesson: Lesson, **changed: object) -> str:
    for name, value in changed.items():
        setattr(lesson.recording.file, name, value)
    lesson.recording.file.save()
    answer = browser.get(reverse("recording_state", args=[lesson.recording.file_id]))
    assert answer.headers["Cache-Control"] == "private, no-store"
    return answer.content.decode()


def test_it_says_what_is_being_made(as_marta: Browser, lesson: Lesson) -> None:
    assert "Its sound is being prepared: 40 %" in _said(as_marta, lesson)
    assert "Its film is being prepared: 70 %" in _said(as_marta, lesson, progress=70, made={"done": ["sound"]})
    assert "Waits for its turn" in _said(as_marta, lesson, state="waiting", progress=0, made={})


def test_it_says_the_end(as_marta: Browser, lesson: Lesson) -> None:
    ready = _said(as_marta, lesson, state="ready", progress=100)
    assert "Ready" in ready
    assert "<progress" not in ready
    assert "damaged &lt;here&gt;" in _said(as_marta, lesson, state="failed", failure="damaged <here>")


def test_nobody_else_hears_of_it(as_teresa: Browser, lesson: Lesson) -> None:
    address = reverse("recording_state", args=[lesson.recording.file_id])
    assert as_teresa.get(address).status_code in (302, 404)
    assert signed_in(cast.practitioner(name="Olga Other")).get(address).status_code == 404


def test_the_page_says_it_without_a_script(as_marta: Browser, lesson: Lesson) -> None:
    page = as_marta.get(reverse("lesson", args=[lesson.pk])).content.decode()
    assert "Its sound is being prepared: 40 %" in page
    assert "Clients can begin at once" in page
