"""Mail that comes in: each message once, to whoever answers for its address, and nothing that a machine wrote."""

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coaching.mailroom import doors
from coaching.mailroom.actions import forget_old, take_in
from coaching.mailroom.addresses import address_for, purpose_of
from coaching.mailroom.mail import Unreadable, opened, parse
from coaching.mailroom.models import IncomingMail
from coaching.mailroom.rules import hand_of
from tests.mailroom.conftest import Desk, letter

FOLDER = IncomingMail.Door.FOLDER
pytestmark = pytest.mark.django_db


def took(message: EmailMessage | bytes, now: datetime, *recipients: str) -> str:
    return take_in(message=message, recipients=recipients, door=FOLDER, now=now)


def test_a_letter_goes_to_whom_it_is_addressed(desk: Desk, now: datetime) -> None:
    assert took(letter(), now) == "taken"
    assert desk.taken[0].sender == "teresa@example.org"


def test_the_mail_servers_word_about_the_recipient_counts_before_the_heads(desk: Desk, now: datetime) -> None:
    assert took(letter(to="undisclosed:;"), now, "Reply+Desk@In.example") == "taken"


def test_a_letter_for_nobody_is_nobodys(desk: Desk, now: datetime) -> None:
    assert took(letter(to="reply@in.example"), now) == "nobodys"
    assert took(letter(to="reply+elsewhere@in.example", number=2), now) == "nobodys"
    assert took(letter(to="reply+desk@other.example", number=3), now) == "nobodys"
    assert desk.taken == []


def test_a_message_that_comes_again_is_taken_in_once(desk: Desk, now: datetime) -> None:
    for _ in range(3):
        assert took(letter(), now) == "taken"
    assert len(desk.taken) == 1
    assert took(letter(number=2), now) == "taken"
    assert len(desk.taken) == 2


def test_a_message_without_an_id_is_known_by_its_head(desk: Desk, now: datetime) -> None:
    message = letter(Date="Mon, 23 Nov 2026 10:00:00 +0000")
    del message["Message-ID"]
    took(message, now)
    took(message, now)
    assert len(desk.taken) == 1


def test_trouble_in_the_room_leaves_no_trace_and_the_message_can_come_again(desk: Desk, now: datetime) -> None:
    desk.trouble = [RuntimeError()]
    with pytest.raises(RuntimeError):
        took(letter(), now)
    assert not IncomingMail.objects.exists()
    assert took(letter(), now) == "taken"


@pytest.mark.parametrize(
    "head",
    [
        {"Auto_Submitted": "auto-replied (vacation)"},
        {"X_Autoreply": "yes"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.org>"},
        {"sender": "MAILER-DAEMON@mail.example"},
        {"sender": "postmaster@mail.example"},
    ],
)
def test_what_a_machine_wrote_by_itself_is_put_aside(desk: Desk, now: datetime, head: dict[str, str]) -> None:
    assert took(letter(**head), now) == "machine"
    assert desk.taken == []


def test_a_bounce_is_put_aside(desk: Desk, now: datetime) -> None:
    bounce = (
        b"From: a@b.example\r\nTo: reply+desk@in.example\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x--"
    )
    assert took(bounce, now) == "machine"


def test_our_own_letter_that_comes_back_is_put_aside(desk: Desk, now: datetime, settings: LazySettings) -> None:
    settings.DEFAULT_FROM_EMAIL = "The practice <portal@in.example>"
    assert took(letter(sender="Portal@in.example"), now) == "machine"


def test_a_program_may_write_for_a_person() -> None:
    """Calendars mark what they send for somebody as made by a program."""
    head = {"auto-submitted": "auto-generated"}
    assert hand_of(head, sender="teresa@example.org", content_type="multipart/mixed") == "program"
    assert hand_of({}, sender="teresa@example.org", content_type="text/plain") == "person"


@pytest.mark.parametrize("sender", ["", "a@example.org, b@example.org", "nobody", "undisclosed:;"])
def test_a_letter_from_nobody_or_from_two_names_no_sender(sender: str) -> None:
    assert opened(parse(f"From: {sender}\r\n\r\n".encode())).sender == ""


@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 1000,
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 5000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)),
        b"From: " + b"<" * 10_000,
        b"Subject: =?utf-8?q?" + b"=FF" * 10_000,
        b"X: y\r\n" * 100_000,
    ],
    ids=["nulls", "many-parts", "deep-parts", "angles", "encoded", "many-headers"],
)
def test_a_message_that_means_harm_ends_as_unreadable_or_as_nobodys(now: datetime, content: bytes) -> None:
    assert took(content, now) in ("unreadable", "nobodys")


def test_a_message_that_is_too_large_is_not_opened() -> None:
    with pytest.raises(Unreadable):
        parse(bytes(10 * 1024 * 1024 + 1))


@given(st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_message_or_unreadable(content: bytes) -> None:
    try:
        mail = opened(parse(b"From: a@example.org\r\nTo: " + content))
    except Unreadable:
        return
    assert len(mail.key) == 64


def test_addresses_carry_a_purpose_and_a_token() -> None:
    assert address_for("calendar") == "reply+calendar@in.example"
    assert address_for("talk", "a_B-1") == "reply+talk.a_B-1@in.example"
    assert purpose_of("Reply+talk.a_B-1@IN.example") == ("talk", "a_B-1")
    assert purpose_of("reply@in.example") == ("", "")
    assert purpose_of("reply+talk@elsewhere.example") is None
    with pytest.raises(ValueError, match="cannot stand in an address"):
        address_for("talk", "a b")


def test_without_a_mailbox_there_is_no_address(settings: LazySettings) -> None:
    settings.INBOUND_EMAIL = ""
    assert address_for("calendar") is None
    assert purpose_of("reply+calendar@in.example") is None


def test_two_rooms_cannot_take_the_same_mail(desk: Desk) -> None:
    with pytest.raises(ValueError, match="Two rooms"):
        doors.answers("desk")(Desk().take)


def test_what_came_long_ago_is_forgotten(desk: Desk, now: datetime) -> None:
    took(letter(), now)
    assert forget_old(now=now + timedelta(days=89)) == 0
    assert forget_old(now=now + timedelta(days=91)) == 1
