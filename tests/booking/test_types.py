"""Session types: described, asked about, ordered, retired; and another practitioner's stay hers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from coaching.booking import actions, queries
from coaching.booking.models import Appointment, Question, SessionType
from coaching.people.models import Client, Practitioner
from tests import cast

TYPES = "/sessions/types/"


def typed(**more: Any) -> dict[str, Any]:
    """The form of a session type, filled in."""
    return {
        "name": "Follow-up",
        "description": "How it went.",
        "minutes": "45",
        "place": "phone",
        "address": "+351 21 000 00 00",
        "before_confirming": "Have a mat ready.",
        "buffer_before": "5",
        "buffer_after": "10",
        "grid": "30",
        "notice_hours": "6",
        "horizon_days": "30",
        "day_limit": "",
        "week_limit": "4",
        "audience": "clients",
        "cancel_hours": "48",
        "most_moves": "2",
        "later": "counts",
        **more,
    }


def test_a_type_is_added_and_can_be_booked(as_marta: Browser, as_teresa: Browser, marta: Practitioner) -> None:
    cast.opening(of=marta)
    assert as_marta.post(f"{TYPES}new/", typed())["Location"] == TYPES
    made = SessionType.objects.get(practitioner=marta)
    assert (made.slug, made.minutes, made.place, made.buffer_before, made.week_limit) == (
        "follow-up",
        45,
        "phone",
        5,
        4,
    )
    assert (made.day_limit, made.cancel_hours, made.most_moves, made.later) == (None, 48, 2, "counts")
    assert "“Follow-up” can be booked now." in as_marta.get(TYPES).content.decode()
    assert as_teresa.get("/book/follow-up/").status_code == 200


def test_two_types_of_one_sound_have_addresses_of_their_own(as_marta: Browser) -> None:
    for name in ("Check in", "Check-in", "気づき"):
        as_marta.post(f"{TYPES}new/", typed(name=name))
    assert list(SessionType.objects.values_list("slug", flat=True)) == ["check-in", "check-in-2", "session"]


def test_a_name_is_used_once(as_marta: Browser, first_talk: SessionType) -> None:
    answer = as_marta.post(f"{TYPES}new/", typed(name="first TALK"))
    assert answer.status_code == 422
    assert "You already have a session type with this name." in answer.content.decode()


def test_changing_a_type_keeps_its_address_and_what_is_booked(
    as_marta: Browser, teresa: Client, coaching: SessionType, wednesday: datetime
) -> None:
    session = cast.appointment(client=teresa, session_type=coaching, start=wednesday)
    assert as_marta.post(f"{TYPES}-/coaching/", typed(name="A long hour", minutes="75"))["Location"] == TYPES
    coaching.refresh_from_db()
    assert (coaching.slug, coaching.name, coaching.minutes) == ("coaching", "A long hour", 75)
    session.refresh_from_db()
    assert session.minutes == 60


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"minutes": "4"}, "At least 5."),
        ({"minutes": "481"}, "At most 480."),
        ({"minutes": "an hour"}, "Give a whole number."),
        ({"notice_hours": ""}, "Give a number."),
        ({"day_limit": "0"}, "At least 1."),
        ({"horizon_days": "40000"}, "At most 365."),
        ({"grid": "7"}, "7 is not one of the available choices"),
        ({"name": ""}, "This field is required"),
        ({"audience": "invited"}, "Choose at least one client"),
        ({"place": "video", "address": "meet.example/marta"}, "A meeting address begins with https://"),
        ({"place": "video", "address": "https://meet.example/my room"}, "holds no spaces"),
        ({"place": "video", "address": "https://meet.example/{Room}"}, "Only {room} is filled in"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    as_marta: Browser, coaching: SessionType, change: dict[str, str], sentence: str
) -> None:
    answer = as_marta.post(f"{TYPES}-/coaching/", typed(**change))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    coaching.refresh_from_db()
    assert (coaching.name, coaching.minutes) == ("Coaching session", 60)


def test_a_type_by_video_without_an_address_says_so(as_marta: Browser, coaching: SessionType) -> None:
    says = "No meeting address yet"
    SessionType.objects.update(address="")
    assert says in as_marta.get(TYPES).content.decode()
    SessionType.objects.update(address="https://meet.example/{room}")
    assert says not in as_marta.get(TYPES).content.decode()


def test_questions_are_asked_in_order_and_emptied_ones_are_gone(as_marta: Browser, coaching: SessionType) -> None:
    address = f"{TYPES}-/coaching/"
    as_marta.post(address, typed(asks_0="What hurts?", must_0="on", asks_1="Since when?"))
    rows = Question.objects.values_list("words", "required")
    assert list(rows) == [("What hurts?", True), ("Since when?", False)]
    page = as_marta.get(address).content.decode()
    assert 'name="asks_3"' in page
    assert 'name="asks_4"' not in page
    as_marta.post(address, typed(asks_0="", asks_1="Since when?", must_1="on", asks_2="Where?"))
    assert list(rows.all()) == [("Since when?", True), ("Where?", False)]


def test_only_invited_clients_can_book(
    as_marta: Browser, as_teresa: Browser, as_outsider: Browser, teresa: Client, coaching: SessionType
) -> None:
    address = f"{TYPES}-/coaching/"
    as_marta.post(address, typed(audience="invited", invited=[teresa.pk]))
    assert as_teresa.get("/book/coaching/").status_code == 200
    assert as_outsider.get("/book/coaching/").status_code == 404
    as_marta.post(address, typed(audience="clients", invited=[teresa.pk]))
    assert not coaching.invited.exists()
    assert as_outsider.get("/book/coaching/").status_code == 200


def test_anothers_clients_cannot_be_invited(as_marta: Browser, stranger: Client, coaching: SessionType) -> None:
    answer = as_marta.post(f"{TYPES}-/coaching/", typed(audience="invited", invited=[stranger.pk]))
    assert answer.status_code == 422
    assert not coaching.invited.exists()
    assert "Sally" not in as_marta.get(f"{TYPES}-/coaching/").content.decode()


def test_types_change_places(as_marta: Browser, marta: Practitioner) -> None:
    for name in ("a", "b", "c"):
        cast.session_type(of=marta, slug=name, name=name)

    def order() -> list[str]:
        return list(queries.bookable_types(marta).values_list("slug", flat=True))

    as_marta.post(f"{TYPES}-/c/order/", {"up": "1"})
    assert order() == ["a", "c", "b"]
    as_marta.post(f"{TYPES}-/a/order/", {"down": "1"})
    assert order() == ["c", "a", "b"]
    as_marta.post(f"{TYPES}-/c/order/", {"up": "1"})
    as_marta.post(f"{TYPES}-/b/order/", {"down": "1"})
    assert order() == ["c", "a", "b"]


def test_a_retired_type_cannot_be_booked_and_its_sessions_stay(
    as_marta: Browser, as_teresa: Browser, teresa: Client, coaching: SessionType, wednesday: datetime
) -> None:
    session = cast.appointment(client=teresa, session_type=coaching, start=wednesday)
    as_marta.post(f"{TYPES}-/coaching/retire/")
    assert as_teresa.get("/book/coaching/").status_code == 404
    assert as_teresa.get("/book/coaching/slots.json").status_code == 404
    session.refresh_from_db()
    assert session.status == "confirmed"
    assert "No longer offered" in as_marta.get(TYPES).content.decode()
    assert as_marta.get(f"{TYPES}-/coaching/").status_code == 200
    as_marta.post(f"{TYPES}-/coaching/offer/")
    assert as_teresa.get("/book/coaching/").status_code == 200


def test_another_practitioner_finds_none_of_it(coaching: SessionType, stranger: Client) -> None:
    elsewhere = Browser()
    elsewhere.force_login(stranger.practitioner.user)
    for address in ("", "order/", "retire/", "offer/"):
        assert elsewhere.post(f"{TYPES}-/coaching/{address}", typed()).status_code == 404
    assert "Coaching" not in elsewhere.get(TYPES).content.decode()
    coaching.refresh_from_db()
    assert (coaching.name, coaching.retired_at) == ("Coaching session", None)


def test_what_clients_may_do_is_said_in_plain_words(as_marta: Browser, coaching: SessionType) -> None:
    def words() -> str:
        return " ".join(strip_tags(as_marta.get(f"{TYPES}-/coaching/").content.decode()).split())

    assert "You can move or cancel it until 24 hours before. Later than that, ask Marta." in words()
    as_marta.post(f"{TYPES}-/coaching/", typed())
    assert "until 48 hours before. Cancelled later than that, it counts as missed. It can be moved two" in words()
    as_marta.post(f"{TYPES}-/coaching/", typed(most_moves="0", later="ask"))
    assert "You can cancel it until 48 hours before. Later than that, ask Marta." in words()


def test_the_list_takes_the_same_queries_for_one_type_and_for_thirty(
    as_marta: Browser, marta: Practitioner
) -> None:
    def queries_of_page() -> int:
        with CaptureQueriesContext(connection) as found:
            assert as_marta.get(TYPES).status_code == 200
        return len(found)

    cast.session_type(of=marta)
    as_marta.get("/settings/")  # the first page notes that somebody signed in
    one = queries_of_page()
    for n in range(29):
        cast.session_type(of=marta, slug=f"kind-{n}", name=f"Kind {n}")
    assert queries_of_page() == one <= 12


def test_the_form_takes_the_same_queries_for_one_client_and_for_thirty(
    as_marta: Browser, marta: Practitioner, coaching: SessionType, teresa: Client, now: datetime
) -> None:
    def queries_of_page() -> int:
        with CaptureQueriesContext(connection) as found:
            assert as_marta.get(f"{TYPES}-/coaching/").status_code == 200
        return len(found)

    as_marta.get("/settings/")  # the first page notes that somebody signed in
    one = queries_of_page()
    for n in range(29):
        cast.client(of=marta, name=f"Client {n}")
    questions = [(f"Question {n}?", False) for n in range(9)]
    actions.change_type(session_type=coaching, fields={"name": "Coaching session"}, questions=questions, now=now)
    assert queries_of_page() == one <= 12
    assert Appointment.objects.count() == 0
    assert coaching.length == timedelta(minutes=60)
