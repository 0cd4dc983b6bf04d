"""What is recorded for one client: theirs at once, and nobody else's."""

from pathlib import Path

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from coaching.library import queries as library
from coaching.library.models import Lesson
from coaching.media import processing
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment
from tests.media import sounds
from tests.media.test_resumable import whole


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def test_it_is_given_at_once_and_to_nobody_else(
    as_marta: Browser, as_teresa: Browser, as_outsider: Browser, marta: Practitioner, teresa: Client
) -> None:
    address = reverse("record_for", args=[teresa.pk])
    assert "After our session, " in as_marta.get(address).content.decode()
    upload = whole(as_marta, sounds.tone(), purpose="lesson", begin="0.5")
    said = {"file_upload": str(upload.pk), "title": "After our session", "rhythm": "when_needed", "note": "Slowly."}
    assert as_marta.post(address, said).status_code == 302
    given = Assignment.objects.get()
    lesson = Lesson.objects.get()
    assert (given.client, given.lesson, given.note, lesson.only_for) == (teresa, lesson, "Slowly.", teresa)
    assert lesson.recording.file.begin == 0.5
    assert not library.lessons_of(marta).exists()
    assert Letter.objects.get().person == teresa.user
    sound = reverse("practice_sound", args=[given.pk])
    assert as_teresa.get(sound).status_code == 404  # what was cut off is not heard, not even until the rest is made
    processing.process(file_id=lesson.recording.file.pk, now=given.created_at)
    assert as_teresa.get(sound).status_code == 200
    assert as_outsider.get(sound).status_code == 404


def test_two_recordings_with_one_title_may_be_theirs(as_marta: Browser, teresa: Client) -> None:
    address = reverse("record_for", args=[teresa.pk])
    for _number in range(2):
        said = {"file": sounds.upload(sounds.tone()), "title": "After our session", "rhythm": "daily"}
        assert as_marta.post(address, said).status_code == 302
    assert Assignment.objects.count() == 2


def test_a_bad_file_gives_nothing(as_marta: Browser, teresa: Client, shelf: Path) -> None:
    address = reverse("record_for", args=[teresa.pk])
    said = {"file": sounds.upload(b"<html>" * 20), "title": "After our session", "rhythm": "daily"}
    assert "neither sound nor film" in as_marta.post(address, said).content.decode()
    del said["file"]
    assert "Record something first" in as_marta.post(address, said).content.decode()
    assert not Assignment.objects.exists()
    assert [path for path in shelf.rglob("*") if path.is_file()] == []
