"""Notes that are spoken: beside what is given, and of what was done."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from coaching.library.models import Lesson
from coaching.media.models import StoredFile
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment, PracticeEntry
from tests import cast
from tests.media import sounds
from tests.media.test_resumable import whole


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(of=marta, title="Side bend")


def give(browser: Browser, client: Client, lesson: Lesson, **said: Any) -> Any:
    dosage = {"lesson": lesson.pk, "preset": "week", "starts_on": "2026-11-23", **said}
    return browser.post(reverse("give", args=[client.pk]), dosage)


def test_a_note_is_spoken_while_a_lesson_is_given_and_the_client_hears_it(
    as_marta: Browser, as_teresa: Browser, as_outsider: Browser, teresa: Client, lesson: Lesson
) -> None:
    upload = whole(as_marta, sounds.tone())
    assert give(as_marta, teresa, lesson, voice_upload=str(upload.pk)).status_code == 302
    given = Assignment.objects.get()
    assert given.voice == upload.file
    address = reverse("voice_beside_lesson", args=[given.pk])
    assert address in as_teresa.get(reverse("practice_lesson", args=[given.pk])).content.decode()
    assert address in as_marta.get(reverse("given", args=[teresa.pk, given.pk])).content.decode()
    assert b"".join(as_teresa.get(address)) == sounds.tone()  # type: ignore[arg-type]
    assert as_outsider.get(address).status_code == 404


def test_what_is_no_sound_gives_nothing(as_marta: Browser, teresa: Client, lesson: Lesson) -> None:
    answer = give(as_marta, teresa, lesson, voice=sounds.upload(b"<html>" * 20))
    assert "This is not a sound file" in answer.content.decode()
    assert not Assignment.objects.exists()


def test_said_anew_the_new_note_stands_there_and_the_old_is_gone(
    as_marta: Browser, teresa: Client, lesson: Lesson, django_capture_on_commit_callbacks: Any
) -> None:
    give(as_marta, teresa, lesson, voice=sounds.upload(sounds.tone()))
    given = Assignment.objects.get()
    before = given.voice
    changed = {"rhythm": "daily", "times_a_day": 1, "starts_on": "2026-11-23"}
    address = reverse("given", args=[teresa.pk, given.pk])
    with django_capture_on_commit_callbacks(execute=True):
        as_marta.post(address, {**changed, "voice": sounds.upload(sounds.tone("tone.mp3"))})
    given.refresh_from_db()
    assert given.voice
    assert given.voice != before
    assert list(StoredFile.objects.exclude(pk=lesson.recording.file_id)) == [given.voice]
    as_marta.post(address, changed)
    given.refresh_from_db()
    assert given.voice  # changing the dosage does not take it away


def note(browser: Browser, given: Assignment, **said: Any) -> Any:
    headers = {"Accept": "application/json"} if said.pop("from_phone", False) else {}
    said = {"after": "3", "token": str(uuid4()), **said}
    return browser.post(reverse("practice_note", args=[given.pk]), said, headers=headers)


def test_what_the_client_says_of_a_doing_is_heard_by_both(
    as_teresa: Browser, as_marta: Browser, as_outsider: Browser, teresa: Client, lesson: Lesson
) -> None:
    given = cast.assignment(to=teresa, lesson=lesson)
    upload, token = whole(as_teresa, sounds.tone()), str(uuid4())
    for _number in range(2):  # pressed twice, said once
        note(as_teresa, given, voice_upload=str(upload.pk), token=token)
    entry = PracticeEntry.objects.get()
    assert (entry.voice, entry.after) == (upload.file, 3)
    address = reverse("voice_of_entry", args=[entry.pk])
    for page in (
        as_teresa.get(reverse("practice_lesson", args=[given.pk])),
        as_marta.get(reverse("given", args=[teresa.pk, given.pk])),
        as_marta.get(reverse("client", args=[teresa.pk])),
    ):
        assert address in page.content.decode()
    assert b"".join(as_marta.get(address)) == sounds.tone()  # type: ignore[arg-type]
    assert as_outsider.get(address).status_code == 404


def test_a_voice_that_is_gone_takes_no_note_with_it(as_teresa: Browser, teresa: Client, lesson: Lesson) -> None:
    given = cast.assignment(to=teresa, lesson=lesson)
    assert "no longer here" in note(as_teresa, given, voice_upload=str(uuid4())).content.decode()
    assert not PracticeEntry.objects.exists()  # the page is still open: its reader decides
    assert note(as_teresa, given, voice_upload=str(uuid4()), from_phone=True).status_code == 200
    assert PracticeEntry.objects.get().after == 3
    film = whole(as_teresa, sounds.film())
    page = as_teresa.get(note(as_teresa, given, voice_upload=str(film.pk))["Location"]).content.decode()
    assert "Your voice was not kept: This is not a sound file" in page
    assert PracticeEntry.objects.count() == 2
