"""/settings/reminders/: one's own choice, and nobody else's letters."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.reminders import queries
from coaching.reminders.models import ReminderChoice

pytestmark = pytest.mark.django_db
URL = "/settings/reminders/"
TOPICS = ("sessions", "practice", "relief", "lessons", "messages")


def filled(**changed: Any) -> dict[str, Any]:
    """The form as a client finds it, with some answers changed."""
    as_it_was = dict.fromkeys(TOPICS, "email") | {
        "session_hours": ["24", "1"],
        "practice_days": [str(day) for day in range(7)],
        "practice_at": "09:00",
        "quiet_from": "21:00",
        "quiet_until": "07:00",
        "daily_cap": "3",
    }
    return as_it_was | changed


def test_a_client_chooses_everything(as_teresa: Browser, teresa: Client) -> None:
    day = (timezone.now() + timedelta(days=10)).date()
    chosen = filled(
        practice="off",
        session_hours=["48", "2"],
        evening_before="19:00",
        practice_days=["0", "2", "4"],
        practice_at="17:30",
        practice_at_weekend="11:00",
        quiet_from="22:15",
        quiet_until="08:00",
        daily_cap="1",
        quiet_until_day=day.isoformat(),
    )
    answer = as_teresa.post(URL, chosen, follow=True)
    assert "Saved." in answer.content.decode()
    choice = queries.choice_of(teresa.user)
    assert choice.off == ["practice"]
    assert choice.session_hours == [48, 2]
    assert choice.evening_before == time(19)
    assert choice.practice_days == [0, 2, 4]
    assert (choice.practice_at, choice.practice_at_weekend) == (time(17, 30), time(11))
    assert (choice.quiet_from, choice.quiet_until) == (time(22, 15), time(8))
    assert choice.daily_cap == 1
    assert choice.paused_until is not None
    assert choice.paused_until.astimezone(teresa.zone).isoformat()[:16] == f"{day}T00:00"


def test_the_form_shows_what_was_chosen_before(as_teresa: Browser) -> None:
    as_teresa.post(URL, filled(evening_before="18:45", messages="off", daily_cap="5"))
    page = as_teresa.get(URL).content.decode()
    assert 'value="18:45"' in page
    assert '<option value="5" selected>' in page
    assert as_teresa.get(URL).context["form"]["messages"].value() == "off"


def test_saving_the_form_as_it_is_changes_nothing(as_teresa: Browser, teresa: Client) -> None:
    as_teresa.post(URL, filled())
    kept, default = queries.choice_of(teresa.user), ReminderChoice()
    for field in ReminderChoice._meta.concrete_fields:
        if field.name not in ("id", "person", "updated_at"):
            assert getattr(kept, field.name) == getattr(default, field.name), field.name


def test_a_client_wants_no_quiet_hours_and_no_limit(as_teresa: Browser, teresa: Client) -> None:
    as_teresa.post(URL, filled(quiet_from="", quiet_until="", daily_cap="", session_hours=[], practice_days=[]))
    choice = queries.choice_of(teresa.user)
    assert choice.quiet is None
    assert choice.daily_cap is None
    assert choice.session_hours == choice.practice_days == []


def test_a_practitioner_chooses_among_their_own_kinds(as_marta: Browser, marta: Practitioner) -> None:
    page = as_marta.get(URL).content.decode()
    assert "Monday’s note" in page
    assert "Before each session" not in page
    chosen = {"messages": "email", "stories": "email", "week": "off", "quiet_from": "20:00", "quiet_until": "06:00"}
    as_marta.post(URL, chosen)
    choice = queries.choice_of(marta.user)
    assert choice.off == ["week"]
    assert choice.quiet_from == time(20)
    assert choice.practice_at == time(9)  # not theirs to choose, and left alone


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"quiet_until_day": "2020-01-01"}, "This day has begun already."),
        ({"quiet_until_day": "2199-01-01"}, "a year at most"),
        ({"quiet_until_day": "soon"}, "Enter a valid date."),
        ({"session_hours": ["7"]}, "7 is not one of the available choices."),
        ({"practice_days": ["9"]}, "9 is not one of the available choices."),
        ({"practice_at": ""}, "Say at what time."),
        ({"quiet_from": ""}, "Quiet hours need both times."),
        ({"quiet_from": "07:00", "quiet_until": "07:00"}, "sixteen hours at most"),
        ({"quiet_from": "07:00", "quiet_until": "06:00"}, "sixteen hours at most"),
        ({"daily_cap": "99"}, "99 is not one of the available choices."),
        ({"practice": "pigeon"}, "pigeon is not one of the available choices."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(as_teresa: Browser, data: Any, sentence: str) -> None:
    answer = as_teresa.post(URL, filled(**data))
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


def test_a_letter_is_listed_at_the_moment_at_which_it_left(as_teresa: Browser, teresa: Client) -> None:
    due = timezone.now().replace(hour=2, minute=17)
    Letter.objects.create(
        key="k",
        kind="practice.assigned",
        person=teresa.user,
        email=teresa.user.email,
        state="sent",
        subject="Marta has a lesson for you",
        posted_at=due,
        due_at=due,
        next_try_at=due,
        ended_at=due.replace(hour=7, minute=41),
    )
    page = as_teresa.get(URL).content.decode()
    assert "7:41" in page
    assert "2:17" not in page
