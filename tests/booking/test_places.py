"""Where a session takes place, in words and as an address that opens it."""

from datetime import datetime, timedelta

import pytest

from coaching.booking.models import Appointment, SessionType
from coaching.booking.places import Meeting, meeting_of
from coaching.people.models import Client
from tests import cast


@pytest.fixture
def session(teresa: Client, coaching: SessionType, wednesday: datetime) -> Appointment:
    return cast.appointment(client=teresa, session_type=coaching, start=wednesday)


def meeting(session: Appointment, place: str, address: str) -> Meeting:
    session.session_type.place, session.session_type.address = place, address
    return meeting_of(session)


def test_one_address_for_all_is_told_as_it_is(session: Appointment) -> None:
    found = meeting(session, "video", "https://meet.example/marta")
    assert (found.kind, found.url) == ("video", "https://meet.example/marta")
    assert found.words == "By video: https://meet.example/marta"


def test_each_session_has_a_room_of_its_own(session: Appointment, teresa: Client, wednesday: datetime) -> None:
    later = wednesday + timedelta(days=1)
    other = cast.appointment(client=teresa, session_type=session.session_type, start=later)
    mine = meeting(session, "video", "https://meet.example/{room}#now")
    theirs = meeting(other, "video", "https://meet.example/{room}#now")
    assert mine.url == f"https://meet.example/{session.room.hex}#now"
    assert mine.url != theirs.url


@pytest.mark.parametrize("address", ["", "Marta writes to you", "javascript:alert(1)", "http://meet.example/"])
def test_only_a_safe_address_becomes_a_link(session: Appointment, address: str) -> None:
    assert meeting(session, "video", address).url is None


def test_a_video_session_without_an_address_says_what_it_is(session: Appointment) -> None:
    assert meeting(session, "video", "").words == "By video"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("+351 21 000 00 00", "tel:+351210000000"),
        ("Marta calls; else (030) 123-45 67", "tel:0301234567"),
        ("Marta calls you", None),
        ("", None),
    ],
)
def test_a_number_can_be_pressed(session: Appointment, address: str, url: str | None) -> None:
    assert meeting(session, "phone", address).url == url


def test_in_person_it_is_an_address_in_words(session: Appointment) -> None:
    found = meeting(session, "person", "Rua das Flores 12, Lisbon")
    assert found.words == "In person: Rua das Flores 12, Lisbon"
    assert found.url is None
