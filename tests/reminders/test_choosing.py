"""/settings/reminders/: one's own choice, and nobody else's letters."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.outbox import actions as outbox
from coaching.outbox import delivery, letters
from coaching.outbox.letters import Told
from coaching.outbox.models import Letter
from coaching.people.models import Client
from coaching.reminders import queries
from coaching.reminders.models import ReminderChoice

pytestmark = pytest.mark.django_db
URL = "/settings/reminders/"


def test_a_client_chooses_hours_and_quiet(as_teresa: Browser, teresa: Client) -> None:
    day = (timezone.now() + timedelta(days=10)).date()
    answer = as_teresa.post(URL, {"session_hours": ["48", "2"], "quiet_until": day.isoformat()}, follow=True)
    assert "Saved." in answer.content.decode()
    choice = queries.choice_of(teresa.user)
    assert choice.session_hours == [48, 2]
    assert choice.paused_until is not None
    assert choice.paused_until.astimezone(teresa.zone).isoformat()[:16] == f"{day}T00:00"


def test_a_client_chooses_no_reminder_at_all(as_teresa: Browser, teresa: Client) -> None:
    as_teresa.post(URL, {})
    assert queries.choice_of(teresa.user).session_hours == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"quiet_until": "2020-01-01"}, "This day has begun already."),
        ({"quiet_until": "2199-01-01"}, "a year at most"),
        ({"quiet_until": "soon"}, "Enter a valid date."),
        ({"session_hours": ["7"]}, "7 is not one of the available choices."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(as_teresa: Browser, data: Any, sentence: str) -> None:
    answer = as_teresa.post(URL, data)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not ReminderChoice.objects.exists()


def test_one_sees_ones_own_letters_with_their_reasons(as_teresa: Browser, teresa: Client, outsider: Client) -> None:
    now = timezone.now()
    for person, subject in ((teresa, "Tomorrow at 14:15"), (outsider, "For Olaf alone")):
        Letter.objects.create(
            key=subject,
            kind="reminder.session",
            person=person.user,
            email=person.user.email,
            state="sent",
            subject=subject,
            why="You get this the day before each session.",
            posted_at=now,
            due_at=now,
            next_try_at=now,
        )
    page = as_teresa.get(URL).content.decode()
    assert "Tomorrow at 14:15" in page
    assert "the day before each session" in page
    assert "Olaf" not in page


def test_what_can_be_paused_is_dropped_while_one_wants_quiet(
    teresa: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "_tells", {"news": lambda letter, now: Told("News", ["Some."])})
    monkeypatch.setattr(letters, "_pauseable", {"news"})
    now = timezone.now()
    ReminderChoice.objects.create(person=teresa.user, paused_until=now + timedelta(days=1), updated_at=now)
    outbox.post(kind="news", key="n", person=teresa.user, about={}, due_at=now, now=now)
    assert +delivery.deliver_due(server=None, now=now) == {"dropped": 1}
