"""The pages of booking, as each of its readers sees them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from coaching.booking import queries
from coaching.booking.models import Appointment, DateOverride, OpeningHours, Question, SessionType
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from tests import cast


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock enters at one place only, and stands still here."""
    monkeypatch.setattr(timezone, "now", lambda: now)


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def form(start: datetime, **more: Any) -> dict[str, Any]:
    return {"start": stamp(start), "token": str(uuid4()), **more}


# --- a client books ---------------------------------------------------------------------------------


def test_a_client_chooses_a_time_and_books_it(
    as_teresa: Browser, teresa: Client, coaching: SessionType, wednesday: datetime
) -> None:
    page = as_teresa.get("/book/coaching/?day=2026-11-25").content.decode()
    assert f'value="{stamp(wednesday)}"' in page
    assert "All times are yours, in Lisbon." in page
    assert "11:00 Copenhagen" in page
    answer = as_teresa.post("/book/coaching/", form(wednesday, message="My neck"))
    session = Appointment.objects.get(client=teresa)
    assert (answer.status_code, answer["Location"]) == (303, f"/sessions/{session.pk}/")
    told = as_teresa.get(answer["Location"]).content.decode()
    assert "Booked: Wednesday 25 November, 10:00, your time in Lisbon." in told
    assert "11:00 for Marta in Copenhagen" in told
    assert "My neck" in told


def test_a_double_click_books_once(as_teresa: Browser, coaching: SessionType, wednesday: datetime) -> None:
    typed = form(wednesday)
    answers = [as_teresa.post("/book/coaching/", typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Appointment.objects.count() == 1


def test_who_comes_second_keeps_what_was_typed(
    as_teresa: Browser, outsider: Client, coaching: SessionType, wednesday: datetime
) -> None:
    cast.appointment(client=outsider, session_type=coaching, start=wednesday)
    answer = as_teresa.post("/book/coaching/", form(wednesday, message="The left shoulder"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "That time was just taken." in page
    assert "The left shoulder" in page
    assert f'value="{stamp(wednesday + timedelta(minutes=75))}"' in page
    assert "Olaf" not in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"start": ""}, "Choose a time first."),
        ({"start": "soon"}, "This is no time that we can read."),
        ({"start": "2026-11-25T10:00:00"}, "This is no time that we can read."),
        ({"start": "0001-01-01T00:00:00+14:00"}, "This is no time that we can read."),
        ({"token": ""}, "token is missing"),
        ({"token": "x"}, "token is broken"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_booked(
    as_teresa: Browser, coaching: SessionType, wednesday: datetime, change: dict[str, str], sentence: str
) -> None:
    answer = as_teresa.post("/book/coaching/", {**form(wednesday), **change})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Appointment.objects.exists()


def test_a_hand_made_time_is_refused(as_teresa: Browser, coaching: SessionType, wednesday: datetime) -> None:
    for wrong in ("9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z", stamp(wednesday + timedelta(minutes=1))):
        assert as_teresa.post("/book/coaching/", {**form(wednesday), "start": wrong}).status_code == 409
    assert not Appointment.objects.exists()


def test_a_day_without_free_times_says_when_there_are_some(
    as_teresa: Browser, coaching: SessionType, marta: Practitioner
) -> None:
    DateOverride.objects.bulk_create(
        DateOverride(practitioner=marta, date=datetime(2026, 11, 23).date() + timedelta(days=n))  # noqa: DTZ001
        for n in range(28)
    )
    page = as_teresa.get("/book/coaching/").content.decode()
    assert "Nothing is free in these four weeks" in page
    assert "21 December" in page
    OpeningHours.objects.all().delete()
    assert "Nothing is free in the next 60 days." in as_teresa.get("/book/coaching/").content.decode()


@pytest.mark.parametrize(
    "query", ["day=x", "from=9999-12-31", "zone=Mars/Base", "day=0001-01-01&from=1800-01-01", "with=x"]
)
def test_nonsense_in_the_address_is_passed_over(as_teresa: Browser, coaching: SessionType, query: str) -> None:
    assert as_teresa.get(f"/book/coaching/?{query}").status_code in (200, 404)
    assert as_teresa.get(f"/sessions/?week={query}&page=x").status_code == 200


def test_who_may_book_what(
    as_teresa: Browser, as_marta: Browser, stranger: Client, first_talk: SessionType, client: Browser
) -> None:
    visitors = client.get("/book/").content.decode()
    assert "First talk" in visitors
    assert "/book/coaching/" not in visitors
    assert "/book/coaching/" in as_teresa.get("/book/").content.decode()
    assert client.get("/book/coaching/")["Location"].startswith("/accounts/login/")
    assert client.get("/book/nothing/").status_code == 404
    elsewhere = Browser()
    elsewhere.force_login(stranger.user)
    assert elsewhere.get("/book/coaching/").status_code == 404
    assert as_marta.get("/book/coaching/").status_code == 200


def test_the_practitioner_books_for_her_own_clients_only(
    as_marta: Browser, teresa: Client, stranger: Client, coaching: SessionType, wednesday: datetime
) -> None:
    assert as_marta.post("/book/coaching/", form(wednesday, client=stranger.pk)).status_code == 422
    assert as_marta.post("/book/coaching/", form(wednesday, client=teresa.pk)).status_code == 303
    assert Appointment.objects.get().client == teresa


# --- a visitor books --------------------------------------------------------------------------------


def visitor(start: datetime, email: str, **more: Any) -> dict[str, Any]:
    return form(start, email=email, name="Vera Visitor", zone="Asia/Kolkata", **more)


def test_a_visitor_books_a_first_talk_and_becomes_a_new_client(
    client: Browser, first_talk: SessionType, wednesday: datetime
) -> None:
    answer = client.post("/book/first-talk/", visitor(wednesday, "Vera@Example.org"), follow=True)
    assert "We have written to you." in answer.content.decode()
    person = User.objects.get(email="vera@example.org")
    assert (person.client.status, person.time_zone, person.has_usable_password()) == ("new", "Asia/Kolkata", False)
    address = person.emailaddress_set.get()
    assert (address.primary, address.verified) == (True, False)
    assert person.client.appointments.get().starts_at == wednesday
    assert Letter.objects.filter(kind="booking.confirmed", person=person).exists()


def test_nobody_learns_who_has_an_account(
    teresa: Client, marta: Practitioner, first_talk: SessionType, wednesday: datetime
) -> None:
    def answer(known: bool, start: datetime) -> bytes:
        browser, email = Browser(), "teresa@example.org" if known else "vera_@example.org"
        first = browser.post("/book/first-talk/", visitor(start, email))
        assert (first.status_code, first["Location"]) == (302, "/book/-/written/")
        return browser.get(first["Location"]).content.replace(email.encode(), b"")

    User.objects.filter(pk=teresa.user.pk).update(email="teresa@example.org")
    assert answer(True, wednesday) == answer(False, wednesday)
    assert not teresa.appointments.exists()
    letter = Letter.objects.get(kind="booking.already")
    assert letter.person == teresa.user
    answer(True, wednesday + timedelta(hours=1))  # at most one such letter a day
    assert Letter.objects.filter(kind="booking.already").count() == 1


def test_a_taken_time_is_refused_to_known_and_unknown_alike(
    teresa: Client, outsider: Client, first_talk: SessionType, wednesday: datetime, client: Browser
) -> None:
    cast.appointment(client=outsider, session_type=first_talk, start=wednesday)
    for email in (teresa.user.email, "vera@example.org"):
        assert client.post("/book/first-talk/", visitor(wednesday, email)).status_code == 409
    assert not User.objects.filter(email="vera@example.org").exists()


def test_a_visitors_double_click_books_once_and_tells_once(
    client: Browser, first_talk: SessionType, wednesday: datetime
) -> None:
    typed = visitor(wednesday, "vera@example.org")
    for _ in range(2):
        assert client.post("/book/first-talk/", typed).status_code == 302
    assert Appointment.objects.count() == 1
    assert not Letter.objects.filter(kind="booking.already").exists()


def test_a_visitor_is_told_what_is_missing(client: Browser, first_talk: SessionType, wednesday: datetime) -> None:
    typed = {**visitor(wednesday, "not complete"), "name": "", "zone": "Mars"}
    answer = client.post("/book/first-talk/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("Tell us your name.", "This address is not complete.", "not a time zone"):
        assert sentence in page
    assert not Client.objects.exists()


def test_a_visitor_who_books_without_end_is_asked_to_wait(
    client: Browser, first_talk: SessionType, wednesday: datetime
) -> None:
    answers = {client.post("/book/first-talk/", {}).status_code for _ in range(45)}
    assert answers == {422, 429}


# --- free times as JSON -----------------------------------------------------------------------------


def test_free_times_as_json(as_teresa: Browser, coaching: SessionType) -> None:
    asked = "from=2026-11-25&to=2026-11-25&zone=Asia/Kathmandu"
    answer = as_teresa.get(f"/book/coaching/slots.json?{asked}").json()
    assert answer["zone"] == "Asia/Kathmandu"
    assert answer["slots"][0] == {"start": "2026-11-25T08:00:00Z", "end": "2026-11-25T09:00:00Z"}
    assert answer["slots"][-1] == {"start": "2026-11-25T15:00:00Z", "end": "2026-11-25T16:00:00Z"}


def test_days_are_those_of_the_zone(as_teresa: Browser, coaching: SessionType) -> None:
    """08:00 to 16:00 UTC is Wednesday and Thursday in Auckland (UTC+13)."""

    def starts(day: str) -> list[str]:
        asked = f"from={day}&to={day}&zone=Pacific/Auckland"
        return [slot["start"] for slot in as_teresa.get(f"/book/coaching/slots.json?{asked}").json()["slots"]]

    assert starts("2026-11-25")[-1] == "2026-11-25T10:45:00Z"
    assert starts("2026-11-26")[0] == "2026-11-25T11:00:00Z"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("to=2026-11-25", '"from" is missing'),
        ("from=2026-11-25", '"to" is missing'),
        ("from=25.11.2026&to=2026-11-25", '"from" is not a date'),
        ("from=20261125&to=20261125", '"from" is not a date'),
        ("from=2026-11-26&to=2026-11-25", '"to" is before "from"'),
        ("from=2026-11-01&to=2027-02-01", "At most 92 days"),
        ("from=2026-11-25&to=2026-11-25&zone=Mars", "not a time zone"),
        ("from=9999-12-31&to=9999-12-31", "too far away"),
        ("from=0001-01-01&to=0001-01-01", "too far away"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_clearly(
    as_teresa: Browser, coaching: SessionType, query: str, sentence: str
) -> None:
    answer = as_teresa.get(f"/book/coaching/slots.json?{query}")
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]


def test_ninety_two_days_are_fine(as_teresa: Browser, coaching: SessionType) -> None:
    assert as_teresa.get("/book/coaching/slots.json?from=2026-11-01&to=2027-01-31").status_code == 200


def test_free_times_are_for_who_may_book(client: Browser, first_talk: SessionType) -> None:
    days = "from=2026-11-25&to=2026-11-25"
    assert client.get(f"/book/first-talk/slots.json?{days}").status_code == 200
    assert client.get(f"/book/coaching/slots.json?{days}").status_code == 404


# --- sessions ---------------------------------------------------------------------------------------


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
    page = as_marta.get("/sessions/").content.decode()
    assert "23 to 29 November" in " ".join(page.split())
    assert "at-1100 for-60" in page
    assert "11:00 Teresa Almada" in page
    assert "10:00 Lisbon" in page
    assert "open at-0900 for-480" in page
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


# --- what a type asks and says ----------------------------------------------------------------------


@pytest.fixture
def asking(coaching: SessionType) -> SessionType:
    Question.objects.create(session_type=coaching, words="Where do you feel it?", required=True)
    Question.objects.create(session_type=coaching, words="Since when?", rank=1)
    SessionType.objects.filter(pk=coaching.pk).update(before_confirming="Lie down once before we meet.")
    return coaching


def test_the_questions_of_a_type_are_asked_and_kept_with_their_words(
    as_teresa: Browser, asking: SessionType, wednesday: datetime
) -> None:
    page = as_teresa.get("/book/coaching/").content.decode()
    for words in ("Where do you feel it?", "Since when?", "Lie down once before we meet."):
        assert words in page
    first = asking.questions.first()
    assert first
    typed = form(wednesday, message="My neck", **{f"question_{first.pk}": "Low on the left"})
    assert as_teresa.post("/book/coaching/", typed).status_code == 303
    assert Appointment.objects.get().answers == [{"asked": "Where do you feel it?", "answer": "Low on the left"}]


def test_an_answer_that_has_to_be_given_is_missed_and_nothing_typed_is_lost(
    as_teresa: Browser, asking: SessionType, wednesday: datetime
) -> None:
    answer = as_teresa.post("/book/coaching/", form(wednesday, message="My neck"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This has to be answered: Where do you feel it?" in page
    assert "My neck" in page
    assert f'value="{stamp(wednesday)}" checked' in page


def test_the_practitioner_is_not_asked_her_own_questions(
    as_marta: Browser, asking: SessionType, teresa: Client, wednesday: datetime
) -> None:
    assert "Where do you feel it?" not in as_marta.get("/book/coaching/").content.decode()
    assert as_marta.post("/book/coaching/", form(wednesday, client=teresa.pk)).status_code == 303


def test_a_visitors_answers_are_kept_too(client: Browser, first_talk: SessionType, wednesday: datetime) -> None:
    question = Question.objects.create(session_type=first_talk, words="What hurts?", required=True)
    typed = visitor(wednesday, "vera@example.org", **{f"question_{question.pk}": "The knee"})
    assert client.post("/book/first-talk/", typed).status_code == 302
    assert Appointment.objects.get().answers == [{"asked": "What hurts?", "answer": "The knee"}]


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ({}, "You can move or cancel it until today, Monday 23 November, 10:30. Later than that, ask Marta."),
        ({"later": "counts"}, "Cancelled later than that, it counts as missed."),
        ({"most_moves": 1}, "It can be moved once."),
        ({"most_moves": 3}, "It can be moved three times."),
        ({"most_moves": 0}, "You can cancel it until"),
        ({"cancel_hours": 72}, "It begins so soon that only Marta can move or cancel it."),
        ({"cancel_hours": 72, "later": "counts"}, "cannot be moved here; cancelled, it counts as missed."),
    ],
)
def test_the_policy_is_said_for_the_time_that_is_chosen(
    as_teresa: Browser, coaching: SessionType, policy: dict[str, Any], sentence: str
) -> None:
    """Chosen is Tuesday at 10:30 in Lisbon; it is Monday, 10:00."""
    SessionType.objects.update(**policy)
    page = " ".join(as_teresa.get("/book/coaching/?start=2026-11-24T10:30:00Z").content.decode().split())
    assert sentence in page
    assert 'value="2026-11-24T10:30:00Z" checked' in page


def test_what_is_approved_first_says_so(as_teresa: Browser, coaching: SessionType, wednesday: datetime) -> None:
    SessionType.objects.update(by_approval=True)
    page = as_teresa.get("/book/coaching/").content.decode()
    assert "Ask for this time" in page
    assert "Marta answers yes or no." in page
    told = as_teresa.post("/book/coaching/", form(wednesday), follow=True).content.decode()
    assert "Asked for: Wednesday 25 November, 10:00, your time in Lisbon. Marta answers yes or no." in told
    assert "You asked Marta Lindqvist for this time" in told


def test_two_places_with_the_same_clock_say_so_once(as_teresa: Browser, coaching: SessionType) -> None:
    page = as_teresa.get("/book/coaching/?zone=Europe/Berlin").content.decode()
    assert "Marta in Copenhagen has the same time." in page
    assert "Copenhagen</span>" not in page


@pytest.mark.parametrize("start", ["", "soon", "2026-11-24T03:00:00Z", "2026-11-24T10:30:00"])
def test_a_start_that_is_not_free_is_not_chosen(as_teresa: Browser, coaching: SessionType, start: str) -> None:
    page = as_teresa.get(f"/book/coaching/?start={start}").content.decode()
    assert "checked" not in page
    assert "Choose a time</b>" in page
