"""Recordings in a bucket of an S3 server: taken in, prepared, sent from there, and gone when they are dropped."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.http import HttpResponseBase
from django.test import RequestFactory
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from coaching.media import actions, processing, resumable, serving
from coaching.media.bucket import Bucket, Storage
from coaching.media.models import StoredFile
from coaching.media.queries import sound_of
from coaching.media.rules import Refused
from coaching.people.models import Practitioner
from portal.bucket import bucket as bucket_of
from portal.env import Environment
from tests.media import sounds

ROOT = Path(__file__).resolve().parent.parent.parent
BUCKET = "lessons"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Its address."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(autouse=True)
def bucket(server: str, settings: Settings) -> Iterator[Bucket]:
    told = bucket_of(_set(MEDIA_S3_BUCKET=BUCKET, MEDIA_S3_ENDPOINT=server))
    assert told
    settings.STORAGES = {**settings.STORAGES, "media": told.storage}
    storages["media"].bucket.create()
    yield Bucket()
    storages["media"].bucket.objects.delete()
    storages["media"].bucket.delete()


def _set(**values: str) -> Environment:
    return Environment({"MEDIA_S3_KEY": "key", "MEDIA_S3_SECRET": "secret", **values})


def _taken(content: bytes, marta: Practitioner, now: datetime) -> StoredFile:
    return actions.take_in(upload=sounds.upload(content), by=marta.user, kinds=("audio", "video"), now=now)


def _prepared(file: StoredFile, now: datetime) -> StoredFile:
    assert processing.process(file_id=file.pk, now=now)
    return StoredFile.objects.get(pk=file.pk)


def _left_here(shelf: Path) -> list[Path]:
    return [path for path in shelf.rglob("*") if path.is_file()]


def _ask(file: StoredFile, method: str = "GET", **headers: str) -> HttpResponseBase:
    names = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    request = RequestFactory().generic(method, "/", **names)  # type: ignore[arg-type]
    return serving.respond(request, file=sound_of(file), download_name="Lesson.m4a")


def _fetched(address: str, **headers: str) -> Any:
    return urlopen(Request(address, headers=headers))  # noqa: S310 - an address of our own server


def test_what_comes_in_lies_in_the_bucket_alone(
    marta: Practitioner, now: datetime, shelf: Path, bucket: Bucket
) -> None:
    file = _taken(sounds.tone(), marta, now)
    assert bucket.names("") == [file.path]
    assert _left_here(shelf) == []


def test_it_is_prepared_there(marta: Practitioner, now: datetime, shelf: Path, bucket: Bucket) -> None:
    file = _prepared(_taken(sounds.small_film(), marta, now), now)
    assert (file.state, file.failure) == ("ready", "")
    made = {each.form: each.path for each in file.renditions.all()}
    assert set(made) == {"sound", "film", "small", "poster"}
    assert set(bucket.names("")) == {file.path, *made.values()}
    assert _left_here(shelf) == []


def test_a_reader_is_sent_there_for_minutes(marta: Practitioner, now: datetime, server: str) -> None:
    file = _prepared(_taken(sounds.tone(), marta, now), now)
    answer = _ask(file)
    address = answer.headers["Location"]
    assert (answer.status_code, address.startswith(f"{server}/{BUCKET}/")) == (302, True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers
    assert parse_qs(urlsplit(address).query)["X-Amz-Expires"] == ["300"]
    with _fetched(address) as got:
        whole = got.read()
        assert got.headers["Content-Type"] == "audio/mp4"
        assert got.headers["Content-Disposition"].startswith("attachment")
    assert len(whole) == file.renditions.get().size
    with _fetched(address, Range="bytes=0-1") as got:
        assert (got.status, got.read()) == (206, whole[:2])
        assert got.headers["Content-Range"] == f"bytes 0-1/{len(whole)}"


def test_an_address_is_good_for_its_own_file_only(marta: Practitioner, now: datetime, bucket: Bucket) -> None:
    mine, other = _taken(sounds.tone(), marta, now), _taken(sounds.tone("tone.mp3"), marta, now)
    address = bucket.address(mine.path, media_type="audio/mp4", disposition="attachment")
    assert address
    assert other.path not in address
    signed = parse_qs(urlsplit(address).query)
    assert {"X-Amz-Signature", "X-Amz-Credential", "response-content-disposition"} <= signed.keys()


def test_head_is_answered_here(marta: Practitioner, now: datetime) -> None:
    file = _prepared(_taken(sounds.tone(), marta, now), now)
    answer = _ask(file, "HEAD")
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(file.renditions.get().size))
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_what_is_dropped_leaves_nothing_there(marta: Practitioner, now: datetime, bucket: Bucket) -> None:
    file = _prepared(_taken(sounds.tone(), marta, now), now)
    actions.drop(file=file)
    assert bucket.names("") == []


def test_new_ends_leave_only_what_is_new(marta: Practitioner, now: datetime, bucket: Bucket) -> None:
    file = _prepared(_taken(sounds.tone(), marta, now), now)
    actions.cut(file=file, begin=1.0, end=2.0)
    file = _prepared(file, now)
    assert file.duration == pytest.approx(1, abs=0.1)
    assert set(bucket.names("")) == {file.path, file.renditions.get().path}


def test_a_bucket_that_refuses_is_said_and_nothing_is_kept(
    marta: Practitioner, now: datetime, shelf: Path, bucket: Bucket
) -> None:
    storages["media"].bucket.delete()
    with pytest.raises(Refused, match="nothing was kept"):
        _taken(sounds.tone(), marta, now)
    assert _left_here(shelf) == []
    assert not StoredFile.objects.exists()
    storages["media"].bucket.create()


def test_one_that_vanished_ends_in_words(marta: Practitioner, now: datetime, bucket: Bucket) -> None:
    file = _taken(sounds.tone(), marta, now)
    bucket.remove(file.path)
    assert _prepared(file, now).state == "failed"
    with pytest.raises(HTTPError):
        _fetched(_ask(file).headers["Location"])


def test_what_a_bucket_is_set_by() -> None:
    assert bucket_of(Environment({})) is None
    own = bucket_of(_set(MEDIA_S3_BUCKET=BUCKET, MEDIA_S3_ENDPOINT="https://files.example:9000"))
    amazons = bucket_of(_set(MEDIA_S3_BUCKET=BUCKET, MEDIA_S3_REGION="eu-west-1"))
    assert own
    assert amazons
    assert (own.origin, amazons.origin) == (
        "https://files.example:9000",
        "https://lessons.s3.eu-west-1.amazonaws.com",
    )
    for each in (own, amazons):  # what the page may fetch from is where the addresses lead
        assert Storage(**each.storage["OPTIONS"]).url("ab/cd").startswith(f"{each.origin}/")
    with pytest.raises(ImproperlyConfigured, match="belong together"):
        bucket_of(Environment({"MEDIA_S3_BUCKET": BUCKET, "MEDIA_S3_KEY": "key"}))


_ASKED = """
import sys, django; django.setup()
from django.conf import settings
from coaching.media import actions, serving, processing
policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
print("https://files.example" in policy["media-src"], "https://files.example" in policy["connect-src"],
      "boto3" in sys.modules)
"""


@pytest.mark.parametrize(("name", "told"), [(BUCKET, "True True False"), ("", "False False False")])
def test_pages_may_fetch_from_it_and_nobody_else_waits_for_it(name: str, told: str) -> None:
    own = {"MEDIA_S3_BUCKET": name, "MEDIA_S3_ENDPOINT": "https://files.example"}
    environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    asked = subprocess.run(
        [sys.executable, "-c", _ASKED], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == told


def test_an_upload_that_came_in_pieces_goes_there_once_it_can(
    marta: Practitioner, now: datetime, shelf: Path, bucket: Bucket
) -> None:
    content = sounds.tone()
    upload = resumable.begin(
        person=marta.user, purpose="lesson", name="v.m4a", size=len(content), room=2**30, now=now
    )
    resumable.receive(upload=upload, offset=0, body=BytesIO(content), checksum=None, now=now)
    storages["media"].bucket.delete()
    with pytest.raises(OSError, match="refused"):
        resumable.finish(upload=upload, now=now)
    storages["media"].bucket.create()
    upload = resumable.finish(upload=upload, now=now)
    assert upload.file
    assert bucket.names("") == [upload.file.path]
    assert _left_here(shelf) == []
    assert _prepared(upload.file, now).state == "ready"
    upload.refresh_from_db()
    resumable.throw_away(upload=upload)
    assert bucket.names("") == []
