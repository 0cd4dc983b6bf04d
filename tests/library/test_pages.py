"""The practitioner's lessons, as a browser meets them."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from coaching.library.models import Lesson
from coaching.library.rules import NewCue
from coaching.media.models import StoredFile
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.conftest import signed_in
from tests.media import sounds

CUES = (NewCue("contract", 0, 10, "Lift"), NewCue("release", 10, 60, "Let go"))


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def _typed(**changed: object) -> dict[str, object]:
    typed = {
        "file": sounds.upload(sounds.tone()),
        "title": "Arch and flatten",
        "phase": "unlearn",
        "position": "lying on your back",
        "cues": "0:00 contract Lift\n0:01 release Let go",
        "captions": "WEBVTT\n\n00:00.000 --> 00:01.000\nHello",
    }
    return {**typed, **changed}


def _kept(shelf: Path) -> list[Path]:
    return [path for path in shelf.rglob("*") if path.is_file()]


def test_a_practitioner_adds_a_lesson(as_marta: Browser, marta: Practitioner, shelf: Path) -> None:
    answer = as_marta.post(reverse("add_lesson"), _typed(), follow=True)
    lesson = Lesson.objects.get()
    assert (lesson.practitioner, lesson.title) == (marta, "Arch and flatten")
    assert [(cue.kind, cue.start, round(cue.end)) for cue in lesson.cues.all()] == [
        ("contract", 0, 1),
        ("release", 1, 3),
    ]
    assert len(_kept(shelf)) == 1
    assert "It is being prepared" in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"file": sounds.upload(b"")}, "This file is empty."),
        ({"file": sounds.upload(b"<html>" * 50)}, "This is neither sound nor film"),
        ({"cues": "what?"}, "Line 1 is not clear"),
        ({"cues": "0:00 rest\n5:00 release"}, "comes after the end of the recording"),
        ({"captions": "hello"}, "begin with the word WEBVTT"),
        ({"title": ""}, "This field is required."),
        ({"title": "side BEND"}, "You already have a lesson with this title."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    as_marta: Browser, marta: Practitioner, shelf: Path, changed: dict[str, object], sentence: str
) -> None:
    cast.lesson(of=marta, title="Side bend")
    answer = as_marta.post(reverse("add_lesson"), _typed(**changed))
    assert sentence in answer.content.decode()
    assert (Lesson.objects.count(), StoredFile.objects.count()) == (1, 1)
    assert _kept(shelf) == []


def test_an_upload_over_the_limit_is_dropped_on_its_way(
    as_marta: Browser, settings: Settings, shelf: Path, tmp_path: Path
) -> None:
    settings.MEDIA_MAX_BYTES = 100 * 1024
    settings.FILE_UPLOAD_TEMP_DIR = aside = tmp_path / "uploads"
    aside.mkdir()
    answer = as_marta.post(reverse("add_lesson"), _typed(file=sounds.upload(sounds.tone("tone.wav"))))
    assert "This file is too large. Files up to 100 KB work." in answer.content.decode()
    assert _kept(shelf) == []
    assert list(aside.iterdir()) == []


def test_words_can_be_changed_and_cues_stay(as_marta: Browser, marta: Practitioner) -> None:
    lesson = cast.lesson(of=marta, cues=CUES)
    typed = {"title": "Arch, flatten and rest", "phase": "unlearn", "instructions": "**Slowly.**\n\n- one\n- two"}
    page = as_marta.post(reverse("edit_lesson", args=[lesson.pk]), typed, follow=True).content.decode()
    lesson.refresh_from_db()
    assert lesson.title == "Arch, flatten and rest"
    assert lesson.cues.count() == 2
    assert "<strong>Slowly.</strong>" in page
    assert "<li>one</li>" in page


def test_a_lesson_made_for_one_client_can_be_changed_and_stays_private(
    as_marta: Browser, marta: Practitioner, teresa: Client
) -> None:
    cast.lesson(of=marta)
    hers = cast.lesson(of=marta, title="For Teresa")
    Lesson.objects.filter(pk=hers.pk).update(only_for=teresa)
    assert "For Teresa" not in as_marta.get(reverse("library")).content.decode()
    typed = {"title": "Arch and flatten", "phase": "unlearn", "open_to_visitors": "on"}  # a title that is taken
    page = as_marta.post(reverse("edit_lesson", args=[hers.pk]), typed, follow=True).content.decode()
    assert "Made for Teresa alone" in page
    hers.refresh_from_db()
    assert (hers.title, hers.open_to_visitors) == ("Arch and flatten", False)


def test_an_archived_lesson_leaves_the_list_and_keeps_its_page(as_marta: Browser, marta: Practitioner) -> None:
    lesson = cast.lesson(of=marta)
    as_marta.post(reverse("archive_lesson", args=[lesson.pk]))
    assert "Arch and flatten</a>" not in as_marta.get(reverse("library")).content.decode()
    assert as_marta.get(reverse("lesson", args=[lesson.pk])).status_code == 200
    assert as_marta.get(reverse("edit_lesson", args=[lesson.pk])).status_code == 404


@pytest.mark.parametrize("name", ["lesson", "edit_lesson", "archive_lesson", "prepare_again", "lesson_sound"])
def test_anothers_lesson_does_not_exist(name: str, marta: Practitioner, teresa: Client) -> None:
    lesson = cast.lesson(of=marta)
    stranger = cast.practitioner(name="Sten Stranger")
    for browser in (signed_in(stranger), signed_in(teresa)):
        for method in (browser.get, browser.post):
            assert method(reverse(name, args=[lesson.pk])).status_code in (404, 405)
    assert Lesson.objects.get().archived_at is None


def test_the_list_asks_as_often_for_thirty_lessons_as_for_one(as_marta: Browser, marta: Practitioner) -> None:
    as_marta.get(reverse("library"))  # the first page of a sign-in also notes the sign-in
    counts = []
    for wanted in (1, 30):
        for number in range(Lesson.objects.count(), wanted):
            cast.lesson(of=marta, title=f"Lesson {number}", cues=CUES)
        with CaptureQueriesContext(connection) as asked:
            as_marta.get(reverse("library"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


def test_first_aid_is_open_to_visitors_and_nothing_else_is(marta: Practitioner, shelf: Path) -> None:
    open_lesson = cast.lesson(of=marta, title="First aid", open_to_visitors=True, cues=CUES, captions="WEBVTT")
    closed = cast.lesson(of=marta, title="Side bend")
    shelf.mkdir()
    (shelf / "xx").mkdir()
    (shelf / open_lesson.recording.file.path).write_bytes(bytes(1000))
    visitor = Browser()
    assert "Let go" in visitor.get(reverse("first_aid", args=[open_lesson.pk])).content.decode()
    heard = visitor.get(reverse("first_aid_sound", args=[open_lesson.pk]), headers={"Range": "bytes=0-1"})
    assert (heard.status_code, heard["Content-Range"]) == (206, "bytes 0-1/1000")
    assert visitor.get(reverse("first_aid_captions", args=[open_lesson.pk]))["Content-Type"].startswith("text/vtt")
    for name in ("first_aid", "first_aid_sound", "first_aid_captions"):
        assert visitor.get(reverse(name, args=[closed.pk])).status_code == 404
