"""What was begun: on all devices of one person, never overwritten unseen, never anybody else's."""

import uuid

from django.test import Client as Browser

from coaching.live.models import Event
from coaching.messaging.models import Draft, Message
from coaching.people.models import Client, Practitioner
from tests.conftest import signed_in
from tests.messaging.test_sending import say


def keep(browser: Browser, words: str, knows: int, path: str = "/messages/draft/", **more: object):
    return browser.post(path, {"words": words, "knows": knows, **more})


def test_what_was_begun_on_the_phone_stands_on_the_laptop(teresa: Client) -> None:
    phone, laptop = signed_in(teresa), signed_in(teresa)
    answered = say(teresa, teresa, "Which side?")
    assert keep(phone, "Half a thought", 0, answers=answered.pk).json()["number"] == 1
    page = laptop.get("/messages/").content.decode()
    assert ">Half a thought</textarea>" in page
    assert f'name="answers" value="{answered.pk}"' in page
    assert laptop.get("/messages/draft/").json() == {
        "number": 1,
        "words": "Half a thought",
        "answers": answered.pk,
    }


def test_an_older_device_overwrites_nothing_and_is_told_what_is_newer(teresa: Client) -> None:
    phone, laptop = signed_in(teresa), signed_in(teresa)
    keep(phone, "Begun", 0)
    assert keep(laptop, "Begun, and gone on", 1).json()["number"] == 2
    refused = keep(phone, "Begun otherwise", 1)
    assert (refused.status_code, refused.json()["words"]) == (409, "Begun, and gone on")
    assert Draft.objects.get().words == "Begun, and gone on"
    assert keep(phone, "Begun otherwise", 2).status_code == 200  # its person has seen the other, and chose


def test_the_same_words_twice_are_one_save_and_an_empty_draft_stands_in_nobodys_way(teresa: Client) -> None:
    phone, laptop = signed_in(teresa), signed_in(teresa)
    assert [keep(phone, "Same", 0).json()["number"] for _ in range(2)] == [1, 1]
    keep(phone, "", 1)
    assert keep(laptop, "Anew", 0).status_code == 200


def test_sent_it_is_gone_and_what_was_begun_since_stays(as_teresa: Browser, teresa: Client) -> None:
    keep(as_teresa, "To send", 0)
    said = {"uuid": str(uuid.uuid4()), "words": "To send", "draft": 1}
    told = as_teresa.post("/messages/", said, headers={"Accept": "application/json"}).json()
    assert (told["draft"], Draft.objects.get().words) == (2, "")
    keep(as_teresa, "The next", 2)
    as_teresa.post("/messages/", {"uuid": str(uuid.uuid4()), "words": "Late", "draft": 1})
    assert Draft.objects.get().words == "The next"
    assert Message.objects.count() == 2


def test_a_draft_is_seen_by_its_writer_alone(
    as_teresa: Browser, as_marta: Browser, as_outsider: Browser, teresa: Client, marta: Practitioner
) -> None:
    keep(as_teresa, "PRIVATE", 0)
    for browser, path in (
        (as_marta, f"/messages/{teresa.pk}/"),
        (as_marta, f"/messages/{teresa.pk}/draft/"),
        (as_marta, "/messages/"),
        (as_outsider, "/messages/"),
        (as_outsider, "/messages/draft/"),
    ):
        assert "PRIVATE" not in browser.get(path).content.decode()
    assert keep(as_marta, "Mine", 0, f"/messages/{teresa.pk}/draft/").status_code == 200
    assert as_teresa.get("/messages/draft/").json()["words"] == "PRIVATE"
    told = Event.objects.filter(kind="message.draft").values_list("person", flat=True)
    assert set(told) == {teresa.user.pk, marta.user.pk}
    assert Event.objects.filter(kind="message.draft", person=teresa.user).count() == 1


def test_typing_is_kept_nowhere(as_teresa: Browser, as_marta: Browser, teresa: Client) -> None:
    assert as_teresa.post("/messages/typing/").status_code == 204
    assert as_marta.post(f"/messages/{teresa.pk}/typing/").status_code == 204
    assert not Event.objects.exists()


def test_hostile_drafts_are_taken_as_words_or_refused(as_teresa: Browser) -> None:
    assert keep(as_teresa, "<script>alert(1)</script>\x00", 0).status_code == 200
    page = as_teresa.get("/messages/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</textarea>" in page
    assert keep(as_teresa, "x" * 50_000, 1).status_code == 200
    assert len(Draft.objects.get().words) == 20_000
    for knows in ("", "-1", "x", "9" * 40):
        assert keep(as_teresa, "x", knows).status_code == 422  # type: ignore[arg-type]
