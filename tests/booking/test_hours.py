"""Opening hours, time off and limits: looked at first, saved, and what they lead to."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coaching.booking import actions, outlook, queries, times
from coaching.booking.models import Appointment, DateOverride, OpeningHours, SessionType, Workload
from coaching.booking.outlook import Booked, Outlook, Setting
from coaching.booking.rules import Stretch
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.reading import plain

HOURS = "/sessions/hours/"
TUESDAY = [Stretch(time(9), time(12))]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime) -> Appointment:
    return cast.appointment(client=teresa, session_type=coaching, start=wednesday)


def week(opens: str = "9", closes: str = "17", days: range = range(5), **more: str) -> dict[str, str]:
    """The week as it is typed."""
    typed = {f"opens_{day}_1": opens for day in days} | {f"closes_{day}_1": closes for day in days}
    return typed | more


def weekdays(practitioner: Practitioner) -> list[int]:
    return list(OpeningHours.objects.filter(practitioner=practitioner).values_list("weekday", flat=True))


# --- every week -------------------------------------------------------------------------------------


def test_the_practitioner_says_when_she_is_open(
    as_marta: Browser, coaching: SessionType, marta: Practitioner
) -> None:
    typed = {
        "opens_0_1": "9",
        "closes_0_1": "12.30",
        "opens_0_2": "1330",
        "closes_0_2": "17:00",
        "opens_4_1": "22",
        "closes_4_1": "24",
    }
    assert as_marta.post("/sessions/hours/", typed)["Location"] == "/sessions/hours/"
    rows = OpeningHours.objects.values_list("weekday", "opens", "closes")
    assert [(day, f"{a:%H:%M}", f"{b:%H:%M}") for day, a, b in rows] == [
        (0, "09:00", "12:30"),
        (0, "13:30", "17:00"),
        (4, "22:00", "00:00"),
    ]
    assert "Friday 27 November, 22:00" in as_marta.get("/sessions/hours/").content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"opens_0_1": "late", "closes_0_1": "17"}, "late is no time of day."),
        ({"opens_0_1": "9"}, "Say both when Monday opens and when it closes."),
        ({"opens_0_1": "9", "closes_0_1": "12", "opens_0_2": "11", "closes_0_2": "13"}, "overlap"),
        ({"opens_0_1": "25", "closes_0_1": "26"}, "25 is no time of day."),
    ],
)
def test_unclear_hours_change_nothing(
    as_marta: Browser, coaching: SessionType, typed: dict[str, str], sentence: str
) -> None:
    answer = as_marta.post("/sessions/hours/", typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert OpeningHours.objects.count() == 5


def test_a_day_with_two_stretches_has_room_for_a_third(as_marta: Browser, marta: Practitioner) -> None:
    two = {"opens_0_1": "8", "closes_0_1": "10", "opens_0_2": "11", "closes_0_2": "13"}
    as_marta.post(HOURS, two)
    as_marta.post(HOURS, {**two, "opens_0_3": "15", "closes_0_3": "16"})
    assert [row.opens.hour for row in OpeningHours.objects.filter(practitioner=marta)] == [8, 11, 15]
    as_marta.post(HOURS, {**two, "opens_0_3": "12", "closes_0_3": "16"})
    assert [row.opens.hour for row in OpeningHours.objects.filter(practitioner=marta)] == [8, 11, 15]


# --- looking first ----------------------------------------------------------------------------------


def test_one_day_is_copied_to_others_and_nothing_is_saved_yet(as_marta: Browser, marta: Practitioner) -> None:
    typed = week(days=range(0), opens_0_1="8", closes_0_1="12", opens_0_2="14", closes_0_2="18", opens_3_1="7")
    more = {"opens_0_3": "19", "closes_0_3": "20", "copy": "1", "copy_from": "0", "copy_to": ["1", "3", "0"]}
    page = as_marta.post(HOURS, {**typed, **more}).content.decode()
    for day in (0, 1, 3):
        assert f'name="opens_{day}_1" value="8"' in page
        assert f'name="closes_{day}_3" value="20"' in page
    assert 'name="opens_2_1" value=' not in page
    assert "Nothing is saved yet." in page
    assert not weekdays(marta)


@pytest.mark.parametrize("source", ["", "7", "no"])
def test_copying_no_day_changes_nothing_that_was_typed(
    as_marta: Browser, coaching: SessionType, source: str
) -> None:
    answer = as_marta.post(HOURS, {**week("10"), "copy": "1", "copy_from": source, "copy_to": ["6", "9"]})
    assert answer.status_code == 200
    assert 'name="opens_4_1" value="10"' in answer.content.decode()
    assert 'name="opens_6_1" value=' not in answer.content.decode()


def test_looking_first_saves_nothing_and_says_what_would_be(as_marta: Browser, session: Appointment) -> None:
    before = list(OpeningHours.objects.values_list("pk", flat=True))
    answer = as_marta.post(HOURS, week(closes="11", look="1"))
    words = plain(answer)
    assert answer.status_code == 200
    assert re.search(r"there would be \d+ free times instead of \d+", words)
    assert "One booked session would lie outside the hours. Nothing is saved yet." in words
    assert "Teresa Almada, Wednesday 25 November, 11:00 by this change" in words
    assert list(OpeningHours.objects.values_list("pk", flat=True)) == before
    assert 'value="11"' in answer.content.decode()


def test_a_look_at_unclear_hours_says_what_is_unclear(as_marta: Browser, coaching: SessionType) -> None:
    assert as_marta.post(HOURS, {"opens_0_1": "late", "look": "1"}).status_code == 422


def test_looking_at_time_off_and_at_limits_saves_nothing(as_marta: Browser, session: Appointment) -> None:
    off = plain(as_marta.post(f"{HOURS}dates/", {"first": "2026-11-24", "last": "2026-11-27", "look": "1"}))
    assert "One booked session would lie outside the hours." in off
    few = plain(as_marta.post(f"{HOURS}limits/", {"day_limit": "1", "look": "1"}))
    assert re.search(r"there would be \d+ free times instead of \d+", few)
    assert "would lie outside" not in few
    assert not DateOverride.objects.exists()
    assert not Workload.objects.exists()


def foreseen(marta: Practitioner, now: datetime, after: Setting | None = None) -> Outlook:
    types = list(queries.bookable_types(marta))
    stands = Setting(
        times.timetable_of(marta, now, now + timedelta(days=400)), queries.workload_of(types[0].practitioner)
    )
    booked = Booked(
        taken=times.taken(marta, now - timedelta(days=7), now + timedelta(days=60), now),
        coming=list(queries.coming_with(marta, now)),
    )
    return outlook.foresee(types=types, before=stands, after=after or stands, booked=booked, now=now)


@pytest.mark.parametrize("kind", ["week", "own week", "off", "other", "more", "cleared", "limits"])
def test_what_is_foreseen_comes_true(
    kind: str, marta: Practitioner, session: Appointment, first_talk: SessionType, now: datetime
) -> None:
    """Counts, first free times and sessions outside: the look and the saved page agree."""
    before = date(2026, 12, 1)
    actions.set_dates(practitioner=marta, first=before, last=before, now=now)
    timetable = times.timetable_of(marta, now, now + timedelta(days=400))
    days: dict[str, Any] = {"first": date(2026, 11, 25), "last": date(2026, 12, 2)}
    late = [Stretch(time(20), time(1))]
    match kind:
        case "week":
            would_be = timetable.with_week({1: TUESDAY, 6: late})
            actions.set_hours(practitioner=marta, weekly={1: TUESDAY, 6: late}, now=now)
        case "own week":
            would_be = timetable.with_week({1: TUESDAY}, first_talk.pk)
            actions.set_hours(practitioner=marta, weekly={1: TUESDAY}, session_type=first_talk, now=now)
        case "off":
            would_be = timetable.with_dates(**days, stretches=[], adds=False)
            actions.set_dates(practitioner=marta, **days, now=now)
        case "other" | "more":
            would_be = timetable.with_dates(**days, stretches=late, adds=kind == "more")
            actions.set_dates(practitioner=marta, **days, stretches=late, adds=kind == "more", now=now)
        case "cleared":
            would_be = timetable.without_dates(**days)
            actions.clear_dates(practitioner=marta, **days, now=now)
        case _:
            would_be = timetable
            actions.set_workload(practitioner=marta, day_limit=1, week_limit=3, now=now)
    limits = Workload(day_limit=1, week_limit=3) if kind == "limits" else None
    look = foreseen(marta, now, Setting(would_be, limits))
    true = foreseen(marta, now)
    assert [[count and count.after for count in each.counts] for each in look.weeks] == [
        [count and count.after for count in each.counts] for each in true.weeks
    ]
    assert look.next == true.next
    assert [each.session for each in look.outside] == [each.session for each in true.outside]
    assert not true.changes


def test_every_week_counts_the_practitioners_own_days(
    marta: Practitioner, coaching: SessionType, now: datetime
) -> None:
    counts = [week.counts[0] for week in foreseen(marta, now).weeks]
    # Monday, 11:00 in Copenhagen, twelve hours of notice: Tuesday to Friday, 09:00 to 16:00 on the quarter.
    assert [count and count.after for count in counts] == [4 * 29, *[5 * 29] * 5]


def test_a_week_beyond_the_horizon_is_not_counted(
    marta: Practitioner, coaching: SessionType, now: datetime
) -> None:
    SessionType.objects.update(horizon_days=10)
    counts = [week.counts[0] for week in foreseen(marta, now).weeks]
    assert [count is None for count in counts] == [False, False, True, True, True, True]


# --- single types and single dates ------------------------------------------------------------------


def test_a_type_gets_hours_of_its_own_and_follows_all_again(
    as_marta: Browser, marta: Practitioner, coaching: SessionType, first_talk: SessionType
) -> None:
    own = f"{HOURS}?type=first-talk"
    assert "follows the hours for all sessions" in plain(as_marta.get(own))
    assert as_marta.post(own, {"opens_1_1": "9", "closes_1_1": "12"})["Location"] == own
    assert list(OpeningHours.objects.filter(session_type=first_talk).values_list("weekday", flat=True)) == [1]
    assert OpeningHours.objects.filter(session_type=None).count() == 5
    assert "has hours of its own" in plain(as_marta.get(own))
    as_marta.post(own, {"follow": "1"})
    assert not OpeningHours.objects.filter(session_type=first_talk).exists()


def test_a_type_that_is_never_open_is_not_saved(as_marta: Browser, first_talk: SessionType) -> None:
    answer = as_marta.post(f"{HOURS}?type=first-talk", {})
    assert answer.status_code == 422
    assert "Leave it open on one day at least" in plain(answer)


def test_hours_of_anothers_type_do_not_exist(as_marta: Browser, coaching: SessionType, stranger: Client) -> None:
    cast.session_type(of=stranger.practitioner, slug="elsewhere")
    for answer in (as_marta.get(f"{HOURS}?type=elsewhere"), as_marta.post(f"{HOURS}?type=elsewhere", week())):
        assert answer.status_code == 404
    assert not OpeningHours.objects.exclude(practitioner=coaching.practitioner).exists()


def test_sessions_are_held_against_the_hours_of_their_own_type(
    as_marta: Browser, marta: Practitioner, session: Appointment, first_talk: SessionType, now: datetime
) -> None:
    actions.set_hours(practitioner=marta, weekly={1: TUESDAY}, session_type=first_talk, now=now)
    assert foreseen(marta, now).outside == []
    actions.set_hours(practitioner=marta, weekly={1: TUESDAY}, session_type=session.session_type, now=now)
    assert [each.session for each in foreseen(marta, now).outside] == [session]


# --- limits -----------------------------------------------------------------------------------------


def test_the_practitioner_says_how_much_she_takes_on(as_marta: Browser, marta: Practitioner) -> None:
    as_marta.post(f"{HOURS}limits/", {"day_limit": "4", "week_limit": ""})
    assert Workload.objects.values_list("practitioner", "day_limit", "week_limit").get() == (marta.pk, 4, None)
    as_marta.post(f"{HOURS}limits/", {"day_limit": "", "week_limit": "12"})
    assert Workload.objects.values_list("day_limit", "week_limit").get() == (None, 12)
    assert as_marta.post(f"{HOURS}limits/", {"day_limit": "0"}).status_code == 422


# --- cost -------------------------------------------------------------------------------------------


def test_the_page_takes_the_same_queries_for_one_session_and_for_thirty(
    as_marta: Browser, teresa: Client, coaching: SessionType, wednesday: datetime
) -> None:
    def queries_of_page() -> int:
        with CaptureQueriesContext(connection) as found:
            assert as_marta.get(HOURS).status_code == 200
        return len(found)

    cast.appointment(client=teresa, session_type=coaching, start=wednesday + timedelta(hours=12))
    as_marta.get("/settings/")  # the first page notes that somebody signed in
    one = queries_of_page()
    for n in range(1, 30):
        start = wednesday + timedelta(hours=12, days=n)
        cast.appointment(client=teresa, session_type=coaching, start=start)
        cast.session_type(of=coaching.practitioner, slug=f"kind-{n}", name=f"Kind {n}")
        DateOverride.objects.create(practitioner=coaching.practitioner, date=date(2027, 1, n), note=str(n))
    assert queries_of_page() == one <= 12
