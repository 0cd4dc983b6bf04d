"""The five steps, against a real mail server: each letter once, and every end has a name."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from coaching.outbox import actions, claims, delivery, rules
from coaching.outbox.lane import Batch, Gate
from coaching.outbox.models import Letter, Suppression
from coaching.outbox.smtp import Line
from coaching.people.models import Client
from tests.cast import NOW
from tests.outbox.sink import CUT, Sink

pytestmark = pytest.mark.django_db


SEALED = {
    "email": "teresa@example.org",
    "message_id": "<a@b>",
    "subject": "A word",
    "text": "Words",
    "html": "<p>Words",
    "why": "",
    "wire": b"Subject: A word",
}


def post(person: Client, key: str = "hello:1", **fields: Any) -> Letter:
    chosen: dict[str, Any] = {"about": {}, "due_at": NOW, "now": NOW, **fields}
    letter = actions.post(kind="test.hello", key=key, person=person.user, **chosen)
    assert letter is not None
    return letter


def deliver(sink: Sink | None, now: Any = NOW) -> Counter[str]:
    return +delivery.deliver_due(server=sink.server if sink else None, now=now)


def test_a_letter_is_sent_once(teresa: Client, sink: Sink) -> None:
    letter = post(teresa)
    assert deliver(sink) == {"sent": 1}
    assert deliver(sink) == {}
    letter.refresh_from_db()
    assert (letter.state, letter.answer) == ("sent", "250 2.0.0 Taken as 4711")
    assert sink.times_by_message_id() == {letter.message_id: 1}
    assert "\n.A line that starts with a dot" in sink.letters[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_one_connection_carries_a_batch(teresa: Client, sink: Sink) -> None:
    for n in range(rules.BATCH):
        post(teresa, key=f"hello:{n}")
    assert deliver(sink) == {"sent": 20}
    assert sink.connections == 1


def test_a_letter_that_is_not_due_waits(teresa: Client, sink: Sink) -> None:
    post(teresa, due_at=NOW + timedelta(minutes=1))
    assert deliver(sink) == {}
    assert deliver(sink, NOW + timedelta(minutes=1)) == {"sent": 1}


def test_urgent_letters_leave_first(teresa: Client, sink: Sink) -> None:
    post(teresa, key="slow", about={"subject": "slow"})
    post(teresa, key="fast", about={"subject": "fast"}, urgency=5)
    deliver(sink)
    assert [letter["Subject"] for letter in sink.letters] == ["fast", "slow"]


def test_what_is_no_longer_true_is_dropped(teresa: Client, sink: Sink) -> None:
    letter = post(teresa)
    Letter.objects.update(about={"over": True})
    assert deliver(sink) == {"dropped": 1}
    letter.refresh_from_db()
    assert letter.state == "dropped"
    assert not sink.letters


def test_the_address_of_today_counts(teresa: Client, sink: Sink) -> None:
    post(teresa)
    teresa.user.email = "new@example.org"
    teresa.user.save(update_fields=["email"])
    deliver(sink)
    assert sink.letters[0]["To"] == "new@example.org"
    assert Letter.objects.get().email == "new@example.org"


def test_a_letter_that_came_too_late_expires(teresa: Client, sink: Sink) -> None:
    post(teresa, not_after=NOW + timedelta(minutes=20))
    assert deliver(sink, NOW + timedelta(minutes=21)) == {"expired": 1}
    assert not sink.letters


def test_one_broken_letter_harms_only_itself(teresa: Client, sink: Sink, caplog: Any) -> None:
    broken = post(teresa, key="a", about={"broken": True})
    unknown = actions.post(kind="nobody.tells", key="b", person=teresa.user, about={}, due_at=NOW, now=NOW)
    post(teresa, key="c")
    assert deliver(sink) == {"failed": 2, "sent": 1}
    broken.refresh_from_db()
    assert broken.answer == "It could not be written (KeyError)."
    assert unknown is not None
    assert "what it was about" not in caplog.text


def test_without_a_mail_server_letters_are_kept(teresa: Client) -> None:
    letter = post(teresa)
    assert deliver(None) == {"kept": 1}
    letter.refresh_from_db()
    assert (letter.state, letter.subject) == ("kept", "A word from Marta")
    assert "Dear Teresa," in letter.text


def test_not_now_means_again_later(teresa: Client) -> None:
    letter = post(teresa)
    with Sink(on_rcpt=["451 4.7.1 Greylisted"]) as sink:
        assert deliver(sink) == {"put_off": 1}
        letter.refresh_from_db()
        assert (letter.state, letter.attempts, letter.answer) == ("waiting", 1, "451 4.7.1 Greylisted")
        assert timedelta(minutes=1) <= letter.next_try_at - NOW <= timedelta(minutes=1.2)
        assert deliver(sink, NOW + timedelta(seconds=30)) == {}
        assert deliver(sink, NOW + timedelta(minutes=2)) == {"sent": 1}


def test_not_now_after_the_body_is_tried_again_too(teresa: Client) -> None:
    letter = post(teresa)
    with Sink(on_data=["452 4.3.1 No room"]) as sink:
        assert deliver(sink) == {"put_off": 1}
        letter.refresh_from_db()
        assert (letter.state, letter.handed_over_at) == ("waiting", None)
        assert deliver(sink, NOW + timedelta(minutes=2)) == {"sent": 1}
        assert len(sink.letters) == 1


def test_a_letter_put_off_for_days_fails(teresa: Client) -> None:
    post(teresa)
    with Sink(on_rcpt=["451 Later"]) as sink:
        assert deliver(sink, NOW + timedelta(days=4)) == {"failed": 1}


def test_a_refused_address_fails_and_a_repeat_suppresses_it(teresa: Client) -> None:
    with Sink(on_rcpt=["550 5.1.1 No such person"] * 2) as sink:
        post(teresa, key="a")
        assert deliver(sink) == {"failed": 1}
        assert not Suppression.objects.standing().exists()
        post(teresa, key="b")
        assert deliver(sink) == {"failed": 1}
        assert Suppression.objects.standing().get().reason == "550 5.1.1 No such person"
        post(teresa, key="c")
        assert deliver(sink) == {"failed": 1}
        assert not sink.letters
    assert "does not take our letters" in Letter.objects.get(key="c").answer


def test_a_letter_that_arrives_forgets_one_refusal(teresa: Client) -> None:
    with Sink(on_rcpt=["550 5.1.1 No such person"]) as sink:
        post(teresa, key="a")
        deliver(sink)
        post(teresa, key="b")
        assert deliver(sink) == {"sent": 1}
    assert not Suppression.objects.exists()


def test_a_refusal_does_not_stop_the_next_letter(teresa: Client, outsider: Client) -> None:
    with Sink(on_rcpt=["550 5.1.1 No such person"]) as sink:
        post(teresa, key="a")
        post(outsider, key="b")
        assert deliver(sink) == {"failed": 1, "sent": 1}


def test_a_line_cut_after_the_letter_leaves_it_uncertain_and_not_doubled(teresa: Client) -> None:
    letter = post(teresa)
    with Sink(on_data=[CUT]) as sink:
        assert deliver(sink) == {"uncertain": 1}
        assert deliver(sink, NOW + timedelta(hours=1)) == {}
        assert len(sink.letters) == 1
    letter.refresh_from_db()
    assert letter.state == "uncertain"


def test_a_server_that_cannot_be_reached_harms_no_letter(teresa: Client) -> None:
    letter = post(teresa)
    post(teresa, key="hello:2")
    with Sink() as sink:
        gone = sink.server
    assert +delivery.deliver_due(server=gone, now=NOW) == {"put_off": 1}
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.claim) == ("waiting", 0, None)
    assert Letter.objects.filter(claim=None).count() == 2
    with Sink() as sink:
        assert deliver(sink, NOW + timedelta(minutes=1)) == {"sent": 2}


def test_421_closes_the_line_and_harms_no_letter(teresa: Client) -> None:
    letter = post(teresa)
    with Sink(on_rcpt=["421 4.3.2 Closing"]) as sink:
        assert deliver(sink) == {"put_off": 1}
        letter.refresh_from_db()
        assert letter.attempts == 0
        assert deliver(sink, NOW + timedelta(minutes=1)) == {"sent": 1}


def hold(line: Line | None = None) -> tuple[Batch, list[Letter]]:
    """What a process does before it talks to the mail server: it holds what is due."""
    batch = Batch(Counter(), line, gate=Gate(), clock=claims.Clock(NOW))
    return batch, claims.claim(token=batch.token, due=NOW)


def test_who_lost_the_fence_does_not_send(teresa: Client, sink: Sink) -> None:
    """The lease runs out while the mail server is being talked to: the holder stops before the body."""
    post(teresa)
    original = claims.hand_over

    def late(*args: Any, **kwargs: Any) -> bool:
        Letter.objects.update(leased_until=Now() - timedelta(seconds=1))
        return original(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch, Line(sink.server, name="x") as line:
        patch.setattr(claims, "hand_over", late)
        batch, letters = hold(line)
        batch.carry(letters[0])
    assert not sink.letters
    assert deliver(sink) == {"sent": 1}


def test_an_abandoned_letter_becomes_uncertain_and_its_slow_holder_can_still_tell(teresa: Client) -> None:
    letter = post(teresa)
    batch, _ = hold()
    assert claims.hand_over(letter, batch.token, sealed=SEALED)
    assert deliver(None) == {}  # still within its lease
    Letter.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert deliver(None) == {"uncertain": 1}
    batch._end(letter, "sent", "250 OK")
    letter.refresh_from_db()
    assert (letter.state, letter.answer) == ("sent", "250 OK")


def test_a_claim_whose_holder_died_early_is_taken_over(teresa: Client, sink: Sink) -> None:
    post(teresa)
    hold()
    assert deliver(sink) == {}
    Letter.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert deliver(sink) == {"sent": 1}


def secret(key: str) -> Letter:
    moment = claims.database_now()
    return Letter.objects.create(
        key=key,
        kind="account",
        secret=True,
        email="x@example.org",
        subject="Code",
        text="123456",
        html="<p>123456",
        posted_at=moment,
        due_at=moment,
        next_try_at=moment,
    )


def test_the_words_of_a_secret_letter_are_erased_when_it_left(db: None, sink: Sink) -> None:
    sent = secret("a")
    assert deliver(sink, None) == {"sent": 1}
    sent.refresh_from_db()
    assert "123456" in sink.letters[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (sent.text, sent.html, sent.subject) == ("", "", "Code")


def test_the_words_of_a_secret_letter_that_cannot_leave_stay_for_an_hour(db: None) -> None:
    kept = secret("a")
    assert deliver(None, None) == {"kept": 1}
    kept.refresh_from_db()
    assert (kept.state, kept.text) == ("kept", "123456")
    Letter.objects.update(ended_at=Now() - timedelta(minutes=61))
    deliver(None, None)
    kept.refresh_from_db()
    assert (kept.text, kept.html) == ("", "")


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_at_once_send_each_letter_once(teresa: Client, sink: Sink) -> None:
    for n in range(200):
        post(teresa, key=f"hello:{n:03}")
    counts: list[Counter[str]] = []

    def work() -> None:
        try:
            counts.append(deliver(sink))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(count["sent"] for count in counts) == 200
    assert len(sink.times_by_message_id()) == 200
    assert set(sink.times_by_message_id().values()) == {1}
