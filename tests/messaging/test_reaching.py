"""When a practitioner answers and when they are away: said before somebody writes, on their own clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.messaging.actions_desk import Leave, say_when
from coaching.messaging.models_desk import AnsweringHours, Away
from coaching.messaging.reaching import reach_of
from coaching.messaging.rules_desk import WeekdayHours, hours_in_words
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.cast import NOW
from tests.conftest import signed_in

COPENHAGEN, LISBON, KATHMANDU = map(ZoneInfo, ("Europe/Copenhagen", "Europe/Lisbon", "Asia/Kathmandu"))
MONDAY = date(2026, 11, 23)


def open_on(*days: int, begins: int = 9, ends: int = 17) -> list[WeekdayHours]:
    return [WeekdayHours(day, time(begins), time(ends)) for day in days]


@pytest.mark.parametrize(
    ("hours", "on", "words"),
    [
        ([], LISBON, ""),
        (open_on(0, 1, 2, 3, 4), COPENHAGEN, "Monday to Friday, 09:00 to 17:00"),
        (open_on(0, 1, 2, 3, 4), LISBON, "Monday to Friday, 08:00 to 16:00"),
        (open_on(0, 2), LISBON, "Monday and Wednesday, 08:00 to 16:00"),
        (open_on(0, 1), LISBON, "Monday and Tuesday, 08:00 to 16:00"),
        (open_on(0, 2, 4), LISBON, "Monday, Wednesday and Friday, 08:00 to 16:00"),
        (open_on(*range(7)), LISBON, "Every day, 08:00 to 16:00"),
        (
            [*open_on(0, 1, 2), *open_on(4, ends=12)],
            LISBON,
            "Monday to Wednesday, 08:00 to 16:00; Friday, 08:00 to 11:00",
        ),
        (open_on(4, begins=18, ends=23), KATHMANDU, "Friday, 22:45 to 03:45"),
        (open_on(6, begins=20, ends=23), KATHMANDU, "Monday, 00:45 to 03:45"),  # another day over there
    ],
)
def test_hours_are_told_on_the_readers_clock(hours: list[WeekdayHours], on: ZoneInfo, words: str) -> None:
    assert hours_in_words(hours, of=COPENHAGEN, on=on, week_of=MONDAY) == words


def test_away_begins_and_ends_by_itself_on_the_practitioners_calendar(marta: Practitioner) -> None:
    leave = Leave(date(2026, 11, 24), date(2026, 11, 26), "At the sea.")
    say_when(practitioner=marta, answers="", hours=[], leave=leave, now=NOW)
    reach = reach_of(marta)
    there = {
        datetime(2026, 11, 23, 23, 59, tzinfo=COPENHAGEN): False,
        datetime(2026, 11, 24, 0, 0, tzinfo=COPENHAGEN): True,
        datetime(2026, 11, 26, 23, 59, tzinfo=COPENHAGEN): True,
        datetime(2026, 11, 27, 0, 0, tzinfo=COPENHAGEN): False,
    }
    assert {moment: reach.is_away(moment) for moment in there} == there
    assert reach.is_soon_away(NOW)
    assert not reach.is_soon_away(NOW - timedelta(days=8))


def test_clients_read_it_before_they_write(as_teresa: Browser, marta: Practitioner) -> None:
    today = timezone.now().astimezone(COPENHAGEN).date()
    hours = open_on(0, 1, 2, 3, 4)
    say_when(practitioner=marta, answers="I answer within one working day.", hours=hours, leave=None, now=NOW)
    page = as_teresa.get("/messages/").content.decode()
    assert "I answer within one working day." in page
    assert "Marta answers Monday to Friday, 08:00 to 16:00, your time in Lisbon." in page
    assert "This is no place for emergencies." in page
    leave = Leave(today, today + timedelta(days=9), "<b>At the sea</b>")
    say_when(practitioner=marta, answers="x", hours=hours, leave=leave, now=NOW)
    page = as_teresa.get("/messages/").content.decode()
    assert "Marta is away until" in page
    assert "&lt;b&gt;At the sea" in page
    assert "Marta answers Monday" not in page


def test_the_page_keeps_what_was_said_and_ends_being_away(as_marta: Browser, marta: Practitioner) -> None:
    today = timezone.now().astimezone(COPENHAGEN).date()
    said = {
        "answers": "Within a day.",
        "begins_0": "9",
        "ends_0": "17:30",
        "first": today.isoformat(),
        "last": (today + timedelta(days=3)).isoformat(),
        "note": "Resting.",
    }
    assert as_marta.post("/settings/answers/", said).status_code == 302
    marta.refresh_from_db()
    assert marta.answers == "Within a day."
    assert list(AnsweringHours.objects.values_list("weekday", "begins", "ends")) == [(0, time(9), time(17, 30))]
    page = as_marta.get("/settings/answers/").content.decode()
    assert "You are away until" in page
    assert "Resting." in page
    as_marta.post("/settings/answers/", {"back": "1"})
    assert not Away.objects.exists()
    assert AnsweringHours.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"begins_0": "9"}, "Say both from when and until when on Monday."),
        ({"begins_0": "17", "ends_0": "9"}, "On Monday it ends before it begins."),
        ({"begins_0": "nine", "ends_0": "10"}, "nine is no time of day."),
        ({"first": "2026-12-01"}, "Say the last day, too"),
        ({"last": "2026-12-01"}, "Say the first day, too."),
        ({"first": "2026-12-05", "last": "2026-12-01"}, "You are back before you leave"),
    ],
)
def test_what_is_not_clear_is_said_where_it_is(as_marta: Browser, wrong: dict[str, str], why: str) -> None:
    page = as_marta.post("/settings/answers/", wrong)
    assert page.status_code == 422
    assert why in page.content.decode()
    assert not AnsweringHours.objects.exists()


def test_another_practitioner_sees_and_changes_only_their_own(marta: Practitioner, teresa: Client) -> None:
    say_when(practitioner=marta, answers="HERS", hours=open_on(0), leave=None, now=NOW)
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    assert "HERS" not in stranger.get("/settings/answers/").content.decode()
    stranger.post("/settings/answers/", {"answers": "His"})
    assert AnsweringHours.objects.get().practitioner == marta
