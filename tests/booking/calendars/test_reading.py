"""Which hours a calendar file keeps busy, and what becomes of files that mean harm."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.booking.calendars import apart
from coaching.booking.calendars.apart import Failed, busy_apart
from coaching.booking.calendars.reading import Unreadable, busy_in
from tests.booking.calendars.outside import calendar, entry

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SINCE, UNTIL = datetime(2026, 11, 22, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)


def busy(
    *entries: str, zone: ZoneInfo = COPENHAGEN, mine: str = "marta@example.org", **more: tuple[str, ...]
) -> list[str]:
    """The busy stretches as "2026-12-01 09:00/10:00" in UTC."""
    found = busy_in(calendar(*entries, **more), zone=zone, since=SINCE, until=UNTIL, mine=[mine])
    return [f"{one.start:%Y-%m-%d %H:%M}/{one.end:%H:%M}" for one in found]


def at(day: str, *more: str, zone: str = ";TZID=Europe/Copenhagen", uid: str = "a") -> str:
    """An entry from ten to eleven."""
    return entry(uid, f"DTSTART{zone}:{day}T100000", f"DTEND{zone}:{day}T110000", *more)


def test_an_entry_keeps_its_hours_busy() -> None:
    assert busy(at("20261201")) == ["2026-12-01 09:00/10:00"]
    assert busy(entry("a", "DTSTART:20261201T100000Z", "DURATION:PT45M")) == ["2026-12-01 10:00/10:45"]


def test_a_time_without_a_zone_is_on_the_practitioners_clock() -> None:
    assert busy(at("20261201", zone="")) == ["2026-12-01 09:00/10:00"]
    assert busy(at("20261201", zone=""), zone=ZoneInfo("Asia/Kathmandu")) == ["2026-12-01 04:15/05:15"]


def test_a_whole_day_is_from_midnight_to_midnight_on_her_clock() -> None:
    whole = entry("a", "DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261203")
    found = busy_in(calendar(whole), zone=COPENHAGEN, since=SINCE, until=UNTIL)
    assert [(one.start, one.end) for one in found] == [
        (datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 2, 23, tzinfo=UTC))
    ]


def test_the_whole_day_of_a_clock_change_has_twenty_three_hours() -> None:
    found = busy_in(calendar(entry("a", "DTSTART;VALUE=DATE:20270328")), zone=COPENHAGEN, since=SINCE, until=UNTIL)
    assert [one.end - one.start for one in found] == [timedelta(hours=23)]


def test_what_repeats_stays_on_the_wall_clock_across_a_clock_change() -> None:
    weekly = at("20260105", "RRULE:FREQ=WEEKLY")
    found = busy(weekly)
    assert "2027-03-22 09:00/10:00" in found  # winter
    assert "2027-03-29 08:00/09:00" in found  # summer
    assert len(found) == 54


def test_exceptions_are_left_out_moved_or_called_off() -> None:
    found = busy(
        at(
            "20261123",
            "RRULE:FREQ=DAILY;COUNT=5",
            "EXDATE;TZID=Europe/Copenhagen:20261124T100000",
        ),
        entry(
            "a",
            "RECURRENCE-ID;TZID=Europe/Copenhagen:20261125T100000",
            "DTSTART;TZID=Europe/Copenhagen:20261125T150000",
            "DTEND;TZID=Europe/Copenhagen:20261125T160000",
        ),
        at("20261126", "RECURRENCE-ID;TZID=Europe/Copenhagen:20261126T100000", "STATUS:CANCELLED"),
    )
    assert found == ["2026-11-23 09:00/10:00", "2026-11-25 14:00/15:00", "2026-11-27 09:00/10:00"]


def test_additional_dates_count() -> None:
    assert busy(at("20261201", "RDATE;TZID=Europe/Copenhagen:20261209T100000")) == [
        "2026-12-01 09:00/10:00",
        "2026-12-09 09:00/10:00",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "TRANSP:TRANSPARENT",
        "STATUS:CANCELLED",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "ATTENDEE;CN=Marta;PARTSTAT=DECLINED:mailto:MARTA@example.org",
    ],
)
def test_what_is_shown_as_free_called_off_or_declined_is_free(line: str) -> None:
    assert busy(at("20261201", line)) == []


@pytest.mark.parametrize("shown", ["BUSY", "TENTATIVE", "OOF"])
def test_what_outlook_shows_as_busy_or_away_is_busy_although_it_is_called_transparent(shown: str) -> None:
    assert busy(at("20261201", "TRANSP:TRANSPARENT", f"X-MICROSOFT-CDO-BUSYSTATUS:{shown}")) != []
    called_off = ("STATUS:CANCELLED", f"X-MICROSOFT-CDO-BUSYSTATUS:{shown}")
    assert busy(at("20261201", *called_off)) == []


def test_what_somebody_else_declined_is_busy() -> None:
    others = "ATTENDEE;PARTSTAT=DECLINED:mailto:somebody@example.org"
    assert busy(at("20261201", others, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:marta@example.org")) != []


def test_google_names_a_calendar_by_its_owner_who_declined() -> None:
    declined = at("20261201", "ATTENDEE;PARTSTAT=DECLINED:mailto:other@gmail.example")
    assert busy(declined, head=("X-WR-CALNAME:other@gmail.example",)) == []
    assert busy(declined, head=("X-WR-CALNAME:Family",)) != []


def test_free_and_busy_without_entries_is_read() -> None:
    told = "\r\n".join(
        [
            "BEGIN:VFREEBUSY",
            "UID:f",
            "DTSTAMP:20260101T000000Z",
            "FREEBUSY;FBTYPE=BUSY:20261201T100000Z/20261201T110000Z,20261202T100000Z/PT1H",
            "FREEBUSY;FBTYPE=FREE:20261203T100000Z/PT1H",
            "END:VFREEBUSY",
        ]
    )
    assert busy(told) == ["2026-12-01 10:00/11:00", "2026-12-02 10:00/11:00"]


def test_windows_names_of_zones_are_known() -> None:
    assert busy(at("20260702", zone=";TZID=W. Europe Standard Time")) == []
    assert busy(at("20261201", zone=";TZID=W. Europe Standard Time")) == ["2026-12-01 09:00/10:00"]


def test_one_broken_entry_does_not_hide_the_others() -> None:
    good = at("20261201", uid="good")
    for bad in (
        entry("bad", "SUMMARY:no time at all"),
        entry("bad", "DTSTART:20261x01T100000Z"),
        entry("bad", "DTSTART:20261201T100000Z", "DTEND:20251201T100000Z"),
        at("20261202", "RRULE:FREQ=BOGUS", uid="bad"),
    ):
        assert busy(bad, good) == ["2026-12-01 09:00/10:00"], bad


def test_umlauts_in_any_encoding_do_no_harm() -> None:
    text = calendar(at("20261201", "SUMMARY:Rückenübung")).decode()
    for content in (text.encode("latin-1"), text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        assert len(busy_in(content, zone=COPENHAGEN, since=SINCE, until=UNTIL)) == 1


def test_ten_years_of_history_are_passed_over() -> None:
    old = [at("20160701", "SUMMARY:" + "x" * 100, uid=f"old{n}") for n in range(10_000)]
    assert busy(*old, at("20261201")) == ["2026-12-01 09:00/10:00"]


HOSTILE = {
    "a page": (b"<!doctype html><title>Sign in</title>", "none"),
    "nothing": (b"", "none"),
    "bytes": (bytes(range(256)) * 1000, "none"),
    "every second": (calendar(at("19700101", "RRULE:FREQ=SECONDLY")), "often"),
    "every minute, folded": (calendar(at("19700101", "RRULE:FREQ=MIN\r\n UTELY;COUNT=999999999")), "often"),
    "nested without end": (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 100_000, "deep"),
    "cut short": (calendar(at("20261201"))[:-20], "broken"),
    "more than anybody does": (calendar(*(at("20261201", uid=str(n)) for n in range(5_001))), "many"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_with_one_clear_word(name: str) -> None:
    content, problem = HOSTILE[name]
    with pytest.raises(Unreadable) as refused:
        busy_in(content, zone=COPENHAGEN, since=SINCE, until=UNTIL)
    assert refused.value.problem == problem


def test_a_rule_that_never_comes_true_and_a_count_without_measure_end_by_themselves() -> None:
    assert busy(at("20200101", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")) == []
    assert len(busy(at("20260101", "RRULE:FREQ=DAILY;COUNT=999999999"))) == 374


def apart_from_us(content: bytes) -> list[tuple[datetime, datetime]]:
    found = busy_apart(content, zone="Europe/Copenhagen", since=SINCE, until=UNTIL, mine=["marta@example.org"])
    return [(one.start, one.end) for one in found]


def test_a_process_of_its_own_reads_the_same() -> None:
    hour = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert apart_from_us(calendar(at("20261201"))) == [(hour, hour + timedelta(hours=1))]
    with pytest.raises(Failed) as failed:
        apart_from_us(b"<html>")
    assert failed.value.problem == "none"


def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 1)
    every = ",".join(str(n) for n in range(60))
    endless = at("19700101", f"RRULE:FREQ=HOURLY;BYMINUTE={every};BYSECOND={every}")
    with pytest.raises(Failed) as failed:
        apart_from_us(calendar(endless))
    assert failed.value.problem == "heavy"


_KNOWN = (
    """
BEGIN:VEVENT|END:VEVENT|BEGIN:VTIMEZONE|END:VTIMEZONE|BEGIN:VFREEBUSY|END:VFREEBUSY|UID:a|TZID:Nowhere
DTSTART:20261201T100000|DTSTART;VALUE=DATE:20261201|DTSTART:00010101|DTSTART;TZID=Nowhere:20261201T100000
DTEND:99991231T235959Z|DURATION:-P1D|RRULE:FREQ=DAILY;COUNT=3|RRULE:FREQ=WEEKLY;UNTIL=1|EXDATE:x|RDATE:20261202
RECURRENCE-ID:20261202T100000|FREEBUSY:20261201T100000Z/P1D|TZOFFSETTO:+9999|ATTENDEE;PARTSTAT=DECLINED:x
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@given(st.lists(st.one_of(st.sampled_from(_KNOWN), st.text(max_size=40)), max_size=25))
def test_whatever_is_written_in_a_file_ends_as_times_or_as_one_word(lines: list[str]) -> None:
    found = []
    with suppress(Unreadable):
        found = busy_in(calendar(*lines), zone=COPENHAGEN, since=SINCE, until=UNTIL)
    assert all(one.start < one.end and one.start < UNTIL and one.end > SINCE for one in found)
