"""Recordings that come in piece by piece, several at once, and those that are no lesson yet."""

from pathlib import Path

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from coaching.library import loose
from coaching.library.models import Lesson, Recording
from coaching.media.models import StoredFile, Upload
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.conftest import signed_in
from tests.media import sounds
from tests.media.test_resumable import whole

ADD = reverse("add_lesson")


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def test_what_has_come_becomes_a_lesson(as_marta: Browser, marta: Practitioner) -> None:
    upload = whole(as_marta, sounds.tone(), purpose="lesson")
    answer = as_marta.post(ADD, {"file_upload": str(upload.pk), "title": "Arch", "phase": "unlearn"})
    assert answer.status_code == 302
    assert Lesson.objects.get().recording.file == upload.file
    upload.refresh_from_db()
    assert upload.taken_at


def test_a_complaint_about_the_words_loses_no_file(as_marta: Browser, marta: Practitioner) -> None:
    cast.lesson(of=marta, title="Arch")
    upload = whole(as_marta, sounds.tone(), purpose="lesson")
    said = {"file_upload": str(upload.pk), "title": "Arch", "phase": "unlearn"}
    page = as_marta.post(ADD, said).content.decode()
    assert "You already have a lesson with this title." in page
    assert f'name="file_upload" value="{upload.pk}"' in page
    assert as_marta.post(ADD, {**said, "title": "Flatten"}).status_code == 302
    assert Lesson.objects.get(title="Flatten").recording.file == upload.file


def test_a_form_sent_twice_makes_one_lesson(as_marta: Browser) -> None:
    upload = whole(as_marta, sounds.tone(), purpose="lesson")
    said = {"file_upload": str(upload.pk), "phase": "unlearn"}
    as_marta.post(ADD, {**said, "title": "Once"})
    page = as_marta.post(ADD, {**said, "title": "Twice"}).content.decode()
    assert "This file was kept already." in page
    assert Lesson.objects.count() == 1
    assert StoredFile.objects.count() == 1


def test_what_another_sent_is_not_there(as_marta: Browser, marta: Practitioner) -> None:
    stranger = cast.practitioner(name="Sten Stranger")
    of_another = whole(signed_in(stranger), sounds.tone(), purpose="lesson")
    page = as_marta.post(ADD, {"file_upload": str(of_another.pk), "title": "Mine", "phase": "unlearn"})
    assert "no longer here" in page.content.decode()
    assert not Lesson.objects.exists()


def test_several_wait_for_their_words(as_marta: Browser, marta: Practitioner) -> None:
    """One came piece by piece, one with the form, one is a picture."""
    upload = whole(as_marta, sounds.tone(), purpose="lesson")
    png = sounds.made("picture.png", "-f", "lavfi", "-i", "testsrc=size=64x64", "-frames:v", "1")
    files = [sounds.upload(sounds.tone("tone.mp3"), "side bend.mp3"), sounds.upload(png, "cat.png")]
    page = as_marta.post(ADD, {"file": files, "file_upload": str(upload.pk)}, follow=True).content.decode()
    assert "2 recordings are kept." in page
    assert "cat.png: This is neither sound nor film" in page
    assert "side bend.mp3" in page
    assert not Lesson.objects.exists()
    assert {each.file.name for each in loose.recordings_of(marta)} == {"note.m4a", "side bend.mp3"}
    recording = loose.recordings_of(marta).last()
    assert recording
    words = {"title": "Side bend", "phase": "unlearn", "cues": "0:00 contract Lift"}
    as_marta.post(reverse("make_lesson", args=[recording.pk]), words)
    assert Lesson.objects.get().recording.file == recording.file
    assert loose.recordings_of(marta).count() == 1


def test_one_may_wait_too(as_marta: Browser, marta: Practitioner) -> None:
    as_marta.post(ADD, {"file": sounds.upload(sounds.tone()), "later": "1"})
    assert loose.recordings_of(marta).count() == 1


def test_thrown_away_it_is_gone_for_good(
    as_marta: Browser, marta: Practitioner, shelf: Path, django_capture_on_commit_callbacks: object
) -> None:
    as_marta.post(ADD, {"file": sounds.upload(sounds.tone()), "later": "1"})
    recording = Recording.objects.get()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        as_marta.post(reverse("throw_recording_away", args=[recording.pk]))
    assert not StoredFile.objects.exists()
    assert [path for path in shelf.rglob("*") if path.is_file()] == []


def test_a_recording_of_a_lesson_or_of_another_is_not_thrown_away(as_marta: Browser, marta: Practitioner) -> None:
    lesson = cast.lesson(of=marta)
    stranger = cast.practitioner(name="Sten Stranger")
    of_another = loose.keep(practitioner=stranger, file=cast.stored_file(by=stranger.user), now=cast.NOW)
    for pk in (lesson.recording_id, of_another.pk):
        assert as_marta.post(reverse("throw_recording_away", args=[pk])).status_code == 404
        assert as_marta.post(reverse("make_lesson", args=[pk]), {"title": "x"}).status_code == 404
    assert Recording.objects.count() == 2


def test_the_pages_that_record_may_ask_for_the_microphone_and_others_not(as_marta: Browser, teresa: Client) -> None:
    for address in (ADD, reverse("record_for", args=[teresa.pk]), reverse("conversation", args=[teresa.pk])):
        assert "microphone=(self)" in as_marta.get(address)["Permissions-Policy"]
    assert "microphone=()" in as_marta.get(reverse("library"))["Permissions-Policy"]
    assert not Upload.objects.exists()
