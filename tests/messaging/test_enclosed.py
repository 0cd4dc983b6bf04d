"""Files that go with a message: several, each for two people, none of them dangerous."""

import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

import coaching.tasks  # noqa: F401 - as a worker does: the conversation follows how files come on
from coaching.live.models import Event
from coaching.media import processing
from coaching.media.models import StoredFile, Upload
from coaching.messaging.models import Attachment, Message
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.conftest import signed_in
from tests.media import pictures, sounds
from tests.media.test_resumable import whole

TOLD = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def send(browser: Browser, *files: object, words: str = "", path: str = "/messages/") -> Any:
    said = {"uuid": str(uuid.uuid4()), "words": words}
    numbers = [str(each.pk) for each in files if isinstance(each, Upload)]
    content = [each for each in files if not isinstance(each, Upload)]
    return browser.post(path, {**said, "enclosed_upload": numbers, "enclosed": content}, headers=TOLD)


def test_several_kinds_go_with_one_message_in_their_order(
    as_teresa: Browser, as_marta: Browser, as_outsider: Browser, teresa: Client
) -> None:
    given = [pictures.taken_in_lisbon(), sounds.film(), pictures.docx(), sounds.tone()]
    uploads = [whole(as_teresa, each, purpose="message", filename=f"{n}") for n, each in enumerate(given)]
    assert send(as_teresa, *uploads, words="Look:").status_code == 201
    kinds = [each.file.kind for each in Attachment.objects.all()]
    assert kinds == ["image", "video", "document", "audio"]
    page = as_marta.get(f"/messages/{teresa.pk}/").content.decode()
    picture, film, document, sound = Attachment.objects.values_list("pk", flat=True)
    for address in (f"{picture}/small", f"{document}/file", f"{sound}/sound"):
        assert f"/messages/attached/{address}" in page
    assert "A film, being prepared" in page
    strangers = (as_outsider, signed_in(cast.practitioner(name="Sten Stranger")))
    for name in ("sound", "film", "poster", "small", "file", "picture"):
        for attached in (picture, film, document, sound):
            for browser in strangers:
                assert browser.get(reverse(f"attached_{name}", args=[attached])).status_code == 404


def test_nothing_of_a_file_is_shown_as_a_page(as_teresa: Browser, as_marta: Browser) -> None:
    send(as_teresa, sounds.upload(b"Words <script>alert(1)</script> " * 30, "page\u202elmth.html"))
    answer = as_marta.get(reverse("attached_file", args=[Attachment.objects.get().pk]))
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"] == 'attachment; filename="pagelmth.html.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    "content", [pictures.SVG, pictures.HTML, pictures.HEIC, pictures.bomb()], ids=["svg", "html", "heic", "bomb"]
)
def test_what_is_no_picture_takes_the_whole_message_back(as_teresa: Browser, shelf: Path, content: bytes) -> None:
    good, bad = sounds.upload(pictures.picture(), "a.jpg"), sounds.upload(content, "b.png")
    answer = send(as_teresa, good, bad, words="Look")
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("This")
    assert not Message.objects.exists()
    assert not StoredFile.objects.exists()
    assert [path for path in shelf.rglob("*") if path.is_file()] == []


def test_more_than_ten_are_refused_before_any_is_looked_at(
    as_teresa: Browser, django_assert_max_num_queries: Any
) -> None:
    said = {"uuid": str(uuid.uuid4()), "words": "", "enclosed_upload": [str(uuid.uuid4()) for _ in range(900)]}
    with django_assert_max_num_queries(15):
        answer = as_teresa.post("/messages/", said, headers=TOLD)
    assert (answer.status_code, answer.json()["error"]) == (
        422,
        "These are more than ten files. Send them in several messages.",
    )


def test_a_thousand_files_in_one_request_are_refused_while_they_are_read(as_teresa: Browser) -> None:
    said = {"uuid": str(uuid.uuid4()), "words": "", "enclosed": [sounds.upload(b"x", "x.txt") for _ in range(1000)]}
    assert as_teresa.post("/messages/", said).status_code == 400
    assert not Message.objects.exists()


def test_a_film_appears_when_it_is_prepared_and_open_pages_are_told(
    as_teresa: Browser, as_marta: Browser, teresa: Client, marta: Practitioner, now: datetime
) -> None:
    send(as_teresa, whole(as_teresa, sounds.film(), purpose="message"))
    attached = Attachment.objects.select_related("file").get()
    film = reverse("attached_film", args=[attached.pk])
    assert as_marta.get(film).status_code == 404
    assert processing.process(file_id=attached.file.pk, now=now)
    assert Event.objects.filter(person=marta.user, kind="message.changed").exists()
    news = as_marta.get(f"/messages/{teresa.pk}/news/?after={attached.message_id}&changes=0").content.decode()
    assert f'src="{film}"' in news
    assert reverse("attached_poster", args=[attached.pk]) in news
    assert as_marta.get(film)["Content-Type"] == "video/mp4"
    assert as_marta.get(reverse("attached_poster", args=[attached.pk]))["Content-Type"] == "image/jpeg"


def test_a_voice_note_is_written_down_by_its_author_or_the_practitioner(
    as_teresa: Browser, as_marta: Browser, as_outsider: Browser, teresa: Client
) -> None:
    send(as_teresa, whole(as_teresa, sounds.tone()))
    attached = Attachment.objects.get()
    address = reverse("attached_words", args=[attached.pk])
    for browser, words in ((as_teresa, "The left side"), (as_marta, "The <b>left</b> side")):
        assert browser.post(address, {"words": words}).status_code == 303
        assert Attachment.objects.get().transcript == words
    assert "The &lt;b&gt;left&lt;/b&gt; side" in as_teresa.get("/messages/").content.decode()
    assert as_outsider.post(address, {"words": "x"}).status_code == 404
    send(as_marta, whole(as_marta, sounds.tone(), purpose="voice"), path=f"/messages/{teresa.pk}/")
    hers = Attachment.objects.exclude(pk=attached.pk).get()
    assert as_teresa.post(reverse("attached_words", args=[hers.pk]), {"words": "Mine"}).status_code == 404


def test_sent_again_long_after_its_files_were_forgotten_it_is_still_sent(as_teresa: Browser) -> None:
    upload, same = whole(as_teresa, pictures.picture(), purpose="message"), str(uuid.uuid4())
    said = {"uuid": same, "words": "", "enclosed_upload": [str(upload.pk)]}
    first = as_teresa.post("/messages/", said, headers=TOLD).json()
    Upload.objects.all().delete()
    again = as_teresa.post("/messages/", said, headers=TOLD)
    assert (again.status_code, again.json()["message"]) == (201, first["message"])
