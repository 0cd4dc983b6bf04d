"""Uploads that break off and go on: the protocol (tus 1.0.0), who may, and what becomes of the bytes."""

import base64
import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from coaching.library.models import Lesson
from coaching.media import actions, resumable
from coaching.media.models import StoredFile, Upload
from coaching.media.rules import Refused
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.media import sounds

TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"
SOUND_OR_FILM = ("audio", "video")


def meta(**said: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())


def begin(browser: Browser, size: int, **said: str) -> Any:
    said = {"filename": "note.m4a", "purpose": "voice"} | said
    return browser.post(
        "/uploads/", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": meta(**said)}, content_type=""
    )


def send(browser: Browser, address: str, part: bytes, offset: int, **headers: str) -> Any:
    return browser.patch(address, part, content_type=PART, headers={**TUS, "Upload-Offset": str(offset), **headers})


def whole(browser: Browser, content: bytes, **said: str) -> Upload:
    address = begin(browser, len(content), **said)["Location"]
    assert send(browser, address, content, 0).status_code in (204, 422)
    return Upload.objects.get(pk=address.split("/")[-2])


def left_behind(shelf: Path) -> list[Path]:
    return [path for path in shelf.rglob("*") if path.is_file()]


def test_what_is_spoken_here_is_said(as_teresa: Browser) -> None:
    answer = as_teresa.options("/uploads/")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,creation-with-upload,termination,expiration,checksum"
    assert int(answer["Tus-Max-Size"]) == 4096 * 1024 * 1024


def test_a_file_comes_in_parts_and_is_kept_as_it_was_sent(as_teresa: Browser, shelf: Path) -> None:
    content = sounds.tone()
    begun = begin(as_teresa, len(content), begin="0.5", end="2.25")
    assert begun.status_code == 201
    assert begun["Upload-Expires"].endswith("GMT")
    address = begun["Location"]
    assert as_teresa.head(address, headers=TUS)["Upload-Offset"] == "0"
    assert send(as_teresa, address, content[:1000], 0)["Upload-Offset"] == "1000"
    so_far = as_teresa.head(address, headers=TUS)
    assert (so_far["Upload-Offset"], so_far["Upload-Length"]) == ("1000", str(len(content)))
    assert so_far["Cache-Control"] == "no-store"
    assert as_teresa.get(f"{address}outcome/").json()["state"] == "coming"
    assert send(as_teresa, address, content[1000:], 1000).status_code == 204
    outcome = as_teresa.get(f"{address}outcome/").json()
    assert (outcome["state"], outcome["kind"], outcome["name"]) == ("kept", "audio", "note.m4a")
    file = StoredFile.objects.get(pk=outcome["file"])
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.begin, file.end) == (0.5, 2.25)
    assert (shelf / file.path).read_bytes() == content
    assert left_behind(shelf) == [shelf / file.path]
    assert as_teresa.head(address, headers=TUS)["Upload-Offset"] == str(len(content))


def test_the_first_bytes_may_come_with_the_beginning(as_teresa: Browser) -> None:
    content = sounds.tone()
    answer = as_teresa.post(
        "/uploads/",
        content,
        content_type=PART,
        headers={**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": meta(purpose="voice")},
    )
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(content)))
    assert Upload.objects.get().file


def test_a_post_that_means_patch_is_one(as_teresa: Browser) -> None:
    address = begin(as_teresa, 1000)["Location"]
    head = sounds.tone()[:100]
    meant = {**TUS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert as_teresa.post(address, head, content_type=PART, headers=meant)["Upload-Offset"] == "100"


def test_another_offset_another_version_or_another_type_is_refused(as_teresa: Browser) -> None:
    address = begin(as_teresa, 1000)["Location"]
    assert send(as_teresa, address, b"x", 5).status_code == 409
    assert as_teresa.head(address).status_code == 412
    assert as_teresa.head(address, headers={"Tus-Resumable": "0.2.2"})["Tus-Version"] == "1.0.0"
    wrong_type = {**TUS, "Upload-Offset": "0"}
    assert as_teresa.patch(address, b"x", content_type="text/plain", headers=wrong_type).status_code == 415
    assert as_teresa.patch(address, b"x", content_type=PART, headers=TUS).status_code == 400
    assert send(as_teresa, address, b"x" * 1001, 0).status_code == 413
    assert as_teresa.put(address, headers=TUS).status_code == 405
    assert resumable.come(Upload.objects.get()) == 0


@pytest.mark.parametrize("length", ["", "-1", "many", "1e9", "٣", "9" * 40])
def test_a_length_that_is_none_begins_nothing(as_teresa: Browser, length: str) -> None:
    assert as_teresa.post("/uploads/", headers={**TUS, "Upload-Length": length}).status_code == 400
    assert not Upload.objects.exists()


@pytest.mark.parametrize("said", ["purpose", "purpose not-base64!", "purpose YQ== YQ==", meta(purpose="lesson")])
def test_what_is_meant_for_nothing_a_client_has_begins_nothing(as_teresa: Browser, said: str) -> None:
    headers = {**TUS, "Upload-Length": "10", "Upload-Metadata": said}
    answer = as_teresa.post("/uploads/", headers=headers)
    assert answer.status_code == (201 if said == "purpose" else 400)


def test_a_file_over_the_limit_is_refused_in_words(as_teresa: Browser, settings: Settings) -> None:
    settings.MEDIA_MAX_BYTES = 1000
    answer = begin(as_teresa, 1001)
    assert (answer.status_code, "too large" in answer.content.decode()) == (413, True)


def test_what_is_no_sound_is_refused_at_its_first_bytes_and_leaves_nothing(as_teresa: Browser, shelf: Path) -> None:
    address = begin(as_teresa, 5_000_000)["Location"]
    answer = send(as_teresa, address, b"<html>" * 100, 0)
    assert answer.status_code == 422
    assert answer.content.decode().startswith("This is neither sound nor film")
    assert as_teresa.get(f"{address}outcome/").json()["sentence"] == answer.content.decode()
    assert as_teresa.head(address, headers=TUS).status_code == 410
    assert left_behind(shelf) == []


@pytest.mark.parametrize("content", [b"", b"ID3\x04" + b"<html>" * 200, b"\x00\x00\x00\x20ftypM4A " + bytes(500)])
def test_a_bad_file_gets_one_sentence(as_teresa: Browser, shelf: Path, content: bytes) -> None:
    address = begin(as_teresa, len(content))["Location"]
    if content:
        send(as_teresa, address, content, 0)
    outcome = as_teresa.get(f"{address}outcome/").json()
    assert outcome["state"] == "refused"
    assert outcome["sentence"].startswith("This file ")
    assert left_behind(shelf) == []
    assert not StoredFile.objects.exists()


def test_a_part_whose_sum_is_wrong_is_not_kept(as_teresa: Browser) -> None:
    content = sounds.tone()[:500]
    address = begin(as_teresa, 1000)["Location"]
    right = base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
    assert send(as_teresa, address, content[:400], 0, **{"Upload-Checksum": f"sha1 {right}"}).status_code == 460
    assert as_teresa.head(address, headers=TUS)["Upload-Offset"] == "0"
    assert send(as_teresa, address, content, 0, **{"Upload-Checksum": f"sha1 {right}"}).status_code == 204
    assert send(as_teresa, address, b"x", 500, **{"Upload-Checksum": "crc7 AAAA"}).status_code == 400


def test_thrown_away_it_is_gone(as_teresa: Browser, shelf: Path) -> None:
    upload = whole(as_teresa, sounds.tone())
    address = reverse("upload", args=[upload.pk])
    assert as_teresa.delete(address, headers=TUS).status_code == 204
    assert as_teresa.head(address, headers=TUS).status_code == 404
    assert left_behind(shelf) == []
    assert not StoredFile.objects.exists()


def test_nobody_else_reaches_it(as_teresa: Browser, as_outsider: Browser, as_marta: Browser) -> None:
    address = begin(as_teresa, 1000)["Location"]
    for other in (as_outsider, as_marta):
        assert other.head(address, headers=TUS).status_code == 404
        assert send(other, address, b"x", 0).status_code == 404
        assert other.delete(address, headers=TUS).status_code == 404
        assert other.get(f"{address}outcome/").status_code == 404
    assert Browser().head(address, headers=TUS).status_code == 302
    assert resumable.come(Upload.objects.get()) == 0


def test_a_foreign_page_can_send_nothing(teresa: Client) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(teresa.user)
    assert browser.post("/uploads/", headers={"Upload-Length": "10"}).status_code == 412
    foreign = {**TUS, "Upload-Length": "10", "Origin": "https://evil.example"}
    assert browser.post("/uploads/", headers=foreign).status_code == 403
    own = {**foreign, "Origin": "http://testserver"}
    assert browser.post("/uploads/", headers=own).status_code == 201
    assert "Access-Control-Allow-Origin" not in browser.options("/uploads/", headers=foreign).headers


def test_twenty_may_come_at_once_and_so_many_bytes(as_teresa: Browser, settings: Settings) -> None:
    settings.MEDIA_MAX_BYTES = 100_000
    assert begin(as_teresa, 60_000).status_code == 201
    assert begin(as_teresa, 60_000).status_code == 429
    for _number in range(19):
        assert begin(as_teresa, 10).status_code == 201
    answer = begin(as_teresa, 10)
    assert (answer.status_code, "Wait until" in answer.content.decode()) == (429, True)


def test_a_room_takes_it_once(
    as_teresa: Browser, teresa: Client, outsider: Client, shelf: Path, now: datetime
) -> None:
    upload = whole(as_teresa, sounds.tone())
    with pytest.raises(Refused, match="no longer here"):
        actions.take_in(upload=upload, by=outsider.user, kinds=SOUND_OR_FILM, now=now)
    with pytest.raises(Refused, match="not a picture"):
        actions.take_in(upload=upload, by=teresa.user, kinds=("image",), now=now)
    assert actions.take_in(upload=upload, by=teresa.user, kinds=SOUND_OR_FILM, now=now) == upload.file
    with pytest.raises(Refused, match="kept already"):
        actions.take_in(upload=upload, by=teresa.user, kinds=SOUND_OR_FILM, now=now)


def test_what_has_not_come_in_whole_or_was_refused_is_not_taken(
    as_teresa: Browser, teresa: Client, now: datetime
) -> None:
    begin(as_teresa, 1000)
    with pytest.raises(Refused, match="not come in whole"):
        actions.take_in(upload=Upload.objects.get(), by=teresa.user, kinds=SOUND_OR_FILM, now=now)
    refused = whole(as_teresa, b"%PDF-1.7" + bytes(200))
    with pytest.raises(Refused, match="neither sound nor film"):
        actions.take_in(upload=refused, by=teresa.user, kinds=SOUND_OR_FILM, now=now)


def test_what_nobody_takes_goes_after_a_day_and_what_was_taken_stays(
    as_teresa: Browser, as_marta: Browser, teresa: Client, marta: Practitioner, shelf: Path
) -> None:
    taken = whole(as_teresa, sounds.tone())
    whole(as_teresa, sounds.tone())
    unfinished = begin(as_teresa, 1000)["Location"]
    actions.take_in(upload=taken, by=teresa.user, kinds=SOUND_OR_FILM, now=timezone.now())
    unknown = shelf / "incoming" / "unknown"
    unknown.touch()
    resumable.clear(now=timezone.now() + timedelta(hours=23))
    assert Upload.objects.count() == 3
    resumable.clear(now=timezone.now() + timedelta(hours=25))
    assert list(StoredFile.objects.all()) == [taken.file]
    assert left_behind(shelf) == [shelf / taken.file.path]
    assert as_teresa.head(unfinished, headers=TUS).status_code == 404


def test_an_upload_that_expired_does_not_go_on(as_teresa: Browser) -> None:
    address = begin(as_teresa, 1000)["Location"]
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert as_teresa.head(address, headers=TUS).status_code == 410
    assert send(as_teresa, address, b"x", 0).status_code == 410


def test_a_process_that_died_after_moving_the_file_is_made_up_for(
    as_teresa: Browser, teresa: Client, shelf: Path
) -> None:
    """It moves the file, and then writes that down: between the two it can be killed."""
    content = sounds.tone()
    upload = cast.upload(by=teresa.user, size=len(content))
    name = Path(upload.path).name
    (shelf / upload.path).unlink()
    (shelf / name[:2]).mkdir()
    (shelf / name[:2] / name).write_bytes(content)
    outcome = as_teresa.get(reverse("upload_outcome", args=[upload.pk])).json()
    assert outcome["state"] == "kept"
    assert StoredFile.objects.get().sha256 == hashlib.sha256(content).hexdigest()
    assert not Lesson.objects.exists()
