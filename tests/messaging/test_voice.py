"""Voice notes: said once, heard by the two whose conversation it is, and by nobody else."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from coaching.media.models import StoredFile
from coaching.messaging.models import Attachment, Conversation, Message
from coaching.people.models import Client
from tests import cast
from tests.conftest import signed_in
from tests.media import sounds
from tests.media.test_resumable import whole

TOLD = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def say(browser: Browser, number: str, *, uuid: uuid.UUID, words: str = "") -> Any:
    said = {"uuid": str(uuid), "words": words, "enclosed_upload": number}
    return browser.post("/messages/", said, headers=TOLD)


def test_a_client_speaks_and_both_hear_it_and_nobody_else(
    as_teresa: Browser, as_marta: Browser, as_outsider: Browser, teresa: Client
) -> None:
    upload = whole(as_teresa, sounds.tone())
    assert say(as_teresa, str(upload.pk), uuid=uuid.uuid4()).status_code == 201
    attached = Attachment.objects.get()
    address = reverse("attached_sound", args=[attached.pk])
    for page in (as_teresa.get("/messages/"), as_marta.get(f"/messages/{teresa.pk}/")):
        assert address in page.content.decode()
    for browser in (as_teresa, as_marta):
        assert b"".join(browser.get(address)) == sounds.tone()  # type: ignore[arg-type]
    stranger = cast.practitioner(name="Sten Stranger")
    for browser in (as_outsider, signed_in(stranger)):
        assert browser.get(address).status_code == 404
    assert "A voice note" in as_marta.get("/messages/").content.decode()
    assert "A voice note" in as_marta.get("/today/").content.decode()


def test_tried_again_it_is_said_once(as_teresa: Browser) -> None:
    upload, same = whole(as_teresa, sounds.tone()), uuid.uuid4()
    answers = [say(as_teresa, str(upload.pk), uuid=same).json() for _number in range(3)]
    assert answers == [answers[0]] * 3
    assert (Message.objects.count(), Attachment.objects.count()) == (1, 1)


def test_without_its_script_the_form_sends_the_file_itself(as_teresa: Browser) -> None:
    said = {"uuid": str(uuid.uuid4()), "words": "Listen:", "enclosed": sounds.upload(sounds.tone())}
    assert as_teresa.post("/messages/", said).status_code == 303
    assert Attachment.objects.get().message.words == "Listen:"


def test_what_another_sent_is_not_said(as_teresa: Browser, as_outsider: Browser) -> None:
    of_another = whole(as_outsider, sounds.tone())
    for number in (str(of_another.pk), str(uuid.uuid4()), "nonsense"):
        answer = say(as_teresa, number, uuid=uuid.uuid4())
        assert (answer.status_code, "no longer here" in answer.json()["error"]) == (422, True)
    assert as_teresa.post("/messages/", {"uuid": str(uuid.uuid4()), "words": ""}, headers=TOLD).status_code == 422
    assert not Message.objects.exists()


def test_a_note_refused_for_its_words_can_be_sent_again(as_teresa: Browser) -> None:
    upload = whole(as_teresa, sounds.tone())
    assert say(as_teresa, str(upload.pk), uuid=uuid.uuid4(), words="x" * 10_001).status_code == 422
    assert say(as_teresa, str(upload.pk), uuid=uuid.uuid4()).status_code == 201
    assert Attachment.objects.get().file == StoredFile.objects.get()


def test_one_spoken_message_or_thirty_take_as_many_queries(as_marta: Browser, teresa: Client) -> None:
    conversation = Conversation.objects.create(client=teresa)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            as_marta.get(f"/messages/{teresa.pk}/")
        return len(found)

    def spoken() -> None:
        said = conversation.messages.create(author=teresa.user, uuid=uuid.uuid4(), words="", sent_at=cast.NOW)
        said.attachments.create(file=cast.stored_file(by=teresa.user, peaks=[1, 50, 100]))

    spoken()
    asked()
    one = asked()
    for _number in range(29):
        spoken()
    assert asked() == one
