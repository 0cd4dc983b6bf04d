"""A process killed while it hands a letter over: that one is uncertain, no other is doubled or lost."""

import subprocess
import time

import pytest
from django.db.models.functions import Now

from coaching.outbox import claims, rules
from coaching.outbox.models import Letter
from tests.faults import processes
from tests.outbox.sink import STALL, TAKEN, Sink

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60


def test_a_killed_process_leaves_one_letter_uncertain_and_the_rest_is_sent_once() -> None:
    kill_and_recover(letters=6, after=[2])


@pytest.mark.faults
def test_many_kills_leave_one_uncertain_letter_each() -> None:
    kill_and_recover(letters=300, after=[0, 7, 19, 20, 33, 61, 5, 1])


@pytest.mark.faults
def test_many_processes_that_die_at_any_moment_lose_and_double_nothing() -> None:
    """Four at a time, killed wherever they are; the last ones are left to finish."""
    post(400)
    with Sink() as sink:
        for moment in (1.9, 2.1, 2.3, 2.5, 2.7):
            running = [processes.sweep(email_url=sink.url) for _ in range(4)]
            time.sleep(moment)
            for process in running:
                kill(process)
            forget_leases()
        finish(sink)
        assert set(sink.times_by_message_id().values()) == {1}
        states = list(Letter.objects.values_list("state", flat=True))
        assert set(states) <= {"sent", "uncertain"}
        assert states.count("sent") <= len(sink.letters) <= 400


def kill_and_recover(*, letters: int, after: list[int]) -> None:
    """Kill one process after another, each when the mail server has a letter that it did not answer yet."""
    post(letters)
    for taken in after:
        with Sink(on_data=[*[TAKEN] * taken, STALL]) as sink:
            seen = Letter.objects.filter(state="sent").count()
            process = processes.sweep(email_url=sink.url)
            assert sink.has_body.wait(PATIENCE)
            kill(process)
            assert len(sink.letters) == taken + 1
            assert Letter.objects.filter(state="sent").count() == seen + taken
            assert Letter.objects.filter(state="handing_over").count() == 1
            stalled = str(sink.letters[-1]["Message-ID"])
        forget_leases()
        claims.doubt_abandoned(answer="")
        assert Letter.objects.get(message_id=stalled).state == "uncertain"
    with Sink() as sink:
        finish(sink)
        assert set(sink.times_by_message_id().values()) == {1}
        assert len(sink.letters) == letters - sum(after) - len(after)
    assert Letter.objects.filter(state="uncertain").count() == len(after)
    assert Letter.objects.filter(state="sent").count() == letters - len(after)


def post(number: int) -> None:
    moment = claims.database_now()
    Letter.objects.bulk_create(
        Letter(
            key=f"k:{n:03}",
            kind="account",
            email=f"person{n}@example.org",
            subject=f"Letter {n}",
            text="Words.\n",
            html="<p>Words.</p>",
            posted_at=moment,
            due_at=moment,
            next_try_at=moment,
        )
        for n in range(number)
    )


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def forget_leases() -> None:
    """As if the lease had run out: two minutes that nobody wants to wait for."""
    Letter.objects.filter(leased_until__gt=Now()).update(leased_until=Now() - rules.LEASE)


def finish(sink: Sink) -> None:
    last = processes.sweep(email_url=sink.url)
    said, _ = last.communicate(timeout=PATIENCE)
    assert last.returncode == 0, said
    assert not Letter.objects.filter(state__in=["waiting", "handing_over"]).exists(), said
