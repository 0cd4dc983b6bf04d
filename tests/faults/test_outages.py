"""Whatever is killed, stopped or flushed amid the work: each letter comes once, and what is in doubt is settled."""

import time

import pytest

from tests.faults.house import House
from tests.outbox.sink import CUT, LOST, STALL, TAKEN

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]


def test_workers_killed_amid_ten_thousand_letters(house: House) -> None:
    """One after another dies in the middle; the next one takes over. At most one letter is in doubt for each."""
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
    assert doubted <= kills * 2  # a worker is two processes
    house.outlive_doubts()
    house.worker()
    house.wait(lambda: not house.open(), "the rest has left", seconds=600)
    house.finish()
    house.outlive_doubts()
    house.finish()
    house.assert_each_came_once(10_000)


def test_two_beats_and_four_workers(house: House) -> None:
    house.post(2000)
    for _ in range(2):
        house.beat()
    for _ in range(4):
        house.worker()
    house.wait(lambda: not house.open(), "all letters have left")
    house.assert_each_came_once(2000)


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


def test_a_mail_server_that_hangs_and_is_outwaited(house: House) -> None:
    """Nobody is killed: after a while the letter is in doubt, and the others leave."""
    house.sink.on_data.extend([TAKEN] * 5 + [STALL])
    house.post(30)
    house.deliver()
    assert house.states() == {"sent": 29, "uncertain": 1}
    house.outlive_doubts()
    house.finish()
    house.assert_each_came_once(30)


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
