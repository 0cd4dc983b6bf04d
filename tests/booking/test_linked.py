"""The links in letters: one thing, for one person, with one session, without signing in."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.booking import actions, links
from coaching.booking.links import Purpose
from coaching.booking.models import Appointment, ChangeRequest, SessionType
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.reading import stamp

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime) -> Appointment:
    return actions.book(
        session_type=coaching, client=teresa, start=wednesday, token=uuid4(), by=teresa.user, now=now - HOUR
    )


@pytest.fixture
def browser() -> Browser:
    """Somebody who only has the letter; a browser that refuses what Django's own test browser lets pass."""
    return Browser(enforce_csrf_checks=True)


def path(purpose: Purpose, session: Appointment, person: Client | Practitioner, now: datetime) -> str:
    return links.path_to(purpose, session, person=person.user, now=now)


def test_the_letters_carry_the_ways_to_move_and_cancel(
    session: Appointment, teresa: Client, marta: Practitioner, now: datetime, browser: Browser
) -> None:
    for person in (teresa, marta):
        told = tell_in_their_words(Letter.objects.get(kind="booking.confirmed", person=person.user), now)
        assert told is not None
        ways = " ".join(told.after)
        for word in ("Move it", "cancel it"):
            address = ways.split(f"[{word}](")[1].split(")")[0]
            assert browser.get(address.removeprefix("http://testserver")).status_code == 200


def test_opening_a_link_changes_nothing_and_its_button_cancels(
    session: Appointment, teresa: Client, now: datetime, browser: Browser
) -> None:
    address = path(Purpose.CANCEL, session, teresa, now)
    page = browser.get(address)
    assert "Cancel Wednesday, 10:00?" in page.content.decode()
    session.refresh_from_db()
    assert session.status == "confirmed"
    answer = browser.post(address, {"why": "A cold"})
    assert answer.status_code == 303
    session.refresh_from_db()
    assert (session.status, session.changes.last().by) == ("cancelled", teresa.user)  # type: ignore[union-attr]
    assert "Undo" in browser.get(answer["Location"]).content.decode()
    again = browser.post(answer["Location"])
    assert "Everything is as it was before" in browser.get(again["Location"]).content.decode()
    session.refresh_from_db()
    assert session.status == "confirmed"


def test_a_link_that_is_pressed_twice_shows_what_came_of_it(
    session: Appointment, teresa: Client, now: datetime, browser: Browser
) -> None:
    for purpose, typed, word in (
        (Purpose.MOVE, {"start": stamp(session.starts_at + HOUR)}, "Moved"),
        (Purpose.CANCEL, {}, "Cancelled"),
    ):
        session.refresh_from_db()
        address = path(purpose, session, teresa, now)
        for answer in (browser.post(address, typed), browser.post(address, typed), browser.get(address)):
            assert answer.status_code == 303
            page = browser.get(answer["Location"]).content.decode()
            assert f"<h1>{word}</h1>" in page
            assert "Undo" in page
    assert [each.what for each in session.changes.all()] == ["booked", "moved", "cancelled"]


def test_a_link_shows_its_times_on_another_clock(
    session: Appointment, teresa: Client, now: datetime, browser: Browser
) -> None:
    page = browser.get(path(Purpose.MOVE, session, teresa, now) + "?zone=Asia/Kathmandu").content.decode()
    assert "All times are yours, in Kathmandu." in page
    assert "Now it is: Wednesday 25 November, 15:45." in page


def test_nobody_is_signed_in_by_a_link_and_nothing_else_is_shown(
    session: Appointment, teresa: Client, now: datetime, browser: Browser
) -> None:
    answer = browser.get(path(Purpose.CANCEL, session, teresa, now))
    assert "sessionid" not in browser.cookies
    assert browser.get("/today/").status_code == 302
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert teresa.user.email not in page
    assert "Almada" not in page


def test_a_session_moves_in_three_taps(
    session: Appointment, teresa: Client, wednesday: datetime, now: datetime, browser: Browser
) -> None:
    address = path(Purpose.MOVE, session, teresa, now)
    page = browser.get(address).content.decode()
    later = wednesday + 2 * HOUR
    assert f'value="{stamp(later)}"' in browser.get(f"{address}?day=2026-11-25").content.decode()
    assert "All times are yours, in Lisbon." in page
    done = browser.get(browser.post(address, {"start": stamp(later)})["Location"]).content.decode()
    assert "Moved" in done
    assert "12:00" in done
    session.refresh_from_db()
    assert session.starts_at == later


def test_a_time_that_is_gone_is_answered_with_the_nearest_ones(
    session: Appointment,
    teresa: Client,
    outsider: Client,
    coaching: SessionType,
    wednesday: datetime,
    now: datetime,
    browser: Browser,
) -> None:
    cast.appointment(client=outsider, session_type=coaching, start=wednesday + 2 * HOUR)
    answer = browser.post(path(Purpose.MOVE, session, teresa, now), {"start": stamp(wednesday + 2 * HOUR)})
    assert answer.status_code == 409
    assert "Your session stays at its old time." in answer.content.decode()
    assert "Olaf" not in answer.content.decode()


@pytest.mark.parametrize("purpose", [Purpose.MOVE, Purpose.CANCEL])
def test_a_link_is_old_after_any_change_and_after_a_month(
    session: Appointment,
    teresa: Client,
    marta: Practitioner,
    wednesday: datetime,
    now: datetime,
    browser: Browser,
    purpose: Purpose,
) -> None:
    a_month_old = path(purpose, session, teresa, now - timedelta(days=31))
    fresh = path(purpose, session, teresa, now)
    assert browser.get(fresh).status_code == 200
    actions.move(appointment=session, start=wednesday + 2 * HOUR, by=marta.user, now=now)
    for address in (a_month_old, fresh):
        for answer in (browser.get(address), browser.post(address, {"start": stamp(wednesday), "why": ""})):
            assert answer.status_code == 410
            page = answer.content.decode()
            assert "This link is old" in page
            assert f"/sessions/{session.pk}/" in page
    session.refresh_from_db()
    assert (session.status, session.starts_at) == ("confirmed", wednesday + 2 * HOUR)


def test_a_link_is_old_when_the_session_has_begun(
    session: Appointment,
    teresa: Client,
    now: datetime,
    wednesday: datetime,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = path(Purpose.CANCEL, session, teresa, now)
    monkeypatch.setattr(timezone, "now", lambda: wednesday)
    assert browser.post(address, {"why": ""}).status_code == 410


def test_forged_and_foreign_links_are_nothing(
    session: Appointment, teresa: Client, outsider: Client, now: datetime, browser: Browser
) -> None:
    token = path(Purpose.CANCEL, session, teresa, now).split("/")[3]
    foreign = path(Purpose.CANCEL, session, outsider, now).split("/")[3]
    head, tail = token.split(".")
    flipped = ("A" if head[30] != "A" else "B").join([head[:30], head[31:]])
    assert (
        browser.post(f"/sessions/link/{foreign}/cancel/").status_code == 410
    )  # ours, but not the outsider's session
    for forged in (f"{flipped}.{tail}", head, f"{head}.", "x", token[:-1]):
        assert browser.get(f"/sessions/link/{forged}/cancel/").status_code == 404
        assert browser.post(f"/sessions/link/{forged}/cancel/").status_code == 404
    assert browser.get(f"/sessions/link/{token}/move/").status_code == 404  # for one purpose only
    session.refresh_from_db()
    assert session.status == "confirmed"


def test_after_the_deadline_the_link_asks_the_practitioner(
    session: Appointment,
    teresa: Client,
    wednesday: datetime,
    now: datetime,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: wednesday - 3 * HOUR)
    address = path(Purpose.CANCEL, session, teresa, now)
    assert "Ask Marta to cancel it" in browser.get(address).content.decode()
    answer = browser.post(address, {"why": "A fever"})
    assert "Marta is asked" in browser.get(answer["Location"]).content.decode()
    wish = ChangeRequest.objects.get()
    assert (wish.wish, wish.why, wish.appointment) == ("cancel", "A fever", session)
    session.refresh_from_db()
    assert session.status == "confirmed"


def test_another_time_is_booked_from_the_letter_about_the_cancelled_one_and_only_once(
    session: Appointment,
    teresa: Client,
    marta: Practitioner,
    wednesday: datetime,
    now: datetime,
    browser: Browser,
) -> None:
    actions.cancel(appointment=session, by=marta.user, why="", now=now)
    session.refresh_from_db()
    address = path(Purpose.AGAIN, session, teresa, now)
    answers = [browser.post(address, {"start": stamp(wednesday + HOUR)}) for _ in range(2)]
    assert "Booked" in browser.get(answers[0]["Location"]).content.decode()
    assert Appointment.objects.standing().get().starts_at == wednesday + HOUR


def test_the_practitioner_needs_no_deadline(
    session: Appointment,
    marta: Practitioner,
    wednesday: datetime,
    now: datetime,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: wednesday - HOUR)
    address = path(Purpose.CANCEL, session, marta, now)
    assert "11:00?" in browser.get(address).content.decode()  # her own clock
    assert browser.post(address, {"why": ""}).status_code == 303
