"""What is told, to whom, and in which order."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client as Browser

from coaching.live import actions, queries, tasks, wire
from coaching.live.models import Event
from coaching.people.models import Client
from tests.cast import NOW
from tests.live.site import wait_until


def tell(person: Client, number: int = 1) -> None:
    actions.tell(person=person.user, kind="test.told", about={"number": number}, now=NOW)


def test_words_never_travel(teresa: Client) -> None:
    with pytest.raises(ValueError, match="ids only"):
        actions.tell(person=teresa.user, kind="message.new", about={"words": "my back hurts"}, now=NOW)
    with pytest.raises(ValueError, match="kind of event"):
        actions.tell(person=teresa.user, kind="New message", about={}, now=NOW)
    assert not Event.objects.exists()


def test_what_is_rolled_back_was_never_told(teresa: Client) -> None:
    with transaction.atomic():
        tell(teresa)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ids_grow_in_the_order_in_which_they_become_visible(teresa: Client) -> None:
    """The second teller waits for the first, so nobody ever sees 2 before 1."""
    told, may_end = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            tell(teresa, 1)
            told.set()
            may_end.wait(10)
        connection.close()

    def second() -> None:
        tell(teresa, 2)
        connection.close()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    told.wait(10)
    threads[1].start()
    wait_until(_somebody_waits_for_a_lock)
    assert not Event.objects.exists()
    may_end.set()
    for thread in threads:
        thread.join(10)
    assert [event.about["number"] for event in Event.objects.order_by("id")] == [1, 2]


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("url", ["unix:///nowhere/valkey.sock", "redis://127.0.0.1:1/0"])
def test_a_dead_redis_fails_nobody(teresa: Client, settings, url: str) -> None:
    settings.REDIS_URL = url
    tell(teresa)
    assert Event.objects.count() == 1
    wire.wake(teresa.user.pk)


def test_each_person_is_given_their_own_events_after_the_one_they_know(
    teresa: Client, outsider: Client, django_assert_num_queries
) -> None:
    for number in range(5):
        tell(teresa, number)
        tell(outsider, number + 100)
    own = list(Event.objects.filter(person=teresa.user).order_by("id"))
    seen = {teresa.user.pk: own[1].pk, outsider.user.pk: queries.last_id(outsider.user.pk)}
    with django_assert_num_queries(1):
        found = queries.after(seen)
    assert [event.about["number"] for event in found] == [2, 3, 4]
    assert len(queries.after({teresa.user.pk: 0, outsider.user.pk: 0}, most=2)) == 4


def test_events_are_kept_for_a_day(teresa: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.tell(person=teresa.user, kind="old", about={}, now=NOW - timedelta(hours=25))
    actions.tell(person=teresa.user, kind="fresh", about={}, now=NOW - timedelta(hours=23))
    assert actions.forget_old(now=NOW) == 1
    assert [event.kind for event in Event.objects.all()] == ["fresh"]
    tasks.forget_old()


def test_asking_again_and_again_tells_the_same(as_teresa: Browser, teresa: Client, outsider: Client) -> None:
    first = as_teresa.get("/live/since/").json()
    assert first == {"last": 0, "events": []}
    tell(teresa, 7)
    tell(outsider, 8)
    answer = as_teresa.get("/live/since/?id=0")
    assert [(event["kind"], event["about"]) for event in answer.json()["events"]] == [("test.told", {"number": 7})]
    assert answer["Cache-Control"] == "no-store"
    again = as_teresa.get(f"/live/since/?id={answer.json()['last']}").json()
    assert again == {"last": answer.json()["last"], "events": []}


@pytest.mark.parametrize("nonsense", ["abc", "-1", "9" * 40, "1e3", "%00", "٣"])
def test_a_nonsense_id_counts_as_not_said(as_teresa: Browser, teresa: Client, nonsense: str) -> None:
    tell(teresa)
    assert as_teresa.get(f"/live/since/?id={nonsense}").json()["events"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/live/", "/live/since/"])
def test_a_visitor_is_led_to_the_sign_in_page(path: str) -> None:
    assert Browser().get(path).status_code == 302
    assert Browser().get(path)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/live/", "/live/since/"])
def test_nothing_is_changed_by_way_of_the_stream(as_teresa: Browser, path: str) -> None:
    assert as_teresa.post(path).status_code == 405
