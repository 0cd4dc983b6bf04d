"""Posting: once for each cause and moment, and never without the change that it tells of."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import send_mail
from django.db import connection, transaction

from coaching.outbox import actions
from coaching.outbox.models import Letter
from coaching.people.models import Client
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def post(person: Client, key: str = "hello:1", **fields: Any) -> Letter | None:
    chosen: dict[str, Any] = {"about": {}, "due_at": NOW, "now": NOW, **fields}
    return actions.post(kind="test.hello", key=key, person=person.user, **chosen)


def test_a_key_is_posted_once(teresa: Client) -> None:
    assert post(teresa) is not None
    assert post(teresa) is None
    assert Letter.objects.get().email == teresa.user.email


def test_many_are_posted_once_and_only_the_new_ones_count(teresa: Client) -> None:
    post(teresa, key="hello:2")
    new = [
        actions.NewLetter(kind="test.hello", key=f"hello:{n}", person=teresa.user, about={}, due_at=NOW)
        for n in (3, 2, 1, 3)
    ]
    assert actions.post_many(new, now=NOW) == 2
    assert actions.post_many(new, now=NOW) == 0
    assert Letter.objects.count() == 3


def test_a_letter_needs_somebody(db: None) -> None:
    with pytest.raises(ValueError, match="needs a person or an address"):
        actions.post(kind="test.hello", key="k", person=None, about={}, due_at=NOW, now=NOW)


def test_a_letter_goes_back_with_the_change_that_it_tells_of(teresa: Client) -> None:
    with transaction.atomic():
        post(teresa)
        transaction.set_rollback(True)
    assert not Letter.objects.exists()


def test_a_dead_broker_does_not_harm_who_posts(
    teresa: Client, settings: Any, django_capture_on_commit_callbacks: Any, dead_broker: None
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        assert post(teresa) is not None
    assert len(callbacks) == 1


def test_a_letter_for_later_wakes_nobody(teresa: Client, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        post(teresa, due_at=NOW + timedelta(hours=1))
    assert not callbacks


def test_djangos_mail_becomes_a_secret_letter(teresa: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "coaching.outbox.mail.OutboxBackend"
    send_mail(
        "Sign-in code", "Your code:\n\n123456\n\n*Ignore* it at http://a.example/x_y_z", None, [teresa.user.email]
    )
    letter = Letter.objects.get()
    assert (letter.kind, letter.secret, letter.person, letter.state) == ("account", True, teresa.user, "waiting")
    assert "\n123456\n" in letter.text
    assert "*Ignore* it at http://a.example/x_y_z\n" in letter.text
    assert "<strong>123456</strong>" in letter.html
    assert 'href="http://a.example/x_y_z"' in letter.html


def test_thousands_are_posted_in_one_query(teresa: Client, django_assert_num_queries: Any) -> None:
    new = [
        actions.NewLetter(kind="test.hello", key=f"hello:{n:04}", person=teresa.user, about={}, due_at=NOW)
        for n in range(2500)
    ]
    with transaction.atomic(), django_assert_num_queries(1):
        assert actions.post_many(reversed(new), now=NOW) == 2500
    assert list(Letter.objects.order_by("pk").values_list("key", flat=True)) == [letter.key for letter in new]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_that_post_the_same_in_other_orders_do_not_block_each_other(teresa: Client) -> None:
    new = [
        actions.NewLetter(kind="test.hello", key=f"hello:{n:04}", person=teresa.user, about={}, due_at=NOW)
        for n in range(2000)
    ]
    orders = [new, new[::-1], new[1000:] + new[:1000]]

    def sweep(letters: list[actions.NewLetter]) -> None:
        try:
            with transaction.atomic():
                actions.post_many(letters, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(sweep, orders))
    assert Letter.objects.count() == 2000
