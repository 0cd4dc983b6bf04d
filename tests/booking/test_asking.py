"""After the deadline a client asks, and the practitioner decides: in the action, on the pages, in the letters."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coaching.booking import actions, decisions
from coaching.booking.models import Appointment, CalendarReply, ChangeRequest, SessionType
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.reading import stamp

HOUR = timedelta(hours=1)


@pytest.fixture
def late(wednesday: datetime) -> datetime:
    """Three hours before the session: too late to change it alone."""
    return wednesday - 3 * HOUR


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, late: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: late)


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime, now: datetime) -> Appointment:
    return actions.book(
        session_type=coaching, client=teresa, start=wednesday, token=uuid4(), by=teresa.user, now=now - HOUR
    )


@pytest.fixture
def thursday(wednesday: datetime) -> datetime:
    return wednesday + timedelta(days=1)


def ask(session: Appointment, now: datetime, **more: Any) -> ChangeRequest:
    asked = {"wish": "move", "wanted": session.starts_at + timedelta(days=1), "by": session.client.user, **more}
    return actions.ask(appointment=session, now=now, **asked)


def words(kind: str, now: datetime) -> str:
    told = tell_in_their_words(Letter.objects.get(kind=kind), now)
    assert told is not None
    return "\n".join([told.subject, *told.paragraphs, *told.after])


def test_a_client_asks_to_move_and_the_practitioner_grants_it(
    session: Appointment,
    as_teresa: Browser,
    as_marta: Browser,
    thursday: datetime,
    late: datetime,
) -> None:
    page = as_teresa.get(f"/sessions/{session.pk}/").content.decode()
    assert f'href="/sessions/{session.pk}/ask/?wish=move"' in page
    assert as_teresa.get(f"/sessions/{session.pk}/move/")["Location"] == f"/sessions/{session.pk}/ask/?wish=move"
    form = {"wish": "move", "start": stamp(thursday), "why": "A dentist"}
    assert as_teresa.post(f"/sessions/{session.pk}/ask/", form).status_code == 302
    assert "You asked Marta to move it." in as_teresa.get(f"/sessions/{session.pk}/").content.decode()
    said = words("booking.change_asked", late)
    assert "Teresa asks to move Wednesday 25 November, 11:00" in said
    assert "Wanted instead: **Thursday 26 November, 11:00**" in said
    assert "A dentist" in said
    asked = as_marta.get("/sessions/asked/").content.decode()
    assert "Teresa Almada asks to move a session" in asked
    wish = ChangeRequest.objects.get()
    as_marta.post(f"/sessions/asked/{wish.pk}/grant/")
    session.refresh_from_db()
    assert session.starts_at == thursday
    wish.refresh_from_db()
    assert (wish.granted, wish.answered_at) == (True, late)
    assert "Nothing waits for your word" in as_marta.get("/sessions/asked/").content.decode()
    assert Letter.objects.filter(kind="booking.moved").count() == 2


def test_a_wish_to_cancel_is_granted(session: Appointment, marta: Practitioner, late: datetime) -> None:
    wish = ask(session, late, wish="cancel", wanted=None)
    assert actions.grant(request=wish, by=marta.user, now=late).status == "cancelled"


def test_she_keeps_it_with_a_word(
    session: Appointment, as_marta: Browser, as_teresa: Browser, wednesday: datetime, late: datetime
) -> None:
    wish = ask(session, late)
    as_marta.post(f"/sessions/asked/{wish.pk}/answer/", {"answer": "Come, it will be short."})
    session.refresh_from_db()
    assert session.starts_at == wednesday
    said = words("booking.change_answered", late)
    assert "It stays at Wednesday 25 November, 10:00" in said
    assert "Come, it will be short\\." in said
    assert "Marta keeps it at its time." in as_teresa.get(f"/sessions/{session.pk}/").content.decode()


def test_she_proposes_another_time_and_it_is_taken_from_the_letter(
    session: Appointment, as_marta: Browser, thursday: datetime, late: datetime
) -> None:
    wish = ask(session, late)
    other = thursday + 2 * HOUR
    as_marta.post(f"/sessions/asked/{wish.pk}/answer/", {"answer": "", "start": stamp(other)})
    said = words("booking.change_answered", late)
    assert "The other time: **Thursday 26 November, 12:00**" in said
    link = said.split("[Take this time](")[1].split(")")[0].removeprefix("http://testserver")
    browser = Browser(enforce_csrf_checks=True)
    assert "Marta proposes another time" in browser.get(link).content.decode()
    assert browser.post(link).status_code == 303
    session.refresh_from_db()
    assert session.starts_at == other
    assert browser.post(link).status_code == 410


def test_a_proposal_is_taken_on_the_sessions_page(
    session: Appointment, marta: Practitioner, as_teresa: Browser, thursday: datetime, late: datetime
) -> None:
    actions.decline(request=ask(session, late), answer="", proposed=thursday, by=marta.user, now=late)
    assert "Take this time" in as_teresa.get(f"/sessions/{session.pk}/").content.decode()
    as_teresa.post(f"/sessions/{session.pk}/proposed/")
    session.refresh_from_db()
    assert session.starts_at == thursday


def test_a_wanted_time_that_is_gone_when_she_grants_leaves_everything_as_it_is(
    session: Appointment,
    as_marta: Browser,
    outsider: Client,
    coaching: SessionType,
    wednesday: datetime,
    thursday: datetime,
    late: datetime,
) -> None:
    wish = ask(session, late)
    cast.appointment(client=outsider, session_type=coaching, start=thursday)
    answer = as_marta.post(f"/sessions/asked/{wish.pk}/grant/")
    assert answer["Location"] == f"/sessions/asked/{wish.pk}/answer/"
    session.refresh_from_db()
    wish.refresh_from_db()
    assert (session.starts_at, wish.answered_at) == (wednesday, None)


def test_who_asks_twice_has_one_open_wish(session: Appointment, late: datetime) -> None:
    assert ask(session, late) == ask(session, late, wish="cancel", wanted=None)
    assert ChangeRequest.objects.count() == 1


def test_a_time_that_is_not_free_cannot_be_asked_for(
    session: Appointment, wednesday: datetime, late: datetime
) -> None:
    with pytest.raises(actions.NotFree):
        ask(session, late, wanted=wednesday + timedelta(days=3))


def test_a_change_answers_what_was_asked_before_it(
    session: Appointment, marta: Practitioner, thursday: datetime, late: datetime
) -> None:
    wish = ask(session, late)
    after = late + timedelta(minutes=1)
    actions.move(appointment=session, start=thursday, by=marta.user, now=after)
    assert len(decisions.asked_of(marta, after)) == 0
    with pytest.raises(actions.Answered):
        actions.grant(request=wish, by=marta.user, now=after)
    again = ask(session, after + HOUR, wish="cancel", wanted=None)
    assert again.pk != wish.pk


def test_a_declined_invitation_waits_for_her(
    session: Appointment, as_marta: Browser, as_teresa: Browser, late: datetime
) -> None:
    for n in range(2):
        CalendarReply.objects.create(
            appointment=session, answer="declined", sequence=0, message_id=f"<{n}@example.org>", at=late
        )
    assert (
        "Teresa Almada declined the session in the calendar." in as_marta.get("/sessions/asked/").content.decode()
    )
    first = CalendarReply.objects.first()
    assert first is not None
    assert as_teresa.post(f"/sessions/asked/calendar/{first.pk}/", {"answer": "cancel"}).status_code == 404
    as_marta.post(f"/sessions/asked/calendar/{first.pk}/", {"answer": "keep"})
    session.refresh_from_db()
    assert session.status == "confirmed"
    assert not CalendarReply.objects.filter(settled_at=None).exists()
    assert as_marta.post(f"/sessions/asked/calendar/{first.pk}/", {"answer": "cancel"}).status_code == 404


def test_a_request_for_a_booking_is_approved_where_it_waits(
    as_marta: Browser, teresa: Client, coaching: SessionType, thursday: datetime, late: datetime
) -> None:
    waits = cast.appointment(client=teresa, session_type=coaching, start=thursday, status="requested")
    assert "Teresa Almada asks for a session" in as_marta.get("/sessions/asked/").content.decode()
    as_marta.post(f"/sessions/asked/booking/{waits.pk}/", {"answer": "yes"})
    waits.refresh_from_db()
    assert waits.status == "confirmed"


def test_the_page_costs_the_same_for_one_and_for_many(
    as_marta: Browser, marta: Practitioner, coaching: SessionType, thursday: datetime, late: datetime
) -> None:
    as_marta.get("/sessions/asked/")  # the first page of a sign-in notes that it is in use
    counts = []
    for many in (1, 29):
        for n in range(many):
            client = cast.client(of=marta)
            start = thursday + timedelta(days=n + many)
            session = cast.appointment(client=client, session_type=coaching, start=start)
            ask(session, late, wish="cancel", wanted=None)
            cast.appointment(client=client, session_type=coaching, start=start + 2 * HOUR, status="requested")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert as_marta.get("/sessions/asked/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
    assert len(decisions.asked_of(marta, late)) == len(decisions.waiting_for(marta, late)) == 60


def test_todays_queue_shows_what_waits_and_costs_the_same_for_one_and_for_many(
    as_marta: Browser, marta: Practitioner, coaching: SessionType, thursday: datetime, late: datetime
) -> None:
    as_marta.get("/today/")
    counts = []
    for many in (1, 29):
        for n in range(many):
            client = cast.client(of=marta, name=f"Anna{many}-{n} Berg")
            session = cast.appointment(
                client=client, session_type=coaching, start=thursday + timedelta(days=n + many)
            )
            ask(session, late, wish="cancel", wanted=None)
        with CaptureQueriesContext(connection) as queries:
            page = as_marta.get("/today/").content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "Asks to cancel a session" in page
    assert page.count("Berg</a></h3>") == 15
    assert "See the other" in page
    assert "Anna29-28 Berg" in as_marta.get("/today/?all=1").content.decode()
