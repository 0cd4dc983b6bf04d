"""Whatever is killed, stopped or flushed amid the work: each letter comes once, and what is in doubt is settled."""

import time

import pytest

from coaching.outbox import rules
from tests.faults.house import House
from tests.outbox.sink import CUT, LOST, STALL, TAKEN

pytestmark = pytest.mark.xdist_group("faults")
long = pytest.mark.faults
LINES = rules.LINES  # of each process of a worker
PROCESSES = 2  # of a worker


@long
def test_workers_killed_amid_ten_thousand_letters(house: House) -> None:
    """One after another dies in the middle; the next one takes over. What is in doubt is asked about."""
    house.post(10_000)
    house.beat()
    kills = 5
    for number in range(kills):
        worker = house.worker()
        house.wait(house.received(1200 * (number + 1)), "the worker is well under way")
        house.kill(worker)
        house.outlive_leases()
    house.deliver()
    doubted = house.rows("SELECT count(*) FROM coaching_letter WHERE state = 'uncertain'")[0][0]
    assert doubted <= kills * PROCESSES * LINES
    house.outlive_doubts()
    house.worker()
    house.wait(lambda: not house.open(), "the rest has left", seconds=600)
    house.finish()
    house.outlive_doubts()
    house.finish()
    house.assert_each_came_once(10_000)


@long
def test_workers_killed_where_nobody_can_be_asked(house: House) -> None:
    """At most one letter is uncertain for each process that was killed, each is shown so, and none comes twice."""
    house.with_(RELAY_LOG_URL="")
    house.post(1500)
    house.beat()
    kills = 4
    for number in range(kills):
        worker = house.worker()
        house.wait(house.received(250 * (number + 1)), "the worker is well under way")
        house.kill(worker)
        house.outlive_leases()
    house.worker()
    house.wait(lambda: not house.open(), "the rest has left")
    house.finish()
    states = house.states()
    assert set(states) <= {"sent", "uncertain"}
    assert states.get("uncertain", 0) <= kills * PROCESSES
    times = house.sink.times_by_message_id()
    assert set(times.values()) == {1}
    assert states["sent"] <= len(times) <= 1500 == sum(states.values())


@long
def test_two_beats_and_four_workers(house: House) -> None:
    """Letters that wait already, and reminders that every sweep finds due."""
    house.scene("crowd", "300")
    house.post(1700)
    for _ in range(2):
        house.beat()
    for _ in range(4):
        house.worker()
    house.wait(house.received(1999), "all letters have left")
    house.wait(lambda: not house.open(), "all answers have come")
    house.assert_each_came_once(2000)


@long
def test_valkey_flushed_and_restarted(house: House) -> None:
    house.post(1500)
    house.worker()
    house.beat()
    house.wait(house.received(200), "letters leave")
    house.flush_valkey()
    house.wait(house.received(500), "letters leave after the flush")
    house.restart_valkey()
    house.post(500, prefix="later")
    house.wait(lambda: not house.open(), "all letters have left")
    house.assert_each_came_once(2000)


@long
@pytest.mark.parametrize("hard", [False, True], ids=["stopped", "killed"])
def test_postgresql_restarted(house: House, hard: bool) -> None:
    house.post(1500)
    house.worker()
    house.beat()
    house.wait(house.received(200), "letters leave")
    house.restart_postgres(hard=hard)
    house.post(500, prefix="later")
    before = len(house.sink.letters)
    house.wait(house.received(before + 100), "letters leave again")
    house.finish()
    house.outlive_doubts()
    house.finish()
    house.assert_each_came_once(2000)


@long
def test_a_mail_server_that_hangs(house: House) -> None:
    """It takes a letter and says nothing. Whoever waits is killed; what it was waiting for is asked about."""
    house.sink.on_data.extend([TAKEN] * 30 + [STALL])
    house.post(100)
    house.beat()
    house.worker()
    assert house.sink.has_body.wait(60)
    house.finish()
    house.outlive_doubts()
    house.finish()
    house.assert_each_came_once(100)


@long
def test_a_mail_server_that_hangs_and_is_outwaited(house: House) -> None:
    """Nobody is killed: after a while the letter is in doubt, and the others leave."""
    house.sink.on_data.extend([TAKEN] * 5 + [STALL])
    house.post(30)
    house.deliver()
    assert house.states() == {"sent": 29, "uncertain": 1}
    house.outlive_doubts()
    house.finish()
    house.assert_each_came_once(30)


@long
def test_a_mail_server_that_is_away_and_comes_back(house: House) -> None:
    house.sink.close()
    house.post(200)
    house.worker()
    house.beat()
    refused = "SELECT count(*) FROM coaching_letter WHERE answer LIKE 'The mail server could not be reached%'"
    house.wait(lambda: house.rows(refused)[0][0] > 0, "the server is missed")
    troubled = house.rows("SELECT trouble FROM coaching_heartbeat WHERE part = 'mail' AND troubled_since < now()")
    assert "refused" in troubled[0][0]
    house.sink.open_again()
    house.retry_now()
    house.wait(lambda: not house.open(), "all letters have left")
    house.assert_each_came_once(200)
    assert house.rows("SELECT trouble FROM coaching_heartbeat WHERE part = 'mail'") == [("",)]


def test_a_mail_server_that_refuses_then_accepts(house: House) -> None:
    house.sink.on_rcpt.extend(["451 4.7.1 Not now", "250 OK"] * 40)
    house.sink.on_data.extend(["452 4.3.1 No room"] * 20)
    house.post(200)
    house.deliver()
    assert house.states() == {"sent": 140, "waiting": 60}
    house.retry_now()
    house.finish()
    house.assert_each_came_once(200)


def test_a_mail_server_that_refuses_for_good(house: House) -> None:
    """Those letters have failed, with what it said; the others leave. After a repeat no more is tried there."""
    house.sink.on_rcpt.extend(["550 5.1.1 No such mailbox"] * 10)
    house.post(40)
    house.deliver()
    assert house.states() == {"sent": 30, "failed": 10}
    assert house.rows("SELECT DISTINCT answer FROM coaching_letter WHERE state = 'failed'") == [
        ("550 5.1.1 No such mailbox",)
    ]
    house.sink.on_rcpt.extend(["550 5.1.1 No such mailbox"] * 10)
    for prefix in ("again", "once more"):
        house.rows(_TO_THE_REFUSED, prefix)
        house.deliver()
    assert house.states() == {"sent": 30, "failed": 30}
    assert len(house.sink.on_rcpt) == 0
    assert len(house.sink.letters) == 30


def test_a_mail_server_that_cuts_the_line(house: House) -> None:
    """After half of the letters, with and without having taken them."""
    house.sink.on_data.extend([CUT, TAKEN, LOST, TAKEN] * 10)
    house.post(100)
    house.deliver()
    assert house.states() == {"sent": 80, "uncertain": 20}
    house.outlive_doubts()
    house.finish()
    house.assert_each_came_once(100)


def test_a_mail_server_that_cuts_the_line_and_cannot_be_asked(house: House) -> None:
    house.with_(RELAY_LOG_URL="")
    house.sink.on_data.extend([CUT, LOST] * 5)
    house.post(100)
    house.deliver()
    house.outlive_doubts()
    house.finish()
    assert house.states() == {"sent": 90, "uncertain": 10}
    assert set(house.sink.times_by_message_id().values()) == {1}


@long
def test_a_stopped_process_that_wakes_up_late(house: House) -> None:
    """Suspended while it waits for the answer, and judged meanwhile: it does not undo what others decided."""
    house.sink.on_data.extend([TAKEN] * 10 + [STALL])
    house.post(60)
    house.beat()
    worker = house.worker()
    assert house.sink.has_body.wait(60)
    house.suspend(worker)
    house.outlive_leases()
    house.deliver()
    house.outlive_doubts()
    house.deliver()
    house.wake(worker)
    time.sleep(1)
    house.finish()
    house.assert_each_came_once(60)


_TO_THE_REFUSED = """
    INSERT INTO coaching_letter (key, kind, email, channel, about, urgency, secret, state, posted_at, due_at,
        next_try_at, attempts, doubts, message_id, subject, text, html, why, answer)
    SELECT %s || email, kind, email, channel, about, urgency, secret, 'waiting', now(), now(), now(), 0, 0, '',
        subject, text, html, why, ''
    FROM coaching_letter WHERE state = 'failed' AND key LIKE 'k:%%'
"""
