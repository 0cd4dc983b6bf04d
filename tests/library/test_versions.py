"""A lesson recorded anew keeps its old recordings, its words, and what clients noted."""

from pathlib import Path

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from coaching.library import versions
from coaching.library.models import Lesson, Recording
from coaching.library.rules import NewChapter, NewCue
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.conftest import signed_in
from tests.media import sounds

CUES = (NewCue("contract", 0, 2, "Lift"), NewCue("release", 2, 700, "Let go"), NewCue("rest", 700, 840, "Rest"))


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(
        of=marta,
        cues=CUES,
        chapters=[NewChapter(0, "Arriving"), NewChapter(600, "The end")],
        captions=cast.CAPTIONS,
    )


def _recording(lesson: Lesson, duration: float, **fields: object) -> Recording:
    file = cast.stored_file(by=lesson.practitioner.user, duration=duration)
    return versions.add(lesson=lesson, file=file, carry_captions=None, now=cast.NOW, **fields)


def test_a_shorter_recording_asks_what_becomes_of_what_lies_after_its_end(
    as_marta: Browser, lesson: Lesson
) -> None:
    old = lesson.recording
    typed = {"file": sounds.upload(sounds.tone()), "captions": "keep"}
    page = as_marta.post(reverse("replace_recording", args=[lesson.pk]), typed, follow=True).content.decode()
    assert "This recording ends earlier" in page
    assert "<span>Rest</span>" in page
    assert "Chapter “The end”" in page
    lesson.refresh_from_db()
    assert lesson.recording == old  # nothing has changed yet
    new = Recording.objects.exclude(pk=old.pk).get()
    as_marta.post(reverse("take_version", args=[lesson.pk, new.pk]))
    lesson.refresh_from_db()
    assert lesson.recording == new
    assert new.captions == cast.CAPTIONS
    assert [(cue.start, cue.end) for cue in lesson.cues.all()] == [(0, 2), (2, pytest.approx(new.file.duration))]
    assert [chapter.title for chapter in lesson.chapters.all()] == ["Arriving"]


def test_a_recording_as_long_is_taken_at_once_and_carries_the_captions(lesson: Lesson) -> None:
    new = _recording(lesson, 841.5)
    assert new.captions == cast.CAPTIONS
    assert not versions.beyond(lesson, new)


def test_one_of_another_length_begins_without_captions(lesson: Lesson) -> None:
    assert _recording(lesson, 845.0).captions == ""


def test_what_clients_noted_stays_and_the_old_one_can_be_taken_again(
    as_marta: Browser, teresa: Client, lesson: Lesson
) -> None:
    old, new = lesson.recording, _recording(lesson, 840.0)
    entry = cast.entry(by=teresa, lesson=lesson, after=3, recording=old)
    for recording in (new, old, new):
        as_marta.post(reverse("take_version", args=[lesson.pk, recording.pk]))
        lesson.refresh_from_db()
        assert lesson.recording == recording
        assert set(versions.versions_of(lesson)) == {old, new}
    entry.refresh_from_db()
    assert (entry.recording, entry.after) == (old, 3)
    page = as_marta.get(reverse("lesson", args=[lesson.pk])).content.decode()
    assert reverse("take_version", args=[lesson.pk, old.pk]) in page


def test_a_file_that_is_none_is_refused_and_nothing_is_kept(as_marta: Browser, lesson: Lesson, shelf: Path) -> None:
    answer = as_marta.post(reverse("replace_recording", args=[lesson.pk]), {"file": sounds.upload(b"<html>" * 50)})
    assert "This is neither sound nor film" in answer.content.decode()
    assert Recording.objects.count() == 1
    assert [path for path in shelf.rglob("*") if path.is_file()] == []


def test_anothers_recording_is_no_version(as_marta: Browser, marta: Practitioner, lesson: Lesson) -> None:
    other = cast.lesson(of=marta, title="Side bend")
    stranger = cast.practitioner(name="Sten Stranger")
    for browser, recording in ((as_marta, other.recording), (signed_in(stranger), lesson.recording)):
        address = reverse("take_version", args=[lesson.pk, recording.pk])
        assert browser.get(address).status_code == browser.post(address).status_code == 404


# --- copies, and lessons that are put away -----------------------------------------------------------------


def test_a_copy_has_all_words_and_a_title_of_its_own(as_marta: Browser, lesson: Lesson) -> None:
    for _ in range(2):
        as_marta.post(reverse("duplicate_lesson", args=[lesson.pk]))
    titles = list(Lesson.objects.order_by("pk").values_list("title", flat=True))
    assert titles == ["Arch and flatten", "Arch and flatten (2)", "Arch and flatten (3)"]
    copy = Lesson.objects.latest("pk")
    assert (copy.cues.count(), copy.chapters.count(), copy.recording) == (3, 2, lesson.recording)


def test_a_lesson_that_is_put_away_comes_back(as_marta: Browser, marta: Practitioner, lesson: Lesson) -> None:
    as_marta.post(reverse("archive_lesson", args=[lesson.pk]))
    assert "One lesson is put away" in as_marta.get(f"{reverse('library')}?away=1").content.decode()
    other = cast.lesson(of=marta)
    page = as_marta.post(reverse("lesson_back", args=[lesson.pk]), follow=True).content.decode()
    assert "Another lesson is called “Arch and flatten” by now" in page
    other.delete()
    as_marta.post(reverse("lesson_back", args=[lesson.pk]))
    lesson.refresh_from_db()
    assert lesson.archived_at is None


# --- a lesson that follows another --------------------------------------------------------------------------


def _typed(lesson: Lesson, **changed: object) -> dict[str, object]:
    return {"title": lesson.title, "phase": lesson.phase, **changed}


def test_only_a_lesson_to_relearn_follows_one_that_unlearns(as_marta: Browser, marta: Practitioner) -> None:
    first = cast.lesson(of=marta)
    second = cast.lesson(of=marta, title="Roll and reach", phase="relearn")
    third = cast.lesson(of=marta, title="Side bend")
    strange = cast.lesson(of=cast.practitioner(name="Sten Stranger"))

    def save(lesson: Lesson, **changed: object) -> str:
        address = reverse("edit_lesson", args=[lesson.pk])
        return as_marta.post(address, _typed(lesson, **changed), follow=True).content.decode()

    assert "Select a valid choice" in save(second, follows=strange.pk)
    assert "Only a lesson to relearn comes after another one." in save(third, follows=first.pk)
    assert "Comes after “Arch and flatten”." in save(second, follows=first.pk)
    assert "it stays one to unlearn" in save(first, phase="relearn")


def test_a_lesson_that_stands_above_another_in_a_program_cannot_come_after_it(
    as_marta: Browser, marta: Practitioner
) -> None:
    first = cast.lesson(of=marta)
    second = cast.lesson(of=marta, title="Roll and reach", phase="relearn")
    cast.program(of=marta, lessons=[second, first])
    address = reverse("edit_lesson", args=[second.pk])
    page = as_marta.post(address, _typed(second, follows=first.pk)).content.decode()
    assert "this lesson stands above “Arch and flatten”: move it there first" in page
