"""Every kind of letter, from the deed that causes it to the bytes that a real mail server takes."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from coaching.outbox import delivery, letters
from coaching.outbox.models import Letter
from coaching.people.models import Practitioner
from coaching.reminders.topics import topic_of
from tests import cast
from tests.outbox.sink import Sink
from tests.reminders.every_kind import MAKERS, Stage

pytestmark = pytest.mark.django_db
SITE = "https://portal.practice-of-marta.example"
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Type")
# What marks bulk mail, asks for a receipt, or gives away who works here.
NEVER = ("Precedence", "X-Mailer", "Disposition-Notification-To", "Return-Receipt-To", "Bcc", "Cc", "Sender")
WITH_CALENDAR = {
    "booking.clocks": "REQUEST",
    "booking.confirmed": "REQUEST",
    "booking.moved": "REQUEST",
    "booking.reopened": "REQUEST",
    "booking.cancelled": "CANCEL",
}
# What no lock screen shows: a body, a pain, a lesson's name, where one meets, what somebody wrote.
UNSEEN = re.compile(r"neck|hip|fell|fever|hurt|pain|sore|arch and|meet\.example|https?:|\*\*|\]\(|bcc", re.I)


@pytest.fixture
def stage(settings: Any) -> Stage:
    settings.SITE_URL = SITE
    marta = cast.practitioner(name="Márta Łukasiewicz-Grønvold")
    return Stage(marta, cast.client(of=marta, name="Anañaña Ruiz de la Peña y Fernández", zone="Asia/Kolkata"))


def sent(kind: str, stage: Stage) -> list[tuple[Letter, bytes]]:
    """The letters of this kind as the server took them."""
    moment = MAKERS[kind](stage)
    with Sink() as sink:
        delivery.deliver_due(server=sink.server, now=moment)
    by_id = {str(mail["Message-ID"]): raw for mail, raw in zip(sink.letters, sink.raw, strict=True)}
    return [
        (each, by_id[each.message_id]) for each in Letter.objects.filter(kind=kind, state="sent").order_by("pk")
    ]


def test_no_kind_is_forgotten() -> None:
    assert set(MAKERS) == set(letters.kinds())


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_a_letter_of_each_kind_goes_out_as_mail_that_any_program_reads(kind: str, stage: Stage) -> None:
    found = sent(kind, stage)
    assert found
    for letter, raw in found:
        _on_the_wire(raw)
        mail: Any = message_from_bytes(raw, policy=policy.default)  # type: ignore[arg-type]
        assert not [defect for part in mail.walk() for defect in part.defects]
        _has_its_headers(mail, letter, stage.marta)
        _has_its_way_out(mail, kind)
        _has_its_parts(mail, kind)
        _says_why_and_where(mail, letter)
        _shows_nothing_on_a_locked_screen(mail)


def _on_the_wire(raw: bytes) -> None:
    """RFC 5322 section 2.1.1, and nothing that a server on the way would have to re-code. For a line that is one
    address and cannot be folded, the section's other limit counts."""
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    head, _, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 78
    for line in head.split(b"\r\n"):
        assert len(line) <= (998 if line.startswith(b"List-Unsubscribe:") or line.endswith(b">") else 78)


def _has_its_headers(mail: EmailMessage, letter: Letter, marta: Practitioner) -> None:
    for name in ONCE:
        assert len(mail.get_all(name, [])) == 1, name
    for name in NEVER:
        assert mail[name] is None, name
    assert (mail["Auto-Submitted"], mail["Subject"]) == ("auto-generated", letter.subject)
    assert len(letter.subject) <= 78
    (to,) = mail["To"].addresses
    assert to.addr_spec == letter.email
    if letter.email != marta.user.email:  # whoever answers writes to a person
        assert mail["Reply-To"].addresses[0].addr_spec == marta.user.email
        assert mail["From"].addresses[0].display_name == marta.user.name


def _has_its_way_out(mail: EmailMessage, kind: str) -> None:
    """RFC 2369 and RFC 8058, on what can be stopped and on nothing else."""
    if topic_of(kind) is None:
        assert mail["List-Unsubscribe"] is None
        assert mail["List-Unsubscribe-Post"] is None
        return
    address = str(mail["List-Unsubscribe"])
    assert address.startswith(f"<{SITE}/reminders/stop/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.strip("<>") in _part(mail, "plain")
    assert address.strip("<>") in _part(mail, "html")


def _has_its_parts(mail: EmailMessage, kind: str) -> None:
    """The plainest first (RFC 2046 section 5.1.4); a calendar object says the same method twice (RFC 6047)."""
    method = WITH_CALENDAR.get(kind)
    body = next(part for part in mail.walk() if part.get_content_type() == "multipart/alternative")
    kinds = [part.get_content_type() for part in body.iter_parts()]
    assert kinds == ["text/plain", "text/html", *(["text/calendar"] if method else [])]
    assert all(part.get_content_charset() == "utf-8" for part in body.iter_parts())
    if method:
        calendar = list(body.iter_parts())[-1]
        assert calendar["Content-Type"].params["method"] == method
        assert str(Calendar.from_ical(calendar.get_content())["method"]) == method


def _says_why_and_where(mail: EmailMessage, letter: Letter) -> None:
    """Why it came and where to change that; it asks for one thing, loads nothing and leads to us alone."""
    text, page = _part(mail, "plain"), _part(mail, "html")
    assert letter.why
    assert letter.why in text
    assert letter.person is None or f"{SITE}/settings/reminders/" in text
    assert page.count('class="go"') == 1
    assert not re.search(r"<img|<script|<link|<form|@import|url\(|\ssrc=", page)
    hosts = {urlsplit(address).hostname for address in re.findall(r'href="([^"]*)"', page)}
    assert hosts <= {urlsplit(SITE).hostname, "meet.example", "calendar.google.com", "outlook.live.com"}
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)


def _shows_nothing_on_a_locked_screen(mail: EmailMessage) -> None:
    page = _part(mail, "html")
    beside = page.split("overflow:hidden;", 1)[1].split(">", 1)[1].split("</div>", 1)[0]
    assert beside.strip()
    assert not UNSEEN.search(f"{mail['Subject']} {beside}"), (mail["Subject"], beside)


def _part(mail: EmailMessage, subtype: str) -> str:
    body: Any = mail.get_body((subtype,))
    return str(body.get_content()).replace("\r\n", "\n")
