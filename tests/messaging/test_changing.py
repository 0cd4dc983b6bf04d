"""Answering, changing and removing: by whom, until when, and what is left."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import Settings

from coaching.live.models import Event
from coaching.media.models import Rendition, StoredFile, Upload
from coaching.messaging import actions, changing, queries, rules
from coaching.messaging.models import Attachment, Conversation, Message
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.cast import NOW
from tests.conftest import signed_in
from tests.media import pictures, sounds
from tests.messaging.test_sending import say

TOLD = {"Accept": "application/json"}
FIVE = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def now_said(client: Client, by: Client | Practitioner, words: str = "A word.") -> Message:
    message = say(client, by, words)
    Message.objects.filter(pk=message.pk).update(sent_at=timezone.now())
    return message


def test_words_can_be_changed_until_the_fifth_minute_and_not_after_it(teresa: Client, marta: Practitioner) -> None:
    message = say(teresa, teresa, "Left")
    changed = changing.change(message=message, author=teresa.user, words="Right", now=NOW + FIVE)
    assert (changed.words, changed.changed_at) == ("Right", NOW + FIVE)
    with pytest.raises(rules.Refused, match="five minutes"):
        changing.change(
            message=message, author=teresa.user, words="Both", now=NOW + FIVE + timedelta(microseconds=1)
        )
    with pytest.raises(ValueError, match="Only its author"):
        changing.change(message=message, author=marta.user, words="Mine", now=NOW)
    assert Message.objects.get().words == "Right"
    assert Event.objects.filter(person=marta.user, kind="message.changed").count() == 1


def test_changed_words_are_marked_and_shown_to_both_without_javascript(
    as_teresa: Browser, as_marta: Browser, teresa: Client
) -> None:
    message = now_said(teresa, teresa, "Left")
    page = as_teresa.get(f"/messages/?change={message.pk}").content.decode()
    assert f'action="/messages/said/{message.pk}/change/"' in page
    answer = as_teresa.post(f"/messages/said/{message.pk}/change/", {"words": "**Right**"})
    assert (answer.status_code, answer["Location"]) == (303, f"/messages/#m{message.pk}")
    for page in (
        as_teresa.get("/messages/").content.decode(),
        as_marta.get(f"/messages/{teresa.pk}/").content.decode(),
    ):
        assert "<strong>Right</strong>" in page
        assert ", changed" in page


def test_too_late_what_was_typed_is_not_lost(as_teresa: Browser, teresa: Client) -> None:
    message = say(teresa, teresa, "Left")
    answer = as_teresa.post(f"/messages/said/{message.pk}/change/", {"words": "Right, I mean"})
    assert answer.status_code == 422
    assert "Right, I mean" in answer.content.decode()
    assert "?change=" not in as_teresa.get("/messages/").content.decode()
    assert Message.objects.get().words == "Left"


def test_only_the_words_of_ones_own_message_and_nobody_elses(
    as_teresa: Browser, as_marta: Browser, as_outsider: Browser, teresa: Client
) -> None:
    message = now_said(teresa, teresa)
    for browser in (as_marta, as_outsider, signed_in(cast.practitioner(name="Sten Stranger"))):
        for verb in ("change", "remove"):
            assert browser.post(f"/messages/said/{message.pk}/{verb}/", {"words": "Mine"}).status_code == 404
    assert Message.objects.get().words == "A word."
    for browser in (as_outsider, signed_in(cast.practitioner(name="Sten Other"))):
        assert browser.get(f"/messages/said/{message.pk}/").status_code == 404


def test_removed_it_is_gone_from_page_database_and_disk_and_leaves_a_trace(
    as_teresa: Browser, as_marta: Browser, teresa: Client, shelf: Path, django_capture_on_commit_callbacks: object
) -> None:
    files = [sounds.upload(pictures.picture(), "garden.jpg"), sounds.upload(b"%PDF-1.7 SECRET" * 99, "SECRET.pdf")]
    said = {"uuid": str(uuid.uuid4()), "words": "SECRET words", "enclosed": files}
    assert as_teresa.post("/messages/", said).status_code == 303
    message = Message.objects.get()
    kept = [f"/messages/attached/{each.pk}/file" for each in Attachment.objects.all()]
    assert [as_marta.get(address).status_code for address in kept] == [200, 200]
    answer = {"uuid": str(uuid.uuid4()), "words": "I see.", "answers": message.pk}
    assert as_marta.post(f"/messages/{teresa.pk}/", answer).status_code == 303
    assert "SECRET words" in as_teresa.get(f"/messages/?before={message.pk + 2}").content.decode()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert as_teresa.post(f"/messages/said/{message.pk}/remove/").status_code == 303
    for browser, path, trace in (
        (as_teresa, "/messages/", "You removed this message"),
        (as_marta, f"/messages/{teresa.pk}/", "Teresa removed this message"),
    ):
        page = browser.get(path).content.decode()
        assert trace in page
        assert "SECRET" not in page
        assert "A message that was removed" in page  # what its answer quotes
        assert [browser.get(address).status_code for address in kept] == [404, 404]
    assert "SECRET" not in str(list(Message.objects.values())) + str(list(Upload.objects.values()))
    assert not StoredFile.objects.exists()
    assert not Rendition.objects.exists()
    assert [path for path in shelf.rglob("*") if path.is_file()] == []
    assert "SECRET" not in as_marta.get("/messages/").content.decode()


def test_a_process_that_died_before_the_files_went_is_made_up_for(teresa: Client, shelf: Path) -> None:
    message = actions.send(
        conversation=queries.conversation_of(teresa),
        author=teresa.user,
        uuid=uuid.uuid4(),
        words="",
        files=[sounds.upload(pictures.picture(), "garden.jpg")],
        now=NOW,
    )
    changing.remove(message=message, author=teresa.user, now=NOW)  # its transaction never ends here
    assert Attachment.objects.exists()
    assert not queries.attachments_for(teresa).exists()
    assert changing.clear_removed() == 1
    assert not StoredFile.objects.exists()
    assert [path for path in shelf.rglob("*") if path.is_file()] == []
    assert changing.clear_removed() == 0


@pytest.mark.django_db(transaction=True)
def test_removing_and_answering_at_once_end_in_one_way(teresa: Client, marta: Practitioner) -> None:
    message, together = say(teresa, teresa, "Gone"), threading.Barrier(2)

    def remove() -> None:
        together.wait(20)
        changing.remove(message=message, author=teresa.user, now=NOW)
        connection.close()

    def answer() -> None:
        conversation = queries.conversation_of(teresa)
        together.wait(20)
        actions.send(
            conversation=conversation,
            author=marta.user,
            uuid=uuid.uuid4(),
            words="Yes",
            answers=message,
            now=NOW,
        )
        connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda act: act(), [remove, answer]))
    removed, answered = Message.objects.order_by("id")
    assert (removed.words, removed.removed_at) == ("", NOW)
    assert answered.answers == removed
    assert answered.answers.in_short == "A message that was removed"


def test_who_takes_back_the_only_question_waits_no_longer(teresa: Client, marta: Practitioner) -> None:
    first = say(teresa, teresa, "One?", ago=timedelta(hours=2))
    second = say(teresa, teresa, "Two?", ago=timedelta(hours=1))
    changing.remove(message=first, author=teresa.user, now=NOW)
    assert queries.conversation_of(teresa).waiting_since == NOW - timedelta(hours=1)
    changing.remove(message=second, author=teresa.user, now=NOW)
    assert queries.conversation_of(teresa).waiting_since is None
    assert queries.unread_of(marta.user, NOW) == 0


def test_a_page_that_was_away_gets_what_changed_meanwhile(as_marta: Browser, teresa: Client) -> None:
    first, second = say(teresa, teresa, "First"), say(teresa, teresa, "Second")
    news = f"/messages/{teresa.pk}/news/?after={second.pk}&changes=0"
    assert as_marta.get(news).content == b""
    changing.change(message=first, author=teresa.user, words="Changed", now=NOW)
    say(teresa, teresa, "Third")
    answer = as_marta.get(news)
    words = answer.content.decode()
    assert words.index("Changed") < words.index("Third")
    assert "Second" not in words
    assert answer["X-Changes"] == "1"
    assert "Changed" not in as_marta.get(news.replace("changes=0", "changes=1")).content.decode()


def test_a_quote_leads_to_its_message_however_old(as_teresa: Browser, teresa: Client) -> None:
    old = say(teresa, teresa, "The oldest")
    for number in range(60):
        say(teresa, teresa, f"Number {number}")
    followed = as_teresa.get(f"/messages/said/{old.pk}/")
    assert followed["Location"].endswith(f"#m{old.pk}")
    assert "The oldest" in as_teresa.get(followed["Location"]).content.decode()


def test_another_conversations_message_is_not_quoted(as_teresa: Browser, teresa: Client, outsider: Client) -> None:
    hidden = say(outsider, outsider, "HIDDEN")
    assert "HIDDEN" not in as_teresa.get(f"/messages/?answers={hidden.pk}").content.decode()
    said = {"uuid": str(uuid.uuid4()), "words": "Hm", "answers": hidden.pk}
    assert as_teresa.post("/messages/", said).status_code == 303
    assert Message.objects.get(words="Hm").answers is None
    with pytest.raises(ValueError, match="own conversation"):
        actions.send(
            conversation=queries.conversation_of(teresa),
            author=teresa.user,
            uuid=uuid.uuid4(),
            words="Hm",
            answers=hidden,
            now=NOW,
        )


def test_an_answer_becomes_a_task_in_two_presses(
    as_marta: Browser, as_teresa: Browser, teresa: Client, marta: Practitioner
) -> None:
    lesson = cast.lesson(of=marta)
    message = say(teresa, teresa, "The left side is slow <b>")
    page = as_marta.get(f"/messages/{teresa.pk}/").content.decode()
    assert f"/messages/said/{message.pk}/give/" in page
    give = as_marta.get(f"/messages/said/{message.pk}/give/").content.decode()
    assert "“The left side is slow &lt;b&gt;”" in give
    assert f'name="lesson" value="{lesson.pk}"' in give
    assert as_teresa.get(f"/messages/said/{message.pk}/give/").status_code == 404


def test_a_session_is_pointed_at_and_opens(as_teresa: Browser, as_marta: Browser, teresa: Client) -> None:
    kind = cast.session_type(of=teresa.practitioner)
    session = cast.appointment(client=teresa, session_type=kind, start=NOW + timedelta(days=2))
    address = f"/messages/?session={session.pk}"
    assert address in as_teresa.get(f"/sessions/{session.pk}/").content.decode()
    assert "About the session:" in as_teresa.get(address).content.decode()
    said = {"uuid": str(uuid.uuid4()), "words": "Could it be later?", "session": str(session.pk)}
    assert as_teresa.post("/messages/", said).status_code == 303
    page = as_marta.get(f"/messages/{teresa.pk}/").content.decode()
    assert f'href="/sessions/{session.pk}/"' in page
    assert (
        f"/messages/{teresa.pk}/?session={session.pk}" in as_marta.get(f"/sessions/{session.pk}/").content.decode()
    )


def test_changes_are_limited_where_a_flood_begins(as_teresa: Browser, teresa: Client) -> None:
    message, taken = now_said(teresa, teresa), 0
    while as_teresa.post(f"/messages/said/{message.pk}/change/", {"words": f"W{taken}"}).status_code == 303:
        taken += 1
        assert taken <= 40
    assert taken >= 20
    assert Conversation.objects.get().changes == taken
