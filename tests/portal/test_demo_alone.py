"""The demo goes into an empty house, whole or not at all."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts.models import User
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practice, Practitioner
from coaching.practice import actions as practice
from portal.demo import load
from portal.demo.history import Calendar, History
from tests import cast

pytestmark = pytest.mark.django_db

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SATURDAY_EVENING = datetime(2026, 11, 28, 21, 30, tzinfo=UTC)


def test_it_refuses_a_database_with_somebody_elses_data(marta: Practitioner) -> None:
    with pytest.raises(CommandError, match="goes into an empty one only"):
        call_command("demo")
    assert User.objects.count() == 1


def test_a_story_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(_words: str) -> None:
        raise KeyboardInterrupt

    with override_settings(MEDIA_ROOT=tmp_path), pytest.raises(KeyboardInterrupt):
        load.load(now=MONDAY_NOON, say=interrupt)
    assert not Practice.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_on_a_weekend_today_is_the_next_working_day_and_yesterday_the_last() -> None:
    desk = Calendar(ZoneInfo("Europe/Lisbon"), SATURDAY_EVENING)
    assert desk.working_day(0) == date(2026, 11, 30)
    assert desk.working_day(-1) == desk.working_day(-2) + (date(2026, 11, 27) - date(2026, 11, 26))
    assert desk.working_day(-6) == date(2026, 11, 20)


def test_deeds_happen_in_the_order_of_time_and_none_after_now() -> None:
    history, done = History(MONDAY_NOON), []
    early, late = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    history.at(late, done.append)
    history.if_past(late, done.append)
    history.at(early, lambda now: history.at(early.replace(year=2020), done.append))
    history.happen()
    assert done == [early, MONDAY_NOON]


def _given_at_night(teresa: Client, *, now: datetime) -> Letter:
    """A lesson that was given in the client's quiet hours, and nothing happened since."""
    lesson, night = cast.lesson(of=teresa.practitioner), datetime(2026, 11, 20, 23, tzinfo=UTC)
    history = History(now)
    history.at(night, lambda now: practice.assign(client=teresa, lesson=lesson, starts_on=now.date(), now=now))
    history.happen()
    return Letter.objects.get()


def test_a_letter_that_waits_for_the_morning_is_written_then_though_nobody_does_anything(teresa: Client) -> None:
    letter = _given_at_night(teresa, now=MONDAY_NOON)
    assert (letter.state, letter.ended_at) == ("kept", datetime(2026, 11, 21, 7, tzinfo=UTC))


def test_who_looks_at_night_finds_that_letter_still_waiting(teresa: Client) -> None:
    letter = _given_at_night(teresa, now=datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    assert (letter.state, letter.next_try_at) == ("waiting", datetime(2026, 11, 21, 7, tzinfo=UTC))
