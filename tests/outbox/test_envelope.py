"""What goes over the wire, read back the way a mail program reads it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from coaching.outbox import envelope, smtp
from coaching.outbox.letters import Action, Attachment, Told, as_is
from coaching.outbox.rendering import html, plain, render
from coaching.people.models import Client
from tests.cast import NOW

ICS = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def sent(told: Told, person: Client) -> EmailMessage:
    mail = envelope.message(render(told, person=person.user), to=person.user.email, key="k:1", now=NOW)
    parsed: Any = message_from_bytes(mail.as_bytes(), policy=policy.default)  # type: ignore[arg-type]
    assert not parsed.defects
    return parsed  # type: ignore[no-any-return]


@pytest.mark.django_db
def test_a_letter_has_its_headers(teresa: Client) -> None:
    mail = sent(Told("Grüße from Marta", ["Hello."]), teresa)
    assert mail["From"].addresses[0].display_name == "Marta Lindqvist"
    assert mail["Reply-To"] == f"Marta Lindqvist <{teresa.practitioner.user.email}>"
    assert mail["Subject"] == "Grüße from Marta"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == envelope.message_id("k:1")
    assert mail["Date"].datetime == NOW


@pytest.mark.django_db
def test_text_and_html_say_the_same(teresa: Client) -> None:
    told = Told(
        "A word",
        ["**Thursday** at 14:15.", f"From {as_is('*<b>Bob</b>* [x](http://evil.example)')}."],
        action=Action("Open it", "https://portal.example/x?a=1&b=2"),
        after=["Or [move it](https://portal.example/move)."],
        why="Because you booked.",
        greeting_name="Teresa",
    )
    mail = sent(told, teresa)
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    page = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Dear Teresa,\n\nThursday at 14:15.\n\nFrom *<b>Bob</b>* [x](http://evil.example).\n" in text
    assert (
        "Open it:\nhttps://portal.example/x?a=1&b=2\n\nOr move it.\nMove it:\nhttps://portal.example/move\n" in text
    )
    assert text.rstrip().endswith("Change what we write to you:\nhttp://testserver/settings/reminders/")
    assert "<strong>Thursday</strong>" in page
    assert "*&lt;b&gt;Bob&lt;/b&gt;* [x](http://evil.example)" in page
    assert 'href="https://portal.example/move"' in page
    assert "Because you booked." in page


def test_raw_html_and_script_links_are_words() -> None:
    assert "<script>" not in html("<script>alert(1)</script>")
    assert "href" not in html("[x](javascript:alert)")
    assert plain("<https://portal.example/a_b_c>") == "https://portal.example/a_b_c"


@pytest.mark.django_db
def test_a_calendar_is_an_alternative_and_a_file(teresa: Client) -> None:
    told = Told("Booked", ["Yes."], attachments=[Attachment("session.ics", "text/calendar", ICS, "REQUEST")])
    mail = sent(told, teresa)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    calendar, file = list(mail.walk())[4:]
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    assert calendar.get_payload(decode=True) == ICS
    assert (file.get_filename(), file.get_content()) == ("session.ics", ICS)


@pytest.mark.django_db
def test_a_subject_on_two_lines_becomes_one(teresa: Client) -> None:
    assert sent(Told("One\r\nBcc: x@example.org", ["Hi."]), teresa)["Subject"] == "One Bcc: x@example.org"


def test_dots_and_line_ends_are_made_fit_for_the_wire() -> None:
    assert smtp.stuffed(b".a\nb\r\n..\rc") == b"..a\r\nb\r\n...\r\nc\r\n"


@pytest.mark.parametrize(
    ("url", "scheme", "port", "user"),
    [
        ("smtp://mail.example", "smtp", 25, ""),
        ("smtps://me%40x:s%3Ac@mail.example", "smtps", 465, "me@x"),
        ("smtp+tls://me:pw@mail.example:2525", "smtp+tls", 2525, "me"),
    ],
)
def test_the_address_of_a_mail_server_is_read(url: str, scheme: str, port: int, user: str) -> None:
    server = smtp.server_from(url)
    assert server is not None
    assert (server.scheme, server.host, server.port, server.user) == (scheme, "mail.example", port, user)
    assert smtp.server_from("") is None
