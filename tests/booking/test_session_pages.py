"""Sessions that are booked: their pages, moved, cancelled, marked and listed."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coaching.booking import queries
from coaching.booking.models import Appointment, SessionType
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.reading import plain, stamp


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock enters at one place only, and stands still here."""
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime) -> Appointment:
    return cast.appointment(client=teresa, session_type=coaching, start=wednesday, message="My neck")


@pytest.mark.parametrize("page", ["", "move/", "cancel/", "session.ics"])
def test_anothers_session_does_not_exist(
    as_outsider: Browser, as_teresa: Browser, as_marta: Browser, stranger: Client, session: Appointment, page: str
) -> None:
    address = f"/sessions/{session.pk}/{page}"
    elsewhere = Browser()
    elsewhere.force_login(stranger.practitioner.user)
    assert [browser.get(address).status_code for browser in (as_teresa, as_marta)] == [200, 200]
    assert [browser.get(address).status_code for browser in (as_outsider, elsewhere)] == [404, 404]
    if page != "session.ics":
        assert as_outsider.post(address).status_code in (404, 405)


def test_a_client_moves_a_session(as_teresa: Browser, session: Appointment, wednesday: datetime) -> None:
    address, later = f"/sessions/{session.pk}/move/", wednesday + timedelta(hours=1)
    assert stamp(later) in as_teresa.get(f"{address}?day=2026-11-25").content.decode()
    assert as_teresa.post(address, {}).status_code == 422
    assert as_teresa.post(address, {"start": stamp(later)})["Location"] == f"/sessions/{session.pk}/"
    session.refresh_from_db()
    assert session.starts_at == later


def test_a_move_that_fails_says_that_the_old_time_stands(
    as_teresa: Browser, outsider: Client, session: Appointment, wednesday: datetime
) -> None:
    later = wednesday + timedelta(hours=2)
    cast.appointment(client=outsider, session_type=session.session_type, start=later)
    answer = as_teresa.post(f"/sessions/{session.pk}/move/", {"start": stamp(later)})
    assert answer.status_code == 409
    assert "Your session stays at its old time." in answer.content.decode()
    session.refresh_from_db()
    assert session.starts_at == wednesday


def test_cancelling_asks_first(as_teresa: Browser, session: Appointment) -> None:
    address = f"/sessions/{session.pk}/cancel/"
    assert "Marta is told." in as_teresa.get(address).content.decode()
    session.refresh_from_db()
    assert session.status == "confirmed"
    page = as_teresa.post(address, {"why": "A cold"}, follow=True).content.decode()
    assert "Cancelled: Wednesday 25 November, 10:00. We write to you both." in page
    assert "A cold" in page


def test_after_the_deadline_a_client_is_led_to_asking(
    as_teresa: Browser, session: Appointment, monkeypatch: pytest.MonkeyPatch, wednesday: datetime
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: wednesday - timedelta(hours=3))
    page = as_teresa.get(f"/sessions/{session.pk}/").content.decode()
    assert "It begins soon, so Marta decides about a change." in page
    for step in ("move", "cancel"):
        answer = as_teresa.post(f"/sessions/{session.pk}/{step}/", {"start": stamp(wednesday)}, follow=True)
        assert f"Ask Marta to {step} it" in answer.content.decode()


def test_the_practitioner_marks_what_was_held(
    as_marta: Browser,
    as_teresa: Browser,
    session: Appointment,
    monkeypatch: pytest.MonkeyPatch,
    wednesday: datetime,
) -> None:
    address = f"/sessions/{session.pk}/mark/"
    monkeypatch.setattr(timezone, "now", lambda: wednesday + timedelta(hours=1))
    assert as_teresa.post(address, {"held": "yes"}).status_code == 404
    assert as_marta.post(address, {"held": "perhaps"}).status_code == 302
    assert as_marta.post(address, {"held": "no"}).status_code == 302
    session.refresh_from_db()
    assert session.status == "missed"
    assert "You could not come" in as_teresa.get(f"/sessions/{session.pk}/").content.decode()


def test_the_diary_shows_the_week_on_her_clock(
    as_marta: Browser, session: Appointment, stranger: Client, wednesday: datetime
) -> None:
    theirs = cast.session_type(of=stranger.practitioner)
    cast.appointment(client=stranger, session_type=theirs, start=wednesday)
    answer = as_marta.get("/sessions/")
    page = plain(answer)
    assert "23 to 29 November" in page
    assert "at-1100 for-60" in answer.content.decode()
    assert "11:00 Teresa Almada" in page
    assert "10:00 Lisbon" in page
    assert "open at-0900 for-480" in answer.content.decode()
    assert "Sally" not in page
    assert "Teresa" not in as_marta.get("/sessions/?week=2026-11-30").content.decode()


def test_lists_cost_the_same_for_one_and_for_many(
    as_teresa: Browser, as_marta: Browser, session: Appointment, teresa: Client, wednesday: datetime
) -> None:
    def costs() -> list[int]:
        found = []
        pages = [(as_teresa, "/sessions/"), (as_marta, "/sessions/"), (as_teresa, "/book/coaching/")]
        for browser, address in [*pages, (as_marta, "/sessions/hours/")]:
            with CaptureQueriesContext(
                connection,
            ) as counted:
                assert browser.get(address).status_code == 200
            found.append(len(counted))
        return found

    type_ = session.session_type
    cast.appointment(client=teresa, session_type=type_, start=wednesday - timedelta(days=20))
    cast.appointment(client=teresa, session_type=type_, start=wednesday + timedelta(days=1))
    costs()  # the first visit of each browser notes where it signed in
    few = costs()
    for n in range(30):
        cast.appointment(client=teresa, session_type=type_, start=wednesday - timedelta(days=21 + n))
        cast.appointment(
            client=teresa, session_type=type_, start=wednesday + timedelta(minutes=75 * (n % 3 + 1), days=n // 3)
        )
    assert costs() == few
    assert max(few) <= 12


def test_next_session_is_the_one_that_runs_or_comes(
    session: Appointment, teresa: Client, marta: Practitioner, outsider: Client, wednesday: datetime
) -> None:
    assert queries.next_session_of(teresa, wednesday + timedelta(minutes=30)) == session
    assert queries.next_session_of(marta, wednesday) == session
    assert queries.next_session_of(teresa, session.ends_at) is None
    assert queries.next_session_of(outsider, wednesday) is None
