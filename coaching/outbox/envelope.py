"""A rendered letter as the bytes that go over the wire (RFC 5322, RFC 2045, RFC 6047)."""

from binascii import b2a_qp
from datetime import datetime
from email import policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.encoding import punycode

from coaching.outbox import rules
from coaching.outbox.letters import Attachment
from coaching.outbox.rendering import Rendered


class Made(BaseHeader):
    """A header that we make of ASCII alone: it is not read again, and stays on one line. Folded, a long address
    would be turned into encoded words."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        if not value.isascii():
            raise ValueError(f"A header that has to be ASCII is {value!r}.")
        kwds.update(parse_tree=None, decoded=value)

    def fold(self, *, policy: "Policy[Any]") -> str:
        return f"{self.name}: {self}{policy.linesep}"


class Headers(HeaderRegistry):
    """The library's, which makes a class for each header of each letter: here one for each name."""

    @cache  # noqa: B019 (there is one registry, for good)
    def __getitem__(self, name: str) -> type[BaseHeader]:
        return super().__getitem__(name)


_headers = Headers()
for _name in ("date", "message-id", "auto-submitted", "list-unsubscribe", "list-unsubscribe-post"):
    _headers.map_to_type(_name, Made)
# 7 bit and lines of 78: nothing on the way has to re-code it.
_WIRE = policy.SMTP.clone(cte_type="7bit", header_factory=_headers)


def sender_address() -> str:
    """The bare address that letters come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def message_id(key: str) -> str:
    return rules.message_id(key=key, domain=sender_address().rpartition("@")[2] or "localhost")


def wire_address(email: str) -> str:
    """An address whose domain is in ASCII (RFC 5891)."""
    local, _, domain = email.rpartition("@")
    return f"{local}@{punycode(domain)}"


def message(rendered: Rendered, *, to: str, key: str, now: datetime) -> EmailMessage:
    """`rendered` with its headers. Raises ValueError for a header that could not be one."""
    mail = EmailMessage(policy=_WIRE)
    mail["From"] = Address(rendered.sender, addr_spec=wire_address(sender_address()))
    mail["To"] = Address(addr_spec=wire_address(to))
    if rendered.reply_to:
        mail["Reply-To"] = Address(rendered.sender, addr_spec=wire_address(rendered.reply_to))
    mail["Subject"] = rendered.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(key)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers this
    if rendered.way_out:
        _name_way_out(mail, rendered.way_out)
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = "multipart/alternative"
    mail.attach(_words("plain", rendered.text))
    mail.attach(_words("html", rendered.html))
    for attachment in rendered.attachments:
        _attach_calendar(mail, attachment)
    for attachment in rendered.attachments:
        _attach(mail, attachment)
    return mail


def _name_way_out(mail: EmailMessage, address: str) -> None:
    """How a mail program stops letters like this (RFC 2369); one click is enough (RFC 8058: by https only)."""
    mail["List-Unsubscribe"] = f"<{address}>"
    if address.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _words(subtype: str, words: str) -> Any:
    """A part of text. Made by hand, since the library's own way takes longer than all the rest of a letter."""
    part = EmailMessage(policy=_WIRE)
    part["Content-Type"] = _TEXT_TYPES[subtype]
    part["Content-Transfer-Encoding"] = _QUOTED
    lines = words.replace("\r\n", "\n").encode()
    part.set_payload(b2a_qp(lines).decode())
    return part


_TEXT_TYPES = {
    subtype: _WIRE.header_factory("Content-Type", f'text/{subtype}; charset="utf-8"')
    for subtype in ("plain", "html")
}
_QUOTED = _WIRE.header_factory("Content-Transfer-Encoding", "quoted-printable")


def _attach_calendar(mail: EmailMessage, attachment: Attachment) -> None:
    """A calendar object with a method is also an alternative: that is what mail programs offer to accept."""
    if attachment.method:
        mail.add_alternative(
            attachment.content.decode(),
            subtype="calendar",
            cte="base64",  # folded lines and their CRLF arrive as they were made
            params={"method": attachment.method},
        )


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    main, _, sub = attachment.media_type.partition("/")
    if attachment.method:
        main, sub = "application", "ics"  # a second text/calendar part would be acted on twice
    params = {"charset": "utf-8"} if main == "text" else None
    name = attachment.name
    mail.add_attachment(
        attachment.content, maintype=main, subtype=sub or "octet-stream", filename=name, params=params
    )
