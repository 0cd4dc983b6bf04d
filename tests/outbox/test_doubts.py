"""A letter whose end nobody saw: asked about where the mail server can say, else held, or sent again by choice."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from coaching.outbox import actions, claims, delivery, rules
from coaching.outbox.models import Letter
from coaching.people.models import Client
from tests.outbox.sink import CUT, LOST, Sink

pytestmark = pytest.mark.django_db


def uncertain(sink: Sink, person: Client, **fields: Any) -> Letter:
    """One that the server got, and whose answer nobody heard, two minutes ago."""
    now = claims.database_now()
    actions.post(kind="test.hello", key="k", person=person.user, about={}, due_at=now, now=now, **fields)
    delivery.deliver_due(server=sink.server)
    Letter.objects.update(ended_at=Now() - rules.LEASE - timedelta(seconds=1))
    letter = Letter.objects.get()
    assert letter.state == "uncertain"
    return letter


def again(sink: Sink) -> Letter:
    delivery.deliver_due(server=sink.server)
    return Letter.objects.get()


def test_where_nobody_can_be_asked_it_is_held_and_shown(teresa: Client) -> None:
    with Sink(on_data=[CUT]) as sink:
        uncertain(sink, teresa)
        assert again(sink).state == "uncertain"
        assert len(sink.letters) == 1


def test_what_the_mail_servers_log_has_is_sent(teresa: Client, settings: Any) -> None:
    with Sink(on_data=[CUT]) as sink:
        settings.RELAY_LOG_URL = sink.log_url
        uncertain(sink, teresa)
        letter = again(sink)
        assert (letter.state, letter.wire) == ("sent", None)
        assert letter.answer == "The mail server's log says that it took it."
        assert len(sink.letters) == 1


def test_what_the_mail_servers_log_does_not_have_leaves_again_with_the_very_same_bytes(
    teresa: Client, settings: Any
) -> None:
    with Sink(on_data=[LOST]) as sink:
        settings.RELAY_LOG_URL = sink.log_url
        first = bytes(uncertain(sink, teresa).wire or b"")
        teresa.user.name = "Teresa Renamed"
        teresa.user.save(update_fields=["name"])
        letter = again(sink)
        assert (letter.state, letter.doubts) == ("sent", 1)
        assert sink.raw == [first]


def test_a_log_that_cannot_say_leaves_it_in_doubt(teresa: Client, settings: Any) -> None:
    with Sink(on_data=[CUT]) as sink:
        settings.RELAY_LOG_URL = sink.log_url.replace("/taken/", "/broken/")
        uncertain(sink, teresa)
        assert again(sink).state == "uncertain"
        settings.RELAY_LOG_URL = "http://127.0.0.1:1/{message_id}"
        assert again(sink).state == "uncertain"
        assert len(sink.letters) == 1


def test_nobody_is_asked_while_the_letter_may_still_be_on_its_way(teresa: Client, settings: Any) -> None:
    with Sink(on_data=[LOST]) as sink:
        settings.RELAY_LOG_URL = sink.log_url
        uncertain(sink, teresa)
        Letter.objects.update(ended_at=Now() - rules.LEASE + timedelta(seconds=30))
        assert again(sink).state == "uncertain"


def test_by_choice_it_is_sent_again_unasked_with_the_same_bytes_and_not_for_ever(
    teresa: Client, settings: Any
) -> None:
    settings.UNCERTAIN_LETTERS = "again"
    with Sink(on_data=[CUT] * 5) as sink:
        uncertain(sink, teresa)
        for _ in range(4):
            again(sink)
            Letter.objects.filter(state="uncertain").update(ended_at=Now() - timedelta(minutes=3))
        assert len(sink.raw) == 1 + rules.DOUBTS_MOST
        assert len(set(sink.raw)) == 1
        assert again(sink).state == "uncertain"


def test_what_is_no_longer_true_is_not_sent_again(teresa: Client, settings: Any) -> None:
    with Sink(on_data=[LOST]) as sink:
        settings.RELAY_LOG_URL = sink.log_url
        uncertain(sink, teresa)
        Letter.objects.update(about={"over": True})
        letter = again(sink)
        assert (letter.state, letter.wire) == ("dropped", None)
        assert not sink.letters


def test_a_secret_letter_is_not_kept_for_another_try(teresa: Client, settings: Any) -> None:
    with Sink(on_data=[LOST]) as sink:
        settings.RELAY_LOG_URL = sink.log_url
        letter = uncertain(sink, teresa, secret=True)
        assert (letter.text, letter.html, letter.wire) == ("", "", None)
        letter = again(sink)
        assert (letter.state, letter.answer) == (
            "failed",
            "The mail server never had it, and its words are erased.",
        )
        assert not sink.letters


def test_an_old_answer_does_not_move_a_new_try(teresa: Client) -> None:
    with Sink(on_data=[CUT]) as sink:
        seen = uncertain(sink, teresa)
        Letter.objects.update(handed_over_at=Now())
        assert not claims.send_again(seen, answer="")
        assert not claims.settle(seen, state="sent", answer="")
