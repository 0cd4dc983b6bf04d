"""The practitioner's calendar: where things stand, what is free, and why something cannot stand there."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coaching.booking import agenda, diary
from coaching.booking.models import Appointment, BusyCalendar, BusyTime, KeptFree, OpeningHours, SessionType
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.reading import COPENHAGEN, here, plain

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime) -> Appointment:
    """Wednesday, 11:00 to 12:00 in Copenhagen; a quarter of an hour is kept after it."""
    return cast.appointment(client=teresa, session_type=coaching, start=wednesday)


def keep(marta: Practitioner, start: datetime, end: datetime, note: str = "") -> KeptFree:
    return KeptFree.objects.create(practitioner=marta, starts_at=start, ends_at=end, note=note)


def busy(marta: Practitioner, start: datetime, end: datetime) -> BusyTime:
    calendar, _ = BusyCalendar.objects.get_or_create(
        practitioner=marta,
        url="https://calendar.example/secret.ics",
        defaults={"name": "Family", "added_at": cast.NOW, "next_try_at": cast.NOW},
    )
    return BusyTime.objects.create(calendar=calendar, practitioner=marta, starts_at=start, ends_at=end)


def week(marta: Practitioner, now: datetime, monday: date = MONDAY) -> diary.Diary:
    since, until = diary.bounds(monday, 7, marta.zone)
    return diary.lay_out(monday, 7, agenda=agenda.of(marta, since, until, now), zone=marta.zone, now=now)


def stands(day: diary.Day) -> list[tuple[str, str]]:
    return [(entry.kind, entry.classes) for entry in day.entries]


# --- where things stand -----------------------------------------------------------------------------


def test_a_day_holds_sessions_kept_and_busy_times_and_what_is_left_free(
    marta: Practitioner, session: Appointment, now: datetime
) -> None:
    keep(marta, here(25, 13), here(25, 14))
    busy(marta, here(25, 15, 10), here(25, 15, 40))
    assert stands(week(marta, now).days[2]) == [
        ("free", "at-0900 for-120"),
        ("session", "at-1100 for-60"),
        ("free", "at-1215 for-45"),
        ("kept", "at-1300 for-60"),
        ("free", "at-1400 for-75"),
        ("busy", "at-1500 for-45"),
        ("free", "at-1530 for-90"),
    ]


def test_what_lasts_for_days_is_cut_to_the_hours_that_are_shown(
    marta: Practitioner, coaching: SessionType, now: datetime
) -> None:
    keep(marta, here(25, 20), here(27, 6))
    days = week(marta, now).days
    assert ("kept", "beyond") in stands(days[2])
    assert stands(days[3]) == [("kept", "at-0800 for-600")]
    assert days[3].entries[0].all_day
    assert ("kept", "beyond") in stands(days[4])


def test_the_hours_grow_with_what_is_booked(marta: Practitioner, session: Appointment, now: datetime) -> None:
    assert week(marta, now).classes == "from-08 hours-10 quiet-end"
    session.starts_at, session.ends_at = here(25, 21), here(25, 22)
    session.blocked_from, session.blocked_until = session.starts_at, session.ends_at
    session.save()
    assert week(marta, now).classes == "from-08 hours-14 quiet-end"


def test_the_line_of_now_stands_only_within_the_hours_shown(
    marta: Practitioner, coaching: SessionType, now: datetime
) -> None:
    assert [bool(day.now) for day in week(marta, now).days] == [True, *[False] * 6]
    assert not any(day.now for day in week(marta, now.replace(hour=22)).days)


def test_time_that_is_over_is_not_free(marta: Practitioner, coaching: SessionType, now: datetime) -> None:
    """It is 11:00 in Copenhagen, four minutes later: the next quarter begins what is left."""
    assert stands(week(marta, now + timedelta(minutes=4)).days[0]) == [("free", "at-1115 for-345")]


def test_what_stands_over_kept_time_leaves_it_to_be_seen(
    marta: Practitioner, session: Appointment, now: datetime
) -> None:
    keep(marta, session.starts_at, session.ends_at)
    [kept, booked] = [each for each in week(marta, now).days[2].entries if each.kind in ("kept", "session")]
    assert "over" not in kept.classes
    assert "over" in booked.classes


def test_an_empty_weekend_gives_its_room_to_the_other_days(
    marta: Practitioner, coaching: SessionType, now: datetime
) -> None:
    assert "quiet-end" in week(marta, now).classes
    keep(marta, here(28, 10), here(28, 11))
    assert "quiet-end" not in week(marta, now).classes


def test_the_calendar_explains_what_stands_in_it_and_says_what_waits(
    as_marta: Browser, session: Appointment
) -> None:
    page = plain(as_marta.get("/sessions/"))
    assert "waits for your word" not in page
    assert "busy in your other calendar" not in page
    Appointment.objects.update(status="requested")
    answer = as_marta.get("/sessions/")
    assert "One request waits for your word" in plain(answer)
    assert "</span>waits for your word</li>" in answer.content.decode()


def test_a_missed_session_is_shown_and_leaves_its_time_free(
    marta: Practitioner, session: Appointment, now: datetime
) -> None:
    Appointment.objects.update(status="missed")
    assert stands(week(marta, now).days[2]) == [("free", "at-0900 for-480"), ("session", "at-1100 for-60")]


def test_an_offer_stands_until_its_hold_is_over(marta: Practitioner, session: Appointment, now: datetime) -> None:
    Appointment.objects.update(status="offered", held_until=now + timedelta(hours=1))
    kinds = [kind for kind, _ in stands(week(marta, now).days[2])]
    assert kinds == ["free", "session", "free"]
    later = [kind for kind, _ in stands(week(marta, now + timedelta(hours=2)).days[2])]
    assert later == ["free"]


def test_both_weeks_of_a_clock_change_begin_at_midnight(marta: Practitioner) -> None:
    spring = diary.bounds(date(2027, 3, 22), 7, COPENHAGEN)
    autumn = diary.bounds(date(2026, 10, 19), 7, COPENHAGEN)
    assert spring[1] - spring[0] == timedelta(days=7, hours=-1)
    assert autumn[1] - autumn[0] == timedelta(days=7, hours=1)


# --- the page ---------------------------------------------------------------------------------------


def test_what_stands_there_is_told_in_words_too(
    as_marta: Browser, marta: Practitioner, session: Appointment, outsider: Client, now: datetime
) -> None:
    cast.appointment(client=outsider, session_type=session.session_type, start=here(26, 10), status="requested")
    held_until = here(23, 14)
    cast.appointment(
        client=outsider,
        session_type=session.session_type,
        start=here(27, 10),
        status="offered",
        held_until=held_until,
    )
    keep(marta, here(25, 13), here(25, 14), "Dentist")
    busy(marta, here(25, 15), here(25, 16))
    answer = as_marta.get("/sessions/")
    page = plain(answer)
    for words in (
        "Waits for your word",
        "Offered, held until 14:00",
        "13:00 Dentist",
        "15:00 Busy",
        "Free 09:00 to 11:00",
        "10:00 Lisbon",
        "until 12:00, Coaching session",
    ):
        assert words in page, words
    assert f'data-move="/sessions/{session.pk}/move/to/"' in answer.content.decode()


def test_nobody_elses_times_are_shown(
    as_marta: Browser, marta: Practitioner, coaching: SessionType, stranger: Client
) -> None:
    keep(stranger.practitioner, here(25, 13), here(25, 14), "Not for Marta")
    busy(stranger.practitioner, here(25, 10), here(25, 11))
    page = as_marta.get("/sessions/").content.decode()
    assert "Not for Marta" not in page
    assert 'class="ev ' not in page


def test_another_calendar_that_nobody_could_read_for_a_day_is_named(
    as_marta: Browser, marta: Practitioner, now: datetime
) -> None:
    other = BusyCalendar.objects.create(
        practitioner=marta, name="Home", url="https://h.example/a.ics", added_at=now, fresh_at=now, next_try_at=now
    )
    assert "could not be read" not in as_marta.get("/sessions/").content.decode()
    BusyCalendar.objects.filter(pk=other.pk).update(fresh_at=now - timedelta(days=2))
    said = "“Home” could not be read since Saturday 21 November, "
    assert said in as_marta.get("/sessions/").content.decode()


def test_a_day_alone(as_marta: Browser, session: Appointment) -> None:
    page = " ".join(as_marta.get("/sessions/?day=2026-11-25").content.decode().split())
    assert "<h1>Wednesday 25 November</h1>" in page
    assert "11:00 Teresa Almada" in page
    assert page.count('data-date="') == 1


def test_a_week_costs_the_same_for_one_and_for_many(
    as_marta: Browser, marta: Practitioner, teresa: Client, session: Appointment
) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert as_marta.get(address).status_code == 200
        return len(counted)

    addresses = ["/sessions/", "/sessions/?day=2026-11-25", "/sessions/free/"]
    keep(marta, here(26, 13), here(26, 14))
    busy(marta, here(26, 15), here(26, 16))
    [cost(address) for address in addresses]
    few = [cost(address) for address in addresses]
    for n in range(30):
        cast.appointment(
            client=teresa,
            session_type=session.session_type,
            start=here(23 + n % 7, 18) + timedelta(hours=n // 7 * 2),
        )
        keep(marta, here(26, 13, n), here(26, 14, n))
        busy(marta, here(26, 15, n), here(26, 16, n))
    assert [cost(address) for address in addresses] == few
    assert max(few) <= 12


# --- moved in the calendar --------------------------------------------------------------------------


def asked_to(browser: Browser, session: Appointment, at: str) -> tuple[int, str]:
    answer = browser.get(f"/sessions/{session.pk}/move/to/?at={at}")
    return answer.status_code, " ".join(answer.content.decode().split())


def test_a_move_is_asked_about_in_words_and_changes_nothing_yet(
    as_marta: Browser, session: Appointment, wednesday: datetime
) -> None:
    status, page = asked_to(as_marta, session, "2026-11-26T10:15")
    assert status == 200
    assert "Move Teresa to this time?" in page
    assert "Thursday 26 November, 10:15" in page
    assert "09:15 for Teresa in Lisbon" in page
    session.refresh_from_db()
    assert session.starts_at == wednesday


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-11-23T10:00", "That time is over."),
        ("2026-11-26T09:15", "Olaf Outsider is there from 10:00 to 11:00"),
        ("2026-11-26T11:00", "Olaf Outsider is there from 10:00 to 11:00, with the time kept around it."),
        ("2026-11-26T16:15", "on Thursday 26 November you are open 09:00 to 17:00."),
        ("2026-11-28T10:00", "You are closed on Saturday 28 November."),
        ("2026-11-25T09:05", "Coaching session begins every 15 minutes: at 09:00 or 09:15."),
    ],
)
def test_a_time_that_is_not_free_says_why_and_what_is_near(
    as_marta: Browser, session: Appointment, outsider: Client, at: str, why: str
) -> None:
    cast.appointment(client=outsider, session_type=session.session_type, start=here(26, 10))
    status, page = asked_to(as_marta, session, at)
    assert status == 409
    assert why in page
    assert "Free and near:" in page


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-11-26T13:30", "You keep that time free: Dentist"),
        ("2026-11-26T16:00", "You keep that time free."),
        ("2026-11-27T10:00", "Your other calendar says that you are busy then."),
    ],
)
def test_time_that_is_kept_or_busy_says_so(
    as_marta: Browser, marta: Practitioner, session: Appointment, at: str, why: str
) -> None:
    keep(marta, here(26, 14), here(26, 15), "Dentist")
    keep(marta, here(26, 16), here(26, 17))
    busy(marta, here(27, 9), here(27, 17))
    status, page = asked_to(as_marta, session, at)
    assert status == 409
    assert why in page


def test_a_full_day_and_a_full_week_say_so(as_marta: Browser, session: Appointment, outsider: Client) -> None:
    cast.appointment(client=outsider, session_type=session.session_type, start=here(26, 10))
    SessionType.objects.update(day_limit=1)
    assert "That day holds as many sessions as you take." in asked_to(as_marta, session, "2026-11-26T14:00")[1]
    SessionType.objects.update(day_limit=None, week_limit=1)
    assert "That week holds as many sessions as you take." in asked_to(as_marta, session, "2026-11-27T14:00")[1]


def test_hours_of_a_single_type_are_paper_too(marta: Practitioner, first_talk: SessionType, now: datetime) -> None:
    OpeningHours.objects.create(
        practitioner=marta, session_type=first_talk, weekday=5, opens=time(10), closes=time(12)
    )
    assert stands(week(marta, now).days[5]) == [("free", "at-1000 for-120")]


def test_a_move_in_the_calendar_is_told_once_and_can_be_put_back(
    as_marta: Browser, session: Appointment, wednesday: datetime
) -> None:
    address, stamp = f"/sessions/{session.pk}/move/", "2026-11-26T09:15:00Z"
    answer = as_marta.post(address, {"start": stamp, "from": "diary"})
    assert answer["Location"] == "/sessions/?week=2026-11-23"
    page = " ".join(as_marta.get(answer["Location"]).content.decode().split())
    assert "Moved: Teresa, Thursday 26 November, 10:15. Teresa is told." in page
    assert f'value="{wednesday:%Y-%m-%dT%H:%M:%SZ}"' in page
    assert "Moved: Teresa" not in as_marta.get(answer["Location"]).content.decode()
    as_marta.post(address, {"start": f"{wednesday:%Y-%m-%dT%H:%M:%SZ}", "from": "diary"})
    session.refresh_from_db()
    assert session.starts_at == wednesday


def test_a_client_is_never_led_into_the_calendar(as_teresa: Browser, session: Appointment) -> None:
    answer = as_teresa.post(f"/sessions/{session.pk}/move/", {"start": "2026-11-26T09:15:00Z", "from": "diary"})
    assert answer["Location"] == f"/sessions/{session.pk}/"
