"""What machines are told: /metrics for who knows the token, and a second line of /readyz."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coaching.outbox import actions, heartbeats, suppressions
from coaching.outbox.models import Letter
from coaching.people.models import Client

pytestmark = pytest.mark.django_db
ASKED = {"authorization": "Bearer the-token"}


def letter(person: Client, state: str, *, minutes_ago: int = 10, took: int = 4, **fields: Any) -> Letter:
    due = timezone.now() - timedelta(minutes=minutes_ago)
    return Letter.objects.create(
        key=f"k{Letter.objects.count()}",
        kind="test.hello",
        person=person.user,
        email=person.user.email,
        state=state,
        posted_at=due,
        due_at=due,
        next_try_at=due,
        ended_at=due + timedelta(seconds=took) if state != "waiting" else None,
        **fields,
    )


def numbers(page: str) -> dict[str, float]:
    """Every sample; a line that Prometheus could not read fails."""
    found = {}
    for line in page.splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP|TYPE) [a-z_]+ .+", line)
            continue
        sample = re.fullmatch(r'([a-z_]+(?:\{[a-z]+="[^"]+"\})?) ([0-9.e+-]+)', line)
        assert sample, line
        found[sample[1]] = float(sample[2])
    return found


def test_metrics_are_there_for_who_knows_the_token_only(client: Browser, settings: Any) -> None:
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "the-token"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer other"}).status_code == 404
    answer = client.get("/metrics", headers=ASKED)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_metrics_tell_how_letters_leave(client: Browser, settings: Any, teresa: Client) -> None:
    settings.METRICS_TOKEN = "the-token"
    now = timezone.now()
    for took in (2, 4, 6):
        letter(teresa, "sent", took=took)
    letter(teresa, "uncertain")
    letter(teresa, "waiting", minutes_ago=8)
    actions.note_pulse(of="sweep", now=now - timedelta(minutes=3))
    heartbeats.trouble("mail", words="no")
    suppressions.stop("a@example.org", cause="bounced", reason="550", now=now)
    told = numbers(client.get("/metrics", headers=ASKED).content.decode())
    assert told['portal_letters{state="sent"}'] == 3
    assert told['portal_letters{state="uncertain"}'] == 1
    assert told['portal_letters{state="waiting"}'] == 1
    assert told['portal_letters{state="failed"}'] == 0
    assert 480 <= told["portal_letters_oldest_due_seconds"] < 500
    assert told["portal_letters_late"] == 1
    assert 180 <= told['portal_heartbeat_age_seconds{part="sweep"}'] < 200
    assert told['portal_letter_delay_seconds{quantile="0.5"}'] == 4
    assert told["portal_letters_sent_last_hour"] == 3
    assert told['portal_addresses_stopped{cause="bounced"}'] == 1
    assert "portal_mail_trouble_seconds" in told


def test_metrics_cost_the_same_for_one_letter_and_for_thirty(
    client: Browser, settings: Any, teresa: Client
) -> None:
    settings.METRICS_TOKEN = "the-token"
    letter(teresa, "sent")
    with CaptureQueriesContext(connection) as one:
        client.get("/metrics", headers=ASKED)
    for _ in range(30):
        letter(teresa, "sent")
    with CaptureQueriesContext(connection) as many:
        client.get("/metrics", headers=ASKED)
    assert len(many) == len(one) <= 12


def test_readyz_says_how_letters_leave_and_stays_ready(client: Browser, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://localhost"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\nletters: workers asleep, beat asleep\n")
    actions.note_pulse(of="deliver", now=timezone.now())
    actions.note_pulse(of="sweep", now=timezone.now())
    assert client.get("/readyz").content == b"ready\nletters: well\n"
