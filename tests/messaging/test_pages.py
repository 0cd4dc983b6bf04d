"""The conversation from both sides, and the inbox."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from coaching.messaging import queries_inbox
from coaching.messaging.models import Conversation, Message
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.cast import NOW
from tests.conftest import signed_in
from tests.messaging.test_sending import say

JSON = {"Accept": "application/json"}


def post(browser: Browser, path: str, words: str, **more: object):
    return browser.post(
        path, {"uuid": more.pop("uuid", uuid.uuid4()), "words": words, **more.pop("data", {})}, **more
    )


def test_a_client_writes_and_is_answered_without_javascript(
    as_teresa: Browser, as_marta: Browser, teresa: Client
) -> None:
    sent = post(as_teresa, "/messages/", "Which side first?")
    assert (sent.status_code, sent["Location"]) == (303, "/messages/#last")
    page = as_marta.get(f"/messages/{teresa.pk}/").content.decode()
    assert "Which side first?" in page
    assert 'id="new"' in page
    assert post(as_marta, f"/messages/{teresa.pk}/", "The *easier* one.").status_code == 303
    page = as_teresa.get("/messages/").content.decode()
    assert "<em>easier</em>" in page
    assert ">sent<" in page


def test_reading_shows_on_the_other_side_and_opening_a_page_changes_nothing(
    as_teresa: Browser, as_marta: Browser, teresa: Client
) -> None:
    post(as_teresa, "/messages/", "Hello")
    before = Conversation.objects.values().get()
    as_marta.get(f"/messages/{teresa.pk}/")
    assert Conversation.objects.values().get() == before
    last = Message.objects.get()
    assert as_marta.post(f"/messages/{teresa.pk}/seen/", {"up_to": last.pk}).status_code == 303
    assert "seen by Marta" in as_teresa.get("/messages/").content.decode()


def test_the_same_form_sent_twice_is_one_message(as_teresa: Browser) -> None:
    same = uuid.uuid4()
    for _ in range(3):
        assert post(as_teresa, "/messages/", "Once", uuid=same).status_code == 303
    assert Message.objects.count() == 1


def test_words_that_were_refused_stay_in_the_field(as_teresa: Browser) -> None:
    too_long = "x" * 10_001
    page = post(as_teresa, "/messages/", too_long)
    assert page.status_code == 422
    assert too_long in page.content.decode()
    assert "1 character too long" in page.content.decode()
    answer = post(as_teresa, "/messages/", "\u200b", headers=JSON)
    assert (answer.status_code, answer.json()) == (
        422,
        {"error": "There is nothing to send yet: write something first."},
    )
    assert not Message.objects.exists()


@pytest.mark.parametrize("bad", ["", "not-a-uuid", "'; DROP TABLE"])
def test_a_broken_form_is_refused_with_one_sentence(as_teresa: Browser, bad: str) -> None:
    answer = post(as_teresa, "/messages/", "Hello", uuid=bad)
    assert answer.status_code == 422
    assert "Write it once more, please." in answer.content.decode()
    assert not Message.objects.exists()


def test_a_flood_is_stopped_and_its_words_are_kept(as_teresa: Browser) -> None:
    """Forty a minute; the minute may turn once while they come, and then it takes up to eighty."""
    taken = 0
    while (flood := post(as_teresa, "/messages/", f"number {taken}")).status_code == 303 and taken < 80:
        taken += 1
    assert flood.status_code == 429
    assert 40 <= taken <= 80
    assert f"number {taken}" in flood.content.decode()
    assert Message.objects.count() == taken


def test_another_clients_conversation_does_not_exist(
    as_teresa: Browser, teresa: Client, outsider: Client, marta: Practitioner
) -> None:
    hidden = say(outsider, outsider, "HIDDEN")
    say(teresa, teresa, "Own")
    assert "HIDDEN" not in as_teresa.get("/messages/").content.decode()
    assert "HIDDEN" not in as_teresa.get(f"/messages/?before={hidden.pk + 1}").content.decode()
    assert "HIDDEN" not in as_teresa.get("/messages/news/?after=0").content.decode()
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    for browser in (as_teresa, stranger):
        for path in (f"/messages/{outsider.pk}/", f"/messages/{outsider.pk}/news/"):
            assert browser.get(path).status_code == 404
        assert post(browser, f"/messages/{outsider.pk}/", "Hello").status_code == 404
        assert browser.post(f"/messages/{outsider.pk}/seen/", {"up_to": hidden.pk}).status_code == 404


def test_the_inbox_puts_who_waits_longest_on_top(as_marta: Browser, marta: Practitioner) -> None:
    names = {"Ana Longest": 9, "Bo Short": 1, "Cy Answered": 20}
    clients = {name: cast.client(of=marta, name=name) for name in names}
    for name, hours in names.items():
        say(clients[name], clients[name], f"I am {name}", ago=timedelta(hours=hours))
    say(clients["Cy Answered"], marta, "There you are")
    page = as_marta.get("/messages/").content.decode()
    found = [page.index(f">{name}</a>") for name in ("Ana Longest", "Bo Short", "Cy Answered")]
    assert found == sorted(found)
    assert "Two people wait for an answer." in page
    waiting = [each.client.user.name for each in queries_inbox.waiting_for(marta, NOW)]
    assert waiting == ["Ana Longest", "Bo Short"]


def test_older_messages_are_a_page_away(as_teresa: Browser, teresa: Client) -> None:
    for number in range(95):
        say(teresa, teresa, f"word number {number}.")
    seen: list[str] = []
    path = "/messages/"
    while path:
        page = as_teresa.get(path).content.decode()
        seen = re.findall(r"word number \d+\.", page) + seen
        older = re.search(r'href="([^"]*\?before=\d+)', page)
        path = older.group(1) if older else ""
    assert seen == [f"word number {number}." for number in range(95)]


@pytest.mark.parametrize(
    "nonsense", ["?before=abc", "?before=-1", "?before=" + "9" * 30, "?lesson=x&at=y", "?at=-5"]
)
def test_nonsense_in_the_address_counts_as_not_said(as_teresa: Browser, teresa: Client, nonsense: str) -> None:
    say(teresa, teresa, "Still here")
    assert "Still here" in as_teresa.get(f"/messages/{nonsense}").content.decode()


def test_a_place_in_a_lesson_is_pointed_at_and_opens_there(
    as_teresa: Browser, as_marta: Browser, teresa: Client, marta: Practitioner
) -> None:
    lesson = cast.lesson(of=marta, title="Arch and flatten")
    given = cast.assignment(to=teresa, lesson=lesson)
    page = as_teresa.get(f"/messages/?lesson={lesson.pk}&at=192").content.decode()
    assert "About Arch and flatten, at 03:12" in page
    post(as_teresa, "/messages/", "Which side?", data={"lesson": lesson.pk, "at": 192})
    page = as_teresa.get("/messages/").content.decode()
    assert "Arch and flatten, at 03:12" in page
    followed = as_teresa.get(f"/practice/at/{lesson.pk}/?at=192")
    assert followed["Location"] == f"/practice/{given.pk}/play/?at=192"
    assert 'data-position="192"' in as_teresa.get(followed["Location"]).content.decode()
    assert f"/library/{lesson.pk}/" in as_marta.get(f"/messages/{teresa.pk}/").content.decode()


def test_pages_ask_the_same_for_one_row_as_for_thirty(
    as_teresa: Browser, as_marta: Browser, teresa: Client, marta: Practitioner
) -> None:
    lesson = cast.lesson(of=marta)

    def queries_of() -> list[int]:
        counts = []
        pages = [(as_teresa, "/messages/"), (as_marta, f"/messages/{teresa.pk}/"), (as_marta, "/messages/")]
        for browser, path in pages:
            browser.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(path).status_code == 200
            counts.append(len(asked))
        return counts

    first = say(teresa, teresa)
    Message.objects.filter(pk=first.pk).update(lesson=lesson)
    one = queries_of()
    for number in range(29):
        say(teresa, teresa if number % 2 else marta)
        other = cast.client(of=marta, name=f"Other {number}")
        say(other, other)
    Message.objects.update(lesson=lesson)
    assert queries_of() == one
    assert max(one) <= 12
