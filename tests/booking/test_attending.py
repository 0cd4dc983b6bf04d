"""Coming to a session: the way in for both, what to have ready, and afterwards what was agreed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coaching.booking import actions
from coaching.booking.attending import attend, countdown
from coaching.booking.models import Appointment, SessionType
from coaching.live.models import Event
from coaching.people.models import Client, Practitioner
from tests import cast

SetClock = Callable[[timedelta], None]


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime) -> Appointment:
    SessionType.objects.filter(pk=coaching.pk).update(address="https://meet.example/{room}")
    coaching.refresh_from_db()
    return cast.appointment(client=teresa, session_type=coaching, start=wednesday)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, wednesday: datetime) -> SetClock:
    """Set the clock to so long after the session's start."""

    def set_to(after: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: wednesday + after)

    return set_to


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def page_of(browser: Browser, address: str) -> str:
    return " ".join(browser.get(address).content.decode().split())


# --- when and in which words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (minutes(24 * 60 + 1), ""),
        (minutes(120), "Begins in 2 hours"),
        (minutes(60), "Begins in 1 hour"),
        (minutes(59), "Begins in 59 minutes"),
        (minutes(1), "Begins in 1 minute"),
        (timedelta(seconds=10), "Begins in 1 minute"),
        (minutes(0), "It has begun."),
    ],
)
def test_how_soon_it_begins_is_said_in_words(session: Appointment, before: timedelta, words: str) -> None:
    assert countdown(session, session.starts_at - before) == words


def test_the_way_in_is_open_from_a_quarter_of_an_hour_before_until_the_end(session: Appointment) -> None:
    def is_open(after: timedelta) -> bool | None:
        found = attend(session, session.starts_at + after)
        return found and found.is_open

    assert [is_open(minutes(m)) for m in (-16, -15, 0, 59, 60)] == [False, True, True, True, None]


@pytest.mark.parametrize("status", ["requested", "offered", "cancelled", "missed"])
def test_there_is_no_way_into_what_does_not_take_place(session: Appointment, status: str) -> None:
    session.status = status
    assert attend(session, session.starts_at) is None


# --- on the pages -----------------------------------------------------------------------------------


def join(session: Appointment) -> str:
    return f'<a class="btn big full" href="https://meet.example/{session.room.hex}" rel="noreferrer">'


def test_both_can_join_from_a_quarter_of_an_hour_before(
    as_teresa: Browser, as_marta: Browser, session: Appointment, clock: SetClock
) -> None:
    for browser, name in ((as_teresa, "Marta"), (as_marta, "Teresa")):
        clock(minutes(-20))
        page = page_of(browser, f"/sessions/{session.pk}/")
        assert f"<p data-open hidden>{join(session)}" in page
        assert "on you can join here." in page
        clock(minutes(-15))
        page = page_of(browser, f"/sessions/{session.pk}/")
        assert f"<p data-open>{join(session)}" in page
        assert f"Join {name}" in page
        clock(minutes(60))
        assert "data-open" not in page_of(browser, f"/sessions/{session.pk}/")


def test_what_to_have_ready_is_said_to_each(
    as_teresa: Browser, as_marta: Browser, session: Appointment, clock: SetClock
) -> None:
    clock(timedelta(days=-1))
    hers, mine = page_of(as_marta, f"/sessions/{session.pk}/"), page_of(as_teresa, f"/sessions/{session.pk}/")
    assert "The camera low enough to see you on the floor" in mine
    assert "Teresa's page" in hers
    assert "mat or a folded blanket" not in hers
    assert "Try sound and camera first" in mine


def test_today_brings_the_way_in_to_the_top_within_the_last_hour(
    as_teresa: Browser, as_marta: Browser, as_outsider: Browser, session: Appointment, clock: SetClock
) -> None:
    for browser in (as_teresa, as_marta):
        clock(minutes(-61))
        assert 'aria-labelledby="soon" hidden' in page_of(browser, "/today/")
        clock(minutes(-10))
        page = page_of(browser, "/today/")
        assert 'aria-labelledby="soon">' in page
        assert "Begins in 10 minutes" in page
        assert join(session) in page
        clock(timedelta(days=-2))
        assert 'id="soon"' not in page_of(browser, "/today/")
    clock(minutes(-10))
    assert session.room.hex not in page_of(as_outsider, "/today/")


@pytest.mark.parametrize(("begins", "at"), [(4, -10), (-30, 5)], ids=["just after midnight", "goes on"])
def test_today_knows_the_session_beside_midnight(
    as_marta: Browser,
    coaching: SessionType,
    teresa: Client,
    wednesday: datetime,
    begins: int,
    at: int,
    clock: SetClock,
) -> None:
    """Marta's midnight in Copenhagen: the day that her Today is about."""
    midnight = datetime(2026, 12, 3, tzinfo=teresa.practitioner.zone)
    start = midnight + minutes(begins)
    cast.appointment(client=teresa, session_type=coaching, start=start)
    clock(midnight + minutes(at) - wednesday)
    page = page_of(as_marta, "/today/")
    assert 'aria-labelledby="soon">' in page
    assert countdown(Appointment.objects.get(), midnight + minutes(at)) in page


@pytest.mark.parametrize(
    ("address", "message", "to_teresa", "to_marta"),
    [
        ("+351 21 000 00 00", "", ["You call Marta.", 'href="tel:+351210000000"'], ["Teresa calls you."]),
        ("", "Call me on 0301 234 567", ["Marta calls you."], ["You call Teresa.", 'href="tel:0301234567"']),
        ("", "My neck", ["Does Marta have your number?"], ["No number was written with the booking"]),
    ],
)
def test_by_telephone_it_is_said_who_calls_whom(
    as_teresa: Browser,
    as_marta: Browser,
    session: Appointment,
    clock: SetClock,
    address: str,
    message: str,
    to_teresa: list[str],
    to_marta: list[str],
) -> None:
    SessionType.objects.update(place="phone", address=address)
    Appointment.objects.update(message=message)
    clock(minutes(-5))
    for browser, sentences in ((as_teresa, to_teresa), (as_marta, to_marta)):
        page = page_of(browser, f"/sessions/{session.pk}/")
        for sentence in sentences:
            assert sentence in page
        assert "Try sound and camera" not in page


def test_in_person_it_is_the_address(as_teresa: Browser, session: Appointment, clock: SetClock) -> None:
    clock(timedelta(days=-1))
    SessionType.objects.update(place="person", address="Rua das Flores 12")
    page = page_of(as_teresa, f"/sessions/{session.pk}/")
    assert "You meet Marta Lindqvist" in page
    assert "In person: Rua das Flores 12" in page


def test_only_the_page_of_a_session_may_ask_for_microphone_and_camera(
    as_teresa: Browser, session: Appointment
) -> None:
    def policy(address: str) -> str:
        return as_teresa.get(address)["Permissions-Policy"]

    assert "microphone=(self), camera=(self)" in policy(f"/sessions/{session.pk}/")
    for address in ("/sessions/", "/today/", f"/sessions/{session.pk}/move/"):
        assert "microphone=(), camera=()" in policy(address)


# --- afterwards -------------------------------------------------------------------------------------


def test_what_was_agreed_is_written_once_and_read_by_the_client(
    as_marta: Browser, as_teresa: Browser, as_outsider: Browser, session: Appointment, clock: SetClock
) -> None:
    clock(minutes(61))
    address = f"/sessions/{session.pk}/"
    assert "How did it go?" in page_of(as_marta, address)
    assert "How did it go?" not in page_of(as_teresa, address)
    as_marta.post(f"{address}mark/", {"held": "yes", "agreed": "Arch and flatten, mornings."})
    session.refresh_from_db()
    assert (session.status, session.agreed) == ("held", "Arch and flatten, mornings.")
    page = page_of(as_teresa, address)
    assert "What you agreed" in page
    assert "Arch and flatten, mornings." in page
    assert "Arch and flatten, mornings." in page_of(as_teresa, "/sessions/")
    assert as_outsider.get(address).status_code == 404
    assert Event.objects.filter(person=session.client.user, kind="booking.changed").exists()


def test_what_was_agreed_can_be_mended(session: Appointment, marta: Practitioner, wednesday: datetime) -> None:
    later = wednesday + minutes(70)
    for held, words in ((True, "First words"), (True, "Better words"), (False, "")):
        actions.look_back(appointment=session, held=held, agreed=words, by=marta.user, now=later)
    session.refresh_from_db()
    assert (session.status, session.agreed) == ("missed", "")
    assert [change.what for change in session.changes.all()] == ["held", "missed"]


def test_nothing_is_noted_before_it_began(session: Appointment, marta: Practitioner, now: datetime) -> None:
    with pytest.raises(actions.Settled):
        actions.look_back(appointment=session, held=True, agreed="Too early", by=marta.user, now=now)
    session.refresh_from_db()
    assert session.agreed == ""


def test_today_asks_the_practitioner_how_it_went(as_marta: Browser, session: Appointment, clock: SetClock) -> None:
    clock(minutes(90))
    assert "Note how it went" in page_of(as_marta, "/today/")
    Appointment.objects.update(status="held")
    assert "Note how it went" not in page_of(as_marta, "/today/")
