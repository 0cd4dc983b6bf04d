"""What comes in, what is refused in one sentence, and that a refusal leaves nothing behind."""

import hashlib
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from coaching.media.actions import take_in
from coaching.media.models import StoredFile
from coaching.media.rules import Refused, find_type
from coaching.people.models import Practitioner
from tests.media import sounds

SOUND = ("audio",)
SOUND_OR_FILM = ("audio", "video")


def _files(shelf: Path) -> list[Path]:
    return [path for path in shelf.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("tone.m4a", "audio/mp4"),
        ("tone.mp3", "audio/mpeg"),
        ("tone.wav", "audio/wav"),
        ("tone.ogg", "audio/ogg"),
        ("tone.flac", "audio/flac"),
        ("tone.aac", "audio/aac"),
        ("tone.aiff", "audio/aiff"),
        ("tone.webm", "audio/webm"),
        ("tone.mp4", "audio/mp4"),
    ],
)
def test_sound_is_known_by_its_bytes(
    marta: Practitioner, now: datetime, shelf: Path, name: str, media_type: str
) -> None:
    content = sounds.tone(name)
    file = take_in(upload=sounds.upload(content, "holiday.txt"), by=marta.user, kinds=SOUND, now=now)
    assert (file.kind, file.media_type, file.state) == ("audio", media_type, "waiting")
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    kept = shelf / file.path
    assert kept.read_bytes() == content
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert file.duration is None or 2.5 < file.duration < 3.5


def test_film_is_known_as_film(marta: Practitioner, now: datetime) -> None:
    file = take_in(upload=sounds.upload(sounds.film()), by=marta.user, kinds=SOUND_OR_FILM, now=now)
    assert (file.kind, file.media_type) == ("video", "video/mp4")


def test_a_picture_needs_no_preparing(marta: Practitioner, now: datetime) -> None:
    png = sounds.made("picture.png", "-f", "lavfi", "-i", "testsrc=size=64x64", "-frames:v", "1")
    file = take_in(upload=sounds.upload(png), by=marta.user, kinds=("image", "audio"), now=now)
    assert (file.kind, file.media_type, file.state) == ("image", "image/jpeg", "ready")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty. Choose it again, or record it anew."),
        (b"<html><script>alert(1)</script>" * 20, "This is not a sound file"),
        (b"#EXTM3U\nfile:///etc/passwd\n" * 20, "This is not a sound file"),
        (b"PK\x03\x04" + bytes(500), "This is not a sound file"),
        (b"%PDF-1.7 " + bytes(500), "This is not a sound file"),
        (b"\x00\x00\x00\x20ftypM4A " + bytes(500), "This file cannot be read"),
        (b"ID3\x04" + b"<html>" * 200, "This file cannot be read"),
        (b"RIFF\x00\x00\x00\x00WAVE" + bytes(100), "This file cannot be read"),
        (b"\x1a\x45\xdf\xa3" + bytes(500), "This file cannot be read"),
    ],
)
def test_a_bad_file_gets_one_sentence_and_leaves_nothing(
    marta: Practitioner, now: datetime, shelf: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        take_in(upload=sounds.upload(content), by=marta.user, kinds=SOUND, now=now)
    assert _files(shelf) == []
    assert not StoredFile.objects.exists()


def test_a_film_is_refused_where_sound_is_wanted(marta: Practitioner, now: datetime, shelf: Path) -> None:
    with pytest.raises(Refused, match="This is not a sound file"):
        take_in(upload=sounds.upload(sounds.film()), by=marta.user, kinds=SOUND, now=now)
    assert _files(shelf) == []


def test_a_film_cut_off_before_its_index_is_refused(marta: Practitioner, now: datetime, shelf: Path) -> None:
    content = sounds.film()
    with pytest.raises(Refused, match="damaged, or part of it is missing"):
        take_in(upload=sounds.upload(content[: len(content) // 2]), by=marta.user, kinds=SOUND_OR_FILM, now=now)
    assert _files(shelf) == []


def test_a_file_over_the_limit_is_refused_with_the_limit(
    marta: Practitioner, now: datetime, shelf: Path, settings: Settings
) -> None:
    settings.MEDIA_MAX_BYTES = 200 * 1024
    with pytest.raises(Refused, match=r"This file is too large\. Files up to 200 KB work\."):
        take_in(upload=sounds.upload(sounds.tone("tone.wav")), by=marta.user, kinds=SOUND, now=now)
    assert _files(shelf) == []


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    """The system itself refuses to write more: what a full disk does, at a place that we choose."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_when_the_disk_takes_no_more_nothing_is_kept(marta: Practitioner, now: datetime, shelf: Path) -> None:
    big = sounds.upload(sounds.tone("tone.wav"))
    with _largest_file(64 * 1024), pytest.raises(Refused, match="no room left on the server's disk"):
        take_in(upload=big, by=marta.user, kinds=SOUND, now=now)
    assert _files(shelf) == []
    assert not StoredFile.objects.exists()


def test_where_nothing_can_be_written_the_reason_is_said(
    marta: Practitioner, now: datetime, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"  # a folder cannot be made there, not even by root
    with pytest.raises(Refused, match="cannot write to its folder"):
        take_in(upload=sounds.upload(sounds.tone("tone.wav")), by=marta.user, kinds=SOUND, now=now)
    assert not StoredFile.objects.exists()


def test_short_and_odd_starts_are_no_type() -> None:
    for start in (b"", b" ", b"\xff", b"\xff\xe0", b"RIFF\x00", b"\xff\xff\xff\xff", b"<svg>"):
        assert find_type(start) is None
